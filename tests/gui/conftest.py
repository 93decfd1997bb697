"""A real archive in a temporary folder, the real simulated camera, fast: what all tests of the window share."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gui.bridge.immortal_none import keep_none_alive
from gui.session.run import Run
from gui.session.standing import Answers
from gui.session.station import Station
from imaging.camera.device import Camera, LightController
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.faults import Faults
from imaging.camera.simulated.population import Population
from imaging.errors import CameraError
from imaging.model.calibration import DeviceCalibration
from imaging.model.camera import CameraInfo
from imaging.model.settings import StationSettings
from imaging.model.visit import Consent, ConsentAnswer, ConsentUse

keep_none_alive()
RESOURCES = Path(__file__).parents[2] / "resources"


@dataclass
class Clinic:
    """The world around the station: a clock to turn, a camera to unplug."""

    at: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    faults: Faults = field(default_factory=Faults)
    is_plugged_in: bool = True
    opened: list[SimulatedCamera] = field(default_factory=list)
    remembered: list[StationSettings] = field(default_factory=list)
    population: Population = field(default_factory=lambda: Population(seed=7, subjects=2))

    def now(self) -> datetime:
        return self.at

    def pass_time(self, **how_long: float) -> None:
        self.at += timedelta(**how_long)

    def open_camera(self, identity: str) -> tuple[Camera, LightController]:
        if not self.is_plugged_in:
            raise CameraError(f"The camera {identity} is not there: plug it in.")
        camera = SimulatedCamera(self.population, shape=(240, 320), faults=self.faults)
        self.opened.append(camera)
        return camera, camera.lights

    def find_cameras(self) -> tuple[CameraInfo, ...]:
        return (SimulatedCamera(self.population, shape=(240, 320)).info,)

    def calibration(self, _identity: str) -> DeviceCalibration:
        return SimulatedCamera(self.population, shape=(240, 320)).calibration()


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


@pytest.fixture
def station(clinic: Clinic, tmp_path: Path) -> Station:
    """Nothing is open yet; a first archive would go into `tmp_path`."""
    return Station(
        operator="tester",
        resources=RESOURCES,
        protocols=RESOURCES / "protocols",
        find_cameras=clinic.find_cameras,
        open_camera=clinic.open_camera,
        calibration=clinic.calibration,
        settings=StationSettings(camera="simulated", theme="light"),
        write_settings=clinic.remembered.append,
        proposed_archive=tmp_path / "archive",
        now=clinic.now,
    )


@pytest.fixture
def run(qapp: QApplication, station: Station) -> Iterator[Run]:  # noqa: ARG001
    sessions = Run(station)
    yield sessions
    sessions.close()


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    """What a test starts, it ends."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in set(threading.enumerate()) - before if thread.is_alive()]
    for thread in left:
        thread.join(5)
    assert not [thread.name for thread in left if thread.is_alive()]


Settle = Callable[[StationSettings], Station]


@pytest.fixture
def with_settings(station: Station) -> Settle:
    """The same station with other settings."""
    return lambda settings: replace(station, settings=settings)


@pytest.fixture
def enrolled(run: Run, tmp_path: Path) -> Run:
    """An archive with the four-week study and the subject S-001, chosen, who agrees to everything."""
    assert run.study.open(tmp_path / "archive")
    template = next(t for t in run.study.templates if t.kind == "study")
    assert run.study.create_study("SC-01", "Four weeks", template)
    consents = tuple(Consent(use, ConsentAnswer.GIVEN, "2.1", run.visit.now.date()) for use in ConsentUse)
    assert run.visit.add_subject("S-001", 1968, consents)
    return run


@pytest.fixture
def in_visit(enrolled: Run, clinic: Clinic) -> Run:
    """The subject has settled and the first visit is open; skin and room were asked. The camera is off."""
    enrolled.visit.arrive(enrolled.visit.subjects()[0])
    clinic.pass_time(minutes=25)
    assert enrolled.visit.start_visit(0)
    enrolled.capture.answer(Answers(True, 30.0, 21.0, 50.0))
    return enrolled
