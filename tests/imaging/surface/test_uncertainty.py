"""What calibration leaves open goes into the doubt of a depth, at its true size."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights
from imaging.model.measurement import MeasureLimits
from imaging.surface.endpoints import measure_surface
from imaging.surface.filters import remove_form
from imaging.surface.integration import integrate_normals
from imaging.surface.light.cells import cells_of, relief_of
from imaging.surface.light.irradiance import Irradiance
from imaging.surface.light.stack import linear_stack
from imaging.surface.photometric import estimate_normals
from imaging.surface.reconstruction import reconstruct
from imaging.surface.uncertainty import calibration_share, light_share, misfit_of
from tests.figures.closed_forms import LEDS, Groove, groove_depth_um
from tests.scenes import Rendering, render, to_linear16

GROOVE = Groove("cosine", 0.1, 30, 85.0)


def exact_inputs() -> MeasureInputs:
    pictures = render(lambda x, y: GROOVE.furrow.height(x, y) / 1000, GROOVE.grid, LEDS, False, Rendering(exposure=0.5))
    frames = tuple(to_linear16(picture) for picture in pictures)
    return MeasureInputs(frames, Lights("distant", LEDS), Spacing.square(GROOVE.grid.row_mm))


def test_light_directions_off_by_a_degree_scatter_depths_as_stated() -> None:
    inputs, rng, depths = exact_inputs(), np.random.default_rng(5), []
    surface, stack = reconstruct(inputs), linear_stack(inputs)
    directions = LEDS / np.linalg.norm(LEDS, axis=1, keepdims=True)
    for _ in range(60):
        off = rng.normal(0, np.radians(1), directions.shape)
        off -= (off * directions).sum(axis=1, keepdims=True) * directions
        light = Irradiance(Lights("distant", directions + off), inputs.spacing, stack.shape, False)
        normals = estimate_normals(stack, light).normals
        height = remove_form(integrate_normals(normals, surface.valid, inputs.spacing), surface.valid)
        depths.append(groove_depth_um(GROOVE, replace(surface, height=height)))
    scatter = np.std(depths) / GROOVE.furrow.depth_um
    assert light_share(Lights("distant", LEDS), 1.0) == pytest.approx(scatter, rel=0.35)


def test_what_the_device_file_says_of_its_own_doubt_is_used() -> None:
    inputs = exact_inputs()
    sure = replace(inputs, u_spacing_share=0.001, u_light_deg=0.1)
    unsure = replace(inputs, u_spacing_share=0.02, u_light_deg=2.0)
    assert calibration_share(sure) < calibration_share(inputs) < calibration_share(unsure)
    shares = [reconstruct(one).depth_doubt for one in (sure, unsure)]
    grown = calibration_share(unsure) ** 2 - calibration_share(sure) ** 2
    assert shares[1] ** 2 - shares[0] ** 2 == pytest.approx(grown, rel=0.05)


def usual_misfit(inputs: MeasureInputs) -> float:
    stack = linear_stack(inputs)
    cells = cells_of(stack, Irradiance(inputs.lights, inputs.spacing, stack.shape, False))
    misfit = misfit_of(cells, cells.light, relief_of(cells, cells.light))
    assert misfit is not None
    return float(np.median(misfit.wall))


def test_lights_that_disagree_are_doubted_and_noise_is_not_taken_for_it() -> None:
    inputs, rng = exact_inputs(), np.random.default_rng(3)
    noisy = [np.clip(f + rng.normal(0, 0.01 * 65535, f.shape), 0, 65535).astype(np.uint16) for f in inputs.frames]
    weaker = [(inputs.frames[0] * 0.95).astype(np.uint16), *inputs.frames[1:]]
    exact, with_noise, with_weak_lamp = (
        usual_misfit(replace(inputs, frames=tuple(f))) for f in (inputs.frames, noisy, weaker)
    )
    assert exact < 0.001
    assert with_noise < 0.25 * with_weak_lamp
    assert 0.01 < with_weak_lamp < 0.05


def test_three_lights_fit_anything_and_are_doubted_more() -> None:
    inputs = exact_inputs()
    three = replace(inputs, frames=inputs.frames[:3], lights=Lights("distant", LEDS[:3]))
    four_um, three_um = (np.median(reconstruct(one).uncertainty) for one in (inputs, three))
    assert three_um > four_um


def test_a_narrow_furrow_is_doubted_for_the_pixels_it_is_seen_with() -> None:
    surface = reconstruct(exact_inputs())
    assert surface.depth_doubt is not None
    shares = []
    for furrow in (GROOVE, replace(GROOVE, across_px=8)):
        pictures = render(
            lambda x, y, f=furrow: f.furrow.height(x, y) / 1000, furrow.grid, LEDS, False, Rendering(exposure=0.5)
        )
        frames = tuple(to_linear16(picture) for picture in pictures)
        seen = reconstruct(MeasureInputs(frames, Lights("distant", LEDS), Spacing.square(furrow.grid.row_mm)))
        (item,) = measure_surface(seen, MeasureLimits()).items
        shares.append((item.u_mean_depth or 0.0) / item.mean_depth)
    assert shares[1] > shares[0]
