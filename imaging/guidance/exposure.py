"""How bright the skin is, and how much of it is lost at either end."""

import cv2
import numpy as np

from imaging.guidance.light import as_uint8
from imaging.model.arrays import FloatMap, Pixels

CLIPPED_HIGH = 254
"""A sample at or above this (of 255) may have been brighter than the camera can tell."""
CLIPPED_LOW = 1
"""A pixel whose channels are all at or below this (of 255) shows nothing."""


def median_brightness(grey: FloatMap) -> float:
    """Median of linear light 0..1; of every second row and column, which is plenty for a median.

    Parameters
    ----------
    grey : (rows, cols) float32
    """
    return float(np.median(grey[::2, ::2]))


def clipped_fractions(pixels: Pixels) -> tuple[float, float]:
    """Share of pixels clipped at the dark end (all channels <= 1 of 255) and at the bright end (any >= 254), each 0..1.

    Parameters
    ----------
    pixels : (rows, cols, 3) RGB or (rows, cols), uint8 or uint16, as the camera sent them
    """
    eight = as_uint8(pixels)
    channels = 1 if eight.ndim == 2 else eight.shape[2]
    count = eight.shape[0] * eight.shape[1]
    below = cv2.inRange(eight, (0,) * channels, (CLIPPED_HIGH - 1,) * channels)
    dark = cv2.inRange(eight, (0,) * channels, (CLIPPED_LOW,) * channels)
    return cv2.countNonZero(dark) / count, 1.0 - cv2.countNonZero(below) / count
