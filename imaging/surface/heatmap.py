"""Depth and change as colour."""

from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing
from imaging.model.surface import Surface
from imaging.surface.bands import for_each_band
from imaging.surface.reference import reference_surface

ColourKind = Literal["depth", "change"]
_MAPS = {"depth": "cividis", "change": "crameri:vik"}
_STEPS = 1024
_FADE_STEPS = 16 * _STEPS
"""Fine enough that no shade of the fading is lost."""
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
    np.subtract(reference, surface.height, out=reference)
    return np.maximum(reference, 0, out=reference)


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
    table = np.repeat(_table("depth", _STEPS), _FADE_STEPS // _STEPS, axis=0)
    share = np.clip(np.arange(_FADE_STEPS) / (FADE_BELOW * _FADE_STEPS), 0, 1)
    table[:, 3] = table[:, 3] * (_FAINTEST + (1 - _FAINTEST) * share)
    return _looked_up(depth, np.float32(_FADE_STEPS / limit), np.float32(0), table)


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
    return _looked_up(values, factor, zero, _table(kind, _STEPS))


def _looked_up(
    values: FloatMap, factor: np.float32, zero: np.float32, table: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    """Colour number `factor` times value plus `zero` of a table (steps, 4), its ends beyond them; clear where NaN."""
    last = np.float32(len(table) - 1)
    words = np.vstack([table, np.zeros((1, 4), dtype=np.uint8)]).view(np.uint32).ravel()
    picture = np.empty(values.shape, dtype=np.uint32)

    def work(rows: slice) -> None:
        steps = values[rows] * factor
        steps += zero
        np.clip(steps, 0, last, out=steps)
        np.copyto(steps, last + 1, where=~np.isfinite(values[rows]))
        np.take(words, steps.astype(np.int32), out=picture[rows], mode="clip")

    for_each_band(work, (values.shape[0], values.shape[1]))
    return picture.view(np.uint8).reshape(*values.shape, 4)


@cache
def _table(kind: ColourKind, steps: int) -> npt.NDArray[np.uint8]:
    from cmap import Colormap

    colours = np.asarray(Colormap(_MAPS[kind]).lut(steps))
    return np.round(colours * 255).astype(np.uint8)
