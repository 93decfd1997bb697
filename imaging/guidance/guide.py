"""What to say now: the readings of a frame become one instruction, steady enough to read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from imaging.guidance.gates import ASKED, IMPORTANCE, MENDED_BY_SHOOTING
from imaging.model.reading import GateKind, GateReading, GateState, Guidance

READY = "Ready: hold still."
DOUBT_STEP, DOUBT_LIMIT = 0.2, 0.75
"""Each reading that says something else than its lamp draws the doubt towards 1 by this share; beyond the limit the
lamp changes, and its doubt begins at 0 again. Readings that hover about a limit leave the doubt near a half."""
STEADY_FRAMES = 7
"""So many readings in a row that say something else change a lamp."""
WORDS_FRAMES = 8
"""The numbers in an instruction change at most this often."""
SMOOTHING = 0.3
"""Share of a new value in the shown one."""


@dataclass(frozen=True)
class Reason:
    """Why a red gate was overridden."""

    key: str
    """The key that chooses it."""
    code: str
    text: str
    needs_text: bool = False


REASONS = (
    Reason("1", "cannot-hold-still", "Subject cannot hold still"),
    Reason("2", "cannot-be-reached", "Site cannot be reached as at the baseline"),
    Reason("3", "skin-not-clean", "Make-up, product or dressing cannot be removed"),
    Reason("4", "calibration-not-possible", "Calibration is not possible today"),
    Reason("5", "room-or-time", "Room or time of day cannot be changed"),
    Reason("6", "other", "Other", needs_text=True),
)


def guide(readings: Sequence[GateReading], excused: Collection[str] = ()) -> Guidance:
    """The one instruction to give, and what the shutters may do.

    A red `hard` gate stops both shutters. A red `stop` gate leaves the manual one, with a reason. A red `hold` gate
    stops only the automatic one. A red `warn` gate needs a reason, then stops nothing; one that only a further picture
    mends is told and stops nothing. Grey never stops anything.

    Parameters
    ----------
    readings : of one frame, in any order
    excused : names of gates for which a reason was given already
    """
    red = sorted(
        (r for r in readings if r.state == GateState.RED), key=lambda r: IMPORTANCE.get(r.gate, len(IMPORTANCE))
    )
    stopping = [r for r in red if r.gate not in MENDED_BY_SHOOTING]
    open_reasons = [r for r in stopping if r.kind in (GateKind.STOP, GateKind.WARN) and r.gate not in excused]
    waits = [r for r in stopping if not (r.kind == GateKind.WARN and r.gate in excused)]
    told = waits or red
    return Guidance(
        instruction=told[0].instruction if told else READY,
        is_ready=bool(readings) and not waits,
        may_shoot=bool(readings) and not any(r.kind == GateKind.HARD for r in red),
        needs_reason=bool(open_reasons),
        readings=tuple(readings),
    )


@dataclass(frozen=True)
class _Shown:
    """What a lamp shows, the frame it was last read on, and how much readings since said something else, 0..1."""

    reading: GateReading
    sequence: int
    doubt: float = 0.0
    words_age: int = 0


@dataclass(frozen=True)
class Smoother:
    """Readings made steady; a value: `update` gives the next one. For the eye only: the shutter counts raw readings.

    What is read off answers does not flicker: it is shown as it stands, so that no press meets an answer of yesterday.
    """

    shown: Mapping[str, _Shown] = field(default_factory=lambda: MappingProxyType({}))

    def update(self, readings: Sequence[GateReading]) -> tuple["Smoother", tuple[GateReading, ...]]:
        """The next smoother, and the readings to show."""
        after = {r.gate: _followed(self.shown.get(r.gate), r) for r in readings}
        return Smoother(MappingProxyType(after)), tuple(shown.reading for shown in after.values())


def _followed(before: _Shown | None, new: GateReading) -> _Shown:
    if before is None or new.sequence < before.sequence or new.gate in ASKED:
        return _Shown(new, new.sequence)
    if new.sequence == before.sequence:
        return before
    old, drawn = before.reading, _drawn(before.reading, new)
    if new.state == old.state:
        keeps_words = before.words_age + 1 < WORDS_FRAMES
        shown = replace(drawn, instruction=old.instruction if keeps_words else new.instruction)
        doubt = (1 - DOUBT_STEP) * before.doubt
        return _Shown(shown, new.sequence, doubt, before.words_age + 1 if keeps_words else 0)
    doubt = (1 - DOUBT_STEP) * before.doubt + DOUBT_STEP
    if doubt >= DOUBT_LIMIT or GateKind.HARD in (new.kind, old.kind):
        return _Shown(drawn, new.sequence)
    kept = old if new.value is None else replace(old, value=drawn.value, values=drawn.values)
    return _Shown(kept, new.sequence, doubt, before.words_age)


def _drawn(old: GateReading, new: GateReading) -> GateReading:
    """The new reading, its numbers drawn gently from the old ones."""
    known = dict(old.values)
    values = tuple((name, _low_pass(known.get(name), value)) for name, value in new.values)
    return replace(new, value=None if new.value is None else _low_pass(old.value, new.value), values=values)


def _low_pass(old: float | None, new: float) -> float:
    return new if old is None else (1 - SMOOTHING) * old + SMOOTHING * new
