"""Sections at right angles to a centre line: shoulders, reference, depth, width, area."""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy import ndimage

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.lines.bridges import Columns, Floats, find_bridges

_STEP_MM = 0.05
"""Along the line; never finer than a pixel."""
_HALF_WIDTHS_MM = (0.2, 0.28, 0.4, 0.55, 0.8, 1.1, 1.5, 2.1, 2.9)
_GROWTH = 0.04
"""A wider window is taken only when it makes the mean section deeper by more than this share."""
_WIDEST_PER_SIGMA = 3.4
"""Shoulders further off than this many scales of the line belong to something else, such as a hill beside it."""
_SHOULDER_SMOOTH_MM = 0.5
_FLOOR_SMOOTH_MM = 0.12
_FLOOR_REACH_MM = 0.12
_FLOOR_THICKNESS = 0.5
"""Of the heights near the line: what is less above the lowest is floor, of which the line is the middle."""
_FLOOR_SHARE = 0.12
"""The floor is looked for this share of the shoulder distance to either side: not in the pores of a wall."""
_EDGE_SHARE = 0.1
_EDGE_MEDIAN_MM, _EDGE_SMOOTH_MM = 0.6, 0.15
"""Along the line: pores and hair ends beside a furrow must not fray its outline."""
_LEAST_WALL = 0.15
"""The lower wall is at least this share of the depth: the foot of a hill has one wall and is no furrow."""
_LEAST_KNOWN = 0.7


@dataclass(frozen=True)
class Relief:
    """A height map with its scale: what sections are cut from. NaN where not measured."""

    height: FloatMap
    spacing: Spacing


@dataclass(frozen=True)
class Sections:
    """What the sections along one line say; each array has one value per point of the line.

    Parameters
    ----------
    points : (n, 2) of (row, col) on the picture, on the floor of the furrow
    normals : (n, 2) unit vectors (x right, y up) across the line
    step_mm : (n,) length of line that each point stands for
    depth : (n,) reference minus floor, unit of the height; NaN where no section could be cut
    left_mm, right_mm : (n,) from the point to the edges at 10 % depth
    area : (n,) between reference and section, height unit x mm
    """

    points: Floats
    normals: Floats
    step_mm: Floats
    depth: Floats
    left_mm: Floats
    right_mm: Floats
    area: Floats

    @property
    def width_mm(self) -> Floats:
        return self.left_mm + self.right_mm

    @property
    def length_mm(self) -> float:
        return float(self.step_mm.sum())

    def cut(self, first: int, last: int) -> "Sections":
        """The points first..last-1."""
        return Sections(**{name: values[first:last] for name, values in vars(self).items()})


@dataclass(frozen=True)
class Fan:
    """Heights on rays across a line: (n, m) at `offsets` (m,) mm from the line."""

    heights: Floats
    offsets: Floats

    @property
    def middle(self) -> int:
        return len(self.offsets) // 2


def cut_sections(relief: Relief, line: Floats, sigma_mm: float | None = None) -> Sections:
    """Sections of `relief` along a line.

    Parameters
    ----------
    line : (n, 2) of (row, col)
    sigma_mm : scale that found the line, bounds how far the shoulders may be; None: any width

    Notes
    -----
    Where the shoulders stand is read on sections averaged over half a millimetre of line, as the highest straight
    line over the floor (upper convex hull), so that microrelief does not choose them; reference and floor are then
    read at those places section by section.
    """
    points, normals, step_mm = even_points(line, relief.spacing)
    points = _on_the_floor(relief, points, normals, sigma_mm)
    points, normals, step_mm = even_points(points, relief.spacing)
    half = _window(relief, points, normals, sigma_mm)
    fan = cut_fan(relief, points, normals, half)
    left, right = _shoulders(fan, step_mm)
    return _read(fan, (left, right), (points, normals, step_mm))


def even_points(line: Floats, spacing: Spacing) -> tuple[Floats, Floats, Floats]:
    """Points at even steps, unit normals in mm (x, y), and the length of each step."""
    scale = np.array([-spacing.row_mm, spacing.col_mm])
    mm = line * scale
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(mm, axis=0).T))])
    step = max(_STEP_MM, spacing.mean_mm)
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


def _on_the_floor(relief: Relief, points: Floats, normals: Floats, sigma_mm: float | None) -> Floats:
    """The points moved sideways to the middle of the lowest place near the line, smoothly along it."""
    reach = max(_FLOOR_REACH_MM, 0.8 * (sigma_mm or 0.15))
    fan = cut_fan(relief, points, normals, reach)
    level = _along(fan.heights, 0.1 / _STEP_MM)
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


def _window(relief: Relief, points: Floats, normals: Floats, sigma_mm: float | None) -> float:
    """Half the width in which the shoulders are looked for: widened while the mean section still deepens."""
    widest = cut_fan(relief, points, normals, _HALF_WIDTHS_MM[-1])
    mean = _nan_mean(widest.heights)
    low, high = (0.12, np.inf) if sigma_mm is None else (1.2 * sigma_mm, _WIDEST_PER_SIGMA * sigma_mm)
    starts = [half for half in _HALF_WIDTHS_MM if low <= half <= max(high, _HALF_WIDTHS_MM[1])]
    depths = _hull_depths(mean, widest, np.array(starts))
    for half, depth, next_depth in zip(starts, depths, depths[1:], strict=False):
        if next_depth < depth * (1 + _GROWTH):
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
    below = _below_chord(inside, fan.offsets, (left, right))
    return np.asarray(np.where(np.isnan(below), 0, below).max(axis=1))


def _below_chord(heights: Floats, offsets: Floats, ends: tuple[Columns, Columns]) -> Floats:
    """Straight line between the two columns minus the heights, (n, m); NaN outside them."""
    left, right = ends
    index = np.arange(len(heights))
    low, x_low, x_high = heights[index, left], offsets[left][:, None], offsets[right][:, None]
    slope = (heights[index, right] - low)[:, None] / np.maximum(x_high - x_low, 1e-9)
    below = low[:, None] + slope * (offsets - x_low) - heights
    return np.where((offsets >= x_low) & (offsets <= x_high), below, np.nan)


def _along(values: Floats, sigma: float) -> Floats:
    """Smoothed along the line (axis 0), ignoring NaN."""
    known = ~np.isnan(values)
    if known.all():
        return np.asarray(ndimage.gaussian_filter1d(values, sigma, axis=0, mode="nearest"))
    weight = ndimage.gaussian_filter1d(known.astype(np.float64), sigma, axis=0, mode="nearest")
    total = ndimage.gaussian_filter1d(np.where(known, values, 0.0), sigma, axis=0, mode="nearest")
    return np.where(weight > 0.2, total / np.maximum(weight, 1e-9), np.nan)


def _shoulders(fan: Fan, step_mm: Floats) -> tuple[Columns, Columns]:
    """Column of the left and the right shoulder of each section."""
    step = float(np.median(step_mm))
    calm = _along(fan.heights, _SHOULDER_SMOOTH_MM / step)
    every = max(1, round(0.2 / step))
    at = np.unique(np.append(np.arange(0, len(calm), every), len(calm) - 1))
    found = find_bridges(calm[at], fan.offsets)
    index = np.arange(len(calm))
    left, right = (np.interp(index, at, ndimage.median_filter(end, 3, mode="nearest")) for end in found)
    return np.round(left).astype(np.intp), np.round(right).astype(np.intp)


def _read(
    fan: Fan,
    shoulders: tuple[Columns, Columns],
    line: tuple[Floats, Floats, Floats],
) -> Sections:
    points, normals, step_mm = line
    heights = _along(fan.heights, _FLOOR_SMOOTH_MM / float(np.median(step_mm)))
    left, right = shoulders
    index = np.arange(len(heights))
    low, high = heights[index, left], heights[index, right]
    x_low, x_high = fan.offsets[left], fan.offsets[right]
    below = _below_chord(heights, fan.offsets, shoulders)
    between: BoolMap = (fan.offsets >= x_low[:, None]) & (fan.offsets <= x_high[:, None])
    known = np.isfinite(below) & between
    reach = np.maximum(_FLOOR_SHARE * (x_high - x_low), 1.5 * (fan.offsets[1] - fan.offsets[0]))
    is_floor = known & (np.abs(fan.offsets) <= reach[:, None])
    depth = np.where(is_floor, below, -np.inf).max(axis=1)
    is_known = (left < right) & (known.sum(axis=1) >= _LEAST_KNOWN * between.sum(axis=1)) & np.isfinite(depth)
    is_cut = is_known & (np.minimum(low, high) - heights[:, fan.middle] >= _LEAST_WALL * depth)
    depth = np.where(is_cut, np.maximum(depth, 0), np.nan)
    edges = _calm_edges(_edges(np.where(known, below, 0), depth, fan), is_cut, float(np.median(step_mm)))
    area = np.where(known, np.maximum(below, 0), 0).sum(axis=1) * (fan.offsets[1] - fan.offsets[0])
    return Sections(points, normals, step_mm, depth, *edges, np.where(is_cut, area, np.nan))


def _edges(below: Floats, depth: Floats, fan: Fan) -> tuple[Floats, Floats]:
    """Distance from the line to where the depth falls to a tenth, on both sides, between pixels."""
    step = fan.offsets[1] - fan.offsets[0]
    goal = np.nan_to_num(_EDGE_SHARE * depth)[:, None]
    deepest = np.argmax(below, axis=1)
    right = _crossing(below, goal, deepest)
    mirrored = below[:, ::-1]
    left = _crossing(mirrored, goal, below.shape[1] - 1 - deepest)
    return (left - fan.middle) * step, (right - fan.middle) * step


def _calm_edges(edges: tuple[Floats, Floats], is_cut: BoolMap, step: float) -> tuple[Floats, Floats]:
    """The edges without what sticks out over less than half a millimetre of line."""
    size = 2 * round(_EDGE_MEDIAN_MM / 2 / step) + 1
    known = np.flatnonzero(is_cut)

    def calm(edge: Floats) -> Floats:
        if not known.size:
            return edge
        middle = ndimage.median_filter(edge[known], min(size, len(known)), mode="nearest")
        smooth = ndimage.gaussian_filter1d(middle, _EDGE_SMOOTH_MM / step, mode="nearest")
        return np.interp(np.arange(len(edge)), known, smooth)

    return calm(edges[0]), calm(edges[1])


def _crossing(below: Floats, goal: Floats, deepest: Columns) -> Floats:
    """Column, with fraction, where the profile first falls to the goal to the right of its deepest place."""
    columns = np.arange(below.shape[1])
    is_out = (below <= goal) & (columns > deepest[:, None])
    first = np.where(is_out.any(axis=1), is_out.argmax(axis=1), below.shape[1] - 1)
    index = np.arange(len(below))
    inner, outer = below[index, first - 1], below[index, first]
    return np.asarray(first - np.clip((goal[:, 0] - outer) / np.maximum(inner - outer, 1e-12), 0, 1))
