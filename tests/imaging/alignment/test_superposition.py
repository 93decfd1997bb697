"""Light adds up: known motion of each frame against the picture with all lights on, found again."""

import cv2
import numpy as np
import pytest

from imaging.alignment.superposition import superpose, superposed_motion_px

SHAPE = (240, 320)
RNG = np.random.default_rng(8)


def smooth(sigma: float, rng: np.random.Generator) -> np.ndarray:
    field = cv2.GaussianBlur(rng.normal(size=(SHAPE[0] + 80, SHAPE[1] + 80)).astype(np.float32), (0, 0), sigma)
    return field / field.std()


def lit_skin() -> list[np.ndarray]:
    """Relief shaded from four sides, pigment, and gloss that no two lights share; with a margin of 40 px."""
    rng = np.random.default_rng(8)
    height, pigment = 0.8 * smooth(3.0, rng), 0.35 + 0.05 * smooth(2.0, rng)
    down, right = np.gradient(height)
    slopes = [(1, 1), (-1, 1), (-1, -1), (1, -1)]
    gloss = [0.03 * np.maximum(smooth(1.5, rng) - 1.5, 0) for _ in slopes]
    return [
        np.float32(pigment * np.clip(0.25 * (1 - x * right + y * down), 0, None) + shine)
        for (x, y), shine in zip(slopes, gloss, strict=True)
    ]


def seen(picture: np.ndarray, shift: tuple[float, float] = (0, 0), turn_deg: float = 0.0) -> np.ndarray:
    """The middle of a picture after the skin moved by `shift` (col, row) and turned about the centre."""
    centre = ((picture.shape[1] - 1) / 2, (picture.shape[0] - 1) / 2)
    matrix = cv2.getRotationMatrix2D(centre, -turn_deg, 1.0)
    matrix[:, 2] += shift
    moved = cv2.warpAffine(picture, matrix, picture.shape[::-1], flags=cv2.INTER_CUBIC)
    return moved[40:-40, 40:-40]


@pytest.fixture(scope="module")
def skin() -> list[np.ndarray]:
    return lit_skin()


def overview_of(skin: list[np.ndarray], gain: float = 1.0) -> np.ndarray:
    return seen(np.asarray(gain * np.sum(skin, axis=0), dtype=np.float32))


def test_at_rest_nothing_moved(skin: list[np.ndarray]) -> None:
    assert superposed_motion_px(overview_of(skin), [seen(one) for one in skin]) == pytest.approx(0, abs=0.02)


SHIFTS = ((0.7, -0.3), (-2.5, 1.2), (4.0, 3.0), (-0.1, -5.0))


@pytest.mark.parametrize("gain", [1.0, 0.39])
def test_every_frames_own_motion_is_found(skin: list[np.ndarray], gain: float) -> None:
    frames = [seen(one, shift) for one, shift in zip(skin, SHIFTS, strict=True)]
    found = superpose(overview_of(skin, gain), frames)
    assert found is not None
    assert found.doubt_px < 0.3
    for place, (right, down) in zip(found.places, SHIFTS, strict=True):
        middle = place @ [159.5, 119.5, 1.0]
        assert middle[:2] - [159.5, 119.5] == pytest.approx([right, down], abs=0.1)


def test_a_turn_shows_at_the_rim(skin: list[np.ndarray]) -> None:
    frames = [seen(one, turn_deg=1.0 if n == 2 else 0.0) for n, one in enumerate(skin)]
    expected = np.hypot(0.4 * 320, 0.4 * 240) * np.radians(1.0)
    assert superposed_motion_px(overview_of(skin), frames) == pytest.approx(expected, rel=0.08)


def test_noise_and_light_of_the_room(skin: list[np.ndarray]) -> None:
    rng = np.random.default_rng(1)
    frames = [seen(one, (1.5, 0.0) if n == 1 else (0, 0)) for n, one in enumerate(skin)]
    noisy = [np.float32(one + 0.01 + rng.normal(scale=0.004, size=SHAPE)) for one in frames]
    assert superposed_motion_px(overview_of(skin) + np.float32(0.01), noisy) == pytest.approx(1.5, abs=0.15)


def test_large_pictures_are_measured_in_their_own_pixels(skin: list[np.ndarray]) -> None:
    frames = [seen(one, (2.0, 0.0) if n == 0 else (0, 0)) for n, one in enumerate(skin)]
    large = [cv2.resize(one, (960, 720), interpolation=cv2.INTER_CUBIC) for one in (overview_of(skin), *frames)]
    assert superposed_motion_px(large[0], large[1:]) == pytest.approx(6.0, abs=0.3)


def test_white_places_in_the_overview_do_not_count(skin: list[np.ndarray]) -> None:
    frames = [seen(one, (1.0, 0.0) if n == 3 else (0, 0)) for n, one in enumerate(skin)]
    burnt = overview_of(skin, 2.4)
    assert (burnt > 1).mean() > 0.02
    assert superposed_motion_px(np.minimum(burnt, 1), frames) == pytest.approx(1.0, abs=0.15)


def test_pictures_that_do_not_add_up_say_nothing(skin: list[np.ndarray]) -> None:
    other = np.abs(seen(np.float32(0.3 + 0.05 * smooth(2.0, np.random.default_rng(99)))))
    assert superposed_motion_px(other, [seen(one) for one in skin]) is None
