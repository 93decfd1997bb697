"""Broad bends of a map, followed to its very border."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing

_CELLS_PER_CUTOFF = 24
_SIGMA_PER_CUTOFF = 0.1874
"""ISO 16610-21."""
_LEAST_SPREAD = 1e-3
"""Squared sigmas: with fewer places around than this no slope is known."""


def broad_bends(values: FloatMap, grid: Spacing, cutoff_mm: float) -> FloatMap:
    """What a Gaussian regression of first degree lets pass: a weighted mean in the middle, a plane at the border.

    A plain weighted mean lags behind a slope at the border, where only one side is known; a plane does not [1]_.

    Parameters
    ----------
    values : (rows, cols), NaN where unknown

    Returns
    -------
    (rows, cols), same unit; meaningless where `values` is NaN

    References
    ----------
    .. [1] ISO 16610-28 (end effects) and -31 (regression filters).
    """
    cell = max(int(cutoff_mm / _CELLS_PER_CUTOFF / grid.mean_mm), 1)
    known = np.isfinite(values)
    weight, weighted = (_cells(one, cell) for one in (known, np.where(known, values, 0)))
    low = _local_plane(weighted, weight, _SIGMA_PER_CUTOFF * cutoff_mm / (grid.mean_mm * cell))
    return np.asarray(cv2.resize(low, values.shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _cells(values: npt.ArrayLike, cell: int) -> FloatMap:
    full = np.asarray(values, dtype=np.float32)
    size = max(full.shape[1] // cell, 1), max(full.shape[0] // cell, 1)
    return np.asarray(cv2.resize(full, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _local_plane(weighted: FloatMap, weight: FloatMap, sigma: float) -> FloatMap:
    """Value at each place of the plane fitted around it; lengths in sigmas."""
    rows, cols = np.mgrid[: weight.shape[0], : weight.shape[1]] / sigma
    total = np.maximum(_blurred(weight, sigma), 1e-6)

    def mean(layer: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return _blurred(layer, sigma) / total

    row, col, value = mean(weight * rows), mean(weight * cols), mean(weighted.astype(np.float64))
    row_row, col_col = mean(weight * rows**2) - row**2, mean(weight * cols**2) - col**2
    row_col = mean(weight * rows * cols) - row * col
    row_value, col_value = mean(weighted * rows) - value * row, mean(weighted * cols) - value * col
    spread = row_row * col_col - row_col**2
    is_known = spread > _LEAST_SPREAD
    safe = np.where(is_known, spread, 1.0)
    down = np.where(is_known, (row_value * col_col - col_value * row_col) / safe, 0.0)
    across = np.where(is_known, (col_value * row_row - row_value * row_col) / safe, 0.0)
    return np.asarray(value + down * (rows - row) + across * (cols - col), dtype=np.float32)


def _blurred(layer: npt.ArrayLike, sigma: float) -> npt.NDArray[np.float64]:
    full = np.asarray(layer, dtype=np.float64)
    return np.asarray(cv2.GaussianBlur(full, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT))
