"""Hairs are taken out, furrows stay."""

import cv2
import numpy as np

from imaging.model.geometry import Spacing
from imaging.surface.lines.hair import find_hair
from tests.scenes import Furrow, Rendering, plane, quadrant_leds, render, square, to_srgb8

GRID = square(400, 500, 0.02)
SPACING = Spacing.square(0.02)
ALL = np.ones((400, 500), dtype=bool)


def test_a_hair_is_found_and_little_else() -> None:
    picture = np.full((400, 500, 3), (200, 160, 140), np.uint8)
    line = np.array([[50, 60], [200, 150], [380, 330]], np.int32)
    cv2.polylines(picture, [line], False, (60, 45, 40), 3, cv2.LINE_AA)
    drawn = np.zeros((400, 500), np.uint8)
    cv2.polylines(drawn, [line], False, 255, 3)
    hair = find_hair(picture, np.zeros((400, 500), np.float32), ALL, SPACING)
    assert hair[drawn > 0].mean() > 0.95
    assert hair.mean() < 3 * (drawn > 0).mean()


def test_furrows_are_not_hair() -> None:
    for depth_mm, width_mm in ((0.06, 0.25), (0.1, 0.5), (0.3, 1.0)):
        furrow = Furrow(depth_mm, width_mm, 6, "v", 20)
        picture = to_srgb8(np.mean(render(furrow, GRID, quadrant_leds(), True, Rendering(exposure=0.4)), axis=0))
        assert find_hair(picture, GRID.height_um(furrow), ALL, SPACING).mean() < 0.001


def test_a_pigment_band_is_not_hair() -> None:
    picture = np.full((400, 500, 3), (200, 160, 140), np.uint8)
    picture[:, 240:265] = (90, 60, 50)
    assert not find_hair(picture, GRID.height_um(plane()), ALL, SPACING).any()
