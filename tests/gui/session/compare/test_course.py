"""Following a subject on a real archive whose captures nobody has measured yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.bridge.tasks import Tasks
from gui.session.compare.course import CourseSession
from gui.session.study import StudySession
from gui.session.visit import VisitSession
from imaging.comparison.repeatability import EndpointSpread, Repeatability, repeatability_bytes
from imaging.version import __version__
from tests.gui.clinic import LEFT, Plan, fill_archive, open_clinic

TIMEOUT_MS = 60_000
Opened = tuple[StudySession, VisitSession]


@pytest.fixture
def opened(tmp_path: Path, qapp: object) -> Iterator[Opened]:  # noqa: ARG001
    fill_archive(tmp_path / "archive", Plan(weeks=(0,), replicates=1))
    study, visit = open_clinic(tmp_path / "archive")
    yield study, visit
    study.close()


@pytest.fixture
def course(opened: Opened) -> Iterator[CourseSession]:
    tasks = Tasks()
    yield CourseSession(opened[1], tasks)
    tasks.close()


def test_what_is_missing_is_measured_and_recorded_once(course: CourseSession, opened: Opened, qtbot: QtBot) -> None:
    course.enter()
    (capture,) = course.following.captures
    assert course.following.missing == (capture,) and course.following.is_busy
    qtbot.waitUntil(lambda: not course.following.is_busy, timeout=TIMEOUT_MS)
    assert course.following.missing == () and course.following.failures == {}
    assert course.following.sites == (LEFT,)
    assert course.following.is_measured("wrinkles.total_length_mm")
    archive = opened[1].archive
    assert archive is not None
    recorded = archive.measurements(capture.identifier, __version__)
    assert (
        recorded["wrinkles.total_length_mm"] == course.following.values[capture.identifier]["wrinkles.total_length_mm"]
    )
    seen = course.following
    course.leave()
    course.enter()
    assert course.following.values == seen.values and not course.following.is_busy


def test_nothing_is_measured_while_nobody_looks(course: CourseSession, opened: Opened) -> None:
    opened[1].refresh()
    assert course.following.captures == () and not course.following.is_busy


def test_without_a_subject_there_is_no_course(course: CourseSession, opened: Opened, qtbot: QtBot) -> None:
    course.enter()
    qtbot.waitUntil(lambda: not course.following.is_busy, timeout=TIMEOUT_MS)
    opened[1].choose_subject(None)
    assert course.following.captures == ()


def test_what_an_earlier_version_measured_is_measured_anew(course: CourseSession, opened: Opened, qtbot: QtBot) -> None:
    archive = opened[1].archive
    assert archive is not None
    (capture,) = archive.captures()
    archive.record_measurement(capture.identifier, "0.0.1", {"wrinkles.total_length_mm": 5.0})
    course.enter()
    seen = course.following
    assert seen.values[capture.identifier]["wrinkles.total_length_mm"] == 5.0
    assert seen.engine_of(capture.identifier) == "0.0.1" and seen.missing == (capture,)
    qtbot.waitUntil(lambda: not course.following.is_busy, timeout=TIMEOUT_MS)
    assert course.following.engine_of(capture.identifier) == __version__
    assert course.following.values[capture.identifier]["wrinkles.total_length_mm"] != 5.0


def test_the_band_rests_on_the_study_kept_for_the_camera(course: CourseSession, opened: Opened, qtbot: QtBot) -> None:
    archive, key = opened[1].archive, "wrinkles.deepest_mean_depth_um"
    assert archive is not None
    spreads = {key: EndpointSpread(0.03, 60, 0.04, 19)}
    study = Repeatability("simulated", spreads, "2026-03-01", sites={LEFT.site: spreads})
    course.enter()
    assert course.following.study_of("simulated", LEFT) is None
    archive.keep_repeatability("simulated", repeatability_bytes(study))
    course.leave()
    course.enter()
    found = course.following.study_of("simulated", LEFT)
    assert found is not None and found.endpoints == spreads
    qtbot.waitUntil(lambda: not course.following.is_busy, timeout=TIMEOUT_MS)
