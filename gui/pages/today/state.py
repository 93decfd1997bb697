"""What the page of the day shows: the next thing to do, and who is expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gui.session.expected import Expected
from imaging.model.visit import Subject


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    subject: Subject
    week: int | None
    code: str
    born: str
    when: str
    badge: str
    tone: str
    """One of "", "good", "warn", "bad"."""
    action: str
    """Words on the large button."""
    can_arrive: bool
    rank: int


@dataclass(frozen=True)
class FirstStep:
    """One step towards the first picture."""

    title: str
    sentence: str
    action: str
    asks_for: str
    is_done: bool = False


@dataclass(frozen=True)
class State:
    headline: str
    rows: tuple[Row, ...] = ()
    first_steps: tuple[FirstStep, ...] = ()
    """Shown until there is a subject; the first one that is not done has the button."""


@dataclass(frozen=True)
class Day:
    """What the state is computed from."""

    now: datetime
    has_archive: bool
    has_study: bool
    has_subjects: bool
    settle_min: float | None = None
    """Minutes of acclimatisation; None when the protocol does not ask for it."""


def state_of(day: Day, expected: Sequence[Expected]) -> State:
    """The page as it has to look now."""
    headline = f"{day.now.astimezone():%A, %d %B}"
    if not (day.has_archive and day.has_study and day.has_subjects):
        return State(headline, first_steps=_first_steps(day))
    rows = sorted((_row(one, day) for one in expected), key=lambda row: (row.rank, row.code))
    return State(headline, rows=tuple(rows))


def _first_steps(day: Day) -> tuple[FirstStep, ...]:
    return (
        FirstStep(
            "Choose where pictures are kept", "One folder on this computer holds all originals and records.",
            "Choose archive folder", "archive", day.has_archive,
        ),
        FirstStep(
            "Create a study", "From a template: the four-week study, or Follow-up for routine patients.",
            "New study", "new-study", day.has_study,
        ),
        FirstStep(
            "Add the first subject", "Code, birth year, and consent for each use of the pictures.",
            "New subject", "new-subject", day.has_subjects,
        ),
        FirstStep("Take the first picture", "Start the visit; the capture page leads from site to site.", "", ""),
    )  # fmt: skip


def _row(one: Expected, day: Day) -> Row:
    badge, tone, rank = _badge(one, day)
    return Row(
        subject=one.subject,
        week=one.due.week if one.due else None,
        code=one.subject.code,
        born=f"born {one.subject.birth_year}" if one.subject.birth_year else "birth year unknown",
        when=_when(one),
        badge=badge,
        tone=tone,
        action="Resume visit" if one.open_visit else "Start visit",
        can_arrive=one.open_visit is None and one.arrived_at is None,
        rank=rank,
    )


def _badge(one: Expected, day: Day) -> tuple[str, str, int]:
    """Words, tone and place in the list: who can be photographed now comes first."""
    if one.open_visit is not None:
        return "Visit open", "good", 0
    if one.arrived_at is not None:
        return _arrived(one.arrived_at, day)
    closes_on = one.due.closes_on if one.due else None
    if closes_on is not None and closes_on < day.now.date():
        days = (day.now.date() - closes_on).days
        return f"{days} day{'s' if days > 1 else ''} late", "bad", 3
    return ("Window open" if closes_on else "Not arrived"), "", 4


def _arrived(arrived_at: datetime, day: Day) -> tuple[str, str, int]:
    minutes = int((day.now - arrived_at).total_seconds() // 60)
    left = 0 if day.settle_min is None else int(-(-(day.settle_min - minutes) // 1))
    if left <= 0:
        return "Arrived, ready", "good", 1
    return f"Arrived, ready in {left} min", "warn", 2


def _when(one: Expected) -> str:
    if one.open_visit is not None:
        week = one.open_visit.week
        started = f"started {one.open_visit.started_at.astimezone():%d %b, %H:%M}"
        return f"Week {week} · {started}" if week is not None else f"Visit {started}"
    if one.due is None:
        return "Follow-up visit"
    if one.due.opens_on is None or one.due.closes_on is None:
        return f"Week {one.due.week} · first visit"
    return f"Week {one.due.week} · {one.due.opens_on:%d %b} to {one.due.closes_on:%d %b}"
