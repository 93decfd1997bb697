"""What the calibration page shows at one moment, as frozen values. Free of Qt."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from imaging.calibration.depth import TargetShape

PRINTED_MM = 100.0
"""Length of the check bars when the print is right."""


class StepKey(StrEnum):
    """One thing a technician does; all but the first are named as the section of the device file they make."""

    TARGETS = "targets"
    SCALE = "scale"
    WHITE = "flat_field"
    COLOUR = "colour"
    LIGHTS = "lights"
    DEPTH = "depth"


class Mode(StrEnum):
    OVERVIEW = "overview"
    """What is known about the device, and how it drifted."""
    STEPS = "steps"
    """Making sections anew, one step after the other."""
    DAILY = "daily"
    """Start of day: white field and scale target against the device file."""
    CHECK = "check"
    """One section against the device file, whenever somebody asks."""


class Phase(StrEnum):
    LOOKING = "looking"
    WORKING = "working"
    DONE = "done"


class StepState(StrEnum):
    OPEN = "open"
    DONE = "done"
    LEFT_OUT = "left out"
    OFF = "off"
    """Looked at, and beyond its limit."""


@dataclass(frozen=True)
class Step:
    """One row of the list of steps."""

    key: StepKey
    title: str
    state: StepState = StepState.OPEN
    words: str = ""
    """The figure it gave."""


@dataclass(frozen=True)
class Sight:
    """What a look at one live frame found; places are (row, col) in pixels.

    Parameters
    ----------
    instruction : the one thing to do now
    is_good : a picture may be taken by itself once it stays like this
    points : corners that were found
    circle : row, col and radius of a ball that was found
    wanted : row, col and radius of the ring into which it belongs
    fingerprint : where everything lies; what stays alike from look to look is steady
    """

    instruction: str = ""
    is_good: bool = False
    points: tuple[tuple[float, float], ...] = ()
    circle: tuple[float, float, float] | None = None
    wanted: tuple[float, float, float] | None = None
    fingerprint: tuple[float, ...] = ()


@dataclass(frozen=True)
class DepthTarget:
    """What of known depth lies under the camera: a "groove", or the "step" of a feeler gauge with a flat floor."""

    depth_um: float = 200.0
    shape: TargetShape = "groove"


@dataclass(frozen=True)
class Choices:
    """What no picture shows.

    Parameters
    ----------
    printed_mm : measured check bars of the scale target, across and down; None when nobody measured
    ball : "matte" or "mirror"
    depth : the depth target under the camera
    earlier_depths : others that were photographed before it
    """

    printed_mm: tuple[float, float] | None = None
    ball: str = "matte"
    depth: DepthTarget = field(default_factory=DepthTarget)
    earlier_depths: tuple[DepthTarget, ...] = ()


@dataclass(frozen=True, eq=False)
class Calibrating:
    """One moment of the calibration page.

    Parameters
    ----------
    step : under the hand now; None in the overview
    sight, progress : of the live picture; how far the automatic shutter has counted, 0..1
    result, limits, is_off : one sentence of what the step gave, the figures behind it, and whether they are too large
    problem : one sentence of what went wrong; the step goes on
    place, places : which of several places of the ball
    """

    mode: Mode = Mode.OVERVIEW
    steps: tuple[Step, ...] = ()
    step: StepKey | None = None
    phase: Phase = Phase.LOOKING
    sight: Sight = field(default_factory=Sight)
    progress: float = 0.0
    result: str = ""
    limits: str = ""
    is_off: bool = False
    problem: str = ""
    place: int = 0
    places: int = 1
    choices: Choices = field(default_factory=Choices)
    targets: tuple[Path, ...] = ()

    @property
    def current(self) -> Step | None:
        """The step under the hand."""
        return next((step for step in self.steps if step.key == self.step), None)

    @property
    def following(self) -> StepKey | None:
        """The step after this one; None after the last."""
        keys = [step.key for step in self.steps]
        place = keys.index(self.step) + 1 if self.step in keys else 0
        return keys[place] if place < len(keys) else None


TITLES = {
    StepKey.TARGETS: "Print the targets",
    StepKey.SCALE: "Scale",
    StepKey.WHITE: "White field",
    StepKey.COLOUR: "Colour card",
    StepKey.LIGHTS: "Lights",
    StepKey.DEPTH: "Depth target",
}
OPTIONAL = frozenset({StepKey.DEPTH})


def steps_for(mode: Mode, light_count: int, due: tuple[str, ...]) -> tuple[Step, ...]:
    """The steps of a run: what a fixed ring cannot do is not asked; at the start of a day only what is due.

    A check is asked for one section: `due` names it.
    """
    if mode is Mode.CHECK:
        return tuple(Step(key, TITLES[key]) for key in StepKey if key in due)
    if mode is Mode.DAILY:
        return tuple(Step(key, TITLES[key]) for key in (StepKey.WHITE, StepKey.SCALE) if key in due)
    keys = [key for key in StepKey if key is not StepKey.LIGHTS or light_count >= 3]
    return tuple(Step(key, f"{TITLES[key]}{' (if there is one)' * (key in OPTIONAL)}") for key in keys)
