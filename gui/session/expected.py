"""Who is on today's list. Free of Qt."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from imaging.model.due import DueState, DueVisit
from imaging.model.visit import Subject, Visit


@dataclass(frozen=True)
class Expected:
    """One subject of the day as the archive and the session know it."""

    subject: Subject
    due: DueVisit | None = None
    """The planned visit; None in a study without a plan."""
    open_visit: Visit | None = None
    arrived_at: datetime | None = None


@dataclass(frozen=True)
class Attendance:
    """What is known of all subjects of a study."""

    subjects: tuple[Subject, ...]
    dues: tuple[DueVisit, ...]
    visits_of: Callable[[Subject], Iterable[Visit]]
    arrivals: Mapping[str, datetime]
    """Subject identifier -> when."""
    has_plan: bool


def expected_today(attendance: Attendance) -> tuple[Expected, ...]:
    """One entry a subject: those whose visit is open, due or late, and everyone who has arrived.

    In a study without a plan every subject may come any day.
    """
    dues = {due.subject.identifier: due for due in reversed(attendance.dues) if due.state in _TO_COME}
    entries = (_entry(subject, dues.get(subject.identifier), attendance) for subject in attendance.subjects)
    return tuple(e for e in entries if e.due or e.open_visit or e.arrived_at or not attendance.has_plan)


def _entry(subject: Subject, due: DueVisit | None, attendance: Attendance) -> Expected:
    open_visits = [v for v in attendance.visits_of(subject) if v.finished_at is None]
    newest = open_visits[-1] if open_visits else None
    return Expected(subject, due, newest, attendance.arrivals.get(subject.identifier))


_TO_COME = (DueState.DUE, DueState.LATE)
