"""A real archive in a temporary folder, the real simulated camera, fast: what all tests of the window share."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from gui.session.capture.standing import Answers
from gui.session.run import Run
from gui.session.station import Station
from imaging.model.settings import StationSettings
from imaging.model.visit import Consent, ConsentAnswer, ConsentUse
from tests.gui.measured import clinic_run, compared, filled
from tests.gui.world import World

__all__ = ["clinic_run", "compared", "filled"]
"""The measured archive is filled once for all pages."""

RESOURCES = Path(__file__).parents[2] / "resources"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def station(world: World, tmp_path: Path) -> Station:
    """Nothing is open yet; a first archive would go into `tmp_path`."""
    return Station(
        operator="tester",
        resources=RESOURCES,
        protocols=RESOURCES / "protocols",
        find_cameras=world.find_cameras,
        open_camera=world.open_camera,
        calibration=world.calibration,
        settings=StationSettings(camera="simulated", theme="light"),
        write_settings=world.remembered.append,
        proposed_archive=tmp_path / "archive",
        now=world.now,
        play=world.heard.append,
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
def in_visit(enrolled: Run, world: World) -> Run:
    """The subject has settled and the first visit is open; skin and room were asked. The camera is off."""
    enrolled.visit.arrive(enrolled.visit.subjects()[0])
    world.pass_time(minutes=25)
    assert enrolled.visit.start_visit(0)
    enrolled.capture.answer(Answers(True, 30.0, 21.0, 50.0))
    return enrolled
