"""Where the relief is furrowed: multi-scale curvature across a line, on a grid fine enough for the finest furrow."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.model.measurement import WrinkleLimits
from imaging.surface.bands import for_each_band
from imaging.surface.filters import cell_means

_PIXELS_PER_WIDTH = 8
"""The working grid has this many pixels across the narrowest furrow that counts."""
_SIGMA_PER_WIDTH = 0.28
"""A trough w wide answers best to a Gaussian of about this share of w."""
_SCALE_STEP = 1.5


@dataclass(frozen=True)
class WorkingGrid:
    """A relief on square pixels, coarse enough to be fast.

    Parameters
    ----------
    height : (rows, cols) µm, 0 where not known
    valid : (rows, cols)
    pitch_mm : size of a pixel
    factor : (row, col) full-size pixels per working pixel
    """

    height: FloatMap
    valid: BoolMap
    pitch_mm: float
    factor: tuple[float, float]

    def full_size(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """(n, 2) of (row, col) on the full-size picture."""
        return np.asarray((points + 0.5) * np.asarray(self.factor) - 0.5)

    def looked_up(self, mask: BoolMap) -> BoolMap:
        """A full-size mask on this grid."""
        size = (self.height.shape[1], self.height.shape[0])
        return np.asarray(cv2.resize(mask.view(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0)


@dataclass(frozen=True)
class Ridges:
    """How furrowed each pixel of the working grid is.

    Parameters
    ----------
    strength : (rows, cols) µm, curvature across the furrow times sigma squared, the largest over the scales
    across : (rows, cols, 2) unit vector (row, col) at right angles to the furrow
    sigma_mm : (rows, cols) the scale that answered
    """

    strength: FloatMap
    across: FloatMap
    sigma_mm: FloatMap


def working_grid(height: FloatMap, valid: BoolMap, spacing: Spacing, limits: WrinkleLimits) -> WorkingGrid:
    """The relief resampled to square pixels of an eighth of the narrowest furrow, or as fine as it is."""
    pitch = max(spacing.row_mm, spacing.col_mm, limits.min_width_mm / _PIXELS_PER_WIDTH)
    rows = max(2, round(height.shape[0] * spacing.row_mm / pitch))
    cols = max(2, round(height.shape[1] * spacing.col_mm / pitch))
    means, share = cell_means(height, valid, (rows, cols))
    known = np.asarray(share > 0.5)
    mean = np.where(known, means, np.float32(0))
    factor = (height.shape[0] / rows, height.shape[1] / cols)
    return WorkingGrid(np.asarray(mean, dtype=np.float32), known, pitch, factor)


def find_ridges(grid: WorkingGrid, limits: WrinkleLimits) -> Ridges:
    """Furrows between the narrowest and the widest that count.

    References
    ----------
    Steger 1998, IEEE PAMI 20(2): lines as ridges of the second derivative. Lindeberg 1998, IJCV 30(2): the scale that
    answers most. Basins, which curve in both directions alike, are taken off: strength = across - |along|.
    """
    filled = _filled(grid)
    best = _Best.nothing((filled.shape[0], filled.shape[1]))
    for sigma in _scales(limits):
        _compare_scale(best, filled, sigma / grid.pitch_mm, sigma)
    best.strength[~_away_from_gaps(grid.valid)] = 0
    across = np.empty((*filled.shape, 2), dtype=np.float32)

    def turn(rows: slice) -> None:
        half_angle = 0.5 * np.arctan2(best.sine[rows], best.cosine[rows])
        across[rows] = cv2.merge([np.cos(half_angle), np.sin(half_angle)])

    for_each_band(turn, best.shape)
    return Ridges(best.strength, across, best.sigma_mm)


@dataclass(frozen=True)
class _Best:
    """The strongest answer of all scales so far; its direction as cosine and sine of twice the angle."""

    strength: FloatMap
    cosine: FloatMap
    sine: FloatMap
    sigma_mm: FloatMap

    @staticmethod
    def nothing(shape: tuple[int, int]) -> "_Best":
        strength, cosine, sine, sigma_mm = (np.zeros(shape, dtype=np.float32) for _ in range(4))
        return _Best(strength, cosine, sine, sigma_mm)

    @property
    def shape(self) -> tuple[int, int]:
        return self.strength.shape[0], self.strength.shape[1]

    def compare(self, rows: slice, answer: tuple[FloatMap, FloatMap, FloatMap], sigma_mm: float) -> None:
        wins = answer[0] > self.strength[rows]
        for kept, new in zip((self.strength, self.cosine, self.sine), answer, strict=True):
            np.copyto(kept[rows], new, where=wins)
        np.copyto(self.sigma_mm[rows], np.float32(sigma_mm), where=wins)


def _scales(limits: WrinkleLimits) -> list[float]:
    low, high = _SIGMA_PER_WIDTH * limits.min_width_mm, _SIGMA_PER_WIDTH * limits.max_width_mm * 0.6
    count = 1 + int(np.ceil(np.log(high / low) / np.log(_SCALE_STEP)))
    return [float(s) for s in np.geomspace(low, high, count)]


def _compare_scale(best: _Best, height: FloatMap, sigma_px: float, sigma_mm: float) -> None:
    """Curvature across of one scale, computed on a grid reduced to it, written to `best` where it is stronger."""
    reduce = max(1, int(sigma_px / 2.5))
    rows, cols = height.shape
    size = (max(8, cols // reduce), max(8, rows // reduce))
    small = height if reduce == 1 else cv2.resize(height, size, interpolation=cv2.INTER_AREA)
    local = sigma_px * small.shape[1] / cols
    smooth = cv2.GaussianBlur(small, (0, 0), local, borderType=cv2.BORDER_REFLECT_101)
    around = cv2.copyMakeBorder(smooth, 1, 1, 1, 1, cv2.BORDER_REFLECT_101)
    curved = np.asarray(around, dtype=np.float32)

    def answer(band: slice) -> tuple[FloatMap, FloatMap, FloatMap]:
        return _curvature(curved[band.start : band.stop + 2], local)

    if reduce == 1:
        for_each_band(lambda band: best.compare(band, answer(band), sigma_mm), best.shape)
        return
    bands = for_each_band(answer, (small.shape[0], small.shape[1]))
    strength, cosine, sine = (_widened(np.concatenate(parts), (cols, rows)) for parts in zip(*bands, strict=True))
    for_each_band(lambda band: best.compare(band, (strength[band], cosine[band], sine[band]), sigma_mm), best.shape)


def _curvature(around: FloatMap, sigma_px: float) -> tuple[FloatMap, FloatMap, FloatMap]:
    """Strength of the curvature across, and cosine and sine of twice its direction, of a band with its border."""
    centre = around[1:-1, 1:-1]
    rr = around[2:, 1:-1] - 2 * centre + around[:-2, 1:-1]
    cc = around[1:-1, 2:] - 2 * centre + around[1:-1, :-2]
    rc = (around[2:, 2:] - around[2:, :-2] - around[:-2, 2:] + around[:-2, :-2]) / 4
    mean, cosine = (rr + cc) / 2, (rr - cc) / 2
    half = np.sqrt(cosine**2 + rc**2)
    strength = (mean + half - np.abs(mean - half)) * np.float32(sigma_px**2)
    half = np.maximum(half, np.float32(1e-30))
    return np.asarray(strength, dtype=np.float32), np.asarray(cosine / half), np.asarray(rc / half)


def _widened(picture: FloatMap, size: tuple[int, int]) -> FloatMap:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _filled(grid: WorkingGrid) -> FloatMap:
    """Gaps take the height of the nearest known pixel, so that their rims are not furrows."""
    if grid.valid.all():
        return grid.height
    labels = cv2.distanceTransformWithLabels(
        (~grid.valid).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )[1]
    nearest = np.zeros(int(labels.max()) + 1, dtype=np.float32)
    nearest[labels[grid.valid]] = grid.height[grid.valid]
    return np.where(grid.valid, grid.height, nearest[labels])


def _away_from_gaps(valid: BoolMap) -> BoolMap:
    kernel = np.ones((3, 3), dtype=np.uint8)
    inner = cv2.erode(valid.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=1)
    return np.asarray(inner, dtype=np.bool_)
