"""When a planned visit is due: every edge of every window."""

from datetime import UTC, date, datetime, timedelta

import pytest

from imaging.archive.due import plan_of_subject
from imaging.model.due import DueState
from imaging.model.protocol import VisitWindow
from imaging.model.visit import Subject, Visit

SUBJECT = Subject("id", "S-1", 1970)
WINDOWS = (VisitWindow(4, 3, 5), VisitWindow(0, 0, 0), VisitWindow(2, 3, 3))
DAY_0 = date(2026, 3, 2)


def visit(week: int | None, day: date, *, is_finished: bool = True) -> Visit:
    start = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=12)
    return Visit(f"visit {week} {day}", "id", "study", week, start, "o", start if is_finished else None)


def test_before_the_first_visit_only_that_one_is_due() -> None:
    plan = plan_of_subject(SUBJECT, WINDOWS, [], DAY_0)
    assert [(due.week, due.state, due.planned_on) for due in plan] == [
        (0, DueState.DUE, None),
        (2, DueState.EARLY, None),
        (4, DueState.EARLY, None),
    ]


@pytest.mark.parametrize(
    ("days", "week_2", "week_4"),
    [
        (0, "early", "early"),
        (10, "early", "early"),
        (11, "due", "early"),
        (17, "due", "early"),
        (18, "late", "early"),
        (24, "late", "early"),
        (25, "late", "due"),
        (33, "late", "due"),
        (34, "late", "late"),
    ],
)
def test_windows_open_and_close_to_the_day(days: int, week_2: str, week_4: str) -> None:
    plan = plan_of_subject(SUBJECT, WINDOWS, [visit(0, DAY_0)], DAY_0 + timedelta(days=days))
    assert [due.state for due in plan] == ["done", week_2, week_4]


def test_the_window_is_told_with_its_days() -> None:
    week_4 = plan_of_subject(SUBJECT, WINDOWS, [visit(0, DAY_0)], DAY_0)[2]
    assert week_4.planned_on == date(2026, 3, 30)
    assert (week_4.opens_on, week_4.closes_on) == (date(2026, 3, 27), date(2026, 4, 4))
    assert week_4.visit_id is None


def test_a_visit_that_has_begun_stays_due_until_it_is_finished() -> None:
    begun = visit(2, DAY_0 + timedelta(days=14), is_finished=False)
    plan = plan_of_subject(SUBJECT, WINDOWS, [visit(0, DAY_0), begun], DAY_0 + timedelta(days=40))
    assert plan[1].state is DueState.DUE
    assert plan[1].visit_id == begun.identifier


def test_weeks_are_counted_from_the_first_planned_visit_not_from_one_outside_the_plan() -> None:
    visits = [visit(None, DAY_0 - timedelta(days=9)), visit(0, DAY_0), visit(0, DAY_0 + timedelta(days=3))]
    assert plan_of_subject(SUBJECT, WINDOWS, visits, DAY_0)[1].planned_on == DAY_0 + timedelta(weeks=2)


def test_a_plan_may_begin_after_week_zero() -> None:
    plan = plan_of_subject(SUBJECT, (VisitWindow(1, 0, 0), VisitWindow(3, 0, 0)), [visit(1, DAY_0)], DAY_0)
    assert [due.planned_on for due in plan] == [DAY_0, DAY_0 + timedelta(weeks=2)]


def test_without_a_plan_nobody_is_due() -> None:
    assert plan_of_subject(SUBJECT, (), [visit(None, DAY_0)], DAY_0) == ()
