"""Checks of a device in the archive: what was taken since the last pass is in doubt until a person clears it."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alembic import command

from imaging.archive.database import for_writing, make_engine, migration_config
from imaging.archive.repairing import rebuild_index
from imaging.archive.store import open_archive
from imaging.errors import ArchiveError
from imaging.model.calibration import Check, DeviceCalibration
from imaging.model.visit import Capture
from tests.imaging.archive.clinic import TAKEN, Clinic, content_of, in_raw_sql, make_calibration, make_facts, make_stack

DAY = timedelta(days=1)


def check(day: float, deviation: float = 0.0, section: str = "scale") -> Check:
    return Check(section, TAKEN + day * DAY, deviation, 0.5, "%")


def device(*checks: Check) -> DeviceCalibration:
    return replace(make_calibration(), checks=checks)


def taken_on(clinic: Clinic, day: float, **more: object) -> Capture:
    moment: datetime = TAKEN + day * DAY
    values: dict[str, object] = {"taken_at": moment, "calibration": make_calibration()} | more
    facts = make_facts(clinic.visit, replicate=int(10 * day) + 1, **values)
    return clinic.archive.add_capture(make_stack(int(10 * day), lights=1), facts)


def test_a_failed_check_marks_what_was_taken_since_the_last_pass(clinic: Clinic) -> None:
    days = [taken_on(clinic, day) for day in (0.5, 1.5, 2.5)]
    taken_on(clinic, 2.6, camera_identity="another camera")
    taken_on(clinic, 2.7, calibration=None)
    archive = clinic.archive
    passed = device(check(0), check(1))
    assert archive.record_checks(passed) == ()
    assert archive.doubtful_captures() == ()
    marked = archive.record_checks(device(check(0), check(1), check(3, 0.9)))
    assert [c.identifier for c in marked] == [c.identifier for c in days[1:]]
    assert archive.doubtful_captures(study_id=clinic.study.identifier) == marked
    assert archive.doubtful_captures(device="another camera") == ()
    assert "scale failed its check on 2026-03-05" in marked[0].doubt
    assert "last passed on 2026-03-03" in marked[0].doubt
    assert [c.deviation for c in archive.device_checks("simulated")] == [0.0, 0.0, 0.9]
    entries = [entry for entry in archive.audit_trail() if entry.action == "doubt calibration of capture"]
    assert [entry.ids["capture"] for entry in entries] == [c.identifier for c in days[1:]]
    assert archive.verify().is_sound, archive.verify().problems


def test_a_later_pass_clears_nothing_a_person_does(clinic: Clinic) -> None:
    first, second = taken_on(clinic, 0.5), taken_on(clinic, 0.7)
    archive = clinic.archive
    failing = check(0), check(1, -2.0)
    archive.record_checks(device(*failing))
    assert archive.record_checks(device(*failing, check(1.1))) == ()
    assert len(archive.doubtful_captures()) == 2
    with pytest.raises(ArchiveError, match="needs a reason"):
        archive.clear_doubt([first.identifier], " ")
    (cleared,) = archive.clear_doubt([first.identifier], "the lens was dirty only after this patient")
    assert cleared.doubt == ""
    assert [c.identifier for c in archive.doubtful_captures()] == [second.identifier]
    assert [d.is_doubtful for d in archive.doubts(first.identifier)] == [True, False]
    with pytest.raises(ArchiveError, match="not in doubt"):
        archive.clear_doubt([second.identifier, first.identifier], "both")
    assert archive.capture(second.identifier).doubt
    reopened = clinic.reopen()
    assert reopened.record_checks(device(*failing, check(1.1))) == (), "nothing new"
    assert reopened.capture(first.identifier).doubt == ""
    assert reopened.verify().is_sound
    reopened.close()


def test_recording_the_same_list_again_writes_nothing(clinic: Clinic) -> None:
    taken_on(clinic, 0.5)
    clinic.archive.record_checks(device(check(0), check(1, 0.9)))
    before = clinic.archive.audit_trail()
    assert clinic.archive.record_checks(device(check(0), check(1, 0.9))) == ()
    assert clinic.archive.audit_trail() == before


def test_a_list_told_late_marks_up_to_the_next_pass(clinic: Clinic) -> None:
    captures = [taken_on(clinic, day) for day in (0.5, 1.5, 2.5)]
    marked = clinic.archive.record_checks(device(check(0), check(1, 0.9), check(2), check(3)))
    assert [c.identifier for c in marked] == [c.identifier for c in captures[:2]]


def test_doubts_and_checks_are_in_the_sidecars(clinic: Clinic) -> None:
    capture = taken_on(clinic, 0.5)
    archive = clinic.archive
    archive.record_checks(device(check(0), check(1, 0.9)))
    before = content_of(archive), archive.device_checks("simulated")
    archive.close()
    rebuild_index(archive.path, "operator")
    with open_archive(archive.path, "operator") as again:
        assert (content_of(again), again.device_checks("simulated")) == before
        assert again.capture(capture.identifier).doubt
        assert again.verify().is_sound, again.verify().problems


def test_verify_sees_a_doubt_that_was_taken_away(clinic: Clinic) -> None:
    taken_on(clinic, 0.5)
    clinic.archive.record_checks(device(check(0), check(1, 0.9)))
    in_raw_sql(clinic.archive, "DELETE FROM doubt", "UPDATE device_check SET deviation = 0.1")
    problems = " ".join(clinic.archive.verify().problems)
    assert "differ (doubt)" in problems and "differ (device_check)" in problems


def test_a_device_sidecar_that_is_lost_is_written_anew(clinic: Clinic) -> None:
    clinic.archive.record_checks(device(check(0)))
    (path,) = clinic.archive.folder.devices.iterdir()
    path.unlink()
    assert "missing" in " ".join(clinic.archive.verify().problems)
    assert any("written anew" in done for done in clinic.archive.reconcile())
    assert path.is_file() and clinic.archive.verify().is_sound


def test_an_archive_of_the_first_schema_is_brought_up(full: Clinic) -> None:
    """Sidecars written before know no doubt; that is not a difference."""
    archive = full.archive
    before = content_of(archive)
    archive.close()
    _to_first_schema(archive.folder.index)
    for path in archive.folder.captures.iterdir():
        document = json.loads(path.read_text())
        del document["doubt"]
        path.write_text(json.dumps(document))
    with open_archive(archive.path, "operator") as again:
        assert content_of(again) == before
        assert again.verify().is_sound, again.verify().problems
        again.record_checks(device(check(-1), check(3, 0.9)))
        assert len(again.doubtful_captures()) == 1


def _to_first_schema(index: Path) -> None:
    engine = make_engine(index)
    with for_writing(engine).begin() as connection:
        command.downgrade(migration_config(connection), "0001")
    engine.dispose()
    with closing(sqlite3.connect(index)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert "doubt" not in tables
