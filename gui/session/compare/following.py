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
    engine: str = ""
    """Version of the program that measured it."""

    def is_like(self, other: "VisitValue") -> bool:
        """Made with the same camera and the same program: one line may run through both."""
        return (self.camera, self.engine) == (other.camera, other.engine)

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
    """By capture; those that were measured so far, by whatever version of the program."""
    engines: Mapping[str, str] = field(default_factory=dict)
    """By capture: the version that measured it; missing ones were measured by `engine`."""
    engine: str = ""
    """The version that runs now."""
    failures: Mapping[str, str] = field(default_factory=dict)
    """Why a capture has no values."""
    endpoint: str = ""
    """The one to show; empty for the protocol's headline."""
    is_busy: bool = False
    studies: Mapping[str, "Repeatability"] = field(default_factory=dict)
    """By camera: the repeatability study that verdicts rest on."""
    same_camera: Mapping[str, str] = field(default_factory=dict)
    """By camera: the identity it had before it was plugged in elsewhere."""

    def camera_of(self, capture: Capture) -> str:
        identity = capture.facts.camera_identity
        return self.same_camera.get(identity, identity)

    @property
    def sites(self) -> tuple[SiteKey, ...]:
        return tuple(dict.fromkeys(capture.site for capture in self.captures))

    @property
    def missing(self) -> tuple[Capture, ...]:
        """Still to be measured, or measured by another version of the program only."""
        return tuple(c for c in self.captures if not self._is_done(c.identifier) and c.identifier not in self.failures)

    def engine_of(self, capture_id: str) -> str:
        return self.engines.get(capture_id, self.engine)

    def study_of(self, camera: str, site: SiteKey) -> "Repeatability | None":
        """What a repeatability study says of this camera at this site."""
        study = self.studies.get(camera)
        return study.at_site(site.site) if study else None

    def _is_done(self, capture_id: str) -> bool:
        return capture_id in self.values and self.engine_of(capture_id) == self.engine

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
    first = _origin(following, there[0]) if there else None
    taken = [c for c in there if _origin(following, c) == first]
    named = [following.values.get(c.identifier, {}) for c in taken]
    values = [value for one in named if (value := one.get(key)) is not None]
    if not values:
        return None
    doubts = [u for one in named if one.get(key) is not None and (u := one.get(f"{group}.u_{name}")) is not None]
    u_mean = sqrt(sum(u * u for u in doubts)) / len(values) if len(doubts) == len(values) else None
    return VisitValue(visit, tuple(values), u_mean, *_origin(following, taken[0]))


def _origin(following: Following, capture: Capture) -> tuple[str, str]:
    """Camera and version of the program."""
    return following.camera_of(capture), following.engine_of(capture.identifier)
