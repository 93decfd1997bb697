"""Sections at right angles to a centre line: reference, depth, width, area."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from imaging.model.arrays import BoolMap
from imaging.surface.lines.beds import Bed, find_bed
from imaging.surface.lines.bridges import Columns, Floats
from imaging.surface.lines.fans import Fan, Relief, along, below_chord, cut_fan

_FLOOR_SMOOTH_MM = 0.12
_FLOOR_SHARE = 0.12
"""The floor is looked for this share of the shoulder distance to either side: not in the pores of a wall."""
_EDGE_SHARE = 0.1
_EDGE_MEDIAN_MM, _EDGE_SMOOTH_MM = 0.6, 0.15
"""Along the line: pores and hair ends beside a furrow must not fray its outline."""
_LEAST_WALL = 0.15
"""The lower wall is at least this share of the depth: the foot of a hill has one wall and is no furrow."""
_LEAST_KNOWN = 0.7


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


def cut_sections(relief: Relief, line: Floats, sigma_mm: float | None = None) -> Sections:
    """Sections of `relief` along a line: (n, 2) of (row, col), and the scale that found it (`find_bed`)."""
    return read_sections(relief, find_bed(relief, line, sigma_mm))


def read_sections(relief: Relief, bed: Bed) -> Sections:
    """Reference and floor read section by section at the places of a bed.

    Which of two shoulders is the higher may be a matter of noise. What is compared is therefore read on one bed:
    each relief by itself would rest its reference on another hill.
    """
    fan = cut_fan(relief, bed.points, bed.normals, bed.half_mm)
    return _read(fan, bed.shoulders, (bed.points, bed.normals, bed.step_mm))


def _read(
    fan: Fan,
    shoulders: tuple[Columns, Columns],
    line: tuple[Floats, Floats, Floats],
) -> Sections:
    points, normals, step_mm = line
    heights = along(fan.heights, _FLOOR_SMOOTH_MM / float(np.median(step_mm)))
    left, right = shoulders
    index = np.arange(len(heights))
    low, high = heights[index, left], heights[index, right]
    x_low, x_high = fan.offsets[left], fan.offsets[right]
    below = below_chord(heights, fan.offsets, shoulders)
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
