"""What the page of the subjects shows: the list, and one subject's consents and visits."""

from collections.abc import Sequence
from dataclasses import dataclass

from gui.session.arms import may_treat, treatment_words
from gui.session.chosen import Chosen
from imaging.model.visit import Consent, ConsentAnswer, ConsentUse, Subject, Visit


@dataclass(frozen=True)
class VisitLine:
    """One visit of the chosen subject."""

    visit: Visit
    title: str
    detail: str
    is_open: bool


@dataclass(frozen=True)
class ConsentLine:
    use: str
    answer: str
    tone: str


@dataclass(frozen=True)
class State:
    subjects: tuple[Subject, ...] = ()
    count: str = ""
    subject: Subject | None = None
    born: str = ""
    consents: tuple[ConsentLine, ...] = ()
    visits: tuple[VisitLine, ...] = ()
    action: str = ""
    """Words on the large button; empty without a subject."""
    can_arrive: bool = False
    may_treat: bool = False
    """Sides are treated in this study."""
    treatment: str = ""
    """Which side is treated; empty in studies that treat nobody."""
    treatment_action: str = ""
    """Words on the button that records it; empty in a blinded study."""


def state_of(chosen: Chosen, found: Sequence[Subject]) -> State:
    """The page for what is chosen and what the search found."""
    count = f"{len(found)} subject{'' if len(found) == 1 else 's'}"
    subject = chosen.subject
    if subject is None:
        return State(tuple(found), count, may_treat=may_treat(chosen.protocol))
    open_visits = [v for v in chosen.history if v.finished_at is None]
    return State(
        subjects=tuple(found),
        count=count,
        subject=subject,
        born=f"born {subject.birth_year}" if subject.birth_year else "birth year unknown",
        consents=tuple(ConsentLine(_USES[c.use], _answer(c), _TONES[c.answer]) for c in subject.consents),
        visits=tuple(_line(v) for v in reversed(chosen.history)),
        action="Resume visit" if open_visits else "Start visit",
        can_arrive=not open_visits and chosen.arrived_at is None,
        may_treat=may_treat(chosen.protocol),
        treatment=treatment_words(chosen),
        treatment_action=_treatment_action(chosen),
    )


def ready(chosen: Chosen) -> str:
    """Why the page cannot be opened; empty when it can."""
    return "" if chosen.study is not None else "Create or choose a study first."


def _treatment_action(chosen: Chosen) -> str:
    if chosen.is_blinded or not may_treat(chosen.protocol):
        return ""
    return "Correct" if chosen.allocation.is_recorded else "Set treated side"


def _line(visit: Visit) -> VisitLine:
    when = f"{visit.started_at.astimezone():%d %b %Y, %H:%M}"
    title = f"Week {visit.week}" if visit.week is not None else "Visit"
    state = "open" if visit.finished_at is None else "finished"
    return VisitLine(visit, title, f"{when} · {state} · {visit.operator}", visit.finished_at is None)


def _answer(consent: Consent) -> str:
    return f"{consent.answer.value}, form {consent.form_version}, {consent.given_on:%d %b %Y}"


_USES = {
    ConsentUse.CARE: "Own treatment",
    ConsentUse.TRIAL: "Clinical study",
    ConsentUse.TEACHING: "Teaching",
    ConsentUse.PUBLICATION: "Publication",
}
_TONES = {ConsentAnswer.GIVEN: "good", ConsentAnswer.REFUSED: "warn", ConsentAnswer.WITHDRAWN: "bad"}
