"""A line across the skin, and the heights along it at two visits."""

from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np

from imaging.model.arrays import FloatMap, read_only


@dataclass(frozen=True)
class ProfileLine:
    """From one (row, col) of the reference picture to another."""

    start: tuple[float, float]
    end: tuple[float, float]

    @property
    def length_px(self) -> float:
        return hypot(self.end[0] - self.start[0], self.end[1] - self.start[1])


@dataclass(frozen=True)
class HeightStep:
    """Difference of height between two places of a profile, with its standard uncertainty where it is known."""

    value: float
    u_value: float | None


@dataclass(frozen=True, eq=False)
class Profile:
    """Heights along a line at both visits, levelled to each other on unchanged skin.

    Parameters
    ----------
    distance : (n,) along the line from its start, `distance_unit`
    reference, moving : (n,) heights, `height_unit`; NaN where not measured
    u_reference, u_moving : (n,) standard uncertainties, or None
    distance_unit : "mm", or "px" when uncalibrated
    u_change : (n,) standard uncertainty of moving minus reference, or None
    """

    distance: FloatMap
    reference: FloatMap
    moving: FloatMap
    u_reference: FloatMap | None
    u_moving: FloatMap | None
    distance_unit: str
    height_unit: str
    u_change: FloatMap | None = None

    def __post_init__(self) -> None:
        for name in ("distance", "reference", "moving"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def length(self) -> float:
        return float(self.distance[-1])

    def step(self, first: float, second: float) -> tuple[HeightStep | None, HeightStep | None]:
        """Height at `second` minus height at `first` (distances along the line), then and now.

        None where one of the places was not measured. The doubts of both places are taken as independent: for places
        that lie close together this says too much rather than too little.
        """
        sides = ((self.reference, self.u_reference), (self.moving, self.u_moving))
        then, now = (self._step(heights, doubts, (first, second)) for heights, doubts in sides)
        return then, now

    def change(self, first: float, second: float) -> HeightStep | None:
        """By how much the step from `first` to `second` changed; None where a place was not measured at both visits.

        Its doubt is that of the map of the change: what both visits read wrongly alike cancels. Both places are taken
        as independent.
        """
        return self._step(self.moving - self.reference, self.u_change, (first, second))

    def _step(self, heights: FloatMap, doubts: FloatMap | None, places: tuple[float, float]) -> HeightStep | None:
        first, second = (self._index(place) for place in places)
        value = float(heights[second] - heights[first])
        if not np.isfinite(value):
            return None
        if doubts is None:
            return HeightStep(value, None)
        u_value = sqrt(float(doubts[first]) ** 2 + float(doubts[second]) ** 2)
        return HeightStep(value, u_value if np.isfinite(u_value) else None)

    def _index(self, place: float) -> int:
        return int(np.argmin(np.abs(self.distance - place)))
