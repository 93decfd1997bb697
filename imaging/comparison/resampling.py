"""Maps of a moving image read on the grid of the reference."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.alignment.normalise import fill_gaps
from imaging.model.arrays import BoolMap, FloatMap, Pixels

_ORDERS = {0: cv2.INTER_NEAREST, 1: cv2.INTER_LINEAR, 3: cv2.INTER_LANCZOS4}
_GAP_PX = 3.0
_LEAST_OFFSET_PX = 1 / 32
"""OpenCV reads on a grid of a 32nd of a pixel."""


class Resampler:
    """A displacement made ready once to read many maps of one moving image.

    Parameters
    ----------
    displacement : (rows, cols, 2), for each reference pixel the absolute (row, col) in the moving image; NaN outside
    """

    def __init__(self, displacement: FloatMap) -> None:
        # NaN means outside the overlap: read far outside, which every border rule but "replicate" turns into 0.
        row, col = cv2.split(np.ascontiguousarray(displacement, dtype=np.float32))
        self._where = [cv2.patchNaNs(np.array(axis), -1e4) for axis in (col, row)]
        self._whole: dict[tuple[int, ...], BoolMap] = {}

    def map(self, values: FloatMap, order: int = 1) -> FloatMap:
        """As `resample`."""
        source = np.ascontiguousarray(values, dtype=np.float32)
        known: BoolMap = np.isfinite(
            source if source.ndim == 2 else cv2.transform(source, np.ones((1, source.shape[2])))
        )
        if known.all():
            found = self._read(source, _ORDERS[order], cv2.BORDER_REPLICATE)
        elif order == 3:
            found = self._read(_filled(source, known), _ORDERS[order], cv2.BORDER_REPLICATE)
        else:  # what touches a gap is blanked below, whatever stands in it
            found = self._read(np.nan_to_num(source), _ORDERS[order], cv2.BORDER_REPLICATE)
        found[~self.mask(known)] = np.nan
        return found

    def _inside(self, shape: tuple[int, ...]) -> BoolMap:
        """Where a map without gaps is read."""
        if shape not in self._whole:
            weight = self._read(np.ones(shape, dtype=np.float32), cv2.INTER_LINEAR, cv2.BORDER_CONSTANT)
            self._whole[shape] = np.asarray(weight > 0.999, dtype=np.bool_)
        return self._whole[shape]

    def mask(self, mask: BoolMap) -> BoolMap:
        """As `resample_mask`."""
        if mask.all():
            return self._inside(mask.shape)
        weight = self._read(mask.astype(np.float32), cv2.INTER_LINEAR, cv2.BORDER_CONSTANT)
        return np.asarray(weight > 0.999, dtype=np.bool_)

    def picture(self, picture: Pixels) -> Pixels:
        """As `resample_picture`."""
        found = self._read(np.ascontiguousarray(picture), cv2.INTER_CUBIC, cv2.BORDER_REPLICATE)
        found[~self._inside(picture.shape[:2])] = 0
        return found

    def _read(self, values: npt.NDArray[Any], method: int, border: int) -> npt.NDArray[Any]:
        return cv2.remap(values, self._where[0], self._where[1], method, borderMode=border, borderValue=0.0)


def resample(values: FloatMap, displacement: FloatMap, order: int = 1) -> FloatMap:
    """A moving map on the reference grid.

    Parameters
    ----------
    values : (rows, cols) or (rows, cols, n) float of the moving image; NaN where unknown
    displacement : (rows, cols, 2), for each reference pixel the absolute (row, col) in the moving image
    order : 0 nearest, 1 linear, 3 sharp (Lanczos with eight taps: keeps fine relief that linear would blur)

    Returns
    -------
    float32 of the reference's size; NaN outside the moving image and next to its NaN.
    """
    return Resampler(displacement).map(values, order)


def resample_mask(mask: BoolMap, displacement: FloatMap) -> BoolMap:
    """Where all four neighbours of the place read in a moving mask are True; False outside."""
    return Resampler(displacement).mask(mask)


def resample_picture(picture: Pixels, displacement: FloatMap) -> Pixels:
    """A moving picture on the reference grid in its own number type; black outside."""
    return Resampler(displacement).picture(picture)


def usual_offset_px(displacement: FloatMap) -> tuple[float, float]:
    """How far between the pixels a displacement reads, (row, col): 0 on them, 0.5 half way.

    Interpolation costs detail in proportion to sin^2(pi offset); this is the offset that costs as much as all of the
    displacement's do on average, 0.25 for anything turned or stretched.
    """
    thin = displacement[::4, ::4]
    thin = thin[np.isfinite(thin[..., 0])]
    if not thin.size:
        return 0.0, 0.0
    costs = np.mean(np.sin(np.pi * thin) ** 2, axis=0, dtype=np.float64)
    row, col = np.arcsin(np.sqrt(costs)) / np.pi
    return float(row), float(col)


def read_between_pixels(height: FloatMap, offset_px: tuple[float, float]) -> FloatMap:
    """A map read sharply at a constant offset (row, col) below half a pixel; NaN where it was.

    A reference that is compared with a resampled map loses the same detail, at the price of a shift too small to matter
    for anything but a difference pixel by pixel.
    """
    if max(offset_px) < _LEAST_OFFSET_PX:
        return height
    known: BoolMap = np.isfinite(height)
    source = height if known.all() else _filled(height, known)
    shift = np.array([[1, 0, offset_px[1]], [0, 1, offset_px[0]]], np.float32)
    size, flags = (height.shape[1], height.shape[0]), cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP
    found = cv2.warpAffine(source, shift, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.where(known, np.asarray(found, np.float32), height)


def identity_displacement(shape: tuple[int, ...]) -> FloatMap:
    """The displacement of a picture of (rows, cols) onto itself."""
    return np.stack(np.meshgrid(np.arange(shape[0]), np.arange(shape[1]), indexing="ij"), axis=-1).astype(np.float32)


def _filled(values: FloatMap, known: BoolMap) -> FloatMap:
    """Gaps carried on smoothly, so that the interpolation does not ring at their edge."""
    layers = values if values.ndim == 3 else values[..., None]
    filled = [fill_gaps(layers[..., n], known, _GAP_PX) for n in range(layers.shape[2])]
    return np.ascontiguousarray(np.stack(filled, axis=-1) if values.ndim == 3 else filled[0], dtype=np.float32)
