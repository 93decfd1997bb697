"""Centre lines of furrows, from ridge strength to smooth paths."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
from scipy import ndimage

from imaging.model.arrays import BoolMap, FloatMap
from imaging.surface.lines.line_graph import JoinRule, Path, join_lines, trace_lines
from imaging.surface.lines.ridges import Ridges, WorkingGrid
from imaging.surface.lines.thinning import thin
from imaging.surface.places import values_at

_LEAST_SHARE, _SURE_SHARE = 0.12, 0.22
"""Of the least depth that counts: a line is followed above the first and begun above the second."""
_NOISE_FACTOR, _SURE_NOISE_FACTOR = 1.5, 3.0
_CRESTS_OF_MICRORELIEF = 0.05
_GAP_MM, _NEAR_MM = 1.0, 0.25
_TANGENT_MM = 0.9
_SPUR_MM = 0.3
_SMOOTH_MM = 0.12
_BORDER_SCALES = 1.2
_TWIN_BESIDE_MM, _TWIN_LONG_MM = 0.2, 0.3
_FAINT_SHARE = 0.3
"""Of the least depth: crests that are weaker on average belong to lines that would not be deep enough anyway."""
_CREST_LENGTH = 0.8
"""Length of line over crest pixels: crests are one to two pixels wide."""
_SPARE_LINES = 3
"""Times as many lines as are asked for are made smooth, which shortens some more than others."""
_OTHER_THRESHOLDS = (0.8, 0.9, 1.11, 1.25)


@dataclass(frozen=True)
class CentreLine:
    """One furrow's line on the working grid, smooth, a point per pixel; and the scale that found it."""

    path: Path
    sigma_mm: float


@dataclass(frozen=True)
class Crests:
    """Where the strength is largest across a line, and the strengths above which a line is followed and begun."""

    where: BoolMap
    strength: FloatMap
    least: float
    sure: float


def find_crests(ridges: Ridges, grid: WorkingGrid, min_depth_um: float) -> Crests:
    crest = _is_crest(ridges)
    noise = _usual_strength(ridges.strength[crest & grid.valid], int(grid.valid.sum()))
    least = max(_LEAST_SHARE * min_depth_um, _NOISE_FACTOR * noise)
    return Crests(crest, ridges.strength, least, max(_SURE_SHARE * min_depth_um, _SURE_NOISE_FACTOR * noise))


def length_per_threshold_mm(crests: Crests, pitch_mm: float, min_depth_um: float, min_length_mm: float) -> float:
    """How much more line is found for thresholds lower by a factor e: what faint lines and ends depend on.

    Length of crests in pieces that are long and strong enough, under thresholds up to a quarter lower and higher; the
    slope of the straight line through these lengths.
    """
    lower = -np.log(np.array(_OTHER_THRESHOLDS))
    moved = [replace(crests, least=by * crests.least, sure=by * crests.sure) for by in _OTHER_THRESHOLDS]
    least = (_FAINT_SHARE * min_depth_um, min_length_mm)
    lengths = np.array([_crest_length_mm(one, pitch_mm, least) for one in moved])
    away = lower - lower.mean()
    return max(0.0, float(away @ lengths / (away @ away)))


def away_from_border(crests: Crests, ridges: Ridges, pitch_mm: float) -> Crests:
    """Without the crests along the border, which lines are never made of."""
    rows, cols = (np.arange(n, dtype=np.float32) for n in crests.where.shape)
    room = np.minimum(np.minimum(rows, rows[::-1])[:, None], np.minimum(cols, cols[::-1]))
    return replace(crests, where=crests.where & (room >= np.float32(_BORDER_SCALES / pitch_mm) * ridges.sigma_mm))


def lines_along(
    crests: Crests, ridges: Ridges, grid: WorkingGrid, min_length_mm: float, most: int | None = None
) -> list[CentreLine]:
    """Lines of furrows at least `min_length_mm` long, longest first; at most so many."""
    skeleton = thin(_line_mask(crests))
    pitch = grid.pitch_mm
    paths = [p for p in trace_lines(skeleton) if len(p) >= 3]
    paths = _without_spurs(paths, skeleton, _SPUR_MM / pitch)
    paths = _without_twin_ends(paths, pitch)
    rule = JoinRule(_GAP_MM / pitch, round(_TANGENT_MM / pitch), _NEAR_MM / pitch)
    joined = join_lines(paths, rule)
    lengths = _lengths(joined)
    long = np.argsort(-lengths, kind="stable")[: np.count_nonzero(lengths * pitch >= min_length_mm)]
    long = long if most is None else long[: _SPARE_LINES * most]
    smooth = [_smooth(joined[index], _SMOOTH_MM / pitch) for index in np.sort(long)]
    found = [CentreLine(path, _scale_of(path, ridges)) for path in smooth]
    inside = [replace(line, path=_straight_at_border(line, grid)) for line in found]
    lines = [line for line in inside if path_length(line.path) * pitch >= min_length_mm]
    return sorted(lines, key=lambda line: -path_length(line.path))[:most]


def path_length(path: Path) -> float:
    """Sum of the steps, in the unit of the path."""
    return float(np.hypot(*np.diff(path, axis=0).T).sum()) if len(path) > 1 else 0.0


def _lengths(paths: list[Path]) -> npt.NDArray[np.float64]:
    """`path_length` of each."""
    if not paths:
        return np.zeros(0)
    ends = np.cumsum([len(path) for path in paths])
    steps = np.hypot(*np.diff(np.concatenate(paths), axis=0, append=0.0).T)
    steps[ends - 1] = 0
    return np.asarray(np.add.reduceat(steps, ends - [len(path) for path in paths]))


def _line_mask(crests: Crests) -> BoolMap:
    """The crests, widened, where a connected stretch is sure somewhere."""
    followed, parts = _followed(crests)
    strongest = np.zeros(int(parts.max()) + 1, dtype=np.float32)
    np.maximum.at(strongest, parts[followed], crests.strength[followed])
    keep = strongest > crests.sure
    return np.asarray(keep[parts], dtype=np.bool_)


def _crest_length_mm(crests: Crests, pitch_mm: float, least: tuple[float, float]) -> float:
    """Of the pieces that are sure somewhere and have at least this (mean strength, length in mm)."""
    followed, parts = _followed(crests)
    piece, strength = parts[followed], crests.strength[followed]
    pixels = np.bincount(piece)
    strongest = np.zeros(len(pixels), dtype=np.float32)
    np.maximum.at(strongest, piece, strength)
    mean = np.bincount(piece, strength) / np.maximum(pixels, 1)
    length_mm = _CREST_LENGTH * pitch_mm * pixels
    return float(length_mm[(strongest > crests.sure) & (mean >= least[0]) & (length_mm >= least[1])].sum())


def _followed(crests: Crests) -> tuple[BoolMap, npt.NDArray[np.int32]]:
    """Crests above the lower threshold, and which connected piece each pixel near them belongs to."""
    followed = crests.where & (crests.strength > crests.least)
    wide = cv2.dilate(followed.astype(np.uint8), np.ones((3, 3), dtype=np.uint8))
    return followed, np.asarray(cv2.connectedComponents(wide, connectivity=8)[1], dtype=np.int32)


def _usual_strength(crests: FloatMap, pixels: int) -> float:
    """Median strength of the crests of microrelief, which cover a twentieth of the skin or more.

    Where fewer crests are, the rest counts as 0: furrows on smooth ground must not be their own noise.
    """
    missing = max(0, int(_CRESTS_OF_MICRORELIEF * pixels) - crests.size)
    return float(np.median(np.concatenate([crests, np.zeros(missing, dtype=np.float32)]))) if pixels else 0.0


def _is_crest(ridges: Ridges) -> BoolMap:
    """True where the strength is largest across the line."""
    rows, cols = ridges.strength.shape
    row, col = np.mgrid[0:rows, 0:cols].astype(np.float32)
    ahead, behind = (
        cv2.remap(
            ridges.strength,
            col + side * ridges.across[..., 1],
            row + side * ridges.across[..., 0],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        for side in (np.float32(1), np.float32(-1))
    )
    return np.asarray((ridges.strength > 0) & (ridges.strength >= ahead) & (ridges.strength >= behind))


def _without_spurs(paths: list[Path], skeleton: BoolMap, shortest_px: float) -> list[Path]:
    """Paths without the short side twigs that thinning leaves at thick places: one end free, the other at a fork."""
    if not paths:
        return []
    degree = cv2.filter2D(skeleton.astype(np.uint8), cv2.CV_16S, np.ones((3, 3), dtype=np.float32)) * skeleton
    tips = np.array([(path[0], path[-1]) for path in paths]).astype(np.intp)
    ends = degree[tips[..., 0], tips[..., 1]] - 1
    is_spur = (_lengths(paths) < shortest_px) & (ends.min(axis=1) == 1) & (ends.max(axis=1) > 2)
    return [path for path, short in zip(paths, is_spur, strict=True) if not short]


def _without_twin_ends(paths: list[Path], pitch: float) -> list[Path]:
    """Paths without the ends that run beside a longer path: one furrow seen at two scales, whose halves could not face
    each other to be joined."""
    by_length = sorted(paths, key=len)
    beside = _beside_longer(by_length, _TWIN_BESIDE_MM / pitch)
    cut = [_cut_ends(path, near, round(_TWIN_LONG_MM / pitch)) for path, near in zip(by_length, beside, strict=True)]
    return [path for path in cut if len(path) >= 3]


def _beside_longer(by_length: list[Path], reach_px: float) -> list[BoolMap]:
    """For each point of each path: does a later path run nearer than this?

    Notes
    -----
    The paths lie on pixels: each offset inside the reach is looked up for all points at once. A tree of the longer
    paths for every path took minutes on a photograph of thousands of lines.
    """
    if not by_length:
        return []
    pixels = np.concatenate(by_length).astype(np.intp)
    own = np.repeat(np.arange(1, len(by_length) + 1, dtype=np.int32), [len(path) for path in by_length])
    margin = int(np.ceil(reach_px))
    drawn = np.zeros(pixels.max(axis=0) + 1 + 2 * margin, dtype=np.int32)
    pixels += margin
    np.maximum.at(drawn, (pixels[:, 0], pixels[:, 1]), own)
    nearest = np.zeros_like(own)
    for offset in np.argwhere(_disc(margin, reach_px)) - margin:
        np.maximum(nearest, drawn[pixels[:, 0] + offset[0], pixels[:, 1] + offset[1]], out=nearest)
    ends = np.cumsum([len(path) for path in by_length])[:-1]
    return np.split(nearest > own, ends)


def _disc(margin: int, radius: float) -> BoolMap:
    away = np.arange(-margin, margin + 1)
    return np.asarray(np.hypot(away[:, None], away) < radius)


def _cut_ends(path: Path, is_beside: BoolMap, least: int) -> Path:
    """The path from its first to its last point that is alone, and as much less as lets its end face the other's."""
    alone = np.flatnonzero(~is_beside)
    if not alone.size:
        return path if len(path) <= least else path[:0]
    first, last = int(alone[0]), int(alone[-1]) + 1
    start = first + least if first > least else 0
    stop = last - least if len(path) - last > least else len(path)
    return path[start:stop]


def _smooth(path: Path, sigma: float) -> Path:
    """A point per pixel of length, coordinates smoothed, the ends kept where they are."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    path = path[np.concatenate([[True], steps > 1e-6])]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
    at = np.linspace(0, along[-1], max(3, round(along[-1]) + 1))
    even = np.column_stack([np.interp(at, along, path[:, k]) for k in (0, 1)])
    pad = min(len(even) - 1, int(4 * sigma))
    head, tail = 2 * even[0] - even[pad:0:-1], 2 * even[-1] - even[-2 : -pad - 2 : -1]
    smooth = ndimage.gaussian_filter1d(np.concatenate([head, even, tail]), sigma, axis=0)
    return np.asarray(smooth[len(head) : len(head) + len(even)], dtype=np.float64)


def _straight_at_border(line: CentreLine, grid: WorkingGrid) -> Path:
    """The line carried on straight where the picture's border is nearer than its scale.

    What lies beyond is not known there, and the mirrored picture bends every crest at right angles to the border.
    Empty when the line runs nowhere else.
    """
    far = np.array(grid.height.shape) - 1
    room = np.minimum(line.path, far - line.path).min(axis=1)
    inside = np.flatnonzero(room >= _BORDER_SCALES * line.sigma_mm / grid.pitch_mm)
    if len(inside) < 3:
        return line.path[:0]
    first, last = int(inside[0]), int(inside[-1])
    reach = min(max(3, round(_TANGENT_MM / grid.pitch_mm)), last - first)
    core = line.path[first : last + 1]
    head = _carried_on(core[0], core[0] - core[reach], first, far)
    tail = _carried_on(core[-1], core[-1] - core[-1 - reach], len(line.path) - 1 - last, far)
    return np.concatenate([head[::-1], core, tail])


def _carried_on(end: Path, way: Path, count: int, far: Path) -> Path:
    """So many steps of a pixel, as long as they stay in the picture."""
    step = way / max(float(np.hypot(*way)), 1e-9)
    points = end + np.arange(1, count + 1)[:, None] * step
    return points[((points >= 0) & (points <= far)).all(axis=1)]


def _scale_of(path: Path, ridges: Ridges) -> float:
    """The upper quartile: where a furrow is seen at two scales the median jumps between them from shot to shot."""
    values = np.sort(values_at(ridges.sigma_mm, path))
    return float(np.interp(0.75 * (len(values) - 1), np.arange(len(values)), values))
