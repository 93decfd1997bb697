"""Pages of the three pictures on a real archive: filled once, copied for every test, so that tests may write."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gui.bridge.icons import use_folder
from gui.session.run import Run
from gui.session.station import Station
from tests.gui.clinic import RESOURCES, Plan, fill_archive


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One subject, weeks 0 and 4, the left crow's feet, two replicates."""
    folder = tmp_path_factory.mktemp("clinic") / "archive"
    fill_archive(folder, Plan())
    return folder


@pytest.fixture
def clinic_run(filled: Path, tmp_path: Path, station: Station, qapp: object) -> Iterator[Run]:  # noqa: ARG001
    """Sessions on a copy of that archive, with its subject chosen."""
    use_folder(RESOURCES / "icons")
    shutil.copytree(filled, tmp_path / "copy")
    sessions = Run(station)
    sessions.study.open(tmp_path / "copy")
    sessions.visit.choose_subject(sessions.visit.subjects()[0])
    yield sessions
    sessions.close()


TIMEOUT_MS = 60_000
