"""A repeatability study as far as it got, and what it says, as frozen values. Free of Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from imaging.archive.store import Archive
from imaging.model.protocol import StudyProtocol
from imaging.model.study import RepeatabilityReport
from imaging.model.visit import SiteKey, Study

if TYPE_CHECKING:
    from imaging.comparison.repeatability import Repeatability
    from imaging.repeatability_study import StudyReadings

KIND = "repeatability"


@dataclass(frozen=True)
class Needs:
    """How large a study has to be for verdicts to rest on it."""

    subjects: int = 10
    replicates: int = 3
    days: int = 2


@dataclass(frozen=True)
class SubjectTaken:
    """What was taken of one subject: accepted pictures by day and site."""

    code: str
    days: Mapping[date, Mapping[SiteKey, int]] = field(default_factory=dict)

    def least_of(self, day: date, sites: Sequence[SiteKey]) -> int:
        """Re-placements that every site has on a day."""
        return min((self.days.get(day, {}).get(site, 0) for site in sites), default=0)

    def full_days(self, sites: Sequence[SiteKey], replicates: int) -> int:
        """Days on which every site was re-placed often enough."""
        return sum(self.least_of(day, sites) >= replicates for day in self.days)


@dataclass(frozen=True, eq=False)
class Repeating:
    """One study of a camera.

    Parameters
    ----------
    read, found : every reading, and what the study says of `device`; None until it was measured
    kept_revision : under which number it was kept for the camera; None: not yet
    progress : what is being measured
    """

    study: Study | None = None
    sites: tuple[SiteKey, ...] = ()
    site_names: Mapping[str, str] = field(default_factory=dict)
    subjects: tuple[SubjectTaken, ...] = ()
    needs: Needs = field(default_factory=Needs)
    read: "StudyReadings | None" = None
    device: str | None = None
    found: "tuple[RepeatabilityReport, Repeatability] | None" = None
    kept_revision: int | None = None
    written: tuple[Path, ...] = ()
    folder: Path | None = None
    is_busy: bool = False
    progress: str = ""
    message: str = ""

    @property
    def report(self) -> RepeatabilityReport | None:
        return self.found[0] if self.found else None

    @property
    def devices(self) -> tuple[str, ...]:
        return self.read.devices if self.read else ()

    @property
    def captures(self) -> int:
        """Accepted pictures."""
        return sum(count for one in self.subjects for sites in one.days.values() for count in sites.values())

    @property
    def complete(self) -> int:
        """Subjects with enough re-placements of every site on enough days."""
        needs = self.needs
        return sum(one.full_days(self.sites, needs.replicates) >= needs.days for one in self.subjects)


def taken_of(archive: Archive, study: Study, protocol: StudyProtocol) -> Repeating:
    """What was taken so far, subject by subject."""
    subjects = []
    for subject in archive.subjects(study.identifier):
        days: dict[date, dict[SiteKey, int]] = {}
        for visit in archive.visits(subject.identifier, study.identifier):
            for capture in archive.captures(visit_id=visit.identifier):
                if capture.is_accepted:
                    sites = days.setdefault(capture.facts.taken_at.date(), {})
                    sites[capture.site] = sites.get(capture.site, 0) + 1
        subjects.append(SubjectTaken(subject.code, days))
    used = {site for one in subjects for sites in one.days.values() for site in sites}
    planned = tuple(SiteKey(site.code, side) for site in protocol.sites for side in site.sides)
    names = {site.code: site.name for site in protocol.sites}
    return Repeating(study, tuple(s for s in planned if s in used) or planned, names, tuple(subjects))
