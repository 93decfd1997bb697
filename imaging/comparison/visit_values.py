"""The endpoints of a visit: means of its replicates, all taken on the same skin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from imaging.comparison.followed import wrinkle_values
from imaging.comparison.verdicts import VisitValues
from imaging.model.measurement import Measurement, Wrinkle

Named = Mapping[str, float | None]


@dataclass(frozen=True)
class VisitReading:
    """What a visit says, and what each of its replicates says."""

    visit: VisitValues
    replicates: tuple[Named, ...]

    def nearest_to_mean(self, name: str) -> int:
        """Number of the replicate whose value is nearest the visit's; the first when that is not known."""
        mean = self.visit.values.get(name)
        values = [replicate.get(name) for replicate in self.replicates]
        if mean is None or any(value is None for value in values):
            return 0
        return int(np.argmin([abs(value - mean) for value in values if value is not None]))


NOTHING_READ = VisitReading(VisitValues({}, {}, 1), ())


def read_visit(measured: Sequence[Measurement], wrinkles: Sequence[Sequence[Wrinkle | None]]) -> VisitReading:
    """Endpoints of every replicate and their means.

    Parameters
    ----------
    measured : each replicate by itself
    wrinkles : for each replicate what it reads on the chosen wrinkles
    """
    values = [_values(found, followed) for found, followed in zip(measured, wrinkles, strict=True)]
    doubts = [_flat(found, is_doubt=True) for found in measured]
    mean = {name: _mean([one.get(name) for one in values]) for name in values[0]}
    doubt = {name: _doubt_of_mean([one.get(name) for one in doubts]) for name in values[0]}
    return VisitReading(VisitValues(mean, doubt, len(values)), tuple(values))


def _values(found: Measurement, followed: Sequence[Wrinkle | None]) -> dict[str, float | None]:
    values = _flat(found, is_doubt=False)
    for key, value in wrinkle_values(followed, found.depth_unit).items():
        if f"wrinkles.{key}" in values:
            values[f"wrinkles.{key}"] = value
    return values | _area_share(found, values)


def _area_share(found: Measurement, values: Mapping[str, float | None]) -> dict[str, float | None]:
    """The share of skin that goes with the area of the followed wrinkles."""
    own, share, area = found.wrinkles.get("area_mm2"), found.wrinkles.get("area_pct"), values.get("wrinkles.area_mm2")
    return {"wrinkles.area_pct": share * area / own} if own and share and area is not None else {}


def _flat(found: Measurement, is_doubt: bool) -> dict[str, float | None]:
    """Endpoints, or their standard uncertainties, by group and key."""
    groups = {"wrinkles": found.wrinkles, "depressions": found.depressions, "texture": found.texture}
    flat: dict[str, float | None] = {}
    for group, values in groups.items():
        for key in values:
            if f"u_{key}" in values:
                value = values[f"u_{key}" if is_doubt else key]
                flat[f"{group}.{key}"] = None if value is None else float(value)
    return flat


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None and np.isfinite(value)]
    return float(np.mean(known)) if len(known) == len(values) else None


def _doubt_of_mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.sqrt(np.sum(np.square(known))) / len(known)) if known and len(known) == len(values) else None
