import cv2
import numpy as np
import pytest

from imaging.guidance.focus import focus_share, sharpness
from imaging.guidance.light import linear_grey
from imaging.model.geometry import Roi


def _sines(fine: float, coarse: float) -> np.ndarray:
    """(512, 512) float32: a fine and a coarse sine across the columns, in cycles per pixel, of equal contrast."""
    col = np.arange(512)
    row = 0.4 + 0.05 * np.sin(2 * np.pi * fine * col) + 0.05 * np.sin(2 * np.pi * coarse * col)
    return np.tile(row, (512, 1)).astype(np.float32)


@pytest.mark.parametrize("sigma_px", [0.8, 1.2, 2.0])
def test_blur_lowers_it_by_the_closed_form(sigma_px: float) -> None:
    fine, coarse = 0.18, 1 / 64
    sharp = sharpness(_sines(fine, coarse))
    blurred = sharpness(cv2.GaussianBlur(_sines(fine, coarse), (0, 0), sigma_px))
    expected = np.exp(-2 * np.pi**2 * sigma_px**2 * (fine**2 - coarse**2))
    # The coarse sine leaks a little into the fine band: it is what remains when the fine one is gone.
    assert blurred / sharp == pytest.approx(expected, abs=0.06)


def test_every_further_blur_is_seen(photograph, stand) -> None:
    picture = photograph(stand())
    values = [
        sharpness(linear_grey(cv2.GaussianBlur(picture, (0, 0), sigma) if sigma else picture, None, "srgb"))
        for sigma in (0, 0.7, 1, 1.5, 2, 3, 4, 6)
    ]
    assert values == sorted(values, reverse=True)
    assert values[5] < 0.6 * values[0]


@pytest.mark.parametrize(("gain", "contrast"), [(0.5, 1.0), (1.2, 1.0), (1.0, 0.5), (0.6, 0.7)])
def test_neither_exposure_nor_contrast_changes_it(gain: float, contrast: float) -> None:
    rng = np.random.default_rng(1)
    light = cv2.GaussianBlur(rng.normal(size=(480, 640)), (0, 0), 2.0)
    light = 0.35 * (1 + 0.1 * light / light.std())

    def exposed(gain: float, contrast: float) -> np.ndarray:
        mean = light.mean()
        return np.clip(255 * (gain * (mean + contrast * (light - mean))) ** (1 / 2.4), 0, 255).astype(np.uint8)

    reference = sharpness(linear_grey(exposed(1.0, 1.0), None, "srgb"))
    assert sharpness(linear_grey(exposed(gain, contrast), None, "srgb")) == pytest.approx(reference, rel=0.04)


def test_a_natural_picture_has_equal_contrast_in_all_octaves(photograph, stand) -> None:
    assert 0.7 < sharpness(linear_grey(photograph(stand()), None, "srgb")) < 1.3


def test_nothing_to_see_is_not_sharp() -> None:
    assert sharpness(np.full((100, 100), 0.3, np.float32)) == 0.0
    assert sharpness(np.zeros((2, 2), np.float32)) == 0.0


def test_only_the_roi_counts(photograph, stand) -> None:
    picture = photograph(stand()).copy()
    roi = Roi(100, 100, 300, 300)
    before = sharpness(linear_grey(picture, roi, "srgb"))
    picture[:, 320:] = 128
    assert sharpness(linear_grey(picture, roi, "srgb")) == before


def test_share_of_the_baseline_or_of_skin_in_focus() -> None:
    assert focus_share(0.3, 0.6) == pytest.approx(0.5)
    assert focus_share(0.55, None) == pytest.approx(1.0)


@pytest.mark.parametrize("radius_px", [4, 12])
def test_spots_of_gloss_are_not_blur(photograph, stand, radius_px: int) -> None:
    picture, rng = photograph(stand()), np.random.default_rng(3)
    spots = np.zeros(picture.shape[:2], np.uint8)
    while spots.mean() < 0.05:
        cv2.circle(spots, (int(rng.integers(0, 640)), int(rng.integers(0, 480))), radius_px, 1, -1)
    shining = np.where(spots[..., None] > 0, np.uint8(240), picture)
    share = sharpness(linear_grey(shining, None, "srgb")) / sharpness(linear_grey(picture, None, "srgb"))
    assert share > 0.65
