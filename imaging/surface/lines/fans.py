"""Rays across a line: the heights that sections are read from."""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy import ndimage

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.lines.bridges import Columns, Floats

STEP_MM = 0.05
"""Along the line; never finer than a pixel."""


@dataclass(frozen=True)
class Relief:
    """A height map with its scale: what sections are cut from. NaN where not measured."""

    height: FloatMap
    spacing: Spacing


@dataclass(frozen=True)
class Fan:
    """Heights on rays across a line: (n, m) at `offsets` (m,) mm from the line."""

    heights: Floats
    offsets: Floats

    @property
    def middle(self) -> int:
        return len(self.offsets) // 2


def even_points(line: Floats, spacing: Spacing) -> tuple[Floats, Floats, Floats]:
    """Points at even steps, unit normals in mm (x, y), and the length of each step."""
    scale = np.array([-spacing.row_mm, spacing.col_mm])
    mm = line * scale
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(mm, axis=0).T))])
    step = max(STEP_MM, spacing.mean_mm)
    count = max(3, round(along[-1] / step) + 1)
    at = np.linspace(0, along[-1], count)
    even = np.column_stack([np.interp(at, along, mm[:, k]) for k in (0, 1)])
    even = _smooth_path(even, 0.1 / step)
    tangent = np.gradient(even, axis=0)
    tangent /= np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-12)[:, None]
    normals = np.column_stack([-tangent[:, 0], tangent[:, 1]])  # x = -dy, y = dx of the tangent (dy, dx)
    steps = np.full(count, along[-1] / (count - 1))
    steps[[0, -1]] /= 2
    return even / scale, normals, steps


def _smooth_path(path: Floats, sigma: float) -> Floats:
    """Smoothed by reflection through the ends, which stay where they are."""
    pad = min(len(path) - 1, int(4 * sigma) + 1)
    head, tail = 2 * path[0] - path[pad:0:-1], 2 * path[-1] - path[-2 : -pad - 2 : -1]
    smooth = ndimage.gaussian_filter1d(np.concatenate([head, path, tail]), sigma, axis=0)
    return np.asarray(smooth[pad : pad + len(path)])


def cut_fan(relief: Relief, points: Floats, normals: Floats, half_mm: float) -> Fan:
    step = min(relief.spacing.row_mm, relief.spacing.col_mm)
    count = int(np.ceil(half_mm / step))
    offsets = np.arange(-count, count + 1, dtype=np.float64) * step
    rows = points[:, :1] - normals[:, 1:] * offsets / relief.spacing.row_mm
    cols = points[:, 1:] + normals[:, :1] * offsets / relief.spacing.col_mm
    heights = cv2.remap(
        relief.height,
        cols.astype(np.float32),
        rows.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=float("nan"),
    )
    return Fan(np.asarray(heights, dtype=np.float64), offsets)


def below_chord(heights: Floats, offsets: Floats, ends: tuple[Columns, Columns]) -> Floats:
    """Straight line between the two columns minus the heights, (n, m); NaN outside them."""
    left, right = ends
    index = np.arange(len(heights))
    low, x_low, x_high = heights[index, left], offsets[left][:, None], offsets[right][:, None]
    slope = (heights[index, right] - low)[:, None] / np.maximum(x_high - x_low, 1e-9)
    below = low[:, None] + slope * (offsets - x_low) - heights
    return np.where((offsets >= x_low) & (offsets <= x_high), below, np.nan)


def along(values: Floats, sigma: float) -> Floats:
    """Smoothed along the line (axis 0), ignoring NaN."""
    known = ~np.isnan(values)
    if known.all():
        return np.asarray(ndimage.gaussian_filter1d(values, sigma, axis=0, mode="nearest"))
    weight = ndimage.gaussian_filter1d(known.astype(np.float64), sigma, axis=0, mode="nearest")
    total = ndimage.gaussian_filter1d(np.where(known, values, 0.0), sigma, axis=0, mode="nearest")
    return np.where(weight > 0.2, total / np.maximum(weight, 1e-9), np.nan)
