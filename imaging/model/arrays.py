"""Array types shared by the frozen values, and the one way to freeze an array."""

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.float32]
"""A picture: (rows, cols, 3) RGB or (rows, cols) grey."""
FloatMap = npt.NDArray[np.float32]
"""One value per pixel, (rows, cols) or (rows, cols, n)."""
BoolMap = npt.NDArray[np.bool_]
"""One yes or no per pixel, (rows, cols)."""
LabelMap = npt.NDArray[np.int32]
"""One label per pixel, (rows, cols); 0 is background."""
Points = npt.NDArray[np.float64]
"""Coordinates, (n, 2) or (n, 3)."""

_Array = TypeVar("_Array", bound=npt.NDArray[Any])


def read_only(array: _Array) -> _Array:
    """A view of the same data that nobody can write through."""
    view = array.view()
    view.flags.writeable = False
    return view
