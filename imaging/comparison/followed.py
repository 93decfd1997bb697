"""Wrinkles chosen once on the mean of both visits and measured at each: following one visit's choice invents change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from imaging.comparison.common_skin import CommonSkin
from imaging.comparison.visits import Visit
from imaging.model.arrays import BoolMap
from imaging.model.comparison import WrinkleChange
from imaging.model.measurement import Wrinkle
from imaging.model.surface import Surface
from imaging.surface.lines.beds import Bed


@dataclass(frozen=True, eq=False)
class ChosenWrinkles:
    """The wrinkles of the mean relief, deepest first, and for each the places at which all captures are read."""

    wrinkles: tuple[Wrinkle, ...]
    beds: tuple[Bed, ...]


@dataclass(frozen=True, eq=False)
class Followed:
    """The chosen wrinkles, deepest first, and what each visit reads on them (None where a visit lacks the skin)."""

    chosen: tuple[Wrinkle, ...]
    reference: tuple[tuple[Wrinkle | None, ...], ...]
    """One tuple for each replicate, in the order of `chosen`."""
    moving: tuple[tuple[Wrinkle | None, ...], ...]

    def changes(self) -> tuple[WrinkleChange, ...]:
        return tuple(self._change(number, wrinkle) for number, wrinkle in enumerate(self.chosen, start=1))

    def _change(self, number: int, wrinkle: Wrinkle) -> WrinkleChange:
        then, now = ([replicate[number - 1] for replicate in side] for side in (self.reference, self.moving))
        depths, widths, lengths = (
            (_mean(then, key), _mean(now, key)) for key in ("mean_depth", "mean_width_um", "deep_length_mm")
        )
        return WrinkleChange(number, *depths, wrinkle.centre_line, *widths, *lengths)


def choose(visits: Sequence[Visit], skin: CommonSkin) -> ChosenWrinkles:
    """The wrinkles of the mean relief of all visits, with their floors and shoulders there."""
    only_wrinkles = replace(skin.limits, texture_max_spacing_um=0.0)  # texture of the mean would be thrown away
    mean = mean_surface(visits, skin.region)
    wrinkles = tuple(sorted(skin.measure(mean, only_wrinkles).items, key=lambda wrinkle: -wrinkle.mean_depth))
    return ChosenWrinkles(wrinkles, skin.beds(mean, wrinkles))


def follow(chosen: ChosenWrinkles, sides: tuple[Sequence[Surface], Sequence[Surface]], skin: CommonSkin) -> Followed:
    """Each chosen wrinkle read at every replicate of both visits."""
    then, now = (tuple(skin.read(surface, chosen.beds) for surface in side) for side in sides)
    return Followed(chosen.wrinkles, then, now)


def mean_surface(visits: Sequence[Visit], region: BoolMap) -> Surface:
    """The mean relief of the visits, each counted once however many replicates it has."""
    height = np.asarray(np.mean([visit.height for visit in visits], axis=0), dtype=np.float32)
    squares = np.sum([np.square(visit.uncertainty) for visit in visits], axis=0)
    uncertainty = np.asarray(np.sqrt(squares) / len(visits), dtype=np.float32)
    return replace(visits[0].surfaces[0], height=height, uncertainty=uncertainty, bend_doubt=None, valid=region)


def wrinkle_values(wrinkles: Sequence[Wrinkle | None], unit: str) -> dict[str, float | None]:
    """Endpoints of followed wrinkles at one replicate, keys as in `measurement.json`.

    `unit` is "um" or "rel".
    Length and area are those of the stretches deep enough to count: whether a faint line is found at all falls this way
    or that from shot to shot, and would move the sum by tenths. Count and spacing are left to the replicate's own
    detection.
    """
    known = [wrinkle for wrinkle in wrinkles if wrinkle is not None]
    keys = (f"mean_depth_{unit}", f"max_depth_{unit}", f"deepest_mean_depth_{unit}", f"deepest_max_depth_{unit}")
    if not known:
        return dict.fromkeys(keys)
    lengths = np.array([wrinkle.length_mm for wrinkle in known])
    deepest = wrinkles[0]
    depths = (
        float(np.average([wrinkle.mean_depth for wrinkle in known], weights=lengths)),
        max(wrinkle.max_depth for wrinkle in known),
        deepest.mean_depth if deepest else None,
        deepest.max_depth if deepest else None,
    )
    return dict(zip(keys, depths, strict=True)) | _extents(known, lengths) | _sums(known)


def _sums(known: Sequence[Wrinkle]) -> dict[str, float | None]:
    lengths = [wrinkle.deep_length_mm for wrinkle in known if wrinkle.deep_length_mm is not None]
    areas = [wrinkle.deep_area_mm2 for wrinkle in known if wrinkle.deep_area_mm2 is not None]
    return {"total_length_mm": float(sum(lengths)), "area_mm2": float(sum(areas))}


def _extents(
    known: Sequence[Wrinkle], lengths: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> dict[str, float | None]:
    volumes = [wrinkle.volume_mm3 for wrinkle in known if wrinkle.volume_mm3 is not None]
    return {
        "mean_width_um": float(np.average([wrinkle.mean_width_um for wrinkle in known], weights=lengths)),
        "max_width_um": max(wrinkle.max_width_um for wrinkle in known),
        "volume_mm3": float(sum(volumes)) if len(volumes) == len(known) else None,
    }


def _mean(wrinkles: Sequence[Wrinkle | None], key: str) -> float | None:
    """Over the replicates; None where one of them lacks the skin."""
    values = [None if wrinkle is None else getattr(wrinkle, key) for wrinkle in wrinkles]
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known and len(known) == len(values) else None
