"""The skin's own surface, without its furrows and basins: what depressions and the heat map lie below."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.filters import SIGMA_PER_CUTOFF, bulk_scale, cell_means, tukey_weights

_CELLS_PER_SIGMA = 8.0
_PASSES = 4
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
    """Means of cells, the share of each that is valid, and the Gaussian in cells (rows, cols)."""

    height: FloatMap
    share: FloatMap
    sigmas: tuple[float, float]

    def blur(self, picture: FloatMap) -> FloatMap:
        blurred = cv2.GaussianBlur(
            picture, (0, 0), sigmaX=self.sigmas[1], sigmaY=self.sigmas[0], borderType=cv2.BORDER_CONSTANT
        )
        return np.asarray(blurred, dtype=np.float32)


def _cells(height: FloatMap, valid: BoolMap, sigma_px: tuple[float, float]) -> _Cells:
    rows, cols = (
        max(2, min(n, round(n * _CELLS_PER_SIGMA / sigma))) for n, sigma in zip(height.shape, sigma_px, strict=True)
    )
    sigmas = (sigma_px[0] * rows / height.shape[0], sigma_px[1] * cols / height.shape[1])
    return _Cells(*cell_means(height, valid, (rows, cols)), sigmas)


def _local_planes(cells: _Cells, weights: FloatMap) -> FloatMap:
    """At each cell the value of the plane that fits its Gaussian neighbourhood best.

    Moments are taken about the cell itself (blurs of x, x^2 ... minus its own position), in units of sigma.
    """
    rows, cols = cells.height.shape
    y = ((np.arange(rows) - (rows - 1) / 2) / cells.sigmas[0])[:, None]
    x = ((np.arange(cols) - (cols - 1) / 2) / cells.sigmas[1])[None, :]
    one = cells.blur(weights).astype(np.float64)
    wx, wy, wxx, wyy, wxy = (_blurred(cells, weights * f) for f in (x, y, x * x, y * y, x * y))
    wz, wxz, wyz = (_blurred(cells, weights * cells.height * f) for f in (1.0, x, y))
    dx, dy = wx - x * one, wy - y * one
    dxx, dyy = wxx - 2 * x * wx + x * x * one, wyy - 2 * y * wy + y * y * one
    dxy = wxy - x * wy - y * wx + x * y * one
    dxz, dyz = wxz - x * wz, wyz - y * wz
    ridge = 1e-3 * one + 1e-9
    dxx, dyy = dxx + ridge, dyy + ridge
    minor = dxx * dyy - dxy * dxy
    level = wz * minor - dxz * (dx * dyy - dxy * dy) - dyz * (dy * dxx - dxy * dx)
    known = one * minor - dx * (dx * dyy - dxy * dy) - dy * (dy * dxx - dxy * dx)
    mean = wz / np.maximum(one, 1e-9)
    is_plane = (one > _LEAST_SHARE) & (known > 1e-4 * one * minor)
    return np.where(is_plane, level / np.where(is_plane, known, 1), mean).astype(np.float32)


def _blurred(cells: _Cells, picture: FloatMap) -> FloatMap:
    return cells.blur(np.asarray(picture, dtype=np.float32)).astype(np.float64)
