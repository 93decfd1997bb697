"""The skin's own surface, without its furrows and basins: what depressions and the heat map lie below."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.filters import SIGMA_PER_CUTOFF, bulk_scale, cell_means, tukey_weights

_CELLS_PER_SIGMA = 8.0
_PASSES = 4
_REACH = 4.0
"""Of the Gaussian, in units of its sigma."""
_BLOCK = 16
"""Cells whose neighbours are summed at once: so few that no second thread is called for them, which would only wait."""
_LEAST_SHARE = 0.02
_LEAST_SCALE = 0.01
"""Of the spread of the heights: on a perfectly smooth surface rounding is not an outlier."""


def reference_surface(height: FloatMap, valid: BoolMap, spacing: Spacing, cutoff_mm: float) -> FloatMap:
    """Robust Gaussian regression of first order, (rows, cols) in the unit of `height`; NaN where not valid.

    Parameters
    ----------
    height : (rows, cols)
    cutoff_mm : wavelength of the Gaussian

    Notes
    -----
    Computed on cells of an eighth of the Gaussian's sigma. What lies far from the surface counts less in each pass
    (Tukey), so a basin does not pull its own reference down; a plane through the neighbourhood rather than its mean
    keeps borders and corners from bending.

    References
    ----------
    ISO 16610-31 and -71 (robust Gaussian regression filters).
    """
    sigma_px = SIGMA_PER_CUTOFF * cutoff_mm / np.array([spacing.row_mm, spacing.col_mm])
    cells = _cells(height, valid, (float(sigma_px[0]), float(sigma_px[1])))
    surface = _local_planes(cells, cells.share)
    for _ in range(_PASSES):
        away = cells.height - surface
        scale = max(bulk_scale(away[cells.share > 0.5]), _LEAST_SCALE * float(np.std(cells.height)))
        weights = tukey_weights(away, scale) * cells.share
        surface = _local_planes(cells, np.asarray(weights, dtype=np.float32))
    wide = cv2.resize(surface, (height.shape[1], height.shape[0]), interpolation=cv2.INTER_CUBIC)
    np.copyto(wide, np.nan, where=~valid)
    return np.asarray(wide, dtype=np.float32)


@dataclass(frozen=True)
class _Cells:
    """Means of cells, the share of each that is valid, and the Gaussian down the rows and across the columns."""

    height: FloatMap
    share: FloatMap
    down: "_Neighbours"
    across: "_Neighbours"


class _Neighbours:
    """Gaussian weights along one axis: (n, n) of each cell (row) for every other (column), 0 beyond `_REACH`.

    `moments` are these weights times 1, the distance and its square, in units of sigma.
    """

    def __init__(self, count: int, sigma: float) -> None:
        at = np.arange(count)
        away = (at[None, :] - at[:, None]) / sigma
        weights = np.exp(-0.5 * away * away) * (np.abs(away) <= _REACH) / (np.sqrt(2 * np.pi) * sigma)
        self.reach = int(_REACH * sigma) + 1
        self.moments = np.stack([weights * away**power for power in range(3)]).astype(np.float32)

    def sums(self, count: int, cells: FloatMap) -> FloatMap:
        """The first `count` moments along the first axis of `cells`, (count, *cells.shape); a block at a time, for most
        weights of a long axis are 0."""
        answer = np.empty((count, *cells.shape), dtype=np.float32)
        for start in range(0, len(cells), _BLOCK):
            stop = start + _BLOCK
            near = slice(max(0, start - self.reach), stop + self.reach)
            np.matmul(self.moments[:count, start:stop, near], cells[near], out=answer[:, start:stop])
        return answer


def _cells(height: FloatMap, valid: BoolMap, sigma_px: tuple[float, float]) -> _Cells:
    rows, cols = (
        max(2, min(n, round(n * _CELLS_PER_SIGMA / sigma))) for n, sigma in zip(height.shape, sigma_px, strict=True)
    )
    down = _Neighbours(rows, sigma_px[0] * rows / height.shape[0])
    across = _Neighbours(cols, sigma_px[1] * cols / height.shape[1])
    return _Cells(*cell_means(height, valid, (rows, cols)), down, across)


def _local_planes(cells: _Cells, weights: FloatMap) -> FloatMap:
    """At each cell the value of the plane that fits its Gaussian neighbourhood best, from moments about the cell."""
    heights = weights * cells.height
    around, below, far_below = cells.down.sums(3, weights)
    height, height_below = cells.down.sums(2, heights)
    one, x, xx = cells.across.sums(3, around.T)
    y, xy = cells.across.sums(2, below.T)
    (yy,) = cells.across.sums(1, far_below.T)
    z, xz = cells.across.sums(2, height.T)
    (yz,) = cells.across.sums(1, height_below.T)
    ridge = np.float32(1e-3) * one + np.float32(1e-9)
    xx, yy = xx + ridge, yy + ridge
    minor, by_x, by_y = xx * yy - xy * xy, x * yy - y * xy, y * xx - x * xy
    level, known = z * minor - xz * by_x - yz * by_y, one * minor - x * by_x - y * by_y
    mean = z / np.maximum(one, np.float32(1e-9))
    is_plane = (one > _LEAST_SHARE) & (known > 1e-4 * one * minor)
    return np.ascontiguousarray(np.where(is_plane, level / np.where(is_plane, known, 1), mean).T, dtype=np.float32)
