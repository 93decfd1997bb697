"""Pictures that look alike whatever the light: grey, local mean and local contrast taken out."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.model.arrays import BoolMap, FloatMap, Pixels

Grey = npt.NDArray[np.uint8]
"""A picture of 8-bit grey, (rows, cols)."""

_GAIN = 40.0
"""Grey levels per local standard deviation: clips beyond about three of them."""


@dataclass(frozen=True)
class Reduction:
    """A picture made smaller, and where its pixels lie in the full-size one."""

    factor_row: float
    factor_col: float

    @property
    def to_full(self) -> npt.NDArray[np.float64]:
        """(3, 3), (col, row, 1) of the small picture to the full-size one; pixel centres kept."""
        row, col = self.factor_row, self.factor_col
        return np.array([[col, 0.0, (col - 1) / 2], [0.0, row, (row - 1) / 2], [0.0, 0.0, 1.0]])


def grey_of(picture: Pixels) -> FloatMap:
    """Luminance as float32 in the numbers of the picture, (rows, cols); 64-bit is narrowed.

    Parameters
    ----------
    picture : (rows, cols, 3) RGB or (rows, cols) grey
    """
    known = picture.dtype in (np.uint8, np.uint16, np.float32)
    pixels: npt.NDArray[Any] = np.ascontiguousarray(picture if known else picture.astype(np.float32))
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) if pixels.ndim == 3 else pixels
    return np.asarray(grey, dtype=np.float32)


def reduce(picture: FloatMap, longest_px: int) -> tuple[FloatMap, Reduction]:
    """The picture with its longer side at most `longest_px`, by area averaging; unchanged when it is small enough."""
    rows, cols = picture.shape[:2]
    factor = max(rows, cols) / longest_px
    if factor <= 1:
        return picture, Reduction(1.0, 1.0)
    size = max(round(cols / factor), 1), max(round(rows / factor), 1)
    small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    return small, Reduction(rows / size[1], cols / size[0])


def fill_gaps(values: FloatMap, valid: BoolMap, sigma_px: float) -> FloatMap:
    """`values` where valid, else the local mean of valid neighbours (their overall mean far from any)."""
    if valid.all():
        return values
    weight = valid.astype(np.float32)
    known = np.where(valid, values, np.float32(0))
    total = float(known.sum() / max(weight.sum(), 1.0))
    mean = (_blur(known, sigma_px) + 1e-6 * total) / (_blur(weight, sigma_px) + 1e-6)
    return np.where(valid, values, mean).astype(np.float32)


def normalise_locally(grey: FloatMap, sigma_px: float, floor: float) -> Grey:
    """Local mean to mid-grey and local contrast to a constant, so that light and exposure no longer show.

    Parameters
    ----------
    grey : (rows, cols), finite
    sigma_px : standard deviation of the Gaussian neighbourhood
    floor : contrast, in the unit of `grey`, below which a place counts as plain and is not blown up

    Returns
    -------
    (rows, cols) uint8; 128 is the local mean.
    """
    centred = grey - _blur(grey, sigma_px)
    contrast = np.sqrt(_blur(centred * centred, sigma_px)) + np.float32(floor)
    return np.asarray(np.clip(128.0 + _GAIN * centred / contrast, 0, 255), dtype=np.uint8)


def light_invariant(picture: Pixels, longest_px: int, sigma_px: float = 8.0) -> tuple[Grey, Reduction]:
    """A picture reduced and locally normalised, ready for features and flow.

    The square root stands between light and noise: it makes photon noise even.
    """
    small, reduction = reduce(grey_of(picture), longest_px)
    even = np.sqrt(np.maximum(np.nan_to_num(small), 0))
    bright = float(np.percentile(even[::4, ::4], 99))
    return normalise_locally(even, sigma_px, floor=0.008 * bright + 1e-9), reduction


def _blur(values: FloatMap, sigma_px: float) -> FloatMap:
    """A Gaussian; wide ones on a smaller picture, which costs the same whatever the width."""
    step = int(sigma_px // 4)
    if step < 2 or min(values.shape) < 8 * step:
        return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma_px), dtype=np.float32)
    size = -(-values.shape[1] // step), -(-values.shape[0] // step)
    small = cv2.GaussianBlur(cv2.resize(values, size, interpolation=cv2.INTER_AREA), (0, 0), sigma_px / step)
    back = cv2.resize(small, (values.shape[1], values.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(back, dtype=np.float32)
