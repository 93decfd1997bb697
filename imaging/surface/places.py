"""Where on a map: its values at points, and the rectangle round what is True."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import BoolMap

_Value = TypeVar("_Value", bound=np.generic)


def values_at(picture: npt.NDArray[_Value], points: npt.NDArray[np.float64]) -> npt.NDArray[_Value]:
    """Of the pixels nearest to points (n, 2) of (row, col), (n, ...); beyond the border those of the border."""
    rows, cols = (np.clip(np.round(points[:, k]).astype(int), 0, picture.shape[k] - 1) for k in (0, 1))
    return np.asarray(picture[rows, cols])


def bounding_box(mask: BoolMap) -> tuple[slice, slice]:
    """Rows and columns from the first to the last True; there has to be one."""
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(cols[0]), int(cols[-1]) + 1)
