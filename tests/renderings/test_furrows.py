"""The whole chain on path-traced skin: what was rendered is read, the right way up and at its depth."""

import numpy as np
import pytest

from tests.figures.rendered_furrows import (
    calibrated_errors_of,
    errors_of,
    mean_and_worst,
    opaque_scenes,
    scattering_scenes,
)
from tests.figures.rendered_scenes import (
    change_errors,
    deepest_reading_um,
    furrow_readings,
    measure_scene,
    wrinkle_at,
)
from tests.renderings.scenes import CHANGES, SCENES
from tests.renderings.truth import SHAPE, SPACING_MM, Scene

BY_NAME = {scene.name: scene for scene in SCENES}
MISSED = ("fine",)
"""Furrows about twice as long as wide are basins by definition."""


@pytest.mark.parametrize("is_jpeg", [False, True], ids=["png", "jpeg"])
def test_opaque_skin_reads_its_depth(is_jpeg: bool) -> None:
    mean, worst = mean_and_worst(errors_of(opaque_scenes(is_jpeg)))
    assert mean < (0.07 if is_jpeg else 0.05)
    assert worst < (0.14 if is_jpeg else 0.10)


def test_opaque_skin_reads_its_depth_after_calibration_on_other_grooves() -> None:
    mean, _ = mean_and_worst(calibrated_errors_of((*opaque_scenes(False), *opaque_scenes(True))))
    assert mean < 0.03


@pytest.mark.parametrize("is_held_out", [False, True], ids=["known", "held-out"])
def test_translucent_skin_reads_its_depth(is_held_out: bool) -> None:
    mean, worst = mean_and_worst(errors_of(scattering_scenes(is_held_out)))
    assert mean < 0.20
    assert worst < 0.30


@pytest.mark.parametrize(("before", "after"), CHANGES, ids=lambda scene: scene.name)
def test_change_of_translucent_skin_is_read(before: Scene, after: Scene) -> None:
    assert mean_and_worst(change_errors(before, after))[1] < 0.05


@pytest.mark.parametrize("scene", [s for s in SCENES if not s.furrows], ids=lambda scene: scene.name)
def test_pigment_is_no_depth(scene: Scene) -> None:
    assert deepest_reading_um(scene) < 5


@pytest.mark.parametrize(
    "scene", [s for s in SCENES if s.furrows and s.name not in MISSED], ids=lambda scene: scene.name
)
def test_every_furrow_is_found_and_nothing_else(scene: Scene) -> None:
    items = measure_scene(scene).measurement.items
    for furrow in scene.furrows:
        found = wrinkle_at(items, furrow, scene)
        assert found is not None
        assert found.length_mm == pytest.approx(furrow.length_mm + furrow.width_mm, abs=2)
    assert len(items) == len(scene.furrows)


@pytest.mark.parametrize("scatters", [False, True], ids=["opaque", "scattering"])
def test_the_stated_doubt_holds_the_truth_and_not_much_more(scatters: bool) -> None:
    scenes = [scene for scene in SCENES if (scene.medium is not None) == scatters and not scene.is_grey]
    readings = [reading for scene in scenes for reading in furrow_readings(scene)]
    assert np.mean([reading.is_honest for reading in readings]) >= 0.9
    doubt, error = (np.mean(part) for part in zip(*((r.u_um / r.true_um, abs(r.error)) for r in readings), strict=True))
    assert doubt <= 2 * error


def test_a_bump_comes_out_as_a_bump() -> None:
    surface = measure_scene(BY_NAME["matte"]).surface
    row, col = round((SHAPE[0] - 1) / 2 - 3 / SPACING_MM), round(4 / SPACING_MM + (SHAPE[1] - 1) / 2)
    beside = np.median(surface.height[row - 40 : row + 41, col + 28 : col + 34])
    assert surface.height[row, col] - beside == pytest.approx(150, abs=20)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_only_what_scatters_is_sharpened(scene: Scene) -> None:
    gain = measure_scene(scene).surface.scattering_gain
    assert (gain is not None) == (scene.medium is not None)


def test_grey_pictures_say_what_they_cannot_tell() -> None:
    for name, is_grey in (("matte", True), ("glossy", False)):
        warnings = measure_scene(BY_NAME[name]).surface.warnings
        assert any("too little colour" in words for words in warnings) == is_grey
