"""A small real archive: one subject of the simulated clinic, two visits, photographed through the simulated camera."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from gui.session.station import Station
from gui.session.study import StudySession
from gui.session.visit import VisitSession
from imaging.archive.protocols import read_protocol
from imaging.archive.store import Archive, create_archive
from imaging.camera.device import Target
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.capture.burst import shoot_stack
from imaging.model.protocol import Laterality
from imaging.model.visit import CaptureFacts, Consent, ConsentAnswer, ConsentUse, SiteKey, Study, Subject

RESOURCES = Path(__file__).parents[2] / "resources"
LEFT = SiteKey("crows-feet", Laterality.LEFT)
FOREHEAD = SiteKey("forehead", Laterality.MIDLINE)
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CODE = "S-001"


class Ticking:
    """A clock that runs only when it is looked at: nothing has to be waited for."""

    def __init__(self) -> None:
        self._ticks = count()

    def __call__(self) -> float:
        return next(self._ticks) * 0.004


@dataclass(frozen=True)
class Plan:
    """What the archive holds."""

    shape: tuple[int, int] = (240, 320)
    weeks: tuple[int, ...] = (0, 4)
    sites: tuple[SiteKey, ...] = (LEFT,)
    replicates: int = 2
    protocol: str = "four-week.toml"
    codes: tuple[str, ...] = (CODE,)
    clock: Ticking = field(default_factory=Ticking)


def fill_archive(folder: Path, plan: Plan) -> None:
    """Write it; every capture goes through camera, shot and archive as in the clinic."""
    archive = create_archive(folder, "tester", clock=lambda: START)
    study = archive.create_study("STUDY", "Four weeks", read_protocol(RESOURCES / "protocols" / plan.protocol))
    consent = Consent(ConsentUse.TRIAL, ConsentAnswer.GIVEN, "1", date(2026, 3, 1))
    care = Consent(ConsentUse.CARE, ConsentAnswer.GIVEN, "1", date(2026, 3, 1))
    subjects = [archive.add_subject(study.identifier, code, 1970, (consent, care)) for code in plan.codes]
    camera = SimulatedCamera(Population(), shape=plan.shape, clock=plan.clock)
    camera.start()
    for week in plan.weeks:
        for subject in subjects:
            _photograph(archive, (study, subject), (camera, week), plan)
    camera.close()
    archive.close()


def _photograph(archive: Archive, who: tuple[Study, Subject], taken: tuple[SimulatedCamera, int], plan: Plan) -> None:
    (study, subject), (camera, week) = who, taken
    moment = START + timedelta(weeks=week)
    visit = archive.start_visit(subject.identifier, study.identifier, week, started_at=moment)
    for minute, (site, number) in enumerate((s, n + 1) for n in range(plan.replicates) for s in plan.sites):
        camera.aim(Target(subject.code, site, week, number))
        stack = shoot_stack(camera, camera.lights, clock=plan.clock)
        taken_at = moment + timedelta(minutes=minute)
        facts = CaptureFacts(
            visit.identifier, site, number, taken_at, "simulated", "Simulated", calibration=camera.calibration()
        )
        archive.add_capture(stack, facts)
    archive.finish_visit(visit.identifier, finished_at=moment + timedelta(hours=1))


def open_clinic(folder: Path) -> tuple[StudySession, VisitSession]:
    """Sessions on a filled archive with its subject chosen."""
    station = Station("tester", RESOURCES, RESOURCES / "protocols", lambda: (), _no_camera)
    study = StudySession(station)
    visit = VisitSession(study)
    assert study.open(folder)
    visit.choose_subject(visit.subjects()[0])
    return study, visit


def _no_camera(identity: str) -> None:
    raise AssertionError(f"These tests never open a camera ({identity}).")
