"""Where a furrow is read: its floor, and on either side the shoulders that the reference line rests on."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from imaging.surface.lines.bridges import Columns, Floats, find_bridges
from imaging.surface.lines.fans import STEP_MM, Fan, Relief, along, below_chord, cut_fan, even_points

_HALF_WIDTHS_MM = (0.2, 0.28, 0.4, 0.55, 0.8, 1.1, 1.5, 2.1, 2.9)
_GROWTH = 0.04
"""A wider window is taken only when it makes the mean section deeper by more than this share."""
_FLAT_GROWTH = 2.0
"""Unless the window after that more than doubles it: two windows may lie inside a flat floor."""
_LEAST_PER_WIDTH = 0.4
"""Of a width that is known: narrower windows may lie inside a flat floor."""
_WIDEST_PER_SIGMA = 3.4
"""Shoulders further off than this many scales of the line belong to something else, such as a hill beside it."""
_SHOULDER_SMOOTH_MM = 0.5
_FLOOR_REACH_MM = 0.12
_FLOOR_THICKNESS = 0.5
"""Of the heights near the line: what is less above the lowest is floor, of which the line is the middle."""


@dataclass(frozen=True, eq=False)
class Bed:
    """The places at which the sections of one line are read, on whichever relief.

    Parameters
    ----------
    points : (n, 2) of (row, col), on the floor of the furrow
    normals : (n, 2) unit vectors (x right, y up) across the line
    step_mm : (n,) length of line that each point stands for
    half_mm : how far the rays reach to either side
    shoulders : (n,) column of the fan of that reach for the left shoulder, and for the right one
    """

    points: Floats
    normals: Floats
    step_mm: Floats
    half_mm: float
    shoulders: tuple[Columns, Columns]


def find_bed(relief: Relief, line: Floats, sigma_mm: float | None = None, width_mm: float = 0.0) -> Bed:
    """Floor and shoulders of the furrow under a line.

    Parameters
    ----------
    line : (n, 2) of (row, col)
    sigma_mm : scale that found the line, bounds how far the shoulders may be; None: any width
    width_mm : as read before: of a flat floor the narrower windows show nothing else

    Notes
    -----
    Where the shoulders stand is read on sections averaged over half a millimetre of line, as the highest straight
    line over the floor (upper convex hull), so that microrelief does not choose them.
    """
    points, normals, step_mm = even_points(line, relief.spacing)
    points = _on_the_floor(relief, points, normals, sigma_mm)
    points, normals, step_mm = even_points(points, relief.spacing)
    half_mm = _window(relief, points, normals, sigma_mm, width_mm)
    shoulders = _shoulders(cut_fan(relief, points, normals, half_mm), step_mm)
    return Bed(points, normals, step_mm, half_mm, shoulders)


def _on_the_floor(relief: Relief, points: Floats, normals: Floats, sigma_mm: float | None) -> Floats:
    """The points moved sideways to the middle of the lowest place near the line, smoothly along it."""
    reach = max(_FLOOR_REACH_MM, 0.8 * (sigma_mm or 0.15))
    fan = cut_fan(relief, points, normals, reach)
    level = along(fan.heights, 0.1 / STEP_MM)
    floor = _middle_of_floor(level, fan.offsets)
    shift = ndimage.gaussian_filter1d(ndimage.median_filter(floor, 5), 3, mode="nearest")
    rows = points[:, 0] - normals[:, 1] * shift / relief.spacing.row_mm
    cols = points[:, 1] + normals[:, 0] * shift / relief.spacing.col_mm
    return np.column_stack([rows, cols])


def _middle_of_floor(level: Floats, offsets: Floats) -> Floats:
    """(n,) offset of the middle of what lies nearly as low as the lowest: of a flat floor any place may be lowest."""
    known = np.where(np.isnan(level), np.inf, level)
    lowest = known.min(axis=1, keepdims=True)
    highest = np.where(np.isnan(level), -np.inf, level).max(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        height = (known - lowest) / (_FLOOR_THICKNESS * np.maximum(highest - lowest, 1e-9))
    weights = np.clip(1 - height, 0, 1)
    weights[~np.isfinite(weights)] = 0
    total = weights.sum(axis=1)
    return np.asarray((weights * offsets).sum(axis=1) / np.where(total > 0, total, 1))


def _window(relief: Relief, points: Floats, normals: Floats, sigma_mm: float | None, width_mm: float) -> float:
    """Half the width in which the shoulders are looked for: widened while the mean section still deepens."""
    low, high = (0.12, np.inf) if sigma_mm is None else (1.2 * sigma_mm, _WIDEST_PER_SIGMA * sigma_mm)
    low = max(low, min(_LEAST_PER_WIDTH * width_mm, _HALF_WIDTHS_MM[-2]))
    starts = [half for half in _HALF_WIDTHS_MM if low <= half <= max(high, _HALF_WIDTHS_MM[1])]
    widest = cut_fan(relief, points, normals, starts[-1])
    depths = _hull_depths(_nan_mean(widest.heights), widest, np.array(starts))
    after_next = np.append(depths[2:], 0)
    for half, depth, wider, still_wider in zip(starts, depths, depths[1:], after_next, strict=False):
        if wider < depth * (1 + _GROWTH) and still_wider < depth * _FLAT_GROWTH:
            return half * 1.05
    return starts[-1]


def _nan_mean(heights: Floats) -> Floats:
    known = ~np.isnan(heights)
    count = known.sum(axis=0)
    total = np.where(known, heights, 0).sum(axis=0)
    return np.where(count > 0.3 * len(heights), total / np.maximum(count, 1), np.nan)


def _hull_depths(profile: Floats, fan: Fan, halves: Floats) -> Floats:
    """Depth below the bridge for each half width of window; 0 where there is no bridge."""
    inside = np.where(np.abs(fan.offsets) <= halves[:, None], profile, np.nan)
    left, right = find_bridges(inside, fan.offsets)
    below = below_chord(inside, fan.offsets, (left, right))
    return np.asarray(np.where(np.isnan(below), 0, below).max(axis=1))


def _shoulders(fan: Fan, step_mm: Floats) -> tuple[Columns, Columns]:
    """Column of the left and the right shoulder of each section."""
    step = float(np.median(step_mm))
    calm = along(fan.heights, _SHOULDER_SMOOTH_MM / step)
    every = max(1, round(0.2 / step))
    at = np.unique(np.append(np.arange(0, len(calm), every), len(calm) - 1))
    found = find_bridges(calm[at], fan.offsets)
    index = np.arange(len(calm))
    left, right = (np.interp(index, at, ndimage.median_filter(end, 3, mode="nearest")) for end in found)
    return np.round(left).astype(np.intp), np.round(right).astype(np.intp)
