"""Wrinkles: linear furrows with their depth, width, length, area and volume."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
from scipy import ndimage

from imaging.model.arrays import BoolMap, FloatMap, LabelMap
from imaging.model.geometry import Spacing
from imaging.model.measurement import Wrinkle, WrinkleLimits
from imaging.surface.lines.bridges import Floats
from imaging.surface.lines.centre_lines import away_from_border, find_crests, length_per_threshold_mm, lines_along
from imaging.surface.lines.ends import open_ends
from imaging.surface.lines.fans import Relief
from imaging.surface.lines.ridges import find_ridges, working_grid
from imaging.surface.lines.sections import Sections, cut_sections
from imaging.surface.places import values_at

_SEARCH_SHARE = 0.7
"""Lines this much shorter than the limit are still cut: ends are decided on the sections."""
_GAP_MM = 1.0
_MAX_DEPTH_OVER_MM = 0.5
_CALM_MM = 0.2
"""Along the line: where it is deep enough is not decided by single pores."""
_SHALLOW_SHARE = 0.3
"""A line ends where its depth falls below this share of its own usual depth, or of the least that counts."""
_END_STEP = 0.25
"""Of the width: ends are looked for in steps of this."""
_END_SHARE = 0.8
"""At a blunt end: below this share of the depth a quarter of a width further in."""
_COVERED_SHARE = 0.5
_LEAST_ELONGATION, _OPEN_END = 2.5, 0.5
"""Length over width: what is rounder is a depression. Less by so much for each end that leaves the picture."""


@dataclass(frozen=True)
class Furrow:
    """One wrinkle with the sections it was measured on, and the number of the line it is part of."""

    wrinkle: Wrinkle
    sections: Sections
    line: int = 0


@dataclass(frozen=True)
class FoundFurrows:
    """All wrinkles of a relief, deepest line first, labelled 1..n.

    Parameters
    ----------
    lines : sections along all lines that were looked at
    mm_per_threshold : how much more line would be found for thresholds lower by a factor e
    """

    furrows: list[Furrow]
    lines: list[Sections]
    mm_per_threshold: float


def find_furrows(relief: Relief, measured: BoolMap, limits: WrinkleLimits, counted: BoolMap) -> FoundFurrows:
    """All wrinkles of a relief in µm.

    Parameters
    ----------
    relief : form removed, no L-filter
    measured : (rows, cols) skin to look at: valid and without hair
    counted : (rows, cols) where endpoints are taken; what lies outside is looked at but not counted
    """
    grid = working_grid(relief.height, measured, relief.spacing, limits)
    shortest = _SEARCH_SHARE * limits.min_length_mm
    ridges = find_ridges(grid, limits)
    crests = find_crests(ridges, grid, limits.min_depth_um)
    lines = lines_along(crests, ridges, grid, shortest)
    known = Relief(np.where(measured, relief.height, np.float32(np.nan)), relief.spacing)
    cut = [cut_sections(known, grid.full_size(line.path), line.sigma_mm) for line in lines]
    parts = [(n, part) for n, line in enumerate(cut) for part in parts_that_count(line, counted, relief, limits)]
    parts.sort(key=lambda one: -_mean(one[1].depth, one[1].step_mm) * one[1].length_mm)
    separate = _without_doubles(parts, relief)
    separate.sort(key=lambda one: -_mean(one[1].depth, one[1].step_mm))
    furrows = [Furrow(describe(s, label), s, n) for label, (n, s) in enumerate(separate, start=1)]
    inner = away_from_border(crests, ridges, grid.pitch_mm)
    inside = replace(inner, where=inner.where & grid.looked_up(counted))
    per_threshold = length_per_threshold_mm(inside, grid.pitch_mm, limits.min_depth_um, shortest)
    return FoundFurrows(furrows, cut, per_threshold)


def parts_that_count(line: Sections, counted: BoolMap, relief: Relief, limits: WrinkleLimits) -> list[Sections]:
    """The stretches of a line that are wrinkles by the limits and lie where it counts."""
    return [part for part in _parts(line, counted, relief, limits) if _counts(part, limits, relief)]


def draw_labels(furrows: Sequence[Furrow], shape: tuple[int, int], spacing: Spacing) -> LabelMap:
    """(rows, cols) int32: 0 background, else the wrinkle's label between its edges; deeper ones lie on top."""
    labels = np.zeros(shape, dtype=np.int32)
    for furrow in reversed(furrows):
        _draw(labels, furrow.sections, spacing, furrow.wrinkle.label)
    return labels


def describe(sections: Sections, label: int, is_pigment_suspect: bool = False) -> Wrinkle:
    """The numbers of one line as `interfaces.md` defines them; depths in the unit of the relief (µm)."""
    step = sections.step_mm
    width = _filled(sections.width_mm)
    area_um_mm = _filled(sections.area)
    return Wrinkle(
        label=label,
        length_mm=sections.length_mm,
        mean_depth=_mean(sections.depth, step),
        max_depth=_largest_mean(sections),
        mean_width_um=1000 * _mean(width, step),
        max_width_um=1000 * float(width.max()),
        area_mm2=float((width * step).sum()),
        volume_mm3=float((area_um_mm * step).sum()) / 1000,
        orientation_deg=_orientation(sections),
        is_pigment_suspect=is_pigment_suspect,
        centre_line=sections.points,
    )


def deep_enough(sections: Sections, limits: WrinkleLimits) -> tuple[float, float]:
    """Length in mm and area in mm² of the stretches at least `limits.min_depth_um` deep.

    Of a line that is given; unlike finding a line, which it may do or not, this goes along with the depth.
    """
    step = float(np.median(sections.step_mm))
    calm = ndimage.gaussian_filter1d(_filled(sections.depth), _CALM_MM / step, mode="nearest")
    weight = sections.step_mm * (calm >= limits.min_depth_um)
    return float(weight.sum()), float((_filled(sections.width_mm) * weight).sum())


@dataclass(frozen=True)
class LinesApart:
    """Distances in mm from lines to the nearest other line across them.

    Parameters
    ----------
    mean, spread : over all points of the lines, and their standard deviation
    inner : the mean without a quarter of a width at the ends
    """

    mean: float
    spread: float
    inner: float


def lines_apart(lines: Sequence[Sections], spacing: Spacing) -> LinesApart | None:
    """How far lines lie apart, but where one lies in the bed of the other: there they meet. None for fewer than two
    beside each other."""
    if len(lines) < 2:
        return None
    points = np.concatenate([line.points for line in lines]) * [-spacing.row_mm, spacing.col_mm]
    normals = np.concatenate([line.normals for line in lines])
    half_mm = 0.5 * np.concatenate([_filled(line.width_mm) for line in lines])
    owner = np.repeat(np.arange(len(lines)), [len(line.points) for line in lines])
    distance, index = _nearest_of_others(points, owner)
    across = np.abs(((points[index] - points)[:, ::-1] * normals).sum(axis=1))
    is_beside = (across > 0.8 * distance) & (distance > half_mm + half_mm[index])
    is_inner = is_beside & np.concatenate([_inner(line) for line in lines])
    if not is_beside.any():
        return None
    beside = distance[is_beside]
    mean = float(np.mean(beside))
    return LinesApart(mean, float(np.std(beside)), float(np.mean(distance[is_inner])) if is_inner.any() else mean)


def _inner(line: Sections) -> BoolMap:
    """(n,) True further from the ends than these are known to."""
    along, end = np.cumsum(line.step_mm), _END_STEP * float(np.mean(_filled(line.width_mm)))
    return np.asarray((along > end) & (along < along[-1] - end))


def _nearest_of_others(points: Floats, owner: npt.NDArray[np.intp]) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Distance to the nearest point of any other owner, and its index.

    Notes
    -----
    Two owners differ in at least one binary digit: a tree of the points with a 0 there and one of those with a 1, for
    each digit, rather than a tree of all others for each owner.
    """
    from scipy.spatial import cKDTree

    distance, index = np.full(len(points), np.inf), np.zeros(len(points), dtype=np.intp)
    for digit in range(int(owner.max()).bit_length()):
        is_one = (owner >> digit & 1).astype(np.bool_)
        for here, there in ((is_one, ~is_one), (~is_one, is_one)):
            asked, offered = np.flatnonzero(here), np.flatnonzero(there)
            tree = cKDTree(points[offered], compact_nodes=False, balanced_tree=False)
            away, nearest = (np.atleast_1d(found) for found in tree.query(points[asked]))
            nearer = away < distance[asked]
            distance[asked[nearer]], index[asked[nearer]] = away[nearer], offered[nearest[nearer]]
    return distance, index


def _parts(sections: Sections, counted: BoolMap, relief: Relief, limits: WrinkleLimits) -> list[Sections]:
    """The stretches of a line that are furrow, lie where it counts, and end where the furrow ends."""
    step = float(np.median(sections.step_mm))
    depth = np.nan_to_num(sections.depth)
    calm = ndimage.gaussian_filter1d(depth, _CALM_MM / step, mode="nearest")
    least = max(0.5 * limits.min_depth_um, _SHALLOW_SHARE * float(np.percentile(calm, 75)))
    is_furrow = ndimage.binary_closing(calm >= least, np.ones(2 * int(_GAP_MM / 2 / step) + 1, dtype=np.bool_))
    is_furrow = (is_furrow | (calm >= least)) & values_at(counted, sections.points)
    runs, count = ndimage.label(is_furrow)
    found = []
    for run in range(1, count + 1):
        index = np.flatnonzero(runs == run)
        part = sections.cut(int(index[0]), int(index[-1]) + 1)
        ended = _without_blunt_ends(part, open_ends(part, relief))
        if ended is not None:
            found.append(ended)
    return found


def _without_blunt_ends(sections: Sections, is_open: tuple[bool, bool]) -> Sections | None:
    """The part between its end walls; where it leaves the picture there is none."""
    step = float(np.median(sections.step_mm))
    depth = np.asarray(ndimage.gaussian_filter1d(_filled(sections.depth), 0.1 / step, mode="nearest"))
    inward = np.maximum(1, (_END_STEP * _filled(sections.width_mm) / step).astype(int))
    first = 0 if is_open[0] else _blunt_points(depth, inward)
    last = len(depth) - (0 if is_open[1] else _blunt_points(depth[::-1], inward[::-1]))
    return sections.cut(first, last) if last - first > 4 else None


def _blunt_points(depth: Floats, inward: npt.NDArray[np.intp]) -> int:
    """How many points at the start, within one width, are the end wall rather than the floor."""
    at = np.arange(len(depth))
    inner = np.minimum(at + inward, len(depth) - 1)
    is_wall = depth < _END_SHARE * depth[inner]
    near_tip = np.flatnonzero(is_wall & (at < 4 * int(np.median(inward))))
    return int(near_tip[-1]) + 1 if near_tip.size else 0


def _counts(sections: Sections, limits: WrinkleLimits, relief: Relief) -> bool:
    width = _mean(_filled(sections.width_mm), sections.step_mm)
    least = _LEAST_ELONGATION - _OPEN_END * sum(open_ends(sections, relief))
    return (
        sections.length_mm >= limits.min_length_mm
        and _mean(sections.depth, sections.step_mm) >= limits.min_depth_um
        and limits.min_width_mm <= width <= limits.max_width_mm
        and sections.length_mm >= least * width
    )


def _without_doubles(found: list[tuple[int, Sections]], relief: Relief) -> list[tuple[int, Sections]]:
    """A line that runs mostly inside the bed of a larger one is part of it."""
    taken = np.zeros(relief.height.shape, dtype=np.int32)
    kept = []
    for number, sections in found:
        if float(np.mean(values_at(taken, sections.points) > 0)) < _COVERED_SHARE:
            kept.append((number, sections))
            _draw(taken, sections, relief.spacing, len(kept))
    return kept


def _draw(labels: LabelMap, sections: Sections, spacing: Spacing, label: int) -> None:
    """Quadrilaterals between neighbouring sections, edge to edge."""
    across = np.column_stack([-sections.normals[:, 1] / spacing.row_mm, sections.normals[:, 0] / spacing.col_mm])
    left = sections.points - across * np.maximum(_filled(sections.left_mm), 0)[:, None]
    right = sections.points + across * np.maximum(_filled(sections.right_mm), 0)[:, None]
    quads = np.stack([left[:-1], left[1:], right[1:], right[:-1]], axis=1)[..., ::-1]
    for quad in np.round(quads * 16).astype(np.int32):
        cv2.fillConvexPoly(labels, quad, label, shift=4)


def _largest_mean(sections: Sections) -> float:
    """The largest mean depth over half a millimetre of line."""
    depth = _filled(sections.depth)
    count = min(len(depth), max(1, round(_MAX_DEPTH_OVER_MM / float(np.median(sections.step_mm)))))
    return float(np.convolve(depth, np.full(count, 1 / count), mode="valid").max())


def _orientation(sections: Sections) -> float:
    """Mean direction of the line, from x counter-clockwise, 0-180: doubled angles weighted with the length."""
    angle = 2 * (np.arctan2(sections.normals[:, 1], sections.normals[:, 0]) + np.pi / 2)
    mean = np.arctan2((sections.step_mm * np.sin(angle)).sum(), (sections.step_mm * np.cos(angle)).sum())
    return float(np.degrees(mean / 2) % 180)


def _mean(values: Floats, weights: Floats) -> float:
    known = np.isfinite(values)
    return float(np.average(values[known], weights=weights[known])) if known.any() else 0.0


def _filled(values: Floats) -> Floats:
    """Missing values taken from the neighbours along the line."""
    known = np.flatnonzero(np.isfinite(values))
    return np.interp(np.arange(len(values)), known, values[known]) if known.size else np.zeros(len(values))


def mean_along(picture: FloatMap, furrow: Furrow) -> float:
    """Mean of a map along the centre line; 0 when nothing is known there."""
    return known_mean(values_at(picture, furrow.sections.points))


def known_mean(values: FloatMap) -> float:
    """Of those that are known; 0 when none is."""
    return float(np.nanmean(values)) if np.isfinite(values).any() else 0.0
