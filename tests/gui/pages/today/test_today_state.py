"""The day as a value."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gui.pages.today.state import Day, state_of
from gui.session.expected import Expected
from imaging.model.due import DueState, DueVisit
from imaging.model.visit import Subject, Visit

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ONE, TWO = Subject("1", "S-001", 1968), Subject("2", "S-002", None)
FULL = Day(NOW, has_archive=True, has_study=True, has_subjects=True, settle_min=20.0)


def due(subject: Subject, closes_on: date) -> DueVisit:
    return DueVisit(subject, 2, DueState.DUE, closes_on, closes_on - timedelta(days=4), closes_on)


@pytest.mark.parametrize(
    ("has", "asks_for"),
    [((False, False, False), "archive"), ((True, False, False), "new-study"), ((True, True, False), "new-subject")],
)
def test_a_first_start_leads_step_by_step(has: tuple[bool, bool, bool], asks_for: str) -> None:
    steps = state_of(Day(NOW, *has), ()).first_steps
    assert next(step for step in steps if not step.is_done).asks_for == asks_for


def test_an_open_visit_is_resumed_and_stands_first() -> None:
    visit = Visit("v", "2", "st", 2, NOW - timedelta(hours=1), "tester")
    rows = state_of(FULL, (Expected(ONE, due(ONE, NOW.date())), Expected(TWO, open_visit=visit))).rows
    assert [(row.code, row.action) for row in rows] == [("S-002", "Resume visit"), ("S-001", "Start visit")]
    assert not rows[0].can_arrive
    assert rows[0].born == "birth year unknown"


@pytest.mark.parametrize(
    ("minutes", "badge"), [(0, "Arrived, ready in 20 min"), (12.5, "Arrived, ready in 8 min"), (20, "Arrived, ready")]
)
def test_the_clock_of_who_has_arrived(minutes: float, badge: str) -> None:
    entry = Expected(ONE, due(ONE, NOW.date()), arrived_at=NOW - timedelta(minutes=minutes))
    assert state_of(FULL, (entry,)).rows[0].badge == badge


def test_late_says_by_how_much() -> None:
    rows = state_of(FULL, (Expected(ONE, due(ONE, date(2026, 3, 1))), Expected(TWO, due(TWO, date(2026, 2, 26))))).rows
    assert [row.badge for row in rows] == ["1 day late", "4 days late"]


def test_without_a_climate_nobody_waits() -> None:
    day = Day(NOW, has_archive=True, has_study=True, has_subjects=True)
    assert state_of(day, (Expected(ONE, arrived_at=NOW),)).rows[0].badge == "Arrived, ready"
