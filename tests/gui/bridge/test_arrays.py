"""What goes into Qt comes out again, pixel by pixel."""

import numpy as np
import pytest

from gui.bridge.arrays import to_array, to_image, to_pixmap


@pytest.mark.parametrize("cols", [5, 6, 7, 8])
def test_rgb_survives_any_width(cols: int) -> None:
    pixels = np.random.default_rng(cols).integers(0, 256, (4, cols, 3), dtype=np.uint8)
    assert (to_array(to_image(pixels)) == pixels).all()


def test_read_only_and_strided_arrays_are_welcome() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    pixels.flags.writeable = False
    assert (to_array(to_image(pixels[::2, ::-1])) == pixels[::2, ::-1]).all()


def test_the_image_owns_its_pixels() -> None:
    pixels = np.zeros((2, 2, 3), dtype=np.uint8)
    image = to_image(pixels)
    pixels[:] = 255
    assert to_array(image).max() == 0


def test_grey_sixteen_bit_and_float() -> None:
    grey = np.array([[0, 128, 255]], dtype=np.uint8)
    assert to_array(to_image(grey))[0, :, 1].tolist() == [0, 128, 255]
    deep = np.array([[[0, 0x80FF, 0xFFFF]]], dtype=np.uint16)
    assert to_array(to_image(deep))[0, 0].tolist() == [0, 0x80, 255]
    share = np.array([[[0.0, 0.5, np.nan]]], dtype=np.float32)
    assert to_array(to_image(share))[0, 0].tolist() == [0, 128, 0]


@pytest.mark.usefixtures("qapp")
def test_pixmap_keeps_alpha() -> None:
    rgba = np.array([[[255, 0, 0, 0], [0, 255, 0, 255]]], dtype=np.uint8)
    image = to_pixmap(rgba).toImage()
    assert image.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(1, 0).getRgb() == (0, 255, 0, 255)
