"""Today's list."""

from datetime import UTC, date, datetime

from gui.session.expected import Attendance, expected_today
from imaging.model.due import DueState, DueVisit
from imaging.model.visit import Subject, Visit

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ONE, TWO = Subject("1", "S-001", 1968), Subject("2", "S-002", 1971)


def attendance(dues: tuple[DueVisit, ...] = (), visits: tuple[Visit, ...] = (), **more: object) -> Attendance:
    values = {"arrivals": {}, "has_plan": True} | more
    return Attendance((ONE, TWO), dues, lambda s: [v for v in visits if v.subject_id == s.identifier], **values)


def due(subject: Subject, week: int, state: DueState) -> DueVisit:
    day = date(2026, 3, 2)
    return DueVisit(subject, week, state, day, day, day)


def test_only_who_is_due_or_late() -> None:
    found = expected_today(
        attendance((due(ONE, 0, DueState.DONE), due(ONE, 2, DueState.LATE), due(TWO, 2, DueState.EARLY)))
    )
    assert [(e.subject, e.due.week if e.due else None) for e in found] == [(ONE, 2)]


def test_the_earliest_visit_that_is_still_to_come_counts() -> None:
    found = expected_today(attendance((due(ONE, 2, DueState.LATE), due(ONE, 4, DueState.DUE))))
    assert [e.due.week for e in found if e.due] == [2]


def test_who_arrived_is_on_the_list_although_nothing_is_due() -> None:
    found = expected_today(attendance(arrivals={"2": AT}))
    assert [(e.subject, e.arrived_at) for e in found] == [(TWO, AT)]


def test_an_open_visit_is_on_the_list() -> None:
    visit = Visit("v", "1", "st", 0, AT, "tester")
    assert [e.open_visit for e in expected_today(attendance(visits=(visit,)))] == [visit]


def test_without_a_plan_everybody_may_come() -> None:
    assert len(expected_today(attendance(has_plan=False))) == 2
