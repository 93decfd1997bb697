"""Which red gates a shutter has to answer for. Free of Qt."""

from collections.abc import Sequence

from gui.session.capture.standing import Answers
from imaging.guidance.gates import GATES, MENDED_BY_SHOOTING
from imaging.guidance.guide import REASONS
from imaging.model.reading import GateKind, GateReading, GateState
from imaging.model.visit import Override


def gate_titles() -> dict[str, str]:
    """What each gate is called on screen."""
    return {gate.name: gate.title for gate in GATES}


def listed_reasons() -> tuple[str, ...]:
    """The listed reasons for shooting although a gate is red; the last one needs words."""
    return tuple(reason.text for reason in REASONS)


def red(readings: Sequence[GateReading], *kinds: GateKind) -> tuple[GateReading, ...]:
    """Red readings of these kinds that a shutter has to answer for."""
    asking = (r for r in readings if r.gate not in MENDED_BY_SHOOTING)
    return tuple(r for r in asking if r.state is GateState.RED and r.kind in kinds)


def open_questions(readings: Sequence[GateReading], answers: Answers) -> tuple[GateReading, ...]:
    """Red gates for which a reason is still to be given."""
    excused = {o.gate for o in answers.excused}
    return tuple(r for r in red(readings, GateKind.STOP, GateKind.WARN) if r.gate not in excused)


def overrides(readings: Sequence[GateReading], answers: Answers, reason: str) -> tuple[Override, ...]:
    """What is kept with a capture: the reason of this shot for `stop` gates, that of the visit for `warn` gates."""
    warned = {r.gate for r in red(readings, GateKind.WARN)}
    stopped = tuple(Override(r.gate, reason) for r in red(readings, GateKind.STOP)) if reason else ()
    return stopped + tuple(o for o in answers.excused if o.gate in warned)


def excuse(readings: Sequence[GateReading], answers: Answers, reason: str) -> tuple[Override, ...]:
    """All excuses of the visit, those of this reason included."""
    known = {o.gate for o in answers.excused}
    new = tuple(Override(r.gate, reason) for r in red(readings, GateKind.WARN) if r.gate not in known)
    return answers.excused + new
