"""The quick height map beside the full one: alike for the eye, never for a number."""

import numpy as np
import pytest

from imaging.errors import MeasurementError
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights
from imaging.surface.heatmap import depth_below_reference
from imaging.surface.preview import preview_height
from imaging.surface.reconstruction import reconstruct
from tests import scenes
from tests.figures.rendered_scenes import inputs_of, measure_scene
from tests.renderings.scenes import SCENES

_NAMES = ("glossy", "translucent", "deep")
_AWAY = 0.25
"""By which a preview may be wrong."""
_MM = 0.02


def _shot(mask: np.ndarray | None = None) -> MeasureInputs:
    grid, lamps = scenes.square(960, 1280, _MM), scenes.quadrant_leds()
    relief = scenes.together(scenes.Furrow(0.15, 0.8, 10, "cosine", 30), scenes.bump(0.3, 6.0))
    frames = tuple(scenes.to_srgb8(picture) for picture in scenes.render(relief, grid, lamps, is_near=True))
    return MeasureInputs(frames, Lights("near", lamps), Spacing.square(_MM), "srgb", mask=mask)


@pytest.mark.parametrize("scene", [s for s in SCENES if s.name in _NAMES], ids=lambda scene: scene.name)
def test_depth_of_rendered_skin_is_near_that_of_the_full_map(scene: object) -> None:
    full = measure_scene(scene).surface
    depth, quick = depth_below_reference(full), preview_height(inputs_of(scene)).depth_below_reference()
    assert quick.shape == depth.shape
    in_furrows = depth > 0.6 * np.nanpercentile(depth, 99.5)
    assert np.nanmedian(quick[in_furrows] / depth[in_furrows]) == pytest.approx(1, abs=_AWAY)
    known = np.isfinite(depth) & np.isfinite(quick)
    assert np.corrcoef(depth[known], quick[known])[0, 1] > 0.95


def test_a_large_picture_is_reduced_and_keeps_its_depth() -> None:
    inputs = _shot()
    quick, full = preview_height(inputs), reconstruct(inputs)
    assert quick.height.shape == (480, 640) and quick.spacing == Spacing.square(2 * _MM)
    means = full.height.reshape(480, 2, 640, 2).mean(axis=(1, 3))
    assert np.corrcoef(quick.height.ravel(), means.ravel())[0, 1] > 0.97
    assert np.ptp(quick.height) == pytest.approx(np.ptp(means), rel=_AWAY)


def test_what_is_masked_stays_unknown() -> None:
    mask = np.ones((960, 1280), dtype=np.bool_)
    mask[:, :300] = False
    depth = preview_height(_shot(mask)).depth_below_reference()
    assert np.isnan(depth[:, :298]).all() and np.isfinite(depth[:, 302:]).all()


def test_one_light_has_no_preview() -> None:
    shot = _shot()
    with pytest.raises(MeasurementError, match="no preview"):
        preview_height(MeasureInputs(shot.frames[:1], None, shot.spacing))
