"""The whole chain on path-traced skin: what was rendered is read, the right way up and at its depth."""

import numpy as np
import pytest

from tests.figures.rendered_furrows import measure_scene, wrinkle_at
from tests.renderings.truth import SCENES, SHAPE, SPACING_MM

LIMITS = {
    "matte": 0.07, "glossy": 0.08, "deep": 0.10, "deep-glossy": 0.04, "dark-eight": 0.18, "translucent": 0.20,
    "translucent-other": 0.20,
}  # fmt: skip
"""Largest error of a furrow's depth, as a share. Interreflection fills grey matte ones; what is left elsewhere:
docs/decisions/surface-gloss.md and surface-translucency.md."""


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_every_furrow_is_found_at_its_depth_and_nothing_else(scene) -> None:  # type: ignore[no-untyped-def]
    items = measure_scene(scene).measurement.items
    for furrow in scene.furrows:
        found = wrinkle_at(items, furrow, scene)
        assert found is not None
        assert found.max_depth == pytest.approx(furrow.depth_um, rel=LIMITS[scene.name])
        assert abs(found.max_depth - furrow.depth_um) < 2 * found.u_mean_depth
        assert found.length_mm == pytest.approx(furrow.length_mm + furrow.width_mm, abs=1.5)
    assert len(items) == len(scene.furrows)


def test_a_bump_comes_out_as_a_bump() -> None:
    surface = measure_scene(SCENES[0]).surface
    row, col = round((SHAPE[0] - 1) / 2 - 3 / SPACING_MM), round(4 / SPACING_MM + (SHAPE[1] - 1) / 2)
    beside = np.median(surface.height[row - 40 : row + 41, col + 28 : col + 34])
    assert surface.height[row, col] - beside == pytest.approx(150, abs=20)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_only_what_scatters_is_sharpened(scene) -> None:  # type: ignore[no-untyped-def]
    gain = measure_scene(scene).surface.scattering_gain
    assert (gain is not None) == (scene.medium is not None)


def test_grey_pictures_say_what_they_cannot_tell() -> None:
    scenes = {scene.name: scene for scene in SCENES}
    assert any("too little colour" in words for words in measure_scene(scenes["matte"]).surface.warnings)
    assert not any("too little colour" in words for words in measure_scene(scenes["glossy"]).surface.warnings)
