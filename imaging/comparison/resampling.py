"""Maps of a moving image read on the grid of the reference."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.alignment.normalise import fill_gaps
from imaging.model.arrays import BoolMap, FloatMap, Pixels

_ORDERS = {0: cv2.INTER_NEAREST, 1: cv2.INTER_LINEAR, 3: cv2.INTER_LANCZOS4}
_GAP_PX = 3.0


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
    source = np.ascontiguousarray(values, dtype=np.float32)
    known: BoolMap = np.isfinite(source if source.ndim == 2 else source.sum(axis=2))
    if not known.all():
        source = _filled(source, known)
    found = _remap(source, displacement, _ORDERS[order], cv2.BORDER_REPLICATE)
    found[~resample_mask(known, displacement)] = np.nan
    return found


def resample_mask(mask: BoolMap, displacement: FloatMap) -> BoolMap:
    """Where all four neighbours of the place read in a moving mask are True; False outside."""
    weight = _remap(mask.astype(np.float32), displacement, cv2.INTER_LINEAR, cv2.BORDER_CONSTANT)
    return np.asarray(weight > 0.999, dtype=np.bool_)


def resample_picture(picture: Pixels, displacement: FloatMap) -> Pixels:
    """A moving picture on the reference grid in its own number type; black outside."""
    found = _remap(np.ascontiguousarray(picture), displacement, cv2.INTER_CUBIC, cv2.BORDER_REPLICATE)
    found[~resample_mask(np.ones(picture.shape[:2], np.bool_), displacement)] = 0
    return found


def identity_displacement(shape: tuple[int, ...]) -> FloatMap:
    """The displacement of a picture of (rows, cols) onto itself."""
    return np.stack(np.meshgrid(np.arange(shape[0]), np.arange(shape[1]), indexing="ij"), axis=-1).astype(np.float32)


def _filled(values: FloatMap, known: BoolMap) -> FloatMap:
    """Gaps carried on smoothly, so that the interpolation does not ring at their edge."""
    layers = values if values.ndim == 3 else values[..., None]
    filled = [fill_gaps(layers[..., n], known, _GAP_PX) for n in range(layers.shape[2])]
    return np.ascontiguousarray(np.stack(filled, axis=-1) if values.ndim == 3 else filled[0], dtype=np.float32)


def _remap(values: npt.NDArray[Any], displacement: FloatMap, method: int, border: int) -> npt.NDArray[Any]:
    # NaN means outside the overlap: read far outside, which every border rule but "replicate" turns into 0.
    where = np.nan_to_num(displacement, nan=-1e4)
    col, row = np.ascontiguousarray(where[..., 1]), np.ascontiguousarray(where[..., 0])
    return cv2.remap(values, col, row, method, borderMode=border, borderValue=0.0)
