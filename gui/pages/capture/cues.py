"""From readings to what is drawn over the live picture."""

from collections.abc import Sequence

from gui.widgets.cue import Cue
from imaging.model.reading import GateReading, GateState, Guidance


def cue_of(guidance: Guidance, slow: Sequence[GateReading], progress: float) -> Cue:
    """Ring, one instruction, and an arrow while the pose is off."""
    pose = next((r for r in slow if r.gate == "pose" and r.state is GateState.RED), None)
    numbers = dict(pose.values) if pose else {}
    move = None
    if "right_share" in numbers and "up_share" in numbers:
        move = (numbers["up_share"], -numbers["right_share"])
    turn = numbers.get("rotation_deg")
    is_turned = turn is not None and abs(turn) > _TURN_SHOWN_DEG
    return Cue(guidance.instruction, guidance.is_ready, progress, move, -turn if turn and is_turned else None)


_TURN_SHOWN_DEG = 1.5
