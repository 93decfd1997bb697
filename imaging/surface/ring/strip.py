"""The light across a dark line: section by section, and their mean."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap
from imaging.surface.ring.model import SHARES, Floats, without_trend

_SHIFTS_PER_WIDTH = 14
_MOST_ASIDE = 0.45
"""A dark wall was found: the floor lies within this share of the width beside it."""
_CORE = 0.5
_ACROSS_MM = 1.2


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

    def light_at(self, places: Floats) -> Floats:
        """(n, ...) light of each section at places in mm, (...); beyond the ends that of the end."""
        after = np.clip(np.searchsorted(self.offsets, places), 1, len(self.offsets) - 1)
        start = self.offsets[after - 1]
        share = np.clip((places - start) / (self.offsets[after] - start), 0, 1)
        return np.asarray(self.light[:, after - 1] * (1 - share) + self.light[:, after] * share)

    def shifted(self, width: float) -> "Shifted":
        """The mean section at this width, its floor at several places beside the line."""
        if width not in self._shifted:
            self._shifted[width] = Shifted.of(self, width)
        return self._shifted[width]

    @cached_property
    def _shifted(self) -> "dict[float, Shifted]":
        return {}


@dataclass(frozen=True)
class Shifted:
    """Sections (k, 61) over `SHARES` of one width, level and slope taken away, at `places` mm; with their energy."""

    places: Floats
    light: FloatMap
    energy: FloatMap

    @staticmethod
    def of(strip: Strip, width: float) -> "Shifted":
        reach = _MOST_ASIDE * width
        places = np.arange(-reach, reach + 1e-9, max(width / _SHIFTS_PER_WIDTH, strip.offsets[1] - strip.offsets[0]))
        places = places[np.abs(places) + width <= strip.offsets[-1]]
        places = places if places.size else np.zeros(1)
        seen = np.interp(places[:, None] + width * SHARES, strip.offsets, strip.mean)
        light = without_trend(seen).astype(np.float32)
        return Shifted(places, light, (light**2).sum(axis=1))
