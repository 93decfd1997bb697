"""Balls under known lights give the lights back; real photographs of a mirror ball and a matte sphere."""

from pathlib import Path

import numpy as np
import pytest

from imaging.calibration.balls import find_ball
from imaging.calibration.lights import (
    BallKind,
    BallPictures,
    BallSetting,
    estimate_directions,
    estimate_positions,
)
from imaging.calibration.lights_file import read_lights
from imaging.camera.pictures import read_picture
from imaging.errors import CalibrationError
from tests.imaging.calibration.balls import SHAPE, SPACING, Floats, ball_mask, ball_pictures

DIRECTIONS = np.array([[0.5, 0.1, 0.8], [-0.4, 0.3, 0.9], [0.0, -0.6, 0.7], [0.1, 0.2, 1.0]])
DIRECTIONS /= np.linalg.norm(DIRECTIONS, axis=1, keepdims=True)
POSITIONS = np.array([[18.0, 2.0, 30.0], [-3.0, 19.0, 28.0], [-17.0, -4.0, 33.0], [2.0, -18.0, 30.0]])
PLACES = ((120.0, 160.0, 50.0), (70.0, 80.0, 45.0), (170.0, 240.0, 48.0))


def degrees_between(first: Floats, second: Floats) -> Floats:
    cosine = (first * second).sum(axis=1) / np.linalg.norm(first, axis=1) / np.linalg.norm(second, axis=1)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


@pytest.mark.parametrize("kind", ["mirror", "matte"])
def test_directions_come_back(kind: BallKind) -> None:
    found = estimate_directions(ball_pictures(DIRECTIONS, kind, (118.5, 150.2, 80.0), False), BallSetting(kind))
    assert found.lights.model == "distant"
    assert degrees_between(found.lights.vectors, DIRECTIONS).max() < 0.8
    assert 0 < found.u_deg < 1.5
    np.testing.assert_allclose(found.lights.intensities, 1, atol=0.02)


@pytest.mark.parametrize(("kind", "limit_mm"), [("mirror", 1.0), ("matte", 0.7)])
def test_positions_come_back(kind: BallKind, limit_mm: float) -> None:
    places = [ball_pictures(POSITIONS, kind, place, True) for place in PLACES]
    found = estimate_positions(places, BallSetting(kind, spacing=SPACING))
    assert found.lights.model == "near"
    assert np.linalg.norm(found.lights.vectors - POSITIONS, axis=1).max() < limit_mm
    np.testing.assert_allclose(found.lights.intensities, 1, atol=0.1)


def test_a_dim_light_is_seen_by_a_matte_ball() -> None:
    pictures = ball_pictures(DIRECTIONS, "matte", (120, 160, 80), False)
    dimmed = BallPictures((pictures.frames[0] * np.float32(0.5), *pictures.frames[1:]), pictures.mask)
    found = estimate_directions(dimmed, BallSetting("matte"))
    assert found.lights.intensities[0] / found.lights.intensities[1] == pytest.approx(0.5, rel=0.02)
    assert degrees_between(found.lights.vectors, DIRECTIONS).max() < 0.8


def test_circle_of_a_mask() -> None:
    ball = find_ball(ball_mask(100.3, 140.7, 60.0))
    assert (ball.row, ball.col, ball.radius) == pytest.approx((100.3, 140.7, 60.0), abs=0.3)


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (np.zeros(SHAPE, dtype=bool), "black all over"),
        (np.ones(SHAPE, dtype=bool), "cut by the edge"),
        (ball_mask(0, 160, 60), "cut by the edge"),
        (ball_mask(100, 100, 8), "no circle"),
        (ball_mask(100, 100, 60) | ball_mask(100, 180, 60), "no circle"),
    ],
    ids=["black", "white", "cut", "small", "two"],
)
def test_a_mask_that_is_no_ball(mask: Floats, words: str) -> None:
    with pytest.raises(CalibrationError, match=words):
        find_ball(mask)


def test_what_cannot_be_used_names_the_frame() -> None:
    mirror, matte = (ball_pictures(DIRECTIONS, kind, (120, 160, 80), False) for kind in ("mirror", "matte"))
    dark = np.full(SHAPE, 0.001, dtype=np.float32)
    with pytest.raises(CalibrationError, match="Frame 2: No highlight"):
        estimate_directions(
            BallPictures((mirror.frames[0], dark, mirror.frames[2]), mirror.mask), BallSetting("mirror")
        )
    with pytest.raises(CalibrationError, match="Frame 1: The ball is too dark"):
        estimate_directions(BallPictures((dark, *matte.frames[1:]), matte.mask), BallSetting("matte"))
    with pytest.raises(CalibrationError, match="Frames 1 and 3 show the same light"):
        estimate_directions(
            BallPictures((matte.frames[0], matte.frames[1], matte.frames[0]), matte.mask), BallSetting("matte")
        )
    with pytest.raises(CalibrationError, match="too few"):
        estimate_directions(BallPictures(matte.frames[:2], matte.mask), BallSetting("matte"))
    with pytest.raises(CalibrationError, match="pixel spacing"):
        estimate_positions([matte, matte], BallSetting("matte"))


def test_swapped_lights_do_not_meet() -> None:
    places = [ball_pictures(POSITIONS, "mirror", place, True) for place in PLACES[:2]]
    swapped = BallPictures(places[1].frames[::-1], places[1].mask)
    with pytest.raises(CalibrationError, match="miss each other"):
        estimate_positions([places[0], swapped], BallSetting("mirror", spacing=SPACING))


REAL: tuple[tuple[str, BallKind], ...] = (("chrome", "mirror"), ("gray", "matte"))


def real_pictures(test_data: Path, name: str, _kind: BallKind) -> BallPictures:
    folder = test_data / "multi-light" / name
    frames = tuple(read_picture(folder / f"{name}.{number}.png") for number in range(12))
    mask = np.asarray(read_picture(folder / f"{name}.mask.png"), dtype=float)
    return BallPictures(frames, mask.reshape(*frames[0].shape[:2], -1).max(axis=2) > 127)


@pytest.mark.parametrize(("ball", "median_deg"), [(REAL[0], 3.0), (REAL[1], 3.2)], ids=["mirror", "matte"])
def test_real_balls(test_data: Path, ball: tuple[str, BallKind], median_deg: float) -> None:
    found = estimate_directions(real_pictures(test_data, *ball), BallSetting(ball[1], "linear"))
    off = degrees_between(found.lights.vectors, read_lights(test_data / "multi-light" / ball[0] / "lights.lp").vectors)
    assert np.median(off) < median_deg
    assert off.max() < 9


def test_both_real_balls_agree(test_data: Path) -> None:
    found = [estimate_directions(real_pictures(test_data, *ball), BallSetting(ball[1], "linear")) for ball in REAL]
    assert np.median(degrees_between(found[0].lights.vectors, found[1].lights.vectors)) < 2.0
