"""A ball in a picture is found where it is, or it is said that there is none."""

import cv2
import numpy as np
import pytest

from imaging.calibration.ball_finding import ball_mask, seek_ball
from imaging.calibration.balls import find_ball
from imaging.errors import CalibrationError
from imaging.model.arrays import Pixels

SHAPE = (240, 320)


def picture_of_ball(col: float, row: float, radius: float, brightness: float) -> Pixels:
    """A ball that is bright at its upper left, on a dark field, with noise and a slow change of the light."""
    rows, cols = (axis / 4 - 0.375 for axis in np.indices([4 * n for n in SHAPE]))
    x, y = (cols - col) / radius, (rows - row) / radius
    on_ball = x**2 + y**2 < 1
    shade = brightness * (0.7 - 0.2 * x - 0.2 * y)
    scene = np.where(on_ball, shade, 18 + 6 * cols / SHAPE[1]).astype(np.float32)
    seen = cv2.GaussianBlur(cv2.resize(scene, SHAPE[::-1], interpolation=cv2.INTER_AREA), (0, 0), 0.8)
    noise = np.random.default_rng(3).normal(0, 1.5, SHAPE)
    return np.clip(np.repeat((seen + noise)[..., None], 3, axis=2), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("col", "row", "radius"), [(160.3, 119.8, 44.0), (70.0, 70.5, 21.5), (200.0, 125.0, 90.0)])
@pytest.mark.parametrize("brightness", [210.0, 90.0])
def test_the_circle_is_right_to_a_fraction_of_a_pixel(col: float, row: float, radius: float, brightness: float) -> None:
    ball = seek_ball([picture_of_ball(col, row, radius, brightness)])
    assert np.hypot(ball.col - col, ball.row - row) < 0.5
    assert ball.radius == pytest.approx(radius, abs=0.8)


def test_its_mask_outlines_the_same_ball() -> None:
    ball = seek_ball([picture_of_ball(150, 110, 50, 200)])
    again = find_ball(ball_mask(ball, SHAPE))
    assert (again.col, again.row, again.radius) == pytest.approx((ball.col, ball.row, ball.radius), abs=0.6)


@pytest.mark.parametrize("place", [(20.0, 120.0), (160.0, 225.0)])
def test_a_ball_cut_by_the_edge_is_none(place: tuple[float, float]) -> None:
    with pytest.raises(CalibrationError, match="No ball"):
        seek_ball([picture_of_ball(*place, 40, 200)])


def test_an_empty_field_holds_no_ball() -> None:
    field = np.random.default_rng(1).normal(30, 2, (*SHAPE, 3))
    with pytest.raises(CalibrationError, match="No ball"):
        seek_ball([field.astype(np.uint8)])
