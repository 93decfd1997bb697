"""What to say now: the readings of a frame become one instruction, steady enough to read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from imaging.guidance.gates import IMPORTANCE
from imaging.model.reading import GateKind, GateReading, GateState, Guidance
from imaging.model.visit import Override

READY = "Ready: hold still."
STEADY_FRAMES = 3
"""A lamp changes after this many frames that agree."""
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
    stops only the automatic one. A red `warn` gate needs a reason, then stops nothing. Grey never stops anything.

    Parameters
    ----------
    readings : of one frame, in any order
    excused : names of gates for which a reason was given already
    """
    red = sorted(
        (r for r in readings if r.state == GateState.RED), key=lambda r: IMPORTANCE.get(r.gate, len(IMPORTANCE))
    )
    open_reasons = [r for r in red if r.kind in (GateKind.STOP, GateKind.WARN) and r.gate not in excused]
    waits = [r for r in red if not (r.kind == GateKind.WARN and r.gate in excused)]
    told = waits or red
    return Guidance(
        instruction=told[0].instruction if told else READY,
        is_ready=bool(readings) and not waits,
        may_shoot=bool(readings) and not any(r.kind == GateKind.HARD for r in red),
        needs_reason=bool(open_reasons),
        readings=tuple(readings),
    )


def overrides_of(guidance: Guidance, reason: str) -> tuple[Override, ...]:
    """One override for each red gate that needs a reason, to be kept with the capture."""
    red = (r for r in guidance.readings if r.state == GateState.RED)
    return tuple(Override(r.gate, reason) for r in red if r.kind in (GateKind.STOP, GateKind.WARN))


@dataclass(frozen=True)
class _Shown:
    """What a lamp shows, the frame it was last read on, and how many readings since said something else."""

    reading: GateReading
    sequence: int
    unlike: int = 0
    words_age: int = 0


@dataclass(frozen=True)
class Smoother:
    """Readings made steady; a value: `update` gives the next one. For the eye only: the shutter counts raw readings."""

    shown: Mapping[str, _Shown] = field(default_factory=lambda: MappingProxyType({}))

    def update(self, readings: Sequence[GateReading]) -> tuple["Smoother", tuple[GateReading, ...]]:
        """The next smoother, and the readings to show."""
        after = {r.gate: _followed(self.shown.get(r.gate), r) for r in readings}
        return Smoother(MappingProxyType(after)), tuple(shown.reading for shown in after.values())


def _followed(before: _Shown | None, new: GateReading) -> _Shown:
    if before is None or new.sequence < before.sequence:
        return _Shown(new, new.sequence)
    if new.sequence == before.sequence:
        return before
    if new.state == before.reading.state:
        return _same_state(before, new)
    if before.unlike + 1 >= STEADY_FRAMES or GateKind.HARD in (new.kind, before.reading.kind):
        return _Shown(new, new.sequence)
    return replace(before, sequence=new.sequence, unlike=before.unlike + 1)


def _same_state(before: _Shown, new: GateReading) -> _Shown:
    """Value drawn gently towards the new one; words kept until they have been readable."""
    old = before.reading
    value = new.value
    if value is not None and old.value is not None:
        value = (1 - SMOOTHING) * old.value + SMOOTHING * value
    keeps_words = before.words_age + 1 < WORDS_FRAMES
    words = old.instruction if keeps_words else new.instruction
    shown = replace(new, value=value, instruction=words)
    return _Shown(shown, new.sequence, words_age=before.words_age + 1 if keeps_words else 0)
