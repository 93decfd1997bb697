"""Tampering and decay are found, each with one sentence."""

import re
import sqlite3
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from tests.imaging.archive.clinic import Clinic, edit_sidecar, in_raw_sql, sidecar_of_first


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


def test_leftovers_of_an_interrupted_write_are_a_note(full: Clinic) -> None:
    (full.archive.folder.captures / ".x.json.abc.part").write_bytes(b"half")
    report = full.archive.verify()
    assert report.problems == ()
    assert "interrupted write" in report.notes[0]
