"""Which lines count as wrinkles, and what they add up to, were all depths larger or smaller than they were read.

Gloss, scattering and calibration move all depths of a capture at once, and with them every line near the least depth
that counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from imaging.model.arrays import BoolMap, LabelMap
from imaging.model.measurement import WrinkleLimits
from imaging.surface.lines.fans import Relief
from imaging.surface.lines.sections import Sections
from imaging.surface.places import values_at
from imaging.surface.wrinkles import FoundFurrows, describe, lines_apart, parts_that_count

_SURELY_DEEP = 2.0
"""A line whose usual depth is this many times the least that counts would be cut the same were it half as deep."""
_EVERY = 4
"""Points of a line that distances are taken at: each tenth of a millimetre will do."""
_FOREIGN = 0.5
"""A line that runs on others over more than this share of its length is one of them."""


@dataclass(frozen=True)
class LineSums:
    """What all lines together come to; None where there are none or too few."""

    count: float = 0.0
    length_mm: float = 0.0
    area_mm2: float = 0.0
    volume_mm3: float = 0.0
    mean_depth_um: float | None = None
    mean_width_um: float | None = None
    mean_spacing_mm: float | None = None


@dataclass(frozen=True)
class Lookout:
    """Where lines are looked for.

    Parameters
    ----------
    counted : (rows, cols) where endpoints are taken
    labels : (rows, cols) of the wrinkles that were found
    """

    relief: Relief
    counted: BoolMap
    labels: LabelMap
    limits: WrinkleLimits


def sums_if_moved(found: FoundFurrows, lookout: Lookout, share: Callable[[float], float]) -> tuple[LineSums, ...]:
    """As read, and with all depths larger and smaller by their common doubt; empty where nothing comes of it.

    Parameters
    ----------
    share : common standard uncertainty of the depths of lines of a width in mm, as a share
    """
    read = [furrow.sections for furrow in found.furrows]
    deeper = _counting(found, lookout, lambda mm: 1 + share(mm))
    shallower = _counting(found, lookout, lambda mm: 1 / (1 + share(mm)))
    if _extents(deeper) == _extents(shallower) == _extents(read):
        return ()
    return tuple(_sums(one, lookout.relief) for one in (read, deeper, shallower))


def sums_without_suspects(found: FoundFurrows, relief: Relief) -> tuple[LineSums, ...]:
    """As read, and without the lines that may be pigment on flat skin; empty where there are none."""
    sure = [furrow.sections for furrow in found.furrows if not furrow.wrinkle.is_pigment_suspect]
    if len(sure) == len(found.furrows):
        return ()
    return tuple(_sums(one, relief) for one in ([furrow.sections for furrow in found.furrows], sure))


def _extents(lines: Sequence[Sections]) -> set[tuple[float, ...]]:
    """By which lines are known."""
    return {tuple(line.points[[0, -1]].ravel()) for line in lines}


def _counting(found: FoundFurrows, lookout: Lookout, factor: Callable[[float], float]) -> list[Sections]:
    """The lines that count with depths so many times as large."""
    parts: list[Sections] = []
    for number, line in enumerate(found.lines):
        own = [furrow for furrow in found.furrows if furrow.line == number]
        usual = np.nanpercentile(line.depth, 75) if np.isfinite(line.depth).any() else 0.0
        if own and usual > _SURELY_DEEP * lookout.limits.min_depth_um:
            parts += [furrow.sections for furrow in own]
            continue
        least = lookout.limits.min_depth_um / factor(float(np.nanmean(line.width_mm)))
        labels = [0, *(furrow.wrinkle.label for furrow in own)]
        for part in parts_that_count(
            line, lookout.counted, lookout.relief, replace(lookout.limits, min_depth_um=least)
        ):
            if float(np.mean(~np.isin(values_at(lookout.labels, part.points), labels))) < _FOREIGN:
                parts.append(part)
    return parts


def _sums(lines: Sequence[Sections], relief: Relief) -> LineSums:
    each = [describe(line, 0) for line in lines]
    length = sum(one.length_mm for one in each)
    depth = sum(one.mean_depth * one.length_mm for one in each) / length if each else None
    width = sum(one.mean_width_um * one.length_mm for one in each) / length if each else None
    apart = lines_apart([_thinned(line) for line in lines], relief.spacing)
    return LineSums(
        float(len(each)),
        length,
        sum(one.area_mm2 for one in each),
        sum(one.volume_mm3 or 0.0 for one in each),
        depth,
        width,
        None if apart is None else apart.mean,
    )


def _thinned(line: Sections) -> Sections:
    return Sections(**{name: values[::_EVERY] for name, values in vars(line).items()})
