"""Which furrow, or which dark line, explains the light across a line under a ring of lights."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap
from imaging.surface.ring_model import (
    SHARES,
    Floats,
    Templates,
    furrow_templates,
    hollow_templates,
    stain_templates,
    without_trend,
)

WIDTHS_MM = np.geomspace(0.18, 3.2, 28)
LEAST_PX = 4.0
_UNTHREADED = 250_000
"""Multiplications in one product (OpenBLAS: 4 x 65536)."""
MELTED_ASPECT = 0.6
"""Depth over width per optical density of a dark floor: simulated living skin, 60 to 260 µm, within 12 %."""
_SHIFTS_PER_WIDTH = 14
_MOST_ASIDE = 0.45
"""A dark wall was found: the floor lies within this share of the width beside it."""
_MISFIT_COUNTS = 2.0
_CORE = 0.5
_ACROSS_MM = 1.2
_USUAL_LENGTH_MM = 3.0
"""Blotches average out along longer lines than those they were read on."""
_NEARLY_AS_GOOD = 0.08


@dataclass(frozen=True)
class Strip:
    """Log of the light across a line, (n, m) at `offsets` mm, a row every `step_mm`; the blur of the picture in mm."""

    light: Floats
    offsets: Floats
    blur_mm: float
    step_mm: float

    @property
    def length_mm(self) -> float:
        """Of the core."""
        return float(self.core.sum()) * self.step_mm

    @cached_property
    def core(self) -> npt.NDArray[np.bool_]:
        """(n,) the sections that show the line: it may run on beyond its furrow."""
        near = np.abs(self.offsets) < _ACROSS_MM
        cut = self.light[:, near] - self.light[:, near].mean(axis=1, keepdims=True)
        shown = np.ones(len(cut), dtype=np.bool_)
        for _ in range(2):
            typical = cut[shown].mean(axis=0)
            alike = cut @ typical / max(float(typical @ typical), 1e-12)
            shown = alike >= _CORE * np.percentile(alike, 75)
        return np.asarray(shown)

    @cached_property
    def mean(self) -> Floats:
        """(m,) the mean section of the core."""
        return np.asarray(self.light[self.core].mean(axis=0))


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


def fit_furrow(strip: Strip, sides: tuple[float, float], usual: Floats) -> Fit:
    """The furrow that explains the mean section best, with light from one side between two limits.

    Parameters
    ----------
    usual : as from `background`
    """
    return _best(strip, furrow_templates, sides, usual)


def fit_stain(strip: Strip, usual: Floats) -> Fit:
    """The dark line on flat skin that explains the mean section best."""
    return _best(strip, stain_templates, (-1.0, 1.0), usual)


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
    places = shifts[:, None] + fit.width_mm * SHARES
    blotches = fit.blotches / (fit.width_mm * (SHARES[1] - SHARES[0]))
    found = np.array(
        [_depth_and_place(*_cut(light, strip, places), _near(templates, side), blotches)
         for light, side in zip(strip.light, sides, strict=True)]
    )  # fmt: skip
    return fit.width_mm * found[:, 0], shifts[found[:, 1].astype(int)]


def floors_along(strip: Strip, fit: Fit) -> tuple[Floats, Floats]:
    """As `depths_along` for a furrow that shows as one dark floor: as deep as it is dark, and where.

    Parameters
    ----------
    fit : the hollow of the whole strip
    """
    shifts = fit.aside_mm + fit.width_mm * np.linspace(-0.16, 0.16, 9)
    dark = without_trend(fit.light)
    cut = without_trend(np.stack([np.interp(shifts[:, None] + fit.width_mm * SHARES, strip.offsets, light)
                                  for light in strip.light]))  # fmt: skip
    share = np.maximum(cut @ dark, 0) / float(dark @ dark)
    best = np.argmax(share, axis=1)
    return MELTED_ASPECT * fit.depth_mm * share[np.arange(len(share)), best], shifts[best]


def _cut(light: Floats, strip: Strip, places: Floats) -> tuple[FloatMap, FloatMap]:
    cut = without_trend(np.interp(places, strip.offsets, light)).astype(np.float32)
    return cut, (cut**2).sum(axis=1)


def _near(templates: Templates, side: float) -> Templates:
    away = np.abs(templates.side - side)
    return templates.chosen(away <= away.min() + 1e-6)


def _depth_and_place(cut: FloatMap, energy: FloatMap, templates: Templates, blotches: float) -> tuple[float, int]:
    """Aspect, the mean over all that explain it nearly as well, nothing at all included; and the place of the best."""
    explained = 2 * cut @ templates.light.T - templates.energy
    best = int(np.argmax(explained.max(axis=1) - energy))
    choices = np.append(explained[best], 0.0)
    weight = np.exp((choices - choices.max()) / max(0.5 * blotches, 0.03 * float(energy[best]), 1e-12))
    return float(weight @ np.append(templates.aspect, 0.0) / weight.sum()), best


def fit_hollow(strip: Strip, usual: Floats) -> Fit:
    """The dark floor between bright shoulders that explains the mean section best."""
    return _best(strip, hollow_templates, (-1.0, 1.0), usual)


def _best(strip: Strip, templates_for: Callable[[float], Templates], sides: tuple[float, float], usual: Floats) -> Fit:
    mean, fits = strip.mean, []
    averaged = min(1.0, _USUAL_LENGTH_MM / max(strip.length_mm, 1e-9))
    for width, blotches in zip(WIDTHS_MM, averaged * usual, strict=True):
        if width * 1.05 > strip.offsets[-1]:
            break
        if width < LEAST_PX * (strip.offsets[1] - strip.offsets[0]) and width < WIDTHS_MM[-1] / 2:
            continue
        fit = _at_width(mean, strip, float(width), templates_for(_blur_share(strip, width)).lit_from(*sides))
        fits.append(replace(fit, blotches=float(blotches)))
    scores = np.array([fit.score - fit.blotches for fit in fits])
    best = fits[int(np.argmax(scores))]
    weight = np.exp((scores - scores.max()) / max(_NEARLY_AS_GOOD * abs(scores.max()), 1e-12))
    depth = float(np.exp(weight @ np.log([fit.depth_mm for fit in fits]) / weight.sum()))
    return replace(best, depth_mm=depth)


def _at_width(mean: Floats, strip: Strip, width: float, templates: Templates) -> Fit:
    reach = _MOST_ASIDE * width
    shifts = np.arange(-reach, reach + 1e-9, max(width / _SHIFTS_PER_WIDTH, strip.offsets[1] - strip.offsets[0]))
    shifts = shifts[np.abs(shifts) + width <= strip.offsets[-1]]
    shifts = shifts if shifts.size else np.zeros(1)
    cut = without_trend(np.interp(shifts[:, None] + width * SHARES, strip.offsets, mean)).astype(np.float32)
    energy = (cut**2).sum(axis=1)
    misfit = _products(-2 * cut, templates.light)
    misfit += templates.energy
    misfit += energy[:, None]
    score = energy[:, None] - np.float32(1 + _MISFIT_COUNTS) * misfit
    i, j = (int(k) for k in np.unravel_index(np.argmax(score), score.shape))
    near = score[i] >= score[i, j] - _NEARLY_AS_GOOD * energy[i]
    near &= templates.section == templates.section[j]
    weight = np.exp((score[i, near] - score[i, j]) / max(_NEARLY_AS_GOOD / 3 * energy[i], 1e-12))
    aspect = float(np.exp(weight @ np.log(templates.aspect[near]) / weight.sum()))
    mm = width * (SHARES[1] - SHARES[0])
    return Fit(
        score=float(score[i, j]) * mm,
        blotches=0.0,
        misfit=float(misfit[i, j] / max(energy[i], 1e-12)),
        width_mm=width,
        aside_mm=float(shifts[i]),
        depth_mm=aspect * width,
        section=int(templates.section[j]),
        side=float(templates.side[j]),
        light=templates.whole[j],
    )


def _products(cut: FloatMap, light: FloatMap) -> FloatMap:
    """(n, m) products of n sections and m templates, in parts so small that linear algebra starts no threads for them:
    thousands of small products waited for each other's threads wherever the processors were busy."""
    answer = np.empty((len(cut), len(light)), dtype=np.float32)
    step = max(16, _UNTHREADED // cut.size)
    for first in range(0, len(light), step):
        answer[:, first : first + step] = cut @ light[first : first + step].T
    return answer


def _blur_share(strip: Strip, width: float) -> float:
    return float(np.round(strip.blur_mm / width, 3))
