"""Where the relief is furrowed: multi-scale curvature across a line, on a grid fine enough for the finest furrow."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.model.measurement import WrinkleLimits
from imaging.surface.filters import cell_means

_PIXELS_PER_WIDTH = 8
"""The working grid has this many pixels across the narrowest furrow that counts."""
_SIGMA_PER_WIDTH = 0.28
"""A trough w wide answers best to a Gaussian of about this share of w."""
_SCALE_STEP = 1.5
_FORM_MM_PER_WIDTH = 2.5


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
    shape = filled.shape
    strength = np.zeros(shape, dtype=np.float32)
    doubled = np.zeros((*shape, 2), dtype=np.float32)
    sigma_mm = np.zeros(shape, dtype=np.float32)
    for sigma in _scales(limits):
        answer, direction = _at_scale(filled, sigma / grid.pitch_mm)
        wins = answer > strength
        np.copyto(strength, answer, where=wins)
        np.copyto(sigma_mm, np.float32(sigma), where=wins)
        cv2.copyTo(direction, wins.view(np.uint8), doubled)
    strength[~_away_from_gaps(grid.valid)] = 0
    half_angle = 0.5 * np.arctan2(doubled[..., 1], doubled[..., 0])
    across = np.stack([np.cos(half_angle), np.sin(half_angle)], axis=-1)
    return Ridges(strength, np.asarray(across, dtype=np.float32), sigma_mm)


def _scales(limits: WrinkleLimits) -> list[float]:
    low, high = _SIGMA_PER_WIDTH * limits.min_width_mm, _SIGMA_PER_WIDTH * limits.max_width_mm * 0.6
    count = 1 + int(np.ceil(np.log(high / low) / np.log(_SCALE_STEP)))
    return [float(s) for s in np.geomspace(low, high, count)]


def _at_scale(height: FloatMap, sigma_px: float) -> tuple[FloatMap, FloatMap]:
    """Strength and direction of the curvature across, computed on a grid reduced to the scale.

    The direction comes as cosine and sine of twice its angle, which can be averaged, times any length.
    """
    reduce = max(1, int(sigma_px / 2.5))
    rows, cols = height.shape
    size = (max(8, cols // reduce), max(8, rows // reduce))
    small = height if reduce == 1 else cv2.resize(height, size, interpolation=cv2.INTER_AREA)
    local = sigma_px * small.shape[1] / cols
    smooth = cv2.GaussianBlur(small, (0, 0), local, borderType=cv2.BORDER_REFLECT_101)
    rr, cc, rc = _second_derivatives(np.asarray(smooth, dtype=np.float32))
    mean, cosine = (rr + cc) / 2, (rr - cc) / 2
    half = np.sqrt(cosine**2 + rc**2)
    strength = np.asarray((mean + half - np.abs(mean - half)) * np.float32(local**2), dtype=np.float32)
    direction = np.asarray(
        np.stack([cosine, rc], axis=-1) / np.maximum(half, np.float32(1e-30))[..., None], dtype=np.float32
    )
    if reduce > 1:
        strength, direction = _widened(strength, (cols, rows)), _widened(direction, (cols, rows))
    return np.maximum(strength, np.float32(0)), direction


def _widened(picture: FloatMap, size: tuple[int, int]) -> FloatMap:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _second_derivatives(smooth: FloatMap) -> tuple[FloatMap, FloatMap, FloatMap]:
    padded = np.pad(smooth, 1, mode="reflect")
    centre = padded[1:-1, 1:-1]
    rr = padded[2:, 1:-1] - 2 * centre + padded[:-2, 1:-1]
    cc = padded[1:-1, 2:] - 2 * centre + padded[1:-1, :-2]
    rc = (padded[2:, 2:] - padded[2:, :-2] - padded[:-2, 2:] + padded[:-2, :-2]) / 4
    return np.asarray(rr), np.asarray(cc), np.asarray(rc)


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
