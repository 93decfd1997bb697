"""Relative shading of a live frame as colours: what one light says at once, without fitting a line."""

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap, Pixels
from imaging.model.geometry import Spacing
from imaging.surface.heatmap import colour_scale
from imaging.surface.light.linearise import to_linear
from imaging.surface.ring.separation import USUAL_MIXTURE
from imaging.surface.shading import DARKEST, ILLUMINATION_MM, ILLUMINATION_SHARE

LONGEST_PX = 960
"""Side of the map: half of a picture of 1920 x 1080."""
LIMIT = 0.5
"""Optical density of the last colour: the floor of a deep furrow under a ring."""
_CLEAR_BELOW, _FULL_ABOVE, _STRONGEST = 0.06, 0.35, 0.85
"""Density of blotches, which stay clear; of what is covered in full; and how much of the skin that hides."""
_SMOOTH_MM, _SMOOTH_PX = 0.05, 0.8
_SLOW_PX = 4.0
"""The slow part is read on a picture so much reduced that its Gaussian is this wide."""
_STEPS = 256


def draw_live_map(picture: Pixels, spacing: Spacing | None) -> npt.NDArray[np.uint8]:
    """Where the skin is darker than around: furrows, but also hairs and pigment.

    Parameters
    ----------
    picture : (rows, cols) or (rows, cols, 3) RGB; 8 bits are taken as sRGB
    spacing : mm per pixel of `picture`; None when uncalibrated

    Returns
    -------
    (rows, cols, 4) RGBA, the longer side at most `LONGEST_PX`; the same colours for the same density in every frame

    Notes
    -----
    Optical density over its slow part as in `shading.optical_density`, with tables and reduced pictures: 5 ms for a
    frame of 1920 x 1080 on one core.
    """
    small = _reduced(picture)
    scale_mm = _pitch_mm(picture, small, spacing)
    calm = cv2.GaussianBlur(_exposure(small), (0, 0), max(_SMOOTH_PX, _SMOOTH_MM / scale_mm))
    exposure = np.asarray(calm, dtype=np.float32)
    density = _slow_part(exposure, 0.1874 * ILLUMINATION_MM / scale_mm) - exposure
    steps = cv2.convertScaleAbs(np.maximum(density, np.float32(0)), alpha=(_STEPS - 1) / LIMIT)
    colours = np.take(_colours().view(np.uint32).ravel(), np.asarray(steps))
    return np.asarray(colours.view(np.uint8).reshape(*density.shape, 4), dtype=np.uint8)


def _reduced(picture: Pixels) -> npt.NDArray[np.uint8]:
    """In 8 bits, by a whole factor."""
    eight = picture if picture.dtype == np.uint8 else _in_8_bits(picture)
    factor = -(-max(eight.shape[:2]) // LONGEST_PX)
    if factor == 1:
        return np.asarray(eight, dtype=np.uint8)
    size = (eight.shape[1] // factor, eight.shape[0] // factor)
    return np.asarray(cv2.resize(eight, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _in_8_bits(picture: Pixels) -> npt.NDArray[np.uint8]:
    """16 bits without their low byte, 0..1 in 255 steps."""
    if picture.dtype == np.uint16:
        return (np.asarray(picture, dtype=np.uint16) >> 8).astype(np.uint8)
    return np.asarray(np.clip(np.nan_to_num(picture), 0, 1) * 255 + 0.5, dtype=np.uint8)


def _pitch_mm(picture: Pixels, small: Pixels, spacing: Spacing | None) -> float:
    if spacing is None:
        return float(ILLUMINATION_MM / (ILLUMINATION_SHARE * max(small.shape[:2])))
    return float(spacing.mean_mm * picture.shape[0] / small.shape[0])


def _exposure(small: npt.NDArray[np.uint8]) -> FloatMap:
    """Log of the light, weighted so that blood shows least."""
    if small.ndim == 2:
        return np.asarray(cv2.LUT(small, _log_light()), dtype=np.float32)
    each = cv2.LUT(small, _log_light())
    return np.asarray(cv2.transform(each, USUAL_MIXTURE[None, :]), dtype=np.float32).reshape(small.shape[:2])


def _slow_part(exposure: FloatMap, sigma_px: float) -> FloatMap:
    rows, cols = exposure.shape
    reduce = max(1, int(sigma_px / _SLOW_PX))
    size = (max(4, cols // reduce), max(4, rows // reduce))
    tiny = cv2.resize(exposure, size, interpolation=cv2.INTER_AREA)
    slow = cv2.GaussianBlur(tiny, (0, 0), sigma_px * size[0] / cols)
    return np.asarray(cv2.resize(slow, (cols, rows), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


@cache
def _log_light() -> FloatMap:
    levels = np.arange(256, dtype=np.uint8)[None, :]
    return np.log(np.maximum(to_linear(levels, "srgb"), DARKEST)).astype(np.float32)


@cache
def _colours() -> npt.NDArray[np.uint8]:
    density = np.linspace(0, LIMIT, _STEPS)
    share = np.clip((density - _CLEAR_BELOW) / (_FULL_ABOVE - _CLEAR_BELOW), 0, 1)
    alpha = np.round(255 * _STRONGEST * share).astype(np.uint8)
    return np.ascontiguousarray(np.column_stack([colour_scale("depth", _STEPS), alpha]))
