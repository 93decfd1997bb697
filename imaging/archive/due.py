"""When each planned visit of a subject is due. Pure: no archive, no clock."""

from collections.abc import Sequence
from datetime import date, timedelta

from imaging.model.due import DueState, DueVisit
from imaging.model.protocol import VisitWindow
from imaging.model.visit import Subject, Visit


def plan_of_subject(
    subject: Subject, windows: Sequence[VisitWindow], visits: Sequence[Visit], today: date
) -> tuple[DueVisit, ...]:
    """How each planned visit stands on a day.

    Weeks are counted from the day of the first planned visit (in the time zone of this computer, as `today` is). Before
    it, only the first planned visit is due; those after it are early and have no day yet.

    Parameters
    ----------
    windows : planned visits; none for a study without a plan
    visits : of this subject in this study, oldest first
    """
    ordered = sorted(windows, key=lambda window: window.week)
    first_of_week = {visit.week: visit for visit in reversed(visits)}
    first = first_of_week.get(ordered[0].week) if ordered else None
    if first is None:
        return tuple(_before_the_first(subject, window, window is ordered[0]) for window in ordered)
    week_zero = first.started_at.astimezone().date() - timedelta(weeks=ordered[0].week)
    return tuple(_due(subject, window, first_of_week.get(window.week), (week_zero, today)) for window in ordered)


def _before_the_first(subject: Subject, window: VisitWindow, is_first: bool) -> DueVisit:
    return DueVisit(subject, window.week, DueState.DUE if is_first else DueState.EARLY)


def _due(subject: Subject, window: VisitWindow, visit: Visit | None, days: tuple[date, date]) -> DueVisit:
    week_zero, today = days
    planned_on = week_zero + timedelta(weeks=window.week)
    opens_on = planned_on - timedelta(days=window.days_before)
    closes_on = planned_on + timedelta(days=window.days_after)
    state = _begun(visit) if visit else _waiting(opens_on, closes_on, today)
    return DueVisit(subject, window.week, state, planned_on, opens_on, closes_on, visit.identifier if visit else None)


def _begun(visit: Visit) -> DueState:
    return DueState.DONE if visit.finished_at is not None else DueState.DUE


def _waiting(opens_on: date, closes_on: date, today: date) -> DueState:
    if today < opens_on:
        return DueState.EARLY
    return DueState.DUE if today <= closes_on else DueState.LATE
