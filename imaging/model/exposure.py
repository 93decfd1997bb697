"""How an exposure relates to the one of the site's baseline, and how that is kept with a capture."""

from collections.abc import Sequence

from imaging.model.frame import ControlReading
from imaging.model.reading import GateKind, GateReading, GateState

EXPOSURE = "exposure"
FOUND = "exposure-found"
STEP = "exposure-step"
"""Names of the readings that say with a capture how its exposure came about."""


def counts_in_octaves(exposure: ControlReading) -> bool:
    """Windows gives exposure as log2 of seconds, which is never above 0; everywhere else it is a time."""
    value, lowest = exposure.read_back, exposure.minimum
    return (lowest is not None and lowest < 0) or (value is not None and value <= 0)


def stepped(exposure: ControlReading, steps: int) -> float:
    """The value of the control after so many whole steps, each a factor of 2 in light."""
    value = exposure.read_back or 0.0
    return value + steps if counts_in_octaves(exposure) else value * 2.0**steps


def found_reading(value: float, level: float, sequence: int) -> GateReading:
    """On record: the exposure was found on the skin. `level` is the brightest skin then, 0..1 of full scale."""
    limit = "found on the skin, its brightest at 85 % of full scale, and frozen"
    numbers = (("brightest_pct", 100 * level),)
    return GateReading(FOUND, GateKind.HOLD, GateState.GREEN, value, "", limit, "", sequence, numbers)


def step_reading(steps: int, sequence: int) -> GateReading:
    """On record: one whole step away from the baseline's exposure."""
    limit = "at most one whole step (factor 2) from the baseline's exposure, divided out in the measurement"
    numbers = (("factor", 2.0**steps),)
    return GateReading(STEP, GateKind.HOLD, GateState.GREEN, float(steps), "steps", limit, "", sequence, numbers)


def exposure_factor(readings: Sequence[GateReading]) -> float:
    """How many times longer than at the site's baseline a capture was exposed; 1 when nothing is on record."""
    steps = next((reading.value for reading in readings if reading.gate == STEP), None)
    return 2.0**steps if steps is not None else 1.0
