import numpy as np
import pytest

from imaging.guidance.exposure import clipped_fractions, median_brightness
from imaging.guidance.light import judged_roi, linear_grey
from imaging.model.geometry import Roi


@pytest.mark.parametrize(("value", "linear"), [(0, 0.0), (128, 0.2158605), (188, 0.5028865), (255, 1.0)])
def test_brightness_is_linear_light(value: int, linear: float) -> None:
    picture = np.full((40, 60, 3), value, np.uint8)
    assert median_brightness(linear_grey(picture, None, "srgb")) == pytest.approx(linear, abs=1e-5)


def test_sixteen_bits_and_linear_pictures_are_read_as_what_they_are() -> None:
    picture = np.full((40, 60, 3), 32768, np.uint16)
    assert median_brightness(linear_grey(picture, None, "linear")) == pytest.approx(0.5, abs=0.001)


def test_half_bright_half_dark_is_judged_in_the_roi_only() -> None:
    picture = np.zeros((100, 100, 3), np.uint8)
    picture[:, 50:] = 188
    assert median_brightness(linear_grey(picture, Roi(0, 60, 100, 100), "srgb")) == pytest.approx(0.503, abs=0.001)
    assert median_brightness(linear_grey(picture, Roi(0, 0, 100, 40), "srgb")) == 0.0


def test_clipped_fractions_are_exact() -> None:
    picture = np.full((100, 100, 3), 120, np.uint8)
    picture[:3, :, 0] = 254  # red alone is clipped
    picture[10:12] = 1
    picture[20, :, 1] = 0  # one dark channel is not black
    picture[30] = 253
    assert clipped_fractions(picture) == pytest.approx((0.02, 0.03))


def test_grey_and_sixteen_bit_pictures_clip_too() -> None:
    grey = np.full((10, 10), 100, np.uint8)
    grey[0] = 255
    assert clipped_fractions(grey) == pytest.approx((0.0, 0.1))
    deep = np.full((10, 10, 3), 30000, np.uint16)
    deep[0, :, 2] = 65535
    assert clipped_fractions(deep) == pytest.approx((0.0, 0.1))


def test_without_a_roi_the_middle_is_judged() -> None:
    assert judged_roi((1000, 2000), None) == Roi(150, 300, 850, 1700)
    assert judged_roi((100, 100), Roi(50, 50, 200, 200)) == Roi(50, 50, 100, 100)
    assert judged_roi((100, 100), Roi(150, 150, 200, 200)) == judged_roi((100, 100), None)
