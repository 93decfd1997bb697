"""One endpoint over all visits of a subject, as frozen values. Free of Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING

from imaging.model.visit import Capture, SiteKey, Visit

if TYPE_CHECKING:
    from imaging.comparison.repeatability import Repeatability

Named = Mapping[str, float | None]
"""Endpoint -> value, with `u_...` beside it, as the archive keeps them."""


@dataclass(frozen=True)
class VisitValue:
    """An endpoint at one visit: the mean of its replicates."""

    visit: Visit
    replicates: tuple[float, ...]
    u_mean: float | None
    """Standard uncertainty of the mean."""
    camera: str

    @property
    def mean(self) -> float:
        return sum(self.replicates) / len(self.replicates)


@dataclass(frozen=True, eq=False)
class Following:
    """What was taken of a subject and what is known of it so far."""

    visits: tuple[Visit, ...] = ()
    """Visits with accepted captures, oldest first."""
    captures: tuple[Capture, ...] = ()
    """Accepted ones, oldest first."""
    values: Mapping[str, Named] = field(default_factory=dict)
    """By capture; those that were measured so far."""
    failures: Mapping[str, str] = field(default_factory=dict)
    """Why a capture has no values."""
    endpoint: str = ""
    """The one to show; empty for the protocol's headline."""
    is_busy: bool = False
    repeatability: "Repeatability | None" = None

    @property
    def sites(self) -> tuple[SiteKey, ...]:
        return tuple(dict.fromkeys(capture.site for capture in self.captures))

    @property
    def missing(self) -> tuple[Capture, ...]:
        """Still to be measured."""
        return tuple(c for c in self.captures if c.identifier not in self.values and c.identifier not in self.failures)

    def is_measured(self, key: str) -> bool:
        """Has any capture a value for this endpoint?"""
        return any(named.get(key) is not None for named in self.values.values())


def course_of(following: Following, site: SiteKey, key: str) -> tuple[VisitValue, ...]:
    """The endpoint at every visit that has a value of it, oldest first."""
    found = (_visit_value(following, visit, site, key) for visit in following.visits)
    return tuple(value for value in found if value is not None)


def band_of(course: tuple[VisitValue, ...], key: str, repeatability: "Repeatability | None") -> float | None:
    """Minimal detectable change of the newest visit against the first; None without a study that allows a verdict."""
    spread = repeatability.endpoints.get(key) if repeatability else None
    if spread is None or spread.is_same_session_only or not spread.is_large_enough or not course:
        return None
    from imaging.comparison.repeatability import mdc95

    first, last = course[0], course[-1]
    limit = mdc95(spread, len(first.replicates), len(last.replicates)).value
    return limit * abs(first.mean) if spread.is_relative else limit


def _visit_value(following: Following, visit: Visit, site: SiteKey, key: str) -> VisitValue | None:
    group, _, name = key.partition(".")
    there = [c for c in following.captures if c.site == site and c.facts.visit_id == visit.identifier]
    taken = [c for c in there if c.facts.camera_identity == there[0].facts.camera_identity]
    named = [following.values.get(c.identifier, {}) for c in taken]
    values = [value for one in named if (value := one.get(key)) is not None]
    if not values:
        return None
    doubts = [u for one in named if one.get(key) is not None and (u := one.get(f"{group}.u_{name}")) is not None]
    u_mean = sqrt(sum(u * u for u in doubts)) / len(values) if len(doubts) == len(values) else None
    return VisitValue(visit, tuple(values), u_mean, taken[0].facts.camera_identity)
