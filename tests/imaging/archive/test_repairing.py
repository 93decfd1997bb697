"""The index can be had back from the sidecars, and the sidecars from the index; a change is not mended away."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy.exc

from imaging.archive.repairing import damaged_file, rebuild_index, repair_archive
from imaging.archive.store import open_archive
from imaging.errors import ArchiveError
from tests.imaging.archive.clinic import Clinic, content_of, edit_sidecar, in_raw_sql, sidecar_of_first


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
    done = full.archive.reconcile()
    assert len(done) == 3
    assert all("was written anew: it was missing" in sentence for sentence in done)
    assert full.archive.verify().problems == ()


def test_a_reconciliation_with_nothing_to_do_leaves_no_trace(full: Clinic) -> None:
    trail = full.archive.audit_trail()
    assert full.archive.reconcile() == ()
    assert full.archive.audit_trail() == trail


def test_a_damaged_sidecar_and_one_behind_are_written_anew_but_a_changed_one_stays(full: Clinic) -> None:
    first, second = sorted(full.archive.folder.captures.iterdir())
    earlier = second.read_bytes()
    full.archive.exclude(second.stem, "hair")
    second.write_bytes(earlier)
    first.write_text("{")
    assert len(full.archive.reconcile()) == 2
    assert full.archive.verify().problems == ()
    edit_sidecar(full)
    assert full.archive.reconcile() == ()
    assert any("one of them was changed" in problem for problem in full.archive.verify().problems)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda index: index.unlink(), "was lost"),
        (lambda index: index.write_bytes(b"no database at all" * 100), "was damaged"),
        (lambda index: index.write_bytes(index.read_bytes()[:-8192]), "was damaged"),
        (lambda index: index.write_bytes(b""), "was empty"),
    ],
)
def test_a_useless_index_is_repaired_from_the_sidecars(
    full: Clinic, harm: Callable[[Path], object], words: str
) -> None:
    before = content_of(full.archive)
    full.archive.close()
    for path in full.archive.folder.index_files[1:]:
        path.unlink(missing_ok=True)
    harm(full.archive.folder.index)
    (sentence,) = repair_archive(full.archive.path, "administrator")
    assert sentence == f"The index {words}: it was made anew from the sidecars."
    with open_archive(full.archive.path, "operator") as archive:
        assert content_of(archive) == before
        assert archive.verify().problems == ()
    assert repair_archive(full.archive.path, "administrator") == ()


def test_an_orphan_is_taken_over_and_named(full: Clinic) -> None:
    capture = full.archive.captures()[0].identifier
    in_raw_sql(full.archive, f"DELETE FROM capture WHERE id = '{capture}'")
    full.archive.close()
    (sentence,) = repair_archive(full.archive.path, "administrator")
    assert sentence.startswith(f"The capture {capture} was taken over")


def test_rows_without_an_owner_go_when_no_sidecar_knows_it(full: Clinic) -> None:
    path = sidecar_of_first(full)
    in_raw_sql(full.archive, f"DELETE FROM capture WHERE id = '{path.stem}'")
    path.unlink()
    full.archive.close()
    (sentence,) = repair_archive(full.archive.path, "administrator")
    assert sentence.startswith("The index had rows without an owner")
    with open_archive(full.archive.path, "operator") as archive:
        assert len(archive.captures()) == 1
        assert all("belongs to no capture" in problem for problem in archive.verify().problems)


def test_a_locked_index_is_not_taken_for_a_damaged_one(full: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imaging.archive.database._BUSY_S", 0.01)
    full.archive.close()
    index = full.archive.folder.index
    with sqlite3.connect(index) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlalchemy.exc.OperationalError):
            damaged_file(index)
        with pytest.raises(ArchiveError, match="another program is writing"):
            repair_archive(full.archive.path, "administrator")
    other.close()


def test_a_capture_taken_out_of_the_index_is_not_put_back_unseen(full: Clinic) -> None:
    capture = full.archive.captures()[0].identifier
    in_raw_sql(full.archive, f"DELETE FROM capture WHERE id = '{capture}'")
    with full.reopen() as archive:
        assert any(f"{capture}.json is not in the index" in problem for problem in archive.verify().problems)
        archive.reconcile()
        assert archive.verify().problems == ()
        assert len(archive.captures()) == 2
