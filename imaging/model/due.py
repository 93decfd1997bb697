"""Who is expected when."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from imaging.model.visit import Subject


class DueState(StrEnum):
    EARLY = "early"
    """Its window has not opened yet."""
    DUE = "due"
    """Its window is open, or it is the first visit, or it has begun and is not finished."""
    LATE = "late"
    """Its window has closed."""
    DONE = "done"


@dataclass(frozen=True)
class DueVisit:
    """One planned visit of one subject on a given day."""

    subject: Subject
    week: int
    state: DueState
    planned_on: date | None = None
    """None before the first visit, from which the weeks are counted."""
    opens_on: date | None = None
    closes_on: date | None = None
    visit_id: str | None = None
    """The visit that was started for this week."""
