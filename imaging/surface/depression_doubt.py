"""Depressions of the skin as it may be as well: how far bends of the height move them.

A basin has no outline by nature: it is drawn where the skin lies a little below its reference, so a few µm of bend
join, part, make and drown basins. No share of the area tells that; looking again on a bent height does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.model.measurement import MeasureLimits
from imaging.model.surface import Surface
from imaging.surface.depressions import Basin, BasinMap, find_basins
from imaging.surface.endpoint_doubt import common_share
from imaging.surface.lines.ends import RunOut, draw_run_outs

_WAVES = 2
"""Bends, each taken up and down, with all depths larger and smaller."""
_FINE_MM = 0.25
"""Relief that is finer keeps gloss (Gaussian)."""
_GLOSS_KEPT = 0.25
"""Of what gloss would add to relief."""
_BEND_MM = 1.0
"""Smoothness of a bend: standard deviation of the Gaussian."""
_GRID_MM = 0.08
"""Fine enough to see how basins move."""
_BASIN_MM = 1.5
"""Width of basins: scattering takes less from them than from lines."""
_BESIDE_MM = 0.15
"""How well the outline of a wrinkle is known to basins beside it."""
_SHORT_END, _LONG_END = 0.875, 1.125
"""Widths within which wrinkles may run out as well: ends are looked for in steps of a quarter of the width and known
to half of that."""
_BELOW_REFERENCE = 0.5
"""Of the bend of a height: the reference surface follows what is longer."""


@dataclass(frozen=True)
class BasinDoubt:
    """What is doubtful of the depths below the reference: a share of all of them, a bend in µm, and a share of what is
    fine; and where wrinkles run out."""

    share: float
    bend_um: float
    fine_share: float
    ends: tuple[RunOut, ...] = ()

    @classmethod
    def of(cls, surface: Surface, ends: tuple[RunOut, ...]) -> "BasinDoubt":
        bend = surface.bend_doubt
        usual = float(np.nanmedian(surface.uncertainty)) if bend is None else bend
        share = common_share(surface.depth_doubt or 0.0, _BASIN_MM, surface.scattering_gain is not None)
        return cls(share, usual, _GLOSS_KEPT * abs((surface.fine_gain or 1.0) - 1), ends)

    def without_ends(self, skin: BasinMap, widths: float = 1.0) -> BasinMap:
        """What is counted if wrinkles run out over so many of their widths."""
        shape = (skin.counted.shape[0], skin.counted.shape[1])
        return replace(skin, counted=skin.counted & ~draw_run_outs(self.ends, shape, skin.spacing, widths))


def bent_basins(
    skin: BasinMap, limits: MeasureLimits, doubt: BasinDoubt
) -> tuple[list[Basin], tuple[list[Basin], ...]]:
    """Basins as read, on a reduced grid, and as often again with depths changed by what is doubtful of them."""
    small = _reduced(skin)
    again = tuple(find_basins(one, limits) for one in _bent(small, doubt))
    return find_basins(doubt.without_ends(small), limits), again


def spread(read: float, again: Sequence[float]) -> float:
    """Root mean square of what the changed readings differ by."""
    return float(np.sqrt(np.mean((np.array(again) - read) ** 2)))


def _reduced(skin: BasinMap) -> BasinMap:
    step = max(1, int(_GRID_MM / skin.spacing.mean_mm))
    depth = np.ascontiguousarray(skin.depth[::step, ::step])
    counted = np.ascontiguousarray(skin.counted[::step, ::step])
    return BasinMap(depth, counted, Spacing(step * skin.spacing.row_mm, step * skin.spacing.col_mm))


def _bent(skin: BasinMap, doubt: BasinDoubt) -> Iterator[BasinMap]:
    rng = np.random.default_rng(5)
    known = np.where(skin.counted, skin.depth, np.float32(0))
    smooth = cv2.GaussianBlur(known, (0, 0), _FINE_MM / skin.spacing.mean_mm)
    more = np.float32(doubt.share) * known + np.float32(doubt.fine_share) * (known - smooth)
    short, long = doubt.without_ends(skin, _SHORT_END), doubt.without_ends(skin, _LONG_END)
    usual = doubt.without_ends(skin)
    counted = {(-1, -1): short.counted, (1, 1): long.counted, (-1, 1): usual.counted, (1, -1): _narrower(usual)}
    for _ in range(_WAVES):
        wave = np.float32(_BELOW_REFERENCE * doubt.bend_um) * _wave(skin, rng)
        for up, deeper in product((-1, 1), (-1, 1)):
            depth = known + np.float32(up) * wave + np.float32(deeper) * more
            yield BasinMap(np.asarray(depth, dtype=np.float32), counted[up, deeper], skin.spacing)


def _narrower(skin: BasinMap) -> BoolMap:
    """What is counted when wrinkles are drawn a little wider: what lies beside them is theirs or a basin's."""
    side = 2 * max(1, round(_BESIDE_MM / skin.spacing.mean_mm)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    inner = cv2.erode(skin.counted.view(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=1)
    return np.asarray(inner > 0)


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
