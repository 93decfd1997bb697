"""Dark lines of a picture with the light across each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from imaging.surface.lines.fans import Relief, cut_fan, even_points
from imaging.surface.lines.ridges import WorkingGrid
from imaging.surface.ring.fit import Fit, misfit_ratio
from imaging.surface.ring.model import Floats
from imaging.surface.ring.strip import Strip

_HALF_MM, _BEYOND_MM = 3.4, 1.0
"""Looked at to either side, and beyond both ends."""
_RANDOM_LINES, _RANDOM_MM = 48, 4.0
_LEAST_KNOWN, _LEAST_POINTS, _NEAR_MM = 0.3, 8, 0.3
_MELTED, _MOST_MELTED = 1.4, 3.0
"""Misfit of two walls over that of one floor: path-traced opaque grooves 0.3, simulated living skin 1.8 to 2.7; paint,
up to 8, counts as no more than melted furrows do."""
_MOST_SHADE = 0.6
"""Optical density; darker is paint."""
_MOST_MISFIT, _STAND_OUT, _STAIN_MISFIT, _HOLLOW_MISFIT, _SURELY = 0.3, 2.5, 1.3, 1.6, 2.0
"""Of a line that counts; its energy over that of blotches; what a stain must miss more than the furrow, and than the
hollow; and by how much it must score better where the hollow misses less."""
_MOST_WIDER = 2.0
"""Than the stain: beyond, the furrow takes a blotch for its other wall."""


@dataclass(frozen=True)
class CutLine:
    """Where a line runs, and the light across it.

    Parameters
    ----------
    points : (n, 2) of (row, col) on the working grid
    across : (n, 2) unit vectors (x right, y up) at right angles
    """

    points: Floats
    across: Floats
    strip: Strip

    def places_mm(self, grid: WorkingGrid) -> Floats:
        """(n, 2) x right, y up from the middle of the picture."""
        away = (self.points - (np.array(grid.height.shape) - 1) / 2) * grid.pitch_mm
        return np.asarray(away[:, ::-1] * [1, -1])


@dataclass(frozen=True)
class LitLine(CutLine):
    """A dark line.

    Parameters
    ----------
    fit : the furrow that explains the mean section best
    stain : the dark line on flat skin that does
    hollow : the dark floor between bright shoulders that does
    free : the furrow that would, before the other lines of the picture said where its light comes from
    is_melted : furrows of this picture show one dark floor each, not two walls
    """

    fit: Fit
    stain: Fit
    hollow: Fit
    free: Fit
    is_melted: bool = False

    @cached_property
    def is_stain(self) -> bool:
        """The mean section is dark in the middle rather than on two walls, and flat beside.

        Where furrows have melted into one dark floor themselves, a section does not tell.
        """
        if self.is_melted:
            return False
        if misfit_ratio(self.strip, self.stain, self.hollow) > _HOLLOW_MISFIT:
            return self.stain.score > _SURELY * self.fit.score
        return self.stain.score > self.fit.score or misfit_ratio(self.strip, self.stain, self.fit) < _STAIN_MISFIT

    @property
    def better(self) -> Fit:
        """What explains it: for a furrow its walls, else the one dark floor."""
        if self.is_melted:
            return self.hollow
        return self.stain if self.is_stain else self.fit

    @property
    def drawn(self) -> Fit:
        """As `better`, but a stain as the furrow it would be, unless that reaches over its neighbours."""
        is_furrow = self.is_stain and self.fit.width_mm < _MOST_WIDER * self.stain.width_mm
        return self.fit if is_furrow else self.better

    @property
    def stands_out(self) -> bool:
        """From the blotches around."""
        return self.better.misfit < _MOST_MISFIT and self.better.score > _STAND_OUT * self.better.blotches

    @property
    def melting(self) -> tuple[float, float]:
        """How much worse two walls explain the section than one dark floor (log), and how much that counts."""
        score = max(self.fit.score, self.hollow.score)
        is_shade = score > _STAND_OUT * self.hollow.blotches and self.hollow.darkness < _MOST_SHADE
        ratio = misfit_ratio(self.strip, self.fit, self.hollow)
        return float(np.log(np.clip(ratio, 1e-6, _MOST_MELTED))), max(score, 0.0) * self.strip.length_mm * is_shade

    @property
    def floor(self) -> Floats:
        """The line moved onto the floor of its furrow, (row, col) on the working grid."""
        pitch = float(self.strip.offsets[1] - self.strip.offsets[0])
        return np.asarray(self.points + self.better.aside_mm / pitch * self.across[:, ::-1] * [-1, 1])


def cut_line(path: Floats, light: Relief, blur_mm: float, beyond_mm: float = _BEYOND_MM) -> CutLine | None:
    """The light across a path and its straight continuation; None where too little is known.

    Parameters
    ----------
    path : (n, 2) of (row, col)
    light : its `height` is the log of the light
    """
    longer = _lengthened(path, beyond_mm / light.spacing.row_mm)
    points, across, steps = even_points(longer, light.spacing)
    fan = cut_fan(light, points, across, _HALF_MM)
    inside = np.isfinite(fan.heights[:, np.abs(fan.offsets) < _NEAR_MM]).all(axis=1)
    if inside.sum() < _LEAST_POINTS:
        return None
    points, across, fan = points[inside], across[inside], replace(fan, heights=fan.heights[inside])
    known = np.isfinite(fan.heights)
    share = known.mean(axis=0)
    mean = np.where(known, fan.heights, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    seen = share > _LEAST_KNOWN
    mean = np.interp(fan.offsets, fan.offsets[seen], mean[seen])
    strip = Strip(np.where(known & seen, fan.heights, mean), fan.offsets, blur_mm, float(np.median(steps)))
    return CutLine(points, across, strip)


def have_melted(lines: Sequence[LitLine]) -> bool:
    """Is one dark floor the better explanation of most furrows of a picture than two walls?"""
    found = np.array([line.melting for line in lines]).reshape(-1, 2)
    weight = float(found[:, 1].sum())
    return weight > 0 and float(found[:, 0] @ found[:, 1]) / weight > np.log(_MELTED)


def lines_anywhere(light: Relief, blur_mm: float) -> list[Strip]:
    """Straight lines laid at random, always the same: what blotches look like."""
    rng = np.random.default_rng(20)
    shape = np.array(light.height.shape)
    cuts = []
    for _ in range(_RANDOM_LINES):
        turn = rng.uniform(0, np.pi)
        half = 0.5 * _RANDOM_MM / light.spacing.row_mm * np.array([np.sin(turn), np.cos(turn)])
        middle = rng.uniform(0.1, 0.9, 2) * shape
        cuts.append(cut_line(np.stack([middle - half, middle + half]), light, blur_mm, beyond_mm=0))
    return [cut.strip for cut in cuts if cut is not None]


def _lengthened(path: Floats, by: float) -> Floats:
    """Both ends carried on straight by this many pixels."""
    if by <= 0:
        return path
    reach = min(len(path) - 1, 20)
    head, tail = path[0] - path[reach], path[-1] - path[-1 - reach]
    head, tail = (way / max(float(np.hypot(*way)), 1e-9) * by for way in (head, tail))
    return np.concatenate([[path[0] + head], path, [path[-1] + tail]])
