"""Form removal and the Gaussian filters of ISO 16610, all of which respect what was not measured."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.bands import for_each_band

SIGMA_PER_CUTOFF = 0.1874
"""Standard deviation of the ISO 16610 Gaussian: alpha / sqrt(2 pi) with alpha = sqrt(ln 2 / pi)."""
_SMALL_SIGMA_PX = 5.0
_FORM_CELLS = 160
_FORM_PASSES = 8


def remove_form(height: FloatMap, valid: BoolMap, order: int = 2) -> FloatMap:
    """Height minus its best polynomial of `order`, NaN where not valid.

    Parameters
    ----------
    height : (rows, cols) any unit
    valid : (rows, cols)
    order : total degree of the polynomial; 2 takes away tilt and curvature

    Notes
    -----
    Fitted on cell means with Tukey weights, so that furrows, which cover little and lie deep, do not pull it down.
    """
    side = max(1, max(height.shape) // _FORM_CELLS)
    small, share = cell_means(height, valid, (max(1, height.shape[0] // side), max(1, height.shape[1] // side)))
    terms = [(i, j) for i in range(order + 1) for j in range(order + 1 - i)]
    rows, cols = _axis(small.shape[0]), _axis(small.shape[1])
    columns = np.stack([np.outer(rows**i, cols**j).ravel() for i, j in terms], axis=1)
    known = share.ravel() > 0.25
    known = known if known.sum() > 3 * len(terms) else share.ravel() > 0
    factors = _robust_fit(columns[known], small.ravel()[known])
    rows, cols = _axis(height.shape[0]), _axis(height.shape[1])
    in_cols = [sum(f * cols**j for f, (i, j) in zip(factors, terms, strict=True) if i == k) for k in range(order + 1)]
    down = np.stack([rows**power for power in range(order + 1)], axis=1).astype(np.float32)
    across = np.stack(in_cols).astype(np.float32)
    levelled = np.empty(height.shape, dtype=np.float32)

    def work(band: slice) -> None:
        np.subtract(height[band], down[band] @ across, out=levelled[band])
        np.copyto(levelled[band], np.nan, where=~valid[band])

    for_each_band(work, (height.shape[0], height.shape[1]))
    return levelled


def gaussian_filter(height: FloatMap, valid: BoolMap, spacing: Spacing, cutoff_mm: float) -> FloatMap:
    """Low-pass of ISO 16610-61 (areal Gaussian) with this cut-off wavelength.

    Parameters
    ----------
    height : (rows, cols) any unit
    valid : (rows, cols); what is not valid neither counts nor comes back: NaN there
    spacing, cutoff_mm : half of a sine wave of this length passes

    Notes
    -----
    Normalised convolution at borders and gaps. Long cut-offs are filtered on a reduced grid; the widths of its cells
    and of its interpolation are taken off the Gaussian, so that the total stays as wide as the standard says.
    """
    sigma_px = SIGMA_PER_CUTOFF * cutoff_mm / np.array([spacing.row_mm, spacing.col_mm])
    return weighted_gaussian(height, valid.astype(np.float32), sigma_px, valid)


def s_filter(height: FloatMap, valid: BoolMap, spacing: Spacing, cutoff_um: float) -> FloatMap:
    """What is coarser than the cut-off (noise taken away), NaN where not valid."""
    return gaussian_filter(height, valid, spacing, cutoff_um / 1000)


def l_filter(height: FloatMap, valid: BoolMap, spacing: Spacing, cutoff_mm: float) -> FloatMap:
    """What is finer than the cut-off (waviness taken away), NaN where not valid."""
    coarse = gaussian_filter(height, valid, spacing, cutoff_mm)
    return np.asarray(np.subtract(height, coarse, out=coarse), dtype=np.float32)


def weighted_gaussian(
    height: FloatMap, weights: FloatMap, sigma_px: npt.NDArray[np.float64], valid: BoolMap
) -> FloatMap:
    """Normalised convolution with a Gaussian of `sigma_px` (rows, cols); NaN where not valid or nothing is near."""
    grid = _reduced_grid(height.shape, sigma_px)
    spread, weight = grid.blur(_weighted(height, weights)), grid.blur(weights)

    def divide(rows: slice) -> None:
        part, whole = spread[rows], weight[rows]
        with np.errstate(invalid="ignore", divide="ignore"):
            part /= whole
        np.copyto(part, np.nan, where=~(valid[rows] & (whole > 1e-6)))

    for_each_band(divide, (height.shape[0], height.shape[1]))
    return spread


def _weighted(height: FloatMap, weights: FloatMap) -> FloatMap:
    """Heights times their weights; 0 where these are, whatever the height."""
    product = np.empty(height.shape, dtype=np.float32)

    def work(rows: slice) -> None:
        np.multiply(np.where(weights[rows] > 0, height[rows], np.float32(0)), weights[rows], out=product[rows])

    for_each_band(work, (height.shape[0], height.shape[1]))
    return product


@dataclass(frozen=True)
class _Grid:
    """A picture reduced by whole factors, and the Gaussian left to apply there."""

    shape: tuple[int, int]
    factors: tuple[int, int]
    sigmas: tuple[float, float]

    def blur(self, picture: FloatMap) -> FloatMap:
        if self.factors == (1, 1):
            return self._smooth(picture)
        rows, cols = self.shape
        down, across = self.factors
        padded = cv2.copyMakeBorder(picture, 0, -rows % down, 0, -cols % across, cv2.BORDER_CONSTANT)
        size = (padded.shape[1] // across, padded.shape[0] // down)
        small = self._smooth(np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA), dtype=np.float32))
        wide = cv2.resize(small, (padded.shape[1], padded.shape[0]), dst=padded, interpolation=cv2.INTER_LINEAR)
        return np.asarray(wide[:rows, :cols], dtype=np.float32)

    def _smooth(self, small: FloatMap) -> FloatMap:
        down, across = self.sigmas
        smooth = cv2.GaussianBlur(small, (0, 0), sigmaX=across, sigmaY=down, borderType=cv2.BORDER_CONSTANT)
        return np.asarray(smooth, dtype=np.float32)


def _reduced_grid(shape: tuple[int, ...], sigma_px: npt.NDArray[np.float64]) -> _Grid:
    factors = [max(1, int(sigma // _SMALL_SIGMA_PX)) for sigma in sigma_px]
    sigmas = [_left_over(float(sigma), factor) for sigma, factor in zip(sigma_px, factors, strict=True)]
    return _Grid((shape[0], shape[1]), (factors[0], factors[1]), (sigmas[0], sigmas[1]))


def _left_over(sigma: float, factor: int) -> float:
    """Cells add factor^2 / 12 to the variance, linear interpolation factor^2 / 6."""
    if factor == 1:
        return max(sigma, 1e-3)
    return float(np.sqrt(sigma**2 - factor**2 / 4) / factor)


def cell_means(height: FloatMap, valid: BoolMap, shape: tuple[int, int]) -> tuple[FloatMap, FloatMap]:
    """Means of the valid pixels in each of (rows, cols) cells, and the share of each cell that is valid."""
    if valid.all():
        return _means(height, shape), np.ones(shape, dtype=np.float32)
    share = _means(valid.astype(np.float32), shape)
    total = _means(np.where(valid, height, np.float32(0)), shape)
    return np.asarray(total / np.maximum(share, 1e-6), dtype=np.float32), share


def _means(picture: FloatMap, shape: tuple[int, int]) -> FloatMap:
    """Means of (rows, cols) cells; of whole blocks of pixels first where cells are large, which is far quicker."""
    rows, cols = picture.shape
    for block in (4, 2):
        if rows % block == cols % block == 0 and rows >= 2 * block * shape[0] and cols >= 2 * block * shape[1]:
            picture = np.asarray(cv2.resize(picture, (cols // block, rows // block), interpolation=cv2.INTER_AREA))
            break
    return np.asarray(cv2.resize(picture, shape[::-1], interpolation=cv2.INTER_AREA), dtype=np.float32)


def _axis(count: int) -> npt.NDArray[np.float64]:
    """Centres on an axis from -1 to 1 across the picture: the same places for pixels as for cells."""
    return (2 * (np.arange(count) + 0.5) / count - 1).astype(np.float64)


def _robust_fit(columns: npt.NDArray[np.float64], heights: FloatMap) -> npt.NDArray[np.float64]:
    values = heights.astype(np.float64)
    weights = np.ones_like(values)
    for _ in range(_FORM_PASSES):
        weighted = columns * weights[:, None]
        factors = _least_squares(weighted.T @ columns, weighted.T @ values)
        away = values - columns @ factors
        weights = tukey_weights(away, bulk_scale(away)) + 1e-6
    return np.asarray(factors, dtype=np.float64)


def _least_squares(matrix: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of normal equations; the smallest solution where a strip of skin does not fix all terms."""
    values, vectors = np.linalg.eigh(matrix)
    inverse = np.where(values > 1e-12 * values[-1], 1 / np.maximum(values, 1e-300), 0)
    return np.asarray(vectors @ (inverse * (vectors.T @ right)))


def bulk_scale(away: npt.NDArray[Any]) -> float:
    """Standard deviation of the bulk, from the median deviation of at most 50 000 values."""
    thin = away[:: max(1, away.size // 50_000)]
    return float(1.4826 * np.median(np.abs(thin))) + 1e-9 if thin.size else 1.0


def tukey_weights(away: npt.NDArray[Any], scale: float) -> npt.NDArray[Any]:
    inside = np.maximum(1 - (away / (4.685 * scale)) ** 2, 0)
    return np.asarray(inside * inside)
