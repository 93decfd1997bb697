"""One light on simulated living skin, whose furrows show as single dark lines."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from imaging.camera.device import Target
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.truth import furrow_truth
from imaging.model.inputs import MeasureInputs
from imaging.model.measurement import MeasuredCapture
from imaging.pipeline import measure
from tests.figures.rendered_pairs import FOREHEAD, StillClock
from tests.figures.replaced_site import ReplacedPopulation

SHAPE = (480, 640)
FIRST = Target("S-101", FOREHEAD, 0, 1)
NEAR_MM = 0.25


@pytest.fixture(scope="module")
def population() -> ReplacedPopulation:
    return ReplacedPopulation(1, 1)


@pytest.fixture(scope="module")
def spacing_mm() -> float:
    return SimulatedCamera(ReplacedPopulation(1, 1), shape=SHAPE).calibration().spacing.mean_mm


@pytest.fixture(scope="module")
def measured(population: ReplacedPopulation) -> MeasuredCapture:
    clock = StillClock()
    camera = SimulatedCamera(population, shape=SHAPE, clock=clock, lighting="ring")
    camera.aim(FIRST)
    clock.time_s += 6.0
    camera.start()
    return measure(MeasureInputs((camera.grab(1.0).pixels,), spacing=camera.calibration().spacing))


def test_centre_lines_lie_on_the_floors_of_the_furrows(
    measured: MeasuredCapture, population: ReplacedPopulation, spacing_mm: float
) -> None:
    truth = [
        furrow for furrow in furrow_truth(population.skin(FIRST, SHAPE))["furrows"] if furrow["mean_depth_um"] > 100
    ]
    found = np.concatenate([item.centre_line for item in measured.measurement.items])
    for furrow in truth:
        apart = np.asarray(cKDTree(found).query(np.array(furrow["centre_line"]))[0]) * spacing_mm
        assert np.mean(apart < NEAR_MM) > 0.55


def test_furrows_of_skin_are_not_taken_for_paint(measured: MeasuredCapture) -> None:
    items = measured.measurement.items
    assert items
    assert not any(item.is_pigment_suspect for item in items)
    assert any("single dark lines" in warning for warning in measured.surface.warnings)
