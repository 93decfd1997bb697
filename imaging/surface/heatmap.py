"""Depth and change as colour."""

from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing
from imaging.model.surface import Surface
from imaging.surface.reference import reference_surface

ColourKind = Literal["depth", "change"]
_MAPS = {"depth": "cividis", "change": "crameri:vik"}
_STEPS = 1024
FADE_BELOW = 0.25
"""Share of the limit below which colours get fainter, so that flat skin still looks like skin."""
_FAINTEST = 0.15
"""Of measured skin at depth 0: enough to be told from skin that was not measured."""


def depth_below_reference(surface: Surface, reference_mm: float = 8.0) -> FloatMap:
    """How far the skin lies below its reference surface, (rows, cols) in the surface's height unit, at least 0.

    The reference is the robust Gaussian of the height with cut-off `reference_mm` (half the picture's longer side
    when uncalibrated); NaN where not measured.
    """
    spacing, cutoff_mm = surface.spacing, reference_mm
    if spacing is None:
        spacing, cutoff_mm = Spacing(1, 1), max(surface.shape) / 2
    reference = reference_surface(surface.height, surface.valid, spacing, cutoff_mm)
    return np.asarray(np.maximum(reference - surface.height, 0), dtype=np.float32)


def colour_depth(depth: FloatMap, limit: float) -> npt.NDArray[np.uint8]:
    """(rows, cols, 4) RGBA, dark at 0 to bright at `limit` and beyond; alpha 0 where NaN."""
    return _coloured(depth, np.float32(_STEPS / limit), np.float32(0), "depth")


def faded_depth(depth: FloatMap, limit: float) -> npt.NDArray[np.uint8]:
    """Depth as colour, fainter where it is shallow: `colour_depth` with an alpha that grows with the depth.

    Parameters
    ----------
    depth : (rows, cols), NaN where not measured
    limit : depth of the last colour, in the unit of `depth`

    Returns
    -------
    (rows, cols, 4) RGBA uint8, alpha 0 where not measured
    """
    coloured = colour_depth(depth, limit)
    share = np.clip(np.nan_to_num(depth) / np.float32(FADE_BELOW * limit), 0, 1)
    coloured[..., 3] = (coloured[..., 3] * (_FAINTEST + (1 - _FAINTEST) * share)).astype(np.uint8)
    return coloured


def colour_change(change: FloatMap, limit: float) -> npt.NDArray[np.uint8]:
    """(rows, cols, 4) RGBA, blue at -`limit` (deeper), white at 0, red at `limit`; alpha 0 where NaN."""
    return _coloured(change, np.float32(_STEPS / (2 * limit)), np.float32(_STEPS / 2), "change")


def colour_scale(kind: ColourKind, steps: int = 256) -> npt.NDArray[np.uint8]:
    """(steps, 3) RGB from the lowest to the highest value, for a printed colour bar.

    cividis (Nunez et al. 2018) for depth and vik (Crameri 2018) for change: even in lightness and safe for
    colour-blind eyes.
    """
    return _table(kind, steps)[:, :3]


def _coloured(values: FloatMap, factor: np.float32, zero: np.float32, kind: ColourKind) -> npt.NDArray[np.uint8]:
    known = np.isfinite(values)
    steps = np.where(known, values, np.float32(0)) * factor + zero
    np.clip(steps, 0, _STEPS - 1, out=steps)
    picture = _table(kind, _STEPS)[steps.astype(np.intp)]
    picture[~known] = 0
    return picture


@cache
def _table(kind: ColourKind, steps: int) -> npt.NDArray[np.uint8]:
    from cmap import Colormap

    colours = np.asarray(Colormap(_MAPS[kind]).lut(steps))
    return np.round(colours * 255).astype(np.uint8)
