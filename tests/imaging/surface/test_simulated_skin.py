"""Skin that scatters as a medium with stated coefficients does, seen by the simulated camera: depths come back."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.camera.device import Target
from imaging.camera.simulated.device import SimulatedCamera
from imaging.model.measurement import MeasureLimits
from imaging.surface.endpoints import measure_surface, measure_wrinkles_on
from imaging.surface.filters import remove_form
from tests.figures.rendered_pairs import CROWS_FEET, FOREHEAD, StillClock, seen_height, take
from tests.figures.replaced_site import ReplacedPopulation, Site

SHAPE = (480, 640)
LEAST_UM = 60.0


@pytest.mark.parametrize("site", [Site(3000, CROWS_FEET), Site(3000, FOREHEAD)])
def test_depths_of_skin_that_scatters_come_back(site: Site) -> None:
    population, clock = ReplacedPopulation(site.seed, 1), StillClock()
    camera = SimulatedCamera(population, shape=SHAPE, clock=clock, seed=site.seed)
    target = Target("S-101", site.key, 0, 2)
    measured, matrix = take(camera, clock, population, target)
    surface = measured.surface
    assert surface.scattering_gain is not None and surface.scattering_gain > 1.5
    height = remove_form(seen_height(population.skin(target, SHAPE), matrix, SHAPE), surface.valid)
    true = replace(surface, height=np.where(surface.valid, height, np.float32(np.nan)))
    lines = [item.centre_line for item in measure_surface(true, MeasureLimits()).items]
    none = np.zeros(surface.shape, dtype=np.bool_)
    there, read = (measure_wrinkles_on(one, lines, MeasureLimits(), hair=none) for one in (true, surface))
    pairs = [(b, a) for a, b in zip(there, read, strict=True) if a is not None and b is not None]
    errors = [b.mean_depth / a.mean_depth - 1 for b, a in pairs if a.mean_depth > LEAST_UM]
    assert len(errors) >= 3
    assert np.mean(np.abs(errors)) < 0.25
    assert max(np.abs(errors)) < 0.4
