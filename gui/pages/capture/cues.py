"""From readings to what is drawn over the live picture."""

from collections.abc import Mapping
from typing import Literal

from gui.widgets.cue import Cue
from imaging.model.reading import GateReading, GateState, Guidance

_TURN_SHOWN_DEG = 1.5
_MOVE_SHOWN = 0.02
"""Of the picture: a smaller offset is not what has to be put right."""


def cue_of(guidance: Guidance, progress: float) -> Cue:
    """Frame, ring and one instruction; arrows while the pose is off, and its numbers while it is known."""
    readings = {reading.gate: reading for reading in guidance.readings}
    pose = readings.get("pose")
    numbers = dict(pose.values) if pose is not None and pose.state is not GateState.GREY else {}
    is_off = pose is not None and pose.state is GateState.RED
    turn = numbers.get("rotation_deg", 0.0)
    return Cue(
        guidance.instruction,
        guidance.is_ready,
        progress,
        move=_move(numbers) if is_off else None,
        turn_deg=-turn if is_off and abs(turn) > _TURN_SHOWN_DEG else None,
        size=_size(readings.get("scale")),
        facts=_facts(numbers),
        tone=_tone(guidance),
    )


def _move(numbers: Mapping[str, float]) -> tuple[float, float] | None:
    """(down, right), where the camera has to go."""
    if "right_share" not in numbers or "up_share" not in numbers:
        return None
    move = (numbers["up_share"], -numbers["right_share"])
    return move if max(abs(move[0]), abs(move[1])) > _MOVE_SHOWN else None


def _size(scale: GateReading | None) -> float | None:
    is_off = scale is not None and scale.state is GateState.RED and scale.value is not None
    return 1 + scale.value / 100 if is_off and scale is not None and scale.value is not None else None


def _facts(numbers: Mapping[str, float]) -> str:
    """Offset, rotation and size: "1.2 mm · 0.4° · +0.3 %"."""
    if not numbers:
        return ""
    right, up = numbers.get("right_mm"), numbers.get("up_mm")
    shares = numbers.get("right_share", 0.0), numbers.get("up_share", 0.0)
    if right is None or up is None:
        offset = f"{100 * (shares[0] ** 2 + shares[1] ** 2) ** 0.5:.0f} % of the picture"
    else:
        offset = f"{(right**2 + up**2) ** 0.5:.1f} mm"
    turn, size = abs(numbers.get("rotation_deg", 0.0)), numbers.get("scale_pct", 0.0)
    return f"{offset}  ·  {turn:.1f}°  ·  {size:+.1f} %".replace("-", "−")


def _tone(guidance: Guidance) -> Literal["", "good", "wait", "stop"]:
    if not guidance.readings:
        return ""
    if guidance.is_ready:
        return "good"
    return "wait" if guidance.may_shoot else "stop"
