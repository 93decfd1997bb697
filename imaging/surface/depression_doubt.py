"""Depressions of the skin as it may be as well: how far bends of the height move them.

A basin has no outline by nature: it is drawn where the skin lies a little below its reference, so a few µm of bend
join, part, make and drown basins. No share of the area tells that; looking again on a bent height does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing
from imaging.model.measurement import MeasureLimits
from imaging.surface.depressions import Basin, BasinMap, find_basins

_PAIRS = 3
"""Of bends, each taken up and down."""
_BEND_MM = 1.0
"""Smoothness of a bend: standard deviation of the Gaussian."""
_GRID_MM = 0.06
"""Fine enough to see how basins move."""
_BELOW_REFERENCE = 0.5
"""Of the bend of a height: the reference surface follows what is longer."""


@dataclass(frozen=True)
class BasinDoubt:
    """What is doubtful of the depths below the reference: a share of all of them, and a bend in µm."""

    share: float
    bend_um: float


def bent_basins(
    skin: BasinMap, limits: MeasureLimits, doubt: BasinDoubt
) -> tuple[list[Basin], tuple[list[Basin], ...]]:
    """Basins as read, on a reduced grid, and as often again with depths changed by what is doubtful of them."""
    small = _reduced(skin)
    again = tuple(find_basins(one, limits) for one in _bent(small, doubt))
    return find_basins(small, limits), again


def spread(read: float, again: Sequence[float]) -> float:
    """Root mean square of what the changed readings differ by."""
    return float(np.sqrt(np.mean((np.array(again) - read) ** 2)))


def _reduced(skin: BasinMap) -> BasinMap:
    shape = skin.depth.shape
    shrink = max(1, int(_GRID_MM / skin.spacing.mean_mm))
    rows, cols = (max(1, n // shrink) for n in shape)
    known = skin.counted & np.isfinite(skin.depth)
    share = cv2.resize(known.astype(np.float32), (cols, rows), interpolation=cv2.INTER_AREA)
    total = cv2.resize(np.where(known, skin.depth, np.float32(0)), (cols, rows), interpolation=cv2.INTER_AREA)
    spacing = Spacing(skin.spacing.row_mm * shape[0] / rows, skin.spacing.col_mm * shape[1] / cols)
    depth = np.asarray(total / np.maximum(share, np.float32(1e-6)), dtype=np.float32)
    return BasinMap(depth, np.asarray(share > 0.5), spacing)


def _bent(skin: BasinMap, doubt: BasinDoubt) -> Iterator[BasinMap]:
    rng = np.random.default_rng(5)
    for _ in range(_PAIRS):
        wave = _wave(skin, rng)
        steeper = doubt.share * float(rng.normal())
        for sign in (-1, 1):
            depth = skin.depth * np.float32(1 + sign * steeper)
            depth += np.float32(sign * _BELOW_REFERENCE * doubt.bend_um) * wave
            yield BasinMap(depth, skin.counted, skin.spacing)


def _wave(skin: BasinMap, rng: np.random.Generator) -> FloatMap:
    """A smooth random field, standard deviation 1."""
    rows, cols = skin.depth.shape
    steps = [max(2, round(n * mm / (0.5 * _BEND_MM))) for n, mm in zip((rows, cols), _mm(skin.spacing), strict=True)]
    margin = 6
    noise = rng.standard_normal([n + 2 * margin for n in steps]).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2.0)[margin:-margin, margin:-margin]
    wave = cv2.resize(smooth, (cols, rows), interpolation=cv2.INTER_CUBIC)
    return np.asarray(wave * np.float32(2 * np.sqrt(np.pi) * 2.0), dtype=np.float32)


def _mm(spacing: Spacing) -> tuple[float, float]:
    return spacing.row_mm, spacing.col_mm
