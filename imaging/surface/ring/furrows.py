"""Furrows in one picture under a ring of lights: dark lines, looked at across, told from pigment, drawn as relief."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.model.measurement import WrinkleLimits
from imaging.surface.lines.centre_lines import find_crests, lines_along
from imaging.surface.lines.fans import Relief
from imaging.surface.lines.ridges import WorkingGrid, find_ridges, working_grid
from imaging.surface.ring.dark_lines import CutLine, LitLine, cut_line, have_melted, lines_anywhere
from imaging.surface.ring.fit import (
    LEAST_PX,
    background,
    depths_along,
    fit_furrow,
    fit_hollow,
    fit_stain,
    floors_along,
)
from imaging.surface.ring.model import Floats, depth_shares
from imaging.surface.ring.side import USUAL_SIDES, SideField, side_field
from imaging.surface.ring.strip import Strip

_WALLS = WrinkleLimits(min_width_mm=0.2, max_width_mm=2.2)
"""What is looked for first: single dark walls, and furrows too narrow to show two."""
_UM_PER_DENSITY = 500.0
_LEAST_UM, _LEAST_LENGTH_MM = 6.0, 1.5
_LENS_BLUR_PX = 0.7
_MOST_LINES = 100
_COSINE = 1
"""Section of what shows as one dark floor, as in `model.depth_shares`."""
_COVERED, _BED = 0.5, 0.45
_ALONG_MM, _STEP_MM, _PLACE_MM = 0.4, 0.2, 0.5


@dataclass(frozen=True)
class DrawnFurrow:
    """A furrow as it goes into the relief.

    Parameters
    ----------
    floor : (n, 2) of (row, col) on the full-size picture
    depth_mm : (n,)
    width_mm, section : of the whole line, as in `model`
    is_stain : dark like pigment rather than like two walls
    is_melted : seen as one dark floor, as all of its picture
    """

    floor: Floats
    depth_mm: Floats
    width_mm: float
    section: int
    is_stain: bool
    is_melted: bool


def find_lit_furrows(density: FloatMap, valid: BoolMap, spacing: Spacing) -> list[DrawnFurrow]:
    """Furrows and dark lines that stand out of the blotches, each once.

    Parameters
    ----------
    density : (rows, cols) optical density above the surroundings
    """
    signal = np.where(valid, -density * np.float32(_UM_PER_DENSITY), np.float32(0))
    grid = working_grid(np.asarray(signal, dtype=np.float32), valid, spacing, _WALLS)
    walls = replace(_WALLS, min_width_mm=max(_WALLS.min_width_mm, LEAST_PX * grid.pitch_mm))
    ridges = find_ridges(grid, walls)
    crests = find_crests(ridges, grid, _LEAST_UM)
    paths = [line.path for line in lines_along(crests, ridges, grid, _LEAST_LENGTH_MM, _MOST_LINES)]
    light, blur = _light_on(grid), _LENS_BLUR_PX * spacing.mean_mm
    usual = background(lines_anywhere(light, blur))
    cuts = [cut for path in paths if (cut := cut_line(path, light, blur)) is not None]
    found = [_explained(cut, usual, grid) for cut in cuts]
    field = side_field(found, grid)
    found = [_lit(line, field, usual, grid) for line in found]
    if have_melted(found):
        melted = _standing([replace(line, is_melted=True) for line in found], grid)
        return [_drawn(line, field, grid) for line in melted]
    found = _standing(found, grid)
    field = side_field([replace(line, fit=line.free) for line in found], grid)
    return [_drawn(line, field, grid) for line in _standing([_lit(line, field, usual, grid) for line in found], grid)]


def _light_on(grid: WorkingGrid) -> Relief:
    """Log of the light on the working grid, NaN where not known."""
    light = np.where(grid.valid, grid.height / np.float32(_UM_PER_DENSITY), np.float32(np.nan))
    return Relief(np.asarray(light, dtype=np.float32), Spacing.square(grid.pitch_mm))


def _explained(cut: CutLine, usual: Floats, grid: WorkingGrid) -> LitLine:
    free = fit_furrow(cut.strip, USUAL_SIDES.expected(cut, grid), usual)
    stain, hollow = fit_stain(cut.strip, usual), fit_hollow(cut.strip, usual)
    return LitLine(cut.points, cut.across, cut.strip, free, stain, hollow, free)


def _lit(line: LitLine, field: SideField, usual: Floats, grid: WorkingGrid) -> LitLine:
    """Explained with the light that the whole picture shows."""
    return replace(line, fit=fit_furrow(line.strip, field.expected(line, grid), usual))


def _standing(lines: Sequence[LitLine], grid: WorkingGrid) -> list[LitLine]:
    """What stands out, each once, the strongest first."""
    out = [line for line in lines if line.stands_out]
    return _each_once(sorted(out, key=lambda line: -line.better.score * line.strip.length_mm), grid)


def _each_once(lines: list[LitLine], grid: WorkingGrid) -> list[LitLine]:
    """Both walls of a furrow were found: a line that lies in the bed of a stronger one is dropped."""
    kept: list[Bed] = []
    for line in lines:
        bed = Bed(line, line.floor * grid.pitch_mm)
        if not any(bed.lies_in(other) for other in kept):
            kept.append(bed)
    return [bed.line for bed in kept]


@dataclass(frozen=True)
class Bed:
    """A line and where its floor runs, in mm."""

    line: LitLine
    floor: Floats

    @cached_property
    def tree(self) -> "cKDTree":
        return cKDTree(self.floor)

    @cached_property
    def box(self) -> tuple[Floats, Floats]:
        return self.floor.min(axis=0), self.floor.max(axis=0)

    def lies_in(self, other: "Bed") -> bool:
        """Half of this line or more runs within both half widths of the other."""
        reach = _BED * (self.line.better.width_mm + other.line.better.width_mm)
        if (self.box[0] > other.box[1] + reach).any() or (self.box[1] < other.box[0] - reach).any():
            return False
        apart = np.asarray(other.tree.query(self.floor, distance_upper_bound=reach)[0])
        return float(np.mean(apart < reach)) >= _COVERED


def _drawn(line: LitLine, field: SideField, grid: WorkingGrid) -> DrawnFurrow:
    """Depth and floor of each section, read on sections averaged over almost a millimetre of line."""
    step = line.strip.step_mm
    calm = ndimage.gaussian_filter1d(line.strip.light, _ALONG_MM / step, axis=0, mode="nearest")
    at = np.arange(0, len(calm), max(1, round(_STEP_MM / step)))
    strip = Strip(calm[at], line.strip.offsets, line.strip.blur_mm, _STEP_MM)
    if line.drawn is line.fit:
        section, (depth, aside) = line.fit.section, depths_along(strip, line.fit, field.along(line, grid)[at])
    else:
        section, (depth, aside) = _COSINE, floors_along(strip, line.drawn)
    every = np.arange(len(calm))
    aside = ndimage.gaussian_filter1d(np.interp(every, at, aside), _PLACE_MM / step, mode="nearest")
    floor = line.points + (aside / grid.pitch_mm)[:, None] * line.across[:, ::-1] * [-1, 1]
    return DrawnFurrow(
        grid.full_size(floor),
        np.interp(every, at, depth),
        line.drawn.width_mm,
        section,
        line.is_stain,
        line.is_melted,
    )


def draw_furrows(furrows: Sequence[DrawnFurrow], shape: tuple[int, ...], spacing: Spacing) -> tuple[FloatMap, BoolMap]:
    """Relief (rows, cols) in the unit of the relief (thousandths of the spacing's unit), 0 beside the furrows; and True
    on the beds of lines that are dark like pigment."""
    others = _relief([furrow for furrow in furrows if not furrow.is_stain], shape, spacing)
    stains = [furrow for furrow in furrows if furrow.is_stain]
    if not stains:
        return others, np.zeros(others.shape, dtype=np.bool_)
    stained = _relief(stains, shape, spacing)
    return np.minimum(stained, others), np.asarray(stained < others)


def _relief(furrows: Sequence[DrawnFurrow], shape: tuple[int, ...], spacing: Spacing) -> FloatMap:
    height = np.zeros(shape, dtype=np.float32)
    for furrow in furrows:
        window = _window(furrow, shape, spacing)
        if height[window].size:
            carved = _carved(furrow, window, height[window].shape, spacing)
            np.minimum(height[window], carved, out=height[window])
    return height


def _window(furrow: DrawnFurrow, shape: tuple[int, ...], spacing: Spacing) -> tuple[slice, slice]:
    reach = furrow.width_mm / 2 / np.array([spacing.row_mm, spacing.col_mm]) + 2
    low = np.clip(np.floor(furrow.floor.min(axis=0) - reach), 0, shape).astype(int)
    high = np.clip(np.ceil(furrow.floor.max(axis=0) + reach) + 1, 0, shape).astype(int)
    return slice(low[0], high[0]), slice(low[1], high[1])


def _carved(furrow: DrawnFurrow, window: tuple[slice, slice], shape: tuple[int, ...], spacing: Spacing) -> FloatMap:
    """Height of one furrow in its window: the section at the nearest point of its floor."""
    corner = np.array([window[0].start, window[1].start])
    nearest = _nearest_point(np.round(furrow.floor - corner).astype(int), shape)
    scale = np.array([spacing.row_mm, spacing.col_mm])
    row, col = np.indices(shape)
    away_row = (row - (furrow.floor[:, 0] - corner[0])[nearest]) * scale[0]
    away_col = (col - (furrow.floor[:, 1] - corner[1])[nearest]) * scale[1]
    way = np.gradient(furrow.floor * scale, axis=0)
    step = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)
    along = (away_row * way[nearest, 0] + away_col * way[nearest, 1]) / step[nearest]
    across = (away_row * way[nearest, 1] - away_col * way[nearest, 0]) / step[nearest]
    slope = np.gradient(furrow.depth_mm) / step
    depth = np.maximum(furrow.depth_mm[nearest] + slope[nearest] * along, 0)
    is_beyond = (nearest == 0) & (along < -1.5 * step[0]) | (nearest == len(step) - 1) & (along > 1.5 * step[-1])
    share = depth_shares(furrow.section, across / furrow.width_mm)
    return np.asarray(np.where(is_beyond, 0, -1000 * depth * share), dtype=np.float32)


def _nearest_point(seeds: Floats, shape: tuple[int, ...]) -> FloatMap:
    """(rows, cols) index of the nearest point; points outside the window count at its border."""
    rows, cols = (np.clip(seeds[:, axis], 0, shape[axis] - 1) for axis in (0, 1))
    free = np.ones(shape, dtype=np.uint8)
    free[rows, cols] = 0
    labels = cv2.distanceTransformWithLabels(free, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)[1]
    index = np.zeros(int(labels.max()) + 1, dtype=np.intp)
    index[labels[rows, cols]] = np.arange(len(rows))
    return np.asarray(index[labels])
