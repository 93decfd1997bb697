"""Archives are created, opened and refused; studies, subjects and visits come back as they went in."""

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from imaging.archive import network
from imaging.archive.store import create_archive, open_archive
from imaging.archive.subjects import NewSubject
from imaging.errors import ArchiveError
from imaging.model.due import DueState
from imaging.model.protocol import StudyProtocol
from imaging.model.visit import ConsentAnswer, ConsentUse
from tests.imaging.archive.clinic import LEFT_EYE, RIGHT_EYE, Clinic, consent


def test_a_new_archive_opens_again_with_the_same_identity(tmp_path: Path) -> None:
    with create_archive(tmp_path / "a" / "b", "operator") as archive:
        identifier = archive.identifier
        assert archive.path == tmp_path / "a" / "b"
    with open_archive(tmp_path / "a" / "b", "operator") as archive:
        assert archive.identifier == identifier
        assert archive.studies() == ()
        assert [entry.action for entry in archive.audit_trail()] == ["create archive"]


def test_the_index_is_set_up_to_survive_a_power_cut(clinic: Clinic) -> None:
    with clinic.archive._reading() as session:
        connection = session.connection()
        values = {p: connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous")}
        assert values == {"journal_mode": "wal", "synchronous": 2}
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_folders_that_are_no_archive_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    for path, words in (("file", "is a file"), ("full", "is not an archive"), ("none", "is not an archive")):
        with pytest.raises(ArchiveError, match=words):
            open_archive(tmp_path / path, "operator")
    for path, words in (("file", "is a file"), ("full", "is not empty")):
        with pytest.raises(ArchiveError, match=words):
            create_archive(tmp_path / path, "operator")
    assert (tmp_path / "full" / "file").read_text() == "x"


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ("version = ", "cannot be read"),
        ('format = "other"', "not an archive of this program"),
        ('format = "rhytid-archive"\nversion = 2\nidentifier = "x"', "newer program"),
        ('format = "rhytid-archive"\nversion = 1\nidentifier = "x"\nindex = "postgresql://h/db"', "only knows"),
    ],
)
def test_a_marker_of_something_else_is_refused(clinic: Clinic, marker: str, words: str) -> None:
    clinic.archive.close()
    (clinic.archive.path / "archive.toml").write_text(marker)
    with pytest.raises(ArchiveError, match=words):
        open_archive(clinic.archive.path, "operator")


def test_a_newer_schema_is_refused(clinic: Clinic) -> None:
    clinic.archive.close()
    with sqlite3.connect(clinic.archive.folder.index) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(ArchiveError, match="newer program"):
        open_archive(clinic.archive.path, "operator")


def test_a_damaged_or_lost_index_is_said(clinic: Clinic) -> None:
    clinic.archive.close()
    clinic.archive.folder.index.write_bytes(b"no database at all" * 100)
    with pytest.raises(ArchiveError, match="rebuild it from the sidecars"):
        open_archive(clinic.archive.path, "operator")
    clinic.archive.folder.index.unlink()
    with pytest.raises(ArchiveError, match="lost its index"):
        open_archive(clinic.archive.path, "operator")


def test_a_closed_archive_says_so(clinic: Clinic) -> None:
    clinic.archive.close()
    clinic.archive.close()
    with pytest.raises(ArchiveError, match="is closed"):
        clinic.archive.studies()


def test_network_shares_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path.resolve().as_posix()} nfs4 rw 0 0\n")
    monkeypatch.setattr(network, "_MOUNTS", mounts)
    with pytest.raises(ArchiveError, match=r"network share \(nfs4\).*PostgreSQL"):
        create_archive(tmp_path / "archive", "operator")
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/data/clinic/archive", "cifs"),
        ("/data/clinic", "cifs"),
        ("/data/clinic-2", "ext4"),
        ("/data/my pictures/x", "fuse.sshfs"),
        ("/data/clinic/local/x", "xfs"),
        ("/", "ext4"),
    ],
)
def test_the_deepest_mount_counts(folder: str, kind: str) -> None:
    mounts = (
        "/dev/a / ext4 rw 0 0\n//s/x /data/clinic cifs rw 0 0\n/dev/b /data/clinic/local xfs rw 0 0\n"
        "s:/y /data/my\\040pictures fuse.sshfs rw 0 0\n"
    )
    assert network.mounted_kind(folder, mounts) == kind


def test_a_study_keeps_its_own_copy_of_the_protocol(clinic: Clinic, protocol: StudyProtocol) -> None:
    archive = clinic.archive
    assert archive.protocol_of(clinic.study.identifier) == protocol
    assert archive.studies() == (clinic.study,)
    assert (clinic.study.code, clinic.study.protocol_code) == ("TOPICAL-1", "four-week")
    for code, name, words in (("TOPICAL-1", "Again", "already a study"), (" ", "x", "code and a name")):
        with pytest.raises(ArchiveError, match=words):
            archive.create_study(code, name, protocol)
    with pytest.raises(ArchiveError, match="no study nonsense"):
        archive.protocol_of("nonsense")


def test_subjects_are_listed_by_code(clinic: Clinic) -> None:
    archive, study = clinic.archive, clinic.study.identifier
    second = archive.enrol_new(study, NewSubject("S-000", sex="female", phototype="III"))
    assert archive.subjects(study) == (second, clinic.subject)
    assert archive.subject(second.identifier) == second
    assert (second.birth_year, second.sex, second.phototype) == (None, "female", "III")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"code": "S-001"}, "already has a subject"),
        ({"code": ""}, "subject code"),
        ({"code": "a\nb"}, "subject code"),
        ({"code": "x" * 65}, "subject code"),
        ({"code": "new", "birth_year": 1800}, "birth year"),
        ({"code": "new", "birth_year": 2999}, "birth year"),
        ({"code": "new", "sex": "F"}, "female"),
        ({"code": "new", "phototype": "7"}, "I to VI"),
    ],
)
def test_impossible_subjects_are_refused(clinic: Clinic, values: dict[str, object], words: str) -> None:
    before = clinic.archive.audit_trail()
    with pytest.raises(ArchiveError, match=words):
        clinic.archive.enrol_new(clinic.study.identifier, NewSubject(**values))  # type: ignore[arg-type]
    assert clinic.archive.audit_trail() == before


def test_a_code_is_free_in_another_study_and_a_subject_may_take_part_in_both(
    clinic: Clinic, protocol: StudyProtocol
) -> None:
    archive = clinic.archive
    other = archive.create_study("OTHER", "Other", protocol)
    twin = archive.add_subject(other.identifier, "S-001")
    assert twin.identifier != clinic.subject.identifier
    third = archive.add_subject(clinic.study.identifier, "S-003")
    archive.enrol_subject(other.identifier, third.identifier)
    assert archive.subjects(other.identifier) == (twin, third)
    with pytest.raises(ArchiveError, match="already has a subject"):
        archive.enrol_subject(other.identifier, clinic.subject.identifier)


def test_the_newest_consent_for_a_use_counts_and_the_others_stay(clinic: Clinic) -> None:
    archive, subject = clinic.archive, clinic.subject.identifier
    archive.record_consent(subject, consent(ConsentUse.TEACHING))
    changed = archive.record_consent(subject, consent(ConsentUse.TRIAL, ConsentAnswer.WITHDRAWN))
    assert not changed.allows(ConsentUse.TRIAL)
    assert changed.allows(ConsentUse.TEACHING)
    assert archive.subject(subject) == archive.subjects(clinic.study.identifier)[0] == changed
    answers = [c.answer for c in archive.consent_history(subject) if c.use is ConsentUse.TRIAL]
    assert answers == [ConsentAnswer.GIVEN, ConsentAnswer.WITHDRAWN]


def test_visits_start_finish_and_stay_finished(clinic: Clinic) -> None:
    archive = clinic.archive
    later = archive.start_visit(clinic.subject.identifier, clinic.study.identifier)
    assert later.week is None
    assert archive.visits(clinic.subject.identifier, clinic.study.identifier) == (clinic.visit, later)
    ended = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    assert archive.finish_visit(clinic.visit.identifier, finished_at=ended).finished_at == ended
    assert archive.finish_visit(clinic.visit.identifier).finished_at == ended
    with pytest.raises(ArchiveError, match="not enrolled"):
        archive.start_visit("nobody", clinic.study.identifier)
    with pytest.raises(ArchiveError, match="no time zone"):
        archive.start_visit(clinic.subject.identifier, clinic.study.identifier, started_at=ended.replace(tzinfo=None))


def test_sites_left_out_keep_their_newest_reason(clinic: Clinic) -> None:
    archive, visit = clinic.archive, clinic.visit.identifier
    archive.mark_not_done(visit, LEFT_EYE, "plaster")
    archive.mark_not_done(visit, RIGHT_EYE, "refused")
    archive.mark_not_done(visit, LEFT_EYE, "wound")
    assert {n.site: n.reason for n in archive.not_done(visit)} == {LEFT_EYE: "wound", RIGHT_EYE: "refused"}
    with pytest.raises(ArchiveError, match="needs a reason"):
        archive.mark_not_done(visit, LEFT_EYE, " ")


def test_who_is_due_follows_the_archive(clinic: Clinic) -> None:
    archive, study = clinic.archive, clinic.study.identifier
    newcomer = archive.add_subject(study, "S-002")
    archive.finish_visit(clinic.visit.identifier)
    due = archive.due_visits(study, date(2026, 3, 16))
    assert [(d.subject.code, d.week, d.state) for d in due] == [
        ("S-001", 0, DueState.DONE),
        ("S-001", 2, DueState.DUE),
        ("S-001", 4, DueState.EARLY),
        ("S-002", 0, DueState.DUE),
        ("S-002", 2, DueState.EARLY),
        ("S-002", 4, DueState.EARLY),
    ]
    assert due[0].visit_id == clinic.visit.identifier
    assert due[3].subject == newcomer


def test_people_are_kept_apart(clinic: Clinic) -> None:
    archive, subject = clinic.archive, clinic.subject.identifier
    assert archive.person(subject) is None
    assert archive.find_people("doe") == ()
    assert not archive.folder.people.exists()
    archive.name_person(subject, "Jane Q. Doe", "MRN 77", date(1971, 5, 6))
    person = archive.name_person(subject, "Jane Doe", "MRN 77", date(1971, 5, 6))
    assert archive.person(subject) == person
    assert archive.find_people("jane d") == archive.find_people("mrn") == (person,)
    assert archive.find_people("nobody") == archive.find_people(" ") == ()
    assert archive.folder.people.stat().st_mode & 0o777 == 0o600
    assert "Doe" not in repr(person)
    assert "Doe" not in repr(archive.audit_trail())


def test_no_name_is_anywhere_but_in_the_key(clinic: Clinic) -> None:
    clinic.shoot()
    clinic.archive.name_person(clinic.subject.identifier, "Zarathustra", "MRN 4711")
    clinic.archive.close()
    holding = [p for p in clinic.archive.path.rglob("*") if p.is_file() and b"Zarathustra" in p.read_bytes()]
    assert holding == [clinic.archive.folder.people]


def test_a_person_of_nobody_is_refused(clinic: Clinic) -> None:
    with pytest.raises(ArchiveError, match="no subject nobody"):
        clinic.archive.name_person("nobody", "Jane")
    with pytest.raises(ArchiveError, match="needs a name"):
        clinic.archive.name_person(clinic.subject.identifier, " ")
    assert clinic.archive.person("nobody") is None


def test_a_failed_creation_leaves_nothing_that_looks_like_an_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imaging.archive.store.open_index", _full_disk)
    with pytest.raises(ArchiveError, match="disk is full"):
        create_archive(tmp_path / "archive", "operator")
    assert list((tmp_path / "archive").iterdir()) == []


def _full_disk(_path: Path) -> None:
    raise OSError(28, "No space left on device")
