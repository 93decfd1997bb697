"""Gloss: light that the skin's surface mirrors. It is white where the skin is coloured, so colour tells the two apart.

A pixel under light i sends d_i times its own colour plus s_i times white. Projected off white only d_i is left, up to a
factor that all lights share; the light with the least gloss settles the factor. What is then too bright is gloss.

Gloss makes plain photometric stereo read furrows a quarter too deep and bends the form near the lights, see
`docs/decisions/surface-gloss.md`. Grey pictures have no colour to tell it by and keep their gloss.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing

_CELL_MM = 0.064
_CELL_PX = 4
"""Gloss is told apart on cells of this size: one pixel has too much noise for it."""
_SMOOTHING_MM = 0.1
_SMOOTHING_PX = 6.0
_WEAK, _STRONG = 0.06, 0.12
"""Colour over brightness: below the first a cell cannot tell gloss, above the second it can."""
_LEAST_COLOURED_SHARE = 0.5
_LIT = 0.3
"""Share of the brightest light from which a light may settle the factor."""


@dataclass(frozen=True)
class GlossMaps:
    """Gloss per light on a coarse grid, linear, the mean of the channels.

    Parameters
    ----------
    maps : (rows, cols) of the cells, one per light; empty when colour cannot tell
    share : gloss over all light, 0..1; None when colour cannot tell
    """

    maps: tuple[FloatMap, ...] = ()
    share: float | None = None


def cell_px(spacing: Spacing | None) -> int:
    """Side of a cell in pixels."""
    return _CELL_PX if spacing is None else int(np.clip(round(_CELL_MM / spacing.mean_mm), 1, 8))


def find_gloss(cells: Sequence[FloatMap], spacing: Spacing | None) -> GlossMaps:
    """Gloss under each light.

    Parameters
    ----------
    cells : one (rows, cols, 3) per light, linear, means over `cell_px` x `cell_px` pixels; NaN where one is saturated
    spacing : of the full picture

    References
    ----------
    Mallick et al. 2005, CVPR, "Beyond Lambert": white projected off. Shafer 1985: the dichromatic model.
    """
    if len(cells) < 3 or any(cell.ndim != 3 for cell in cells):
        return GlossMaps()
    light = np.stack(cells)
    known = np.asarray(np.isfinite(light).all(axis=-1))
    light = np.where(known[..., None], light, 0)
    grey = light.mean(axis=-1)
    shading, strength = _shading_by_colour(light)
    trust = np.clip((strength - _WEAK) / (_STRONG - _WEAK), 0, 1).astype(np.float32)
    if trust.mean() < _LEAST_COLOURED_SHARE:
        return GlossMaps()
    gloss = np.where(known, np.maximum(grey - _factor(grey, shading) * shading, 0), 0)
    maps = tuple(_smooth(one, trust * lit, spacing) for one, lit in zip(gloss, known, strict=True))
    return GlossMaps(maps, float(np.sum(maps) / max(float(grey.sum()), 1e-6)))


def _shading_by_colour(light: FloatMap) -> tuple[FloatMap, FloatMap]:
    """Shading without gloss up to a factor, (n, rows, cols), and colour over brightness, (rows, cols).

    Off white, colour has two axes; the lights' samples lie on one line through the origin, their principal axis.
    """
    red, green, blue = np.moveaxis(light, -1, 0)
    u = (red - blue) * np.float32(np.sqrt(0.5))
    v = (2 * green - red - blue) * np.float32(np.sqrt(1 / 6))
    angle = 0.5 * np.arctan2(2 * (u * v).sum(axis=0), (u * u - v * v).sum(axis=0))
    shading = u * np.cos(angle) + v * np.sin(angle)
    total = shading.sum(axis=0)
    shading *= np.where(total < 0, -1, 1)
    strength = np.abs(total) / np.maximum(light.mean(axis=-1).sum(axis=0), 1e-6)
    return np.asarray(shading, dtype=np.float32), np.asarray(strength, dtype=np.float32)


def _factor(grey: FloatMap, shading: FloatMap) -> FloatMap:
    """Brightness over shading of the light with the least gloss, (rows, cols)."""
    lit = shading > _LIT * shading.max(axis=0)
    ratio = np.where(lit, grey / np.maximum(shading, 1e-6), np.inf)
    factor = ratio.min(axis=0)
    return np.asarray(np.where(np.isfinite(factor), factor, 0), dtype=np.float32)


def _smooth(gloss: FloatMap, trust: FloatMap, spacing: Spacing | None) -> FloatMap:
    """Mean over the neighbourhood, each cell by the trust in it."""
    in_px = _SMOOTHING_PX if spacing is None else _SMOOTHING_MM / spacing.mean_mm
    sigma = max(in_px / cell_px(spacing), 0.3)
    weight = cv2.GaussianBlur(np.asarray(trust, dtype=np.float32), (0, 0), sigma)
    value = cv2.GaussianBlur(np.asarray(gloss * trust, dtype=np.float32), (0, 0), sigma)
    return np.asarray(value / np.maximum(weight, 1e-3), dtype=np.float32)
