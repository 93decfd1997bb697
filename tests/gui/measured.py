"""Pages of the three pictures on a real archive: filled once, copied for every test, so that tests may write."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop

from gui.bridge.icons import use_folder
from gui.bridge.tasks import Tasks
from gui.session.compare.session import CompareSession
from gui.session.run import Run
from gui.session.station import Station
from gui.session.visit import VisitSession
from imaging.archive.store import open_archive
from imaging.pipeline import measure_capture
from tests.gui.clinic import RESOURCES, Plan, fill_archive, open_clinic


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One subject, weeks 0 and 4, the left crow's feet, two replicates, all of them measured before."""
    folder = tmp_path_factory.mktemp("clinic") / "archive"
    fill_archive(folder, Plan())
    with open_archive(folder, "tester") as archive:
        for capture in archive.captures():
            measure_capture(archive, capture)
    return folder


def sessions_on_copy(filled: Path, tmp_path: Path, station: Station) -> Iterator[Run]:
    """Sessions on a copy of an archive, with its first subject chosen; closed at the end."""
    use_folder(RESOURCES / "icons")
    shutil.copytree(filled, tmp_path / "copy")
    sessions = Run(station)
    sessions.study.open(tmp_path / "copy")
    sessions.visit.choose_subject(sessions.visit.subjects()[0])
    yield sessions
    sessions.close()


@pytest.fixture
def clinic_run(filled: Path, tmp_path: Path, station: Station, qapp: object) -> Iterator[Run]:  # noqa: ARG001
    """Sessions on a copy of that archive, with its subject chosen."""
    yield from sessions_on_copy(filled, tmp_path, station)


@pytest.fixture(scope="module")
def compared(filled: Path, qapp: object) -> Iterator[tuple[VisitSession, CompareSession]]:  # noqa: ARG001
    """Both visits brought together once for all tests that only look at them."""
    use_folder(RESOURCES / "icons")
    study, visit = open_clinic(filled)
    tasks = Tasks()
    session = CompareSession(visit, tasks)
    session.enter()
    wait = QEventLoop()
    session.changed.connect(lambda comparing: None if comparing.is_busy else wait.quit())
    wait.exec()
    yield visit, session
    tasks.close()
    study.close()


TIMEOUT_MS = 60_000
