"""What the gates say about one frame."""

from dataclasses import dataclass
from enum import StrEnum


class GateKind(StrEnum):
    """What a red gate does. See the table in `imaging.guidance.gates`."""

    HARD = "hard"
    """Never overridden."""
    STOP = "stop"
    """Manual shutter with a reason; the capture stays out of the endpoints until accepted."""
    HOLD = "hold"
    """Only the auto-shutter waits."""
    WARN = "warn"
    """Recorded with a reason."""


class GateState(StrEnum):
    GREEN = "green"
    RED = "red"
    GREY = "grey"
    """Not available; never red."""


@dataclass(frozen=True)
class GateReading:
    """One gate on one frame."""

    gate: str
    kind: GateKind
    state: GateState
    value: float | None
    unit: str
    limit: str
    """The rule in words, for example "at least 0.60"."""
    instruction: str
    """What to do when red, one plain sentence; empty when green."""
    sequence: int
    """Number of the frame it was read on."""
    values: tuple[tuple[str, float], ...] = ()
    """Further numbers by name, units in the names, for example ("right_mm", 1.2): what arrows are drawn from."""


@dataclass(frozen=True)
class Guidance:
    """The one instruction to give now."""

    instruction: str
    is_ready: bool
    """Nothing holds the auto-shutter."""
    may_shoot: bool
    """The manual shutter works (perhaps with a reason)."""
    needs_reason: bool
    readings: tuple[GateReading, ...]
