import cv2
import numpy as np
import pytest

from imaging.guidance.glare import glare_fraction
from imaging.guidance.light import linear_colour

SKIN = np.array([0.42, 0.24, 0.17], np.float32)
DARK_SKIN = np.array([0.10, 0.05, 0.03], np.float32)


def _skin(colour: np.ndarray, shape: tuple[int, int] = (400, 400)) -> np.ndarray:
    """(rows, cols, 3) linear skin with shading from 0.8 to 1.2 across it."""
    shading = np.linspace(0.8, 1.2, shape[1], dtype=np.float32)[None, :, None]
    return np.tile(colour, (*shape, 1)) * shading


def _disc(radius_px: int) -> np.ndarray:
    disc = np.zeros((400, 400), np.uint8)
    cv2.circle(disc, (200, 200), radius_px, 1, -1)
    return disc.astype(bool)


@pytest.mark.parametrize("colour", [SKIN, DARK_SKIN])
@pytest.mark.parametrize("radius_px", [10, 30, 60])
def test_the_area_of_a_gloss_disc_is_found(colour: np.ndarray, radius_px: int) -> None:
    picture, disc = _skin(colour), _disc(radius_px)
    picture[disc] += 0.6 * float(colour.mean() / SKIN.mean())
    assert glare_fraction(np.minimum(picture, 1)) == pytest.approx(disc.mean(), rel=0.02)


def test_gloss_that_clips_is_found() -> None:
    picture, disc = _skin(SKIN), _disc(40)
    picture[disc] = 1.0
    assert glare_fraction(picture) == pytest.approx(disc.mean(), rel=0.02)


@pytest.mark.parametrize("patch", [1.6 * SKIN, 0.4 * SKIN, SKIN * [1.2, 0.7, 0.7], SKIN * [0.6, 0.45, 0.3]])
def test_bright_skin_shadow_vessels_and_moles_are_not_gloss(patch: np.ndarray) -> None:
    picture = _skin(SKIN)
    picture[_disc(60)] = np.minimum(patch, 1)
    assert glare_fraction(picture) == 0.0


def test_on_grey_pictures_brightness_alone_decides() -> None:
    picture, disc = _skin(np.full(3, 0.2, np.float32)), _disc(30)
    picture[disc] = 0.7
    assert glare_fraction(picture) == pytest.approx(disc.mean(), rel=0.02)


def test_a_grey_camera_and_a_black_picture_are_read_without_fuss() -> None:
    assert glare_fraction(linear_colour(np.full((100, 100), 120, np.uint8), "srgb")) == 0.0
    assert glare_fraction(np.zeros((10, 10, 3), np.float32)) == 0.0
