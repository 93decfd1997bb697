"""Fixtures of the archive's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from imaging.archive.protocols import read_protocol
from imaging.archive.store import create_archive
from imaging.model.protocol import StudyProtocol
from imaging.model.visit import ConsentUse
from tests.imaging.archive.clinic import PROTOCOLS, TAKEN, Clinic, consent


@pytest.fixture(scope="session")
def protocol() -> StudyProtocol:
    return read_protocol(PROTOCOLS / "four-week.toml")


@pytest.fixture(scope="session")
def first_clinic(tmp_path_factory: pytest.TempPathFactory, protocol: StudyProtocol) -> Clinic:
    """Made once and closed: every flush to the disk takes its time."""
    with create_archive(tmp_path_factory.mktemp("clinic") / "archive", "operator") as archive:
        study = archive.create_study("TOPICAL-1", "Topical study", protocol)
        subject = archive.add_subject(study.identifier, "S-001", 1971, (consent(ConsentUse.TRIAL),))
        visit = archive.start_visit(subject.identifier, study.identifier, 0, started_at=TAKEN)
    return Clinic(archive, study, subject, visit)


@pytest.fixture
def clinic(first_clinic: Clinic, tmp_path: Path) -> Iterator[Clinic]:
    """A copy of its own, open."""
    clinic = first_clinic.copied_to(tmp_path / "archive")
    yield clinic
    clinic.archive.close()
