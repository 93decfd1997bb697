"""What the calibration page shows: the overview, or one step with its one instruction."""

from dataclasses import dataclass

from gui.session.calibration.calibrating import OPTIONAL, TITLES, Calibrating, Mode, Phase, StepKey, StepState
from gui.session.calibration.trusted import Known, checked_words
from imaging.model.calibration_state import StateName

_TONES: dict[StateName, str] = {
    "verified": "good", "expiring": "warn", "expired": "bad", "failed": "bad", "doubtful": "warn", "uncalibrated": "",
}  # fmt: skip
_WORDS: dict[StateName, str] = {
    "verified": "Verified", "expiring": "Expires soon", "expired": "Expired", "failed": "Failed",
    "doubtful": "Doubtful", "uncalibrated": "Not made",
}  # fmt: skip
_HOW = {
    StepKey.TARGETS: "Print all five sheets at 100 % on smooth matte paper. They say what else is needed: a white "
    "card, a 24-patch card, a ball, and a depth target if there is one.",
    StepKey.SCALE: "Measure both check bars of the sheet with a steel ruler; if one is not 100.0 mm, enter it. Then "
    "lay the board of which 8 to 20 squares fit across the picture flat where the skin will be.",
    StepKey.WHITE: "Use smooth, matte white card, square to the camera. It fills the whole picture, without shadows "
    "and without dust. One picture is taken under each light.",
    StepKey.COLOUR: "Use a bought 24-patch card. All of it lies in the picture, without glare.",
    StepKey.LIGHTS: "Lay the black field of the light card under the camera and the ball on it. Dim the room. The "
    "ball is photographed in three places, under each light.",
    StepKey.DEPTH: "A matte plate with a groove of known depth, or two feeler-gauge blades under tape as the sheet "
    "draws them. Leave this out if there is none: depths are then as the lights say.",
}
_HEADS = {Mode.DAILY: "Start of day", Mode.CHECK: "Check", Mode.STEPS: "Calibration", Mode.OVERVIEW: "Calibration"}
_DAILY_HOW = {
    StepKey.WHITE: "The same white card as when the camera was calibrated, filling the whole picture.",
    StepKey.SCALE: "The same printed board as when the camera was calibrated, lying flat.",
}


@dataclass(frozen=True)
class Row:
    """One line of the list of steps; the tone is "", "good", "warn" or "bad"."""

    key: StepKey
    title: str
    words: str
    tone: str
    is_current: bool


@dataclass(frozen=True)
class Card:
    """One section of the device file in the overview."""

    key: StepKey
    title: str
    badge: str
    tone: str
    sentence: str
    action: str
    can_be_checked: bool = False
    """It was made, so that it can be compared with what is seen now."""


@dataclass(frozen=True)
class State:
    """`stage` is one of "overview", "targets", "live", "result".

    Parameters
    ----------
    sentence, note : what stands large, and the figures below it
    primary : words of the large button, which Space presses
    other : words of the button that goes on without this step
    fields : which questions stand beside the picture: "folder", "print", "ball", "depth" or none
    """

    stage: str = "overview"
    title: str = "Calibration"
    sentence: str = ""
    note: str = ""
    tone: str = ""
    primary: str = ""
    can_go: bool = True
    other: str = "Leave out (S)"
    can_leave_out: bool = False
    can_repeat: bool = False
    can_check: bool = False
    problem: str = ""
    how: str = ""
    fields: str = ""
    rows: tuple[Row, ...] = ()
    cards: tuple[Card, ...] = ()
    doubtful: tuple[str, ...] = ()
    is_working: bool = False


def state_of(now: Calibrating, known: Known, is_fixed_ring: bool = False) -> State:
    """The page for this moment; a fixed ring has no lights to calibrate."""
    return _overview(known, is_fixed_ring) if now.step is None else _step(now, known)


def _overview(known: Known, is_fixed_ring: bool) -> State:
    name = known.state.name if known.state else "uncalibrated"
    is_due = bool(known.due) and name != "expired"  # what has expired no check makes good
    return State(
        title="Calibration",
        sentence=_unsaid(known) or (known.state.sentence if known.state and name == "verified" else ""),
        tone="warn" if known.why_not else _TONES[name],
        primary="Check for today (Space)" if is_due else "Calibrate step by step (Space)",
        can_go=not known.why_not,
        can_check=is_due,
        cards=tuple(_card(key, known, is_fixed_ring) for key in StepKey if key is not StepKey.TARGETS),
        doubtful=tuple(one.words for one in known.doubtful),
    )


def _unsaid(known: Known) -> str:
    """Why nothing can be calibrated, unless the banner says so already."""
    return "" if known.state is not None and known.state.sentence == known.why_not else known.why_not


def _card(key: StepKey, known: Known, is_fixed_ring: bool) -> Card:
    section = known.section(key)
    if section is None or section.name == "uncalibrated":
        if key is StepKey.LIGHTS and is_fixed_ring:
            return Card(key, TITLES[key], "Not needed", "", "The lights of this camera are not switched.", "")
        badge = "Optional" if key in OPTIONAL else "Not made"
        return Card(key, TITLES[key], badge, "" if key in OPTIONAL else "warn", "", "Calibrate")
    made = f"Made {section.made_on:%d %b %Y}" if section.made_on else ""
    last = section.last_check
    is_told = section.name == "failed" and last is not None
    words = "" if is_told else section.sentence.split(": ", 1)[-1].rstrip(".")
    lines = [", ".join(part for part in (made, words) if part), checked_words(last) if last is not None else ""]
    shown = "\n".join(line for line in lines if line)
    return Card(key, TITLES[key], _WORDS[section.name], _TONES[section.name], shown, "Repeat", can_be_checked=True)


def _step(now: Calibrating, known: Known) -> State:
    step = now.current
    number = now.steps.index(step) + 1 if step else 0
    title = step.title if step else ""
    place = f"{_HEADS[now.mode]} · {number} of {len(now.steps)}" if len(now.steps) > 1 else _HEADS[now.mode]
    is_done, is_working = now.phase is Phase.DONE, now.phase is Phase.WORKING
    return State(
        stage="result" if is_done else ("targets" if now.step is StepKey.TARGETS else "live"),
        title=f"{place} · {title}",
        sentence=now.result if is_done else _place_words(now),
        note=_note(now, known) if is_done else "",
        tone="bad" if now.is_off else "good",
        primary=_primary(now),
        can_go=not is_working,
        other="Go on without (S)" if now.is_off else "Leave out (S)",
        can_leave_out=not is_working and (not is_done or now.is_off),
        can_repeat=is_done and not now.is_off,
        problem=now.problem,
        how=_how(now),
        fields="" if is_done else _fields(now),
        rows=_rows(now),
        doubtful=tuple(one.words for one in known.doubtful) if now.is_off else (),
        is_working=is_working,
    )


def _how(now: Calibrating) -> str:
    """A check is made with the same target as the section was."""
    how = _HOW if now.mode is Mode.STEPS else _HOW | _DAILY_HOW
    return how.get(now.step, "") if now.step else ""


def _fields(now: Calibrating) -> str:
    """A check reads the print as it was measured when the scale was made."""
    name = _FIELDS.get(now.step, "") if now.step else ""
    return "" if now.mode is not Mode.STEPS and name == "print" else name


def _note(now: Calibrating, known: Known) -> str:
    """The figures, and until when they count."""
    section = known.section(now.step) if now.step else None
    is_made = now.mode is Mode.STEPS and section is not None and section.valid_until is not None
    until = f" Valid until {section.valid_until:%d %b %Y}." if is_made and section and section.valid_until else ""
    return f"{now.limits}{until}".strip()


def _place_words(now: Calibrating) -> str:
    return f"Place {now.place + 1} of {now.places}" if now.places > 1 else ""


def _primary(now: Calibrating) -> str:
    if now.phase is Phase.WORKING:
        return "Saving …" if now.step is StepKey.TARGETS else "One moment …"
    if now.is_off:
        return "Check again (Space)"
    if now.phase is Phase.DONE:
        following = next((step for step in now.steps if step.key == now.following), None)
        return f"Next: {TITLES[following.key]} (Space)" if following else "Finish (Space)"
    return "Save the PDFs (Space)" if now.step is StepKey.TARGETS else "Take picture (Space)"


def _rows(now: Calibrating) -> tuple[Row, ...]:
    tones = {StepState.DONE: "good", StepState.OFF: "bad", StepState.LEFT_OUT: "warn", StepState.OPEN: ""}
    return tuple(Row(s.key, s.title, s.words, tones[s.state], s.key == now.step) for s in now.steps)


_FIELDS = {StepKey.TARGETS: "folder", StepKey.SCALE: "print", StepKey.LIGHTS: "ball", StepKey.DEPTH: "depth"}
