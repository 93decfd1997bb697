"""Fixtures of the archive's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from imaging.archive.protocols import read_protocol
from imaging.archive.store import create_archive
from imaging.archive.subjects import NewSubject
from imaging.model.annotation import Annotation, Shape
from imaging.model.geometry import Roi
from imaging.model.protocol import StudyProtocol
from imaging.model.visit import ConsentAnswer, ConsentUse
from tests.imaging.archive.clinic import (
    LEFT_EYE,
    PROTOCOLS,
    RIGHT_EYE,
    TAKEN,
    Clinic,
    consent,
    make_calibration,
    make_facts,
    make_stack,
)


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


@pytest.fixture(scope="session")
def first_full(first_clinic: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    """An archive in which every table has rows; made once and closed."""
    clinic = first_clinic.copied_to(tmp_path_factory.mktemp("full") / "archive")
    archive, subject, study = clinic.archive, clinic.subject.identifier, clinic.study.identifier
    first = archive.add_capture(make_stack(1), make_facts(clinic.visit, calibration=make_calibration()))
    second = clinic.shoot(2, replicate=2)
    archive.reassign(second.identifier, RIGHT_EYE, "wrong side")
    archive.exclude(second.identifier, "hair")
    archive.set_roi(subject, study, LEFT_EYE, Roi(1, 2, 20, 30))
    archive.save_annotations(first.identifier, (Annotation(Shape.ARROW, (1, 2), (3, 4.5), "here"),))
    archive.record_measurement(first.identifier, "0.1", {"wrinkles.count": 3, "texture.Str": None})
    archive.mark_not_done(clinic.visit.identifier, RIGHT_EYE, "plaster")
    archive.record_consent(subject, consent(ConsentUse.TEACHING, ConsentAnswer.REFUSED))
    archive.enrol_new(study, NewSubject("S-002", 1980, sex="male", phototype="II"))
    archive.finish_visit(clinic.visit.identifier)
    archive.close()
    return clinic


@pytest.fixture
def full(first_full: Clinic, tmp_path: Path) -> Iterator[Clinic]:
    """A copy of its own, open."""
    full = first_full.copied_to(tmp_path / "archive")
    yield full
    full.archive.close()
