"""Tampering and decay are found, each with one sentence; the index can be had back from the sidecars."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from imaging.archive.reconciling import rebuild_index
from imaging.archive.store import Archive, open_archive
from imaging.archive.subjects import NewSubject
from imaging.errors import ArchiveError
from imaging.model.annotation import Annotation, Shape
from imaging.model.geometry import Roi
from imaging.model.visit import ConsentAnswer, ConsentUse
from tests.imaging.archive.clinic import (
    LEFT_EYE,
    RIGHT_EYE,
    Clinic,
    consent,
    make_calibration,
    make_facts,
    make_stack,
)


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


def content_of(archive: Archive) -> list[object]:
    """Everything the verbs tell, the trail excepted."""
    told: list[object] = [archive.studies(), archive.visits(), archive.captures()]
    for study in archive.studies():
        told += [archive.protocol_of(study.identifier), archive.subjects(study.identifier)]
        for subject in archive.subjects(study.identifier):
            told += [archive.consent_history(subject.identifier)]
            told += [archive.roi(subject.identifier, study.identifier, site) for site in (LEFT_EYE, RIGHT_EYE)]
            told += [archive.baseline(subject.identifier, study.identifier, LEFT_EYE)]
    told += [archive.not_done(visit.identifier) for visit in archive.visits()]
    for capture in archive.captures():
        told += [archive.assignments(capture.identifier), archive.annotations(capture.identifier)]
        told += [dict(archive.measurements(capture.identifier))]
    return told


def in_raw_sql(archive: Archive, *statements: str) -> None:
    """What somebody with the file and a database tool could do."""
    with closing(sqlite3.connect(archive.folder.index)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_a_sound_archive_has_no_problems(full: Clinic) -> None:
    report = full.archive.verify()
    assert (report.problems, report.notes) == ((), ())
    assert report.is_sound
    assert (report.captures, report.originals, report.sidecars) == (2, 10, 1 + 2 + 2)
    assert report.audit_entries == len(full.archive.audit_trail())


def test_every_write_is_in_the_trail_by_ids_only(full: Clinic) -> None:
    trail = full.archive.audit_trail()
    assert [entry.number for entry in trail] == list(range(1, len(trail) + 1))
    assert {entry.operator for entry in trail} == {"operator"}
    assert {entry.action for entry in trail} == {
        "create archive", "create study", "add subject", "start visit", "add capture", "reassign capture",
        "exclude capture", "set region", "save annotations", "record measurement", "mark site not done",
        "record consent", "finish visit",
    }  # fmt: skip
    assert all(one.hash == other.previous_hash for one, other in pairwise(trail))
    told = repr([dict(entry.ids) for entry in trail])
    assert "S-001" not in told
    assert "TOPICAL" not in told
    assert next(entry for entry in trail if entry.action == "exclude capture").reason == "hair"


@pytest.mark.parametrize("statement", ["UPDATE audit SET operator = 'x'", "DELETE FROM audit WHERE number = 2"])
def test_the_index_itself_refuses_to_change_the_trail(full: Clinic, statement: str) -> None:
    with full.archive._reading() as session, pytest.raises(IntegrityError, match="append-only"):
        session.connection().exec_driver_sql(statement)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        in_raw_sql(full.archive, statement)


def first_original(clinic: Clinic) -> Path:
    capture = clinic.archive.captures()[0]
    path = clinic.archive.original_path(capture, capture.originals[1])
    path.chmod(0o644)
    return path


def flip_a_byte(clinic: Clinic) -> None:
    path = first_original(clinic)
    content = bytearray(path.read_bytes())
    content[-20] ^= 4
    path.write_bytes(content)


def sidecar_of_first(clinic: Clinic) -> Path:
    return clinic.archive.folder.captures / f"{clinic.archive.captures()[0].identifier}.json"


def edit_sidecar(clinic: Clinic) -> None:
    path = sidecar_of_first(clinic)
    values = json.loads(path.read_text())
    values["capture"][0]["replicate"] = 3
    path.write_text(json.dumps(values))


def change_trail(*statements: str) -> Callable[[Clinic], None]:
    return lambda clinic: in_raw_sql(
        clinic.archive, "DROP TRIGGER audit_refuses_update", "DROP TRIGGER audit_refuses_delete", *statements
    )


def change_index(statement: str) -> Callable[[Clinic], None]:
    return lambda clinic: in_raw_sql(clinic.archive, statement)


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (flip_a_byte, "is damaged"),
        (lambda clinic: first_original(clinic).unlink(), "is missing"),
        (lambda clinic: (first_original(clinic).parent / "extra.png").write_bytes(b"x"), "extra.png belongs to no"),
        (lambda clinic: sidecar_of_first(clinic).unlink(), "is missing: write it anew"),
        (lambda clinic: sidecar_of_first(clinic).write_text("{"), "is damaged"),
        (lambda clinic: sidecar_of_first(clinic).write_text("[]"), "is not a sidecar"),
        (edit_sidecar, r"differ \(capture\)"),
        (lambda clinic: (clinic.archive.folder.captures / "x.json").write_text("{}"), "x.json is not in the index"),
        (lambda clinic: (clinic.archive.folder.subjects / "note.txt").write_text(""), "note.txt is not in the index"),
        (change_index("UPDATE measurement SET value = 9 WHERE endpoint = 'wrinkles.count'"), r"differ \(measurement\)"),
        (change_index("UPDATE consent SET answer = 'given'"), r"differ \(consent\)"),
        (change_index("UPDATE study SET protocol = '{}'"), r"differ \(study\)"),
        (change_index("DELETE FROM enrolment"), "whose owner is missing"),
        (change_trail("UPDATE audit SET operator = 'other' WHERE number = 3"), "entry 3 was changed"),
        (change_trail("UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE number = 3"), "entry 3 was changed"),
        (change_trail("UPDATE audit SET ids = '{}' WHERE number = 3"), "entry 3 was changed"),
        (change_trail("DELETE FROM audit WHERE number = 3"), "entry 3 is missing"),
        (change_trail("UPDATE audit SET hash = 'x' WHERE number = 3"), "entry 4 does not follow"),
        (change_trail("DELETE FROM audit WHERE number > 4"), "was cut or written anew"),
        (change_trail("DELETE FROM audit"), "was cut or written anew"),
    ],
)
def test_tampering_is_found(full: Clinic, tamper: Callable[[Clinic], object], words: str) -> None:
    tamper(full)
    report = full.archive.verify()
    assert not report.is_sound
    assert any(re.search(words, problem) for problem in report.problems), report.problems
    assert all(problem.endswith(".") and "\n" not in problem for problem in report.problems)


def test_the_index_comes_back_from_the_sidecars(full: Clinic) -> None:
    before, trail = content_of(full.archive), full.archive.audit_trail()
    full.archive.close()
    assert rebuild_index(full.archive.path, "administrator") == ()
    with open_archive(full.archive.path, "operator") as archive:
        assert content_of(archive) == before
        assert archive.audit_trail()[:-1] == trail
        assert archive.audit_trail()[-1].action == "rebuild index"
        assert archive.audit_trail()[-1].operator == "administrator"
        report = archive.verify()
        assert report.problems == ()
        assert f"{len(trail)} earlier entries kept" in report.notes[0]
        archive.add_subject(full.study.identifier, "S-003")
        assert archive.verify().problems == ()
    assert len(list(full.archive.path.glob("index.*.sqlite"))) == 1


def test_a_lost_index_comes_back_without_its_trail_and_says_so(full: Clinic) -> None:
    before = content_of(full.archive)
    full.archive.close()
    for path in full.archive.folder.index_files:
        path.unlink(missing_ok=True)
    rebuild_index(full.archive.path, "administrator")
    with open_archive(full.archive.path, "operator") as archive:
        assert content_of(archive) == before
        report = archive.verify()
        assert report.problems == ()
        assert "earlier entries lost" in report.notes[0]


def test_a_capture_sidecar_alone_is_enough_for_its_capture(full: Clinic) -> None:
    before = full.archive.captures()
    full.archive.close()
    for home in (full.archive.folder.subjects, full.archive.folder.studies):
        for path in home.iterdir():
            path.unlink()
    full.archive.folder.index.unlink()
    rebuild_index(full.archive.path, "administrator")
    with open_archive(full.archive.path, "operator") as archive:
        assert archive.captures() == before
        assert archive.subject(full.subject.identifier).code == "S-001"
        assert archive.protocol_of(full.study.identifier).code == "four-week"
        archive.read_stack(before[0])


def test_an_unreadable_sidecar_is_named_and_the_others_are_used(full: Clinic) -> None:
    path = sidecar_of_first(full)
    path.write_bytes(path.read_bytes()[:-200])
    full.archive.close()
    (sentence,) = rebuild_index(full.archive.path, "administrator")
    assert path.name in sentence
    with open_archive(full.archive.path, "operator") as archive:
        assert len(archive.captures()) == 1
        assert any(path.name in problem for problem in archive.verify().problems)


def test_only_an_archive_can_be_rebuilt(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="is not an archive"):
        rebuild_index(tmp_path, "administrator")
    assert list(tmp_path.iterdir()) == []


def test_reconciling_writes_lost_sidecars_anew(full: Clinic) -> None:
    for path in (sidecar_of_first(full), *full.archive.folder.subjects.iterdir()):
        path.unlink()
    assert full.archive.reconcile() == ()
    assert full.archive.verify().problems == ()


def test_leftovers_of_an_interrupted_write_are_a_note(full: Clinic) -> None:
    (full.archive.folder.captures / ".x.json.abc.part").write_bytes(b"half")
    report = full.archive.verify()
    assert report.problems == ()
    assert "interrupted write" in report.notes[0]


def test_a_capture_taken_out_of_the_index_is_not_put_back_unseen(full: Clinic) -> None:
    capture = full.archive.captures()[0].identifier
    in_raw_sql(full.archive, f"DELETE FROM capture WHERE id = '{capture}'")
    with full.reopen() as archive:
        assert any(f"{capture}.json is not in the index" in problem for problem in archive.verify().problems)
        archive.reconcile()
        assert archive.verify().problems == ()
        assert len(archive.captures()) == 2
