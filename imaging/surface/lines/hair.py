"""Hairs: thin dark lines that lie on the skin and hide it."""

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap, Pixels
from imaging.model.geometry import Spacing

_WIDTH_MM = 0.14
"""Widest hair, with its blur; anything wider is skin."""
_CONTRAST = 0.25
"""Share of the light a hair takes away in every channel."""
_LEAST_LENGTH_MM = 1.5
_LEAST_ELONGATION = 6.0
_MARGIN_MM = 0.03
_WORKING_MM = 0.02


def find_hair(photograph: Pixels, height: FloatMap, valid: BoolMap, spacing: Spacing) -> BoolMap:
    """True on hairs and a small margin around them, (rows, cols).

    Parameters
    ----------
    photograph : (rows, cols, 3) uint8, evenly lit
    height : (rows, cols) µm; a dark line that lies in a furrow is not a hair

    Notes
    -----
    After Lee et al. 1997 (DullRazor, Comput. Biol. Med. 27): black-hat closing in every channel, then only long thin
    parts. A hair lies on the skin, so a part that runs more than 15 µm below its
    surroundings is left to the wrinkles.
    """
    pitch = max(_WORKING_MM, spacing.mean_mm)
    if pitch > _WIDTH_MM / 2:
        return np.zeros(valid.shape, dtype=np.bool_)
    size = (
        max(8, round(photograph.shape[1] * spacing.col_mm / pitch)),
        max(8, round(photograph.shape[0] * spacing.row_mm / pitch)),
    )
    small = cv2.resize(np.asarray(photograph, dtype=np.uint8), size, interpolation=cv2.INTER_AREA)
    dark = _dark_lines(np.asarray(small, dtype=np.uint8), pitch)
    relief = cv2.resize(np.where(valid, height, np.float32(0)), size, interpolation=cv2.INTER_AREA)
    hair = _long_and_thin(dark, _sunken(np.asarray(relief, dtype=np.float32), pitch), pitch)
    margin = 2 * round(_MARGIN_MM / pitch) + 1
    wide = cv2.dilate(hair.astype(np.uint8), np.ones((margin, margin), dtype=np.uint8))
    full = cv2.resize(wide, (valid.shape[1], valid.shape[0]), interpolation=cv2.INTER_NEAREST)
    return np.asarray(full > 0) & valid


def _dark_lines(picture: Pixels, pitch_mm: float) -> BoolMap:
    """Darker than what closes over a hair's width, in every channel."""
    side = 2 * int(np.ceil(_WIDTH_MM / pitch_mm / 2)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    closed = cv2.morphologyEx(picture, cv2.MORPH_CLOSE, kernel)
    # sRGB steps are about the 2.2th root of light
    darkest = np.ceil(np.arange(256) * (1 - _CONTRAST) ** (1 / 2.2)).astype(np.uint8)
    is_dark = cv2.compare(picture, cv2.LUT(closed, darkest), cv2.CMP_LT)
    red, green, blue = cv2.split(is_dark)
    return np.asarray(cv2.bitwise_and(cv2.bitwise_and(red, green), blue) > 0)


def _sunken(relief: FloatMap, pitch_mm: float) -> FloatMap:
    """µm below the mean of the surroundings, half a millimetre wide."""
    around = cv2.GaussianBlur(relief, (0, 0), 0.25 / pitch_mm)
    return np.asarray(around - cv2.GaussianBlur(relief, (0, 0), max(0.5, 0.03 / pitch_mm)), dtype=np.float32)


def _long_and_thin(dark: BoolMap, sunken: FloatMap, pitch_mm: float) -> BoolMap:
    count, parts, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8), connectivity=8)
    hair = np.zeros(count, dtype=np.bool_)
    for part in range(1, count):
        left, top, width, height, area = (int(v) for v in stats[part])
        length = np.hypot(width, height)
        if length * pitch_mm < _LEAST_LENGTH_MM or area > length**2 / _LEAST_ELONGATION:
            continue
        window = (slice(top, top + height), slice(left, left + width))
        inside = parts[window] == part
        hair[part] = float(np.mean(sunken[window][inside])) < 15.0
    return np.asarray(hair[parts], dtype=np.bool_)
