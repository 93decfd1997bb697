"""What calibration leaves open goes into the doubt of a depth, at its true size."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights
from imaging.surface.reconstruction import reconstruct
from imaging.surface.uncertainty import calibration_share, light_share
from tests.figures.closed_forms import LEDS, Groove, groove_depth_um
from tests.scenes import Rendering, render, to_linear16

GROOVE = Groove("cosine", 0.1, 30, 85.0)


def exact_inputs() -> MeasureInputs:
    pictures = render(lambda x, y: GROOVE.furrow.height(x, y) / 1000, GROOVE.grid, LEDS, False, Rendering(exposure=0.5))
    frames = tuple(to_linear16(picture) for picture in pictures)
    return MeasureInputs(frames, Lights("distant", LEDS), Spacing.square(GROOVE.grid.row_mm))


def test_light_directions_off_by_a_degree_scatter_depths_as_stated() -> None:
    inputs, rng, depths = exact_inputs(), np.random.default_rng(5), []
    directions = LEDS / np.linalg.norm(LEDS, axis=1, keepdims=True)
    for _ in range(60):
        off = rng.normal(0, np.radians(1), directions.shape)
        off -= (off * directions).sum(axis=1, keepdims=True) * directions
        surface = reconstruct(replace(inputs, lights=Lights("distant", directions + off)))
        depths.append(groove_depth_um(GROOVE, surface))
    scatter = np.std(depths) / GROOVE.furrow.depth_um
    assert light_share(Lights("distant", LEDS), 1.0) == pytest.approx(scatter, rel=0.35)


def test_what_the_device_file_says_of_its_own_doubt_is_used() -> None:
    inputs = exact_inputs()
    sure = replace(inputs, u_spacing_share=0.001, u_light_deg=0.1)
    unsure = replace(inputs, u_spacing_share=0.02, u_light_deg=2.0)
    assert calibration_share(sure) < calibration_share(inputs) < calibration_share(unsure)
    heights = [reconstruct(one) for one in (sure, unsure)]
    deep = heights[0].height < -0.7 * GROOVE.furrow.depth_um * 0.7
    assert np.median(heights[1].uncertainty[deep]) > 2 * np.median(heights[0].uncertainty[deep])
