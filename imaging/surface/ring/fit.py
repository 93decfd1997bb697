"""Which furrow, or which dark line, explains the light across a line under a ring of lights."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap
from imaging.surface.ring.model import (
    SHARES,
    Floats,
    Templates,
    furrow_templates,
    hollow_templates,
    stain_templates,
    without_trend,
)
from imaging.surface.ring.strip import Shifted, Strip

WIDTHS_MM = np.geomspace(0.18, 3.2, 28)
LEAST_PX = 4.0
_UNTHREADED = 250_000
"""Multiplications in one product (OpenBLAS: 4 x 65536)."""
_SECTIONS_AT_ONCE = 32
MELTED_ASPECT = 0.64
"""Depth over width per optical density of a dark floor: simulated living skin, 60 to 260 µm, within 12 %."""
_MISFIT_COUNTS = 2.0
_USUAL_LENGTH_MM = 3.0
"""Blotches average out along longer lines than those they were read on."""
_NEARLY_AS_GOOD = 0.08
_UNUSUAL_COSTS, _FARTHEST = 0.06, 1.5
"""Share of a section's energy that light from an unexpected side must explain more; how many standard deviations it
may be off: paint is one wall of a wide furrow whose other wall is lit just so."""


@dataclass(frozen=True)
class ExpectedSide:
    """Light from one side, g of `model`: what is expected, and its standard deviation."""

    mean: float
    spread: float

    @property
    def limits(self) -> tuple[float, float]:
        return self.mean - _FARTHEST * self.spread, self.mean + _FARTHEST * self.spread

    def cost(self, sides: Floats) -> FloatMap:
        """(n,) share of the energy; grows slowly, so that clear evidence wins over any expectation."""
        return (_UNUSUAL_COSTS * np.log1p(((sides - self.mean) / self.spread) ** 2 / 2)).astype(np.float32)


_ANY_SIDE = ExpectedSide(0.0, np.inf)


@dataclass(frozen=True)
class Fit:
    """What explains the mean section of a strip best.

    Parameters
    ----------
    score : energy explained less that of the misfit, in squared log of light x mm
    blotches : the energy that blotches usually have at this width
    misfit : share of the energy that is not explained
    width_mm, aside_mm : edge to edge; where the floor lies beside the line
    depth_mm : mean over all nearly as good explanations; for a stain its optical density
    section, side : as in `Templates`
    """

    score: float
    blotches: float
    misfit: float
    width_mm: float
    aside_mm: float
    depth_mm: float
    section: int
    side: float
    light: Floats
    """(61,) as in `Templates.whole`."""

    @property
    def darkness(self) -> float:
        """Largest optical density below flat skin."""
        return -float(self.light.min())

    def light_at(self, offsets: Floats) -> Floats:
        """Log of the light at mm beside the line, relative to flat skin."""
        return np.interp((offsets - self.aside_mm) / self.width_mm, SHARES, self.light)


def misfit_ratio(strip: Strip, one: Fit, other: Fit) -> float:
    """Energy that the first leaves unexplained over that of the second, where either of them speaks."""
    low = min(fit.aside_mm - fit.width_mm for fit in (one, other))
    high = max(fit.aside_mm + fit.width_mm for fit in (one, other))
    inside = (strip.offsets >= low) & (strip.offsets <= high)
    offsets, mean = strip.offsets[inside], strip.mean[inside]
    trend = np.column_stack([np.ones_like(offsets), offsets])
    left = []
    for fit in (one, other):
        rest = mean - fit.light_at(offsets)
        rest = rest - trend @ np.linalg.lstsq(trend, rest, rcond=None)[0]
        left.append(float(rest @ rest))
    return left[0] / max(left[1], 1e-12)


def fit_furrow(strip: Strip, side: ExpectedSide, usual: Floats) -> Fit:
    """The furrow that explains the mean section best; with unusual light from one side it must explain more.

    Parameters
    ----------
    usual : as from `background`

    Notes
    -----
    Two dark walls are explained as well by one wall of a furrow twice as wide, lit so that its other wall is as
    bright as flat skin: only what light is to be expected tells them apart.
    """
    return _best(strip, furrow_templates, side, usual)


def fit_stain(strip: Strip, usual: Floats) -> Fit:
    """The dark line on flat skin that explains the mean section best."""
    return _best(strip, stain_templates, _ANY_SIDE, usual)


def background(strips: list[Strip]) -> Floats:
    """Usual energy of a section at each of WIDTHS_MM, in squared log of light x mm: what blotches alone make."""
    if not strips:
        return np.zeros_like(WIDTHS_MM)
    sections = [strip.mean for strip in strips]
    energy = []
    for width in WIDTHS_MM:
        cut = without_trend(np.stack([np.interp(width * SHARES, strips[0].offsets, section) for section in sections]))
        energy.append(float(np.median((cut**2).sum(axis=1))) * width * (SHARES[1] - SHARES[0]))
    return np.array(energy)


def depths_along(strip: Strip, fit: Fit, sides: Floats) -> tuple[Floats, Floats]:
    """Depth in mm of each section of the strip, and how far its floor lies beside the line.

    Parameters
    ----------
    fit : of the whole strip: its width and section hold
    sides : (n,) light from one side at each section
    """
    templates = furrow_templates(_blur_share(strip, fit.width_mm))
    templates = templates.chosen(templates.section == fit.section)
    shifts = fit.aside_mm + fit.width_mm * np.linspace(-0.16, 0.16, 9)
    cut = without_trend(strip.light_at(shifts[:, None] + fit.width_mm * SHARES)).astype(np.float32)
    blotches = fit.blotches / (fit.width_mm * (SHARES[1] - SHARES[0]))
    levels = np.unique(templates.side)
    nearest = np.abs(sides[:, None] - levels).argmin(axis=1)
    aspect, place = np.zeros(len(cut)), np.zeros(len(cut), dtype=np.intp)
    for index in np.unique(nearest):
        alike, level = nearest == index, float(levels[index])
        aspect[alike], place[alike] = _depths_and_places(cut[alike], templates.lit_from(level, level), blotches)
    return fit.width_mm * aspect, shifts[place]


def floors_along(strip: Strip, fit: Fit) -> tuple[Floats, Floats]:
    """As `depths_along` for what shows as one dark floor: as deep as it is dark, and where.

    Parameters
    ----------
    fit : the hollow, or the stain, of the whole strip
    """
    shifts = fit.aside_mm + fit.width_mm * np.linspace(-0.16, 0.16, 9)
    dark = without_trend(fit.light)
    cut = without_trend(strip.light_at(shifts[:, None] + fit.width_mm * SHARES))
    share = np.maximum(cut @ dark, 0) / float(dark @ dark)
    best = np.argmax(share, axis=1)
    return MELTED_ASPECT * fit.depth_mm * share[np.arange(len(share)), best], shifts[best]


def _depths_and_places(cut: FloatMap, templates: Templates, blotches: float) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Aspect, the mean over all that explain a section nearly as well, nothing at all included; and the best place.

    Parameters
    ----------
    cut : (n, places, 61)

    Returns
    -------
    both (n,)
    """
    energy = (cut**2).sum(axis=2)
    explained = _explained(cut.reshape(-1, cut.shape[2]), templates).reshape(*energy.shape, -1)
    place = np.argmax(explained.max(axis=2) - energy, axis=1)
    rows = np.arange(len(cut))
    choices = np.column_stack([explained[rows, place], np.zeros(len(cut))])
    spread = np.maximum(0.03 * energy[rows, place], max(0.5 * blotches, 1e-12))
    weight = np.exp((choices - choices.max(axis=1, keepdims=True)) / spread[:, None])
    return weight @ np.append(templates.aspect, 0.0) / weight.sum(axis=1), place


def fit_hollow(strip: Strip, usual: Floats) -> Fit:
    """The dark floor between bright shoulders that explains the mean section best."""
    return _best(strip, hollow_templates, _ANY_SIDE, usual)


def _best(strip: Strip, templates_for: Callable[[float], Templates], side: ExpectedSide, usual: Floats) -> Fit:
    fits = []
    averaged = min(1.0, _USUAL_LENGTH_MM / max(strip.length_mm, 1e-9))
    for width, blotches in zip(WIDTHS_MM, averaged * usual, strict=True):
        if width * 1.05 > strip.offsets[-1]:
            break
        if width < LEAST_PX * (strip.offsets[1] - strip.offsets[0]) and width < WIDTHS_MM[-1] / 2:
            continue
        templates = templates_for(_blur_share(strip, width)).lit_from(*side.limits)
        cost = side.cost(templates.side)
        fits.append(_at_width(strip.shifted(float(width)), float(width), templates, cost, float(blotches)))
    scores = np.array([fit.score - fit.blotches for fit in fits])
    best = fits[int(np.argmax(scores))]
    weight = np.exp((scores - scores.max()) / max(_NEARLY_AS_GOOD * abs(scores.max()), 1e-12))
    depth = float(np.exp(weight @ np.log([fit.depth_mm for fit in fits]) / weight.sum()))
    return replace(best, depth_mm=depth)


def _at_width(cut: Shifted, width: float, templates: Templates, cost: FloatMap, blotches: float) -> Fit:
    explained = _explained(cut.light, templates) - cut.energy[:, None] * cost
    best = explained.argmax(axis=1)
    scores = (1 + _MISFIT_COUNTS) * explained[np.arange(len(best)), best] - _MISFIT_COUNTS * cut.energy
    i = int(scores.argmax())
    j, energy = int(best[i]), float(cut.energy[i])
    less = (1 + _MISFIT_COUNTS) * (explained[i] - explained[i, j])
    near = (less >= -_NEARLY_AS_GOOD * energy) & (templates.section == templates.section[j])
    weight = np.exp(less[near] / max(_NEARLY_AS_GOOD / 3 * energy, 1e-12))
    aspect = float(np.exp(weight @ np.log(templates.aspect[near]) / weight.sum()))
    return Fit(
        score=float(scores[i]) * width * (SHARES[1] - SHARES[0]),
        blotches=blotches,
        misfit=float((energy - explained[i, j]) / max(energy, 1e-12)),
        width_mm=width,
        aside_mm=float(cut.places[i]),
        depth_mm=aspect * width,
        section=int(templates.section[j]),
        side=float(templates.side[j]),
        light=templates.whole[j],
    )


def _explained(cut: FloatMap, templates: Templates) -> FloatMap:
    """(n, m) energy of n sections that each of m templates explains.

    In parts so small that linear algebra starts no threads for them: thousands of small products waited for each
    other's threads wherever the processors were busy.
    """
    doubled, answer = 2 * cut, np.empty((len(cut), len(templates.light)), dtype=np.float32)
    for top in range(0, len(cut), _SECTIONS_AT_ONCE):
        part = doubled[top : top + _SECTIONS_AT_ONCE]
        step = max(16, _UNTHREADED // part.size)
        for first in range(0, len(templates.light), step):
            light = templates.light[first : first + step]
            answer[top : top + _SECTIONS_AT_ONCE, first : first + step] = part @ light.T
    answer -= templates.energy
    return answer


def _blur_share(strip: Strip, width: float) -> float:
    return round(float(strip.blur_mm / width), 3)
