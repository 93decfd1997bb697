"""The gates: one row each. Adding one is writing its measure and a row here.

The order of the rows is the order of importance: the first red one gives the instruction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from imaging.guidance import asked, seen
from imaging.guidance.context import GateContext
from imaging.guidance.look import Look, Sighting
from imaging.model.frame import Frame
from imaging.model.protocol import GateLimits
from imaging.model.reading import GateKind, GateReading, GateState

HARD, STOP, HOLD, WARN = GateKind.HARD, GateKind.STOP, GateKind.HOLD, GateKind.WARN

Speed = Literal["cheap", "slow", "asked"]


@dataclass(frozen=True)
class Gate:
    """One row.

    measure : what it finds on a look; None when it is not available (grey, never red)
    limit : the rule in words
    is_climate : left out by protocols without climate gates
    is_mended_by_shooting : while it is red the shutters fire as ever, and ask for no reason
    """

    name: str
    title: str
    kind: GateKind
    speed: Speed
    measure: Callable[[Look], Sighting | None]
    limit: Callable[[GateLimits], str]
    unit: str = ""
    is_climate: bool = False
    is_mended_by_shooting: bool = False


# fmt: off
GATES: tuple[Gate, ...] = (
    Gate("site", "Site", HARD, "asked", asked.chosen_site, lambda _: "chosen, consent given, camera known"),
    Gate("calibration", "Calibration", STOP, "asked", asked.calibration_state, lambda _: "verified within its period"),
    Gate("skin", "Skin", STOP, "asked", asked.skin_state, lambda _: "clean", "min"),
    Gate("settings", "Camera settings", STOP, "asked", asked.held_settings, lambda _: "held as at the baseline"),
    Gate("exposure", "Exposure", HOLD, "cheap", seen.exposure,
         lambda g: f"{100 * g.min_brightness:.0f} to {100 * g.max_brightness:.0f} % of full scale", "%"),
    Gate("focus", "Focus", HOLD, "cheap", seen.focus, lambda g: f"at least {100 * g.min_focus:.0f} %", "%"),
    Gate("place", "Right place", STOP, "slow", seen.place, lambda _: "registers on the site's baseline"),
    Gate("scale", "Distance", HOLD, "slow", seen.scale,
         lambda g: f"within {100 * g.max_scale_change:.1f} % of the baseline", "%"),
    Gate("pose", "Pose", HOLD, "slow", seen.pose,
         lambda g: (f"within {g.max_offset_mm:.1f} mm and {g.max_rotation_deg:.0f}°, "
                    f"overlap at least {100 * g.min_overlap_fraction:.0f} %"), "mm"),
    Gate("expression", "Expression", HOLD, "slow", seen.expression,
         lambda g: f"skin strained by at most {100 * g.max_strain_fraction:.0f} %", "%"),
    Gate("glare", "Glare", HOLD, "cheap", seen.glare, lambda g: f"at most {100 * g.max_glare_fraction:.1f} %", "%"),
    Gate("clipping", "Clipping", HOLD, "cheap", seen.clipping,
         lambda g: f"below {100 * g.max_clipped_fraction:.1f} %", "%"),
    Gate("motion", "Motion", HOLD, "cheap", seen.motion,
         lambda g: f"at most {g.max_motion_px:.1f} px between frames", "px"),
    Gate("acclimatisation", "Acclimatisation", WARN, "asked", asked.acclimatisation,
         lambda g: f"{g.min_acclimatisation_min:.0f} min from arrival", "min", is_climate=True),
    Gate("climate", "Room climate", WARN, "asked", asked.room_climate, lambda _: "20-22 °C, 45-55 % humidity", "°C",
         is_climate=True),
    Gate("time-of-day", "Time of day", WARN, "asked", asked.time_of_day,
         lambda g: f"within {g.max_hours_from_baseline:.0f} h of the baseline's", "h", is_climate=True),
    Gate("replicates", "Replicates", WARN, "asked", asked.replicate_spread,
         lambda _: f"differ by at most {asked.MAX_REPLICATE_CV_PCT:.0f} %", "%", is_mended_by_shooting=True),
)
# fmt: on
ASKED = frozenset(gate.name for gate in GATES if gate.speed == "asked")
"""Read off answers, not off pictures."""
MENDED_BY_SHOOTING = frozenset(gate.name for gate in GATES if gate.is_mended_by_shooting)
IMPORTANCE = {gate.name: rank for rank, gate in enumerate(GATES)}
"""Name -> rank, 0 the most important."""


def read_cheap(frame: Frame, context: GateContext) -> tuple[GateReading, ...]:
    """Readings of the asked and the cheap gates, in the table's order: at most 8 ms at 1280 x 960 on one core."""
    return _read(Look(frame, context), ("asked", "cheap"))


def read_slow(frame: Frame, context: GateContext) -> tuple[GateReading, ...]:
    """Readings of the gates that need the baseline, in the table's order; grey without one."""
    return _read(Look(frame, context), ("slow",))


def _read(look: Look, speeds: tuple[Speed, ...]) -> tuple[GateReading, ...]:
    return tuple(_reading(gate, look) for gate in gates_of(look.context.limits) if gate.speed in speeds)


def gates_of(limits: GateLimits) -> tuple[Gate, ...]:
    """The gates that a protocol with these limits has."""
    return tuple(gate for gate in GATES if limits.climate_gates or not gate.is_climate)


def _reading(gate: Gate, look: Look) -> GateReading:
    sighting = gate.measure(look)
    limit = gate.limit(look.context.limits)
    if sighting is None:
        return GateReading(gate.name, gate.kind, GateState.GREY, None, gate.unit, limit, "", look.frame.sequence)
    return GateReading(
        gate.name,
        sighting.kind or gate.kind,
        GateState.GREEN if sighting.is_good else GateState.RED,
        sighting.value,
        gate.unit,
        limit,
        "" if sighting.is_good else sighting.instruction,
        look.frame.sequence,
        sighting.values,
    )
