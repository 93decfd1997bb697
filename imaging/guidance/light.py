"""The small pictures that the measures look at: linear light inside the ROI, half size."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap, Pixels, read_only
from imaging.model.frame import Encoding
from imaging.model.geometry import Roi
from imaging.surface.light.linearise import to_linear

_MIDDLE = 0.7
"""Without an ROI the middle of the picture is judged: this share of its height and width."""


def judged_roi(shape: tuple[int, ...], roi: Roi | None) -> Roi:
    """The ROI cut to the picture, or the middle of the picture when there is none (or none of it is inside)."""
    rows, cols = shape[:2]
    if roi is not None and roi.row0 < rows and roi.col0 < cols:
        return Roi(roi.row0, roi.col0, min(roi.row1, rows), min(roi.col1, cols))
    top, left = int(rows * (1 - _MIDDLE) / 2), int(cols * (1 - _MIDDLE) / 2)
    return Roi(top, left, rows - top, cols - left)


def grey8(pixels: Pixels) -> npt.NDArray[np.uint8]:
    """(rows, cols) luma, uint8, still encoded as the camera sent it."""
    eight = as_uint8(pixels)
    grey = eight if eight.ndim == 2 else cv2.cvtColor(eight, cv2.COLOR_RGB2GRAY)
    return np.asarray(grey, dtype=np.uint8)


def as_uint8(pixels: Pixels) -> npt.NDArray[np.uint8]:
    """The same picture with 8 bits a sample; floats are taken as 0..1."""
    if pixels.dtype == np.uint8:
        return np.asarray(pixels, dtype=np.uint8)
    full = 65535.0 if pixels.dtype == np.uint16 else 1.0
    return np.asarray(cv2.convertScaleAbs(np.asarray(pixels, dtype=np.float32), alpha=255.0 / full), dtype=np.uint8)


def linear_grey(pixels: Pixels, roi: Roi | None, encoding: Encoding) -> FloatMap:
    """Linear light of the ROI, grey, 0..1, half size (each value the mean of 2 x 2 pixels).

    Parameters
    ----------
    pixels : (rows, cols, 3) RGB or (rows, cols)
    roi : None for the middle of the picture
    """
    area = pixels[judged_roi(pixels.shape, roi).slices]
    if area.dtype == np.uint16 and encoding == "linear" and area.ndim == 3:
        grey = cv2.cvtColor(to_linear(area, encoding), cv2.COLOR_RGB2GRAY)
    else:
        grey = to_linear(grey8(area), encoding)
    return halved(np.asarray(grey, dtype=np.float32), cv2.INTER_AREA)


def every_second_pixel(pixels: Pixels, roi: Roi | None) -> Pixels:
    """Every second row and column of the ROI as the camera sent them: enough to count by."""
    area = pixels[judged_roi(pixels.shape, roi).slices]
    size = (max(1, area.shape[1] // 2), max(1, area.shape[0] // 2))
    shrunk: Any = cv2.resize(area, size, interpolation=cv2.INTER_NEAREST)
    samples: Pixels = read_only(shrunk)
    return samples


def linear_colour(samples: Pixels, encoding: Encoding) -> FloatMap:
    """Linear light of samples, (rows, cols, 3), 0..1; grey ones get three equal channels."""
    light = to_linear(samples, encoding)
    return light if light.ndim == 3 else np.repeat(light[..., None], 3, axis=2)


def halved(picture: FloatMap, interpolation: int) -> FloatMap:
    """The picture at half its height and width."""
    size = (max(1, picture.shape[1] // 2), max(1, picture.shape[0] // 2))
    return np.asarray(cv2.resize(picture, size, interpolation=interpolation), dtype=np.float32)
