"""A clinic that runs by itself: simulated subjects come to their visits and are photographed as a technician would.

Every shot goes the way of a real one: gates are read until they are green, the stack is shot, originals are archived.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from imaging.archive.protocols import read_protocol
from imaging.archive.store import create_archive, open_archive
from imaging.camera.device import Target
from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.capture.burst import shoot_stack
from imaging.commands.arguments import Surroundings
from imaging.errors import ArchiveError, CameraError
from imaging.guidance.context import Baseline, BaselineFacts, CaptureAnswers, GateContext, make_baseline
from imaging.guidance.gates import read_cheap, read_slow
from imaging.guidance.guide import guide
from imaging.model.geometry import Roi
from imaging.model.light_stack import LightStack
from imaging.model.protocol import Laterality, StudyProtocol
from imaging.model.reading import Guidance
from imaging.model.visit import (
    Capture,
    CaptureFacts,
    Consent,
    ConsentAnswer,
    ConsentUse,
    SiteKey,
    Study,
    Subject,
    Visit,
)

OPERATOR = "demo"
STUDY = "DEMO"
SETTLING_S = 4.0
"""The hand comes to rest before the gates are believed: a baseline has none that would notice."""
LOOK_EVERY_S = 0.2
GREEN_LOOKS = 3
PATIENCE_S = 60.0
VISIT_HOUR = 10


@dataclass(frozen=True)
class ClinicPlan:
    """How much happens in the clinic.

    Parameters
    ----------
    seed : draws subjects, skins, hands and noise
    weeks : visits of each subject, the last of them on `today`
    due_today : so many subjects, the last ones, have not had their last visit: it is left to the user of the window
    sites : which of the protocol's sites are photographed
    is_treated : False for a repeatability study: skin then differs from day to day only
    has_control : one side of every face is treated, as a randomisation list says; the other is the control
    """

    today: date
    subjects: int = 1
    seed: int = 1
    weeks: tuple[int, ...] = (0, 4)
    due_today: int = 0
    sites: tuple[SiteKey, ...] = (
        SiteKey("crows-feet", Laterality.LEFT),
        SiteKey("crows-feet", Laterality.RIGHT),
    )
    replicates: int = 3
    is_treated: bool = True
    has_control: bool = False

    def day(self, week: int) -> datetime:
        """Start of the visit of that week, UTC."""
        baseline = self.today - timedelta(weeks=max(self.weeks))
        return datetime(baseline.year, baseline.month, baseline.day, VISIT_HOUR, tzinfo=UTC) + timedelta(weeks=week)


@dataclass
class StoryClock:
    """What the calendar on the clinic's wall says."""

    moment: datetime

    def __call__(self) -> datetime:
        return self.moment


def open_clinic(archive_folder: Path, plan: ClinicPlan, surroundings: Surroundings) -> "SimulatedClinic":
    """The clinic on its archive, which is made with its subjects, not yet photographed, if missing.

    Raises
    ------
    ArchiveError
        the archive cannot be opened or is not a demonstration's
    """
    protocols = (surroundings.resources or Path("resources")) / "protocols"
    return SimulatedClinic(archive_folder, read_protocol(protocols / "four-week.toml"), plan)


def today() -> date:
    return datetime.now(UTC).date()


def demo_protocol(template: StudyProtocol, plan: ClinicPlan) -> StudyProtocol:
    """The template cut to what the plan photographs."""
    sides = {code: tuple(k.laterality for k in plan.sites if k.site == code) for code in (k.site for k in plan.sites)}
    sites = tuple(replace(site, sides=sides[site.code]) for site in template.sites if site.code in sides)
    visits = tuple(visit for visit in template.visits if visit.week in plan.weeks)
    has_control = plan.has_control or template.has_control_site
    return replace(template, sites=sites, visits=visits, replicates=plan.replicates, has_control_site=has_control)


class SimulatedClinic:
    """Owns an archive and a simulated camera until `close`."""

    def __init__(self, archive_folder: Path, template: StudyProtocol, plan: ClinicPlan) -> None:
        self.plan = plan
        self._story = StoryClock(plan.day(min(plan.weeks)))
        self._clock = SteppedClock()
        self.population = Population(plan.seed, plan.subjects, is_treated=plan.is_treated, has_control=plan.has_control)
        self._camera = SimulatedCamera(self.population, clock=self._clock)
        self._baselines: dict[tuple[str, SiteKey], Baseline] = {}
        opened = open_archive if archive_folder.exists() else create_archive
        self.archive = opened(archive_folder, OPERATOR, clock=self._story)
        self.study = self._own_study(template)
        self.plan = replace(plan, sites=self._sites_of_study())
        self.subjects = self.archive.subjects(self.study.identifier)

    def _own_study(self, template: StudyProtocol) -> Study:
        """The demonstration's study, made if the archive is empty; a clinic's own archive is never added to."""
        studies = self.archive.studies()
        if studies and studies[0].code != STUDY:
            self.close()
            raise ArchiveError(f"{self.archive.path} is not the archive of a demonstration: give another --archive.")
        if studies:
            return studies[0]
        study = self.archive.create_study(STUDY, "Demonstration", demo_protocol(template, self.plan))
        for person in self.population.subjects:
            self._enrol(study, person.code, person.birth_year)
        if self.plan.has_control:
            self.archive.allocate(study.identifier, {one.code: one.treated for one in self.population.subjects})
        return study

    def _sites_of_study(self) -> tuple[SiteKey, ...]:
        """As planned; those of a demonstration that was begun with others."""
        protocol = self.archive.protocol_of(self.study.identifier)
        there = tuple(SiteKey(site.code, side) for site in protocol.sites for side in site.sides)
        return self.plan.sites if set(there) == set(self.plan.sites) else there

    def close(self) -> None:
        self._camera.close()
        self.archive.close()

    @property
    def visits(self) -> tuple[tuple[Subject, int], ...]:
        """Who comes in which week, in the order of the calendar."""
        *earlier, last = self.plan.weeks
        at_the_end = len(self.subjects) - self.plan.due_today
        return (
            *((subject, week) for week in earlier for subject in self.subjects),
            *((subject, last) for subject in self.subjects[:at_the_end]),
        )

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every skin that is photographed, once a week and site."""
        return tuple(
            Target(subject.code, site, week, 1)
            for subject, week in self.visits for site in self.plan.sites
        )  # fmt: skip

    @property
    def shots_planned(self) -> int:
        return len(self.targets) * self.plan.replicates

    def captures(self) -> Iterator[Capture]:
        """Every shot of every visit that was not begun before, one after the other: sites in rounds."""
        for subject, week in self.visits:
            known = {visit.week for visit in self.archive.visits(subject.identifier, self.study.identifier)}
            if week not in known:
                yield from self._attend(subject, week)

    def _enrol(self, study: Study, code: str, birth_year: int | None) -> Subject:
        signed_on = self._story.moment.date()
        consents = tuple(
            Consent(use, ConsentAnswer.GIVEN, "demo 1", signed_on) for use in (ConsentUse.CARE, ConsentUse.TRIAL)
        )
        return self.archive.add_subject(study.identifier, code, birth_year, consents=consents)

    def _attend(self, subject: Subject, week: int) -> Iterator[Capture]:
        self._story.moment = self.plan.day(week)
        visit = self.archive.start_visit(subject.identifier, self.study.identifier, week)
        self._story.moment += timedelta(minutes=25)
        for replicate in range(1, self.plan.replicates + 1):
            for site in self.plan.sites:
                yield self._take(subject, visit, site, replicate)
        self.archive.finish_visit(visit.identifier)

    def _take(self, subject: Subject, visit: Visit, site: SiteKey, replicate: int) -> Capture:
        self._story.moment += timedelta(minutes=1)
        self._camera.aim(Target(subject.code, site, visit.week, replicate))
        self._camera.start()
        baseline = self._baselines.get((subject.identifier, site))
        guidance = self._wait_for_green(self._context(site, baseline))
        stack = shoot_stack(self._camera, self._camera.lights, clock=self._clock)
        self._camera.stop()
        if baseline is None:
            self._baselines[subject.identifier, site] = _baseline_of(stack)
        facts = CaptureFacts(
            visit.identifier, site, replicate, self._story.moment, self._camera.info.identity, self._camera.info.name,
            guidance.readings, calibration=self._camera.calibration(),
        )  # fmt: skip
        capture = self.archive.add_capture(stack, facts)
        self._accept_region(capture, stack)
        return capture

    def _accept_region(self, capture: Capture, stack: LightStack) -> None:
        """Endpoints are taken in the region that the station proposes on the first picture of a site."""
        where = capture.subject_id, self.study.identifier, capture.site
        first = self.archive.baseline(*where)
        if first is not None and first.identifier == capture.identifier:
            self.archive.set_roi(*where, Roi.proposed(stack.frames[0].shape))

    def _context(self, site: SiteKey, baseline: Baseline | None) -> GateContext:
        calibration = self._camera.calibration()
        answers = CaptureAnswers(
            calibration=calibration.state_on(self._story.moment.date()), is_skin_clean=True, minutes_since_washing=30,
            minutes_since_arrival=25, temperature_c=21, humidity_pct=50, hours_from_baseline=0 if baseline else None,
        )  # fmt: skip
        limits = self.archive.protocol_of(self.study.identifier).gates
        return GateContext(limits, answers, site, calibration.spacing, baseline=baseline)

    def _wait_for_green(self, context: GateContext) -> Guidance:
        """Look at the live picture until all gates have been green for a while, as the auto-shutter does."""
        self._clock.wait(SETTLING_S)
        ends_s, greens = self._clock() + PATIENCE_S, 0
        while self._clock() < ends_s:
            previous = self._camera.grab(1.0)
            frame = self._camera.grab(1.0)
            now = replace(context, previous=previous)
            guidance = guide(read_cheap(frame, now) + read_slow(frame, now))
            greens = greens + 1 if guidance.is_ready else 0
            if greens >= GREEN_LOOKS:
                return guidance
            self._clock.wait(LOOK_EVERY_S)
        raise CameraError(f"The gates did not turn green within {PATIENCE_S:g} s: {guidance.instruction}")


def _baseline_of(stack: LightStack) -> Baseline:
    overview = stack.overview or stack.frames[0]
    return make_baseline(overview.pixels, BaselineFacts(encoding=overview.encoding, controls=overview.controls))
