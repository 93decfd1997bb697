"""Comparing two visits of a real archive: points marked by hand, and either side of the face."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEventLoop

from gui.bridge.tasks import Tasks
from gui.pages.compare.state import MARKED, state_of
from gui.session.compare.cutting import first_line, profile_of, quick, reliefs_of
from gui.session.compare.session import CompareSession
from gui.session.visit import VisitSession
from imaging.archive.store import open_archive
from imaging.model.comparison import PointPairs
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey
from imaging.pipeline import measure_capture
from tests.gui.clinic import LEFT, Plan, fill_archive, open_clinic

RIGHT = SiteKey(LEFT.site, Laterality.RIGHT)
Opened = tuple[VisitSession, CompareSession]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, qapp: object) -> Iterator[Opened]:  # noqa: ARG001
    folder = tmp_path_factory.mktemp("sides") / "archive"
    fill_archive(folder, Plan(sites=(LEFT, RIGHT), replicates=1))
    with open_archive(folder, "tester") as archive:
        for capture in archive.captures():
            measure_capture(archive, capture)
    study, visit = open_clinic(folder)
    tasks = Tasks()
    session = CompareSession(visit, tasks)
    session.enter()
    settle(session)
    yield visit, session
    tasks.close()
    study.close()


def settle(session: CompareSession) -> None:
    """Until both visits were brought together, or not."""
    wait = QEventLoop()
    session.changed.connect(lambda now: None if now.is_busy else wait.quit())
    if session.comparing.is_busy:
        wait.exec()


def test_points_start_the_comparison_and_are_there_the_next_time(opened: Opened) -> None:
    visit, session = opened
    session.choose_site(LEFT)
    settle(session)
    found = session.comparing.change.registration
    assert found.is_trusted and session.comparing.change.start is None
    places = ((70, 90), (180, 250))
    there = tuple(tuple(float(v) for v in found.displacement[place]) for place in places)
    points = PointPairs(places, there)
    session.start_from(points)
    assert session.comparing.is_busy
    settle(session)
    assert session.comparing.change.registration.is_trusted
    assert session.comparing.change.start is not None
    assert MARKED in state_of(visit.chosen, session.comparing).notes
    session.choose_site(RIGHT)
    settle(session)
    session.choose_site(LEFT)
    settle(session)
    kept = session.comparing.change.start
    assert kept.reference == points.reference
    session.start_from(None)
    settle(session)
    assert session.comparing.change.start is None
    assert [e.action for e in visit.archive.audit_trail()][-2:] == ["mark points", "take points back"]


def test_points_that_are_wrong_are_refused_and_offered_again(opened: Opened) -> None:
    visit, session = opened
    session.choose_site(LEFT)
    settle(session)
    session.start_from(PointPairs(((10, 20), (60, 300)), ((180, 20), (230, 300))))
    settle(session)
    assert not session.comparing.change.registration.is_trusted
    assert state_of(visit.chosen, session.comparing).offers_points
    session.start_from(None)
    settle(session)


def test_the_other_side_can_be_looked_at_but_is_never_judged(opened: Opened) -> None:
    visit, session = opened
    session.choose_site(LEFT)
    settle(session)
    newest = session.comparing.visits[-1].identifier
    session.choose(newest, newest, LEFT, RIGHT)
    settle(session)
    comparing = session.comparing
    assert comparing.message == "" and not comparing.is_one_site and not comparing.may_be_marked
    state = state_of(visit.chosen, comparing)
    assert state.headline.verdict == "Cannot judge" and not state.is_together and state.lines == ()
    assert state.headline.reason.startswith("Left crow's feet and right crow's feet are different skin")
    assert state.moving_title == "Week 4, right crow's feet (another place)"
    assert [words.endswith("Right crow's feet") for _, words in state.movings] == [False, False, True, True]
    assert profile_of(comparing, first_line(comparing)) is None
    assert all(relief.height_um.shape == (240, 320) for relief in reliefs_of(comparing, 0.5))


def test_what_is_compared_stays_whatever_the_export_looks_at(opened: Opened) -> None:
    session = opened[1]
    session.choose_site(RIGHT)
    settle(session)
    session.leave()
    session.prefer_site(LEFT)
    session.stay()
    session.prefer_site(LEFT)
    session.enter()
    settle(session)
    assert session.comparing.site == RIGHT
    session.leave()
    session.prefer_site(RIGHT)
    session.prefer_site(LEFT)
    session.enter()
    settle(session)
    assert session.comparing.site == LEFT


def test_reliefs_that_are_turned_are_light(opened: Opened) -> None:
    session = opened[1]
    session.choose_site(LEFT)
    settle(session)
    reliefs = reliefs_of(session.comparing, 0.0)
    assert reliefs is not None
    assert all(one.height_um.size <= 500_000 for one in quick(reliefs))
