"""The exposure: found once on the skin, frozen, and at later visits at most one whole step away from it."""

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from imaging.camera.device import BlackPictureError, Camera, CameraLostError, Clock
from imaging.errors import CameraError
from imaging.guidance.light import every_second_pixel, linear_colour
from imaging.model.exposure import EXPOSURE, counts_in_octaves, stepped
from imaging.model.frame import ControlReading, Frame
from imaging.model.geometry import Roi

TARGET = 0.85
"""Share of full scale, in linear light, where the brightest skin is put."""
CLIPPED = 0.98
"""At or above this the brightest skin may be brighter than the camera can tell."""
TOO_DARK = TARGET / 2
"""Below this a whole step more cannot clip."""
LONGEST_S = 0.05
"""An exposure that is found is no longer than this: a hand moves."""
_V4L2_UNIT_S = 1e-4
_BRIGHTEST_PCT = 99.5
"""What the clipping gate allows to be lost is glare, not skin."""
_NEAR = 0.04
_SETTLE_FRAMES = 4
"""A camera may send so many frames that it took before it was told."""
_STEADY = 0.015
_MOST_TRIES = 10
ANSWER_S = 2.0
"""A camera whose picture has not changed so long after it was told does not obey."""
_ANSWER_SHARE = 0.25
_SMALLEST = 0.03
"""A smaller change of the level is not waited for."""
_PATIENCE_S = 3.0
"""Bad pictures may come for so long."""


@dataclass(frozen=True)
class FoundExposure:
    """What was found: the control as read back, and the brightest skin under it (0..1 of full scale)."""

    control: ControlReading
    level: float
    is_obeyed: bool = True
    """The picture became lighter and darker as it was told to."""

    @property
    def trouble(self) -> str:
        """What keeps the skin from being well exposed; empty when it is."""
        if not self.is_obeyed:
            return "The picture does not answer to the camera's exposure: it was left as it was."
        if self.level >= CLIPPED:
            return "The skin is too bright even at the shortest exposure: turn the light down."
        if self.level < TOO_DARK:
            return "The skin is too dark at the longest exposure that a hand holds: more light."
        return "" if self.control.is_held else "The camera does not take the exposure that was found."


def brightest_skin(frame: Frame, roi: Roi | None = None) -> float:
    """Linear light of the brightest channel of the brightest skin in the ROI, 0..1 of full scale.

    The level that 99.5 % of the pixels stay below, so that neither noise nor the glare that the clipping gate allows
    decides. Without an ROI the middle of the picture is looked at.
    """
    colour = linear_colour(every_second_pixel(frame.pixels, roi), frame.encoding)
    return float(np.percentile(colour.max(axis=2), _BRIGHTEST_PCT))


def exposure_of(controls: tuple[ControlReading, ...]) -> ControlReading | None:
    """The exposure among a camera's controls; None where it cannot be set."""
    return next((c for c in controls if c.name == EXPOSURE and c.read_back is not None), None)


def find_exposure(
    camera: Camera, roi: Roi | None = None, clock: Clock = time.monotonic, answer_s: float = ANSWER_S
) -> FoundExposure:
    """Put the brightest skin at 85 % of full scale and leave the camera there.

    A camera that does not obey is set back to what it had.

    Raises
    ------
    CameraError
        The camera has no exposure that can be set, or sends no good picture.
    """
    control = exposure_of(camera.controls)
    if control is None or control.read_back is None:
        raise CameraError(f"{camera.info.name} lets no program set its exposure: set the light instead.")
    search = _Search(camera, roi, clock, answer_s)
    start = found = FoundExposure(control, search.level())
    steepness, too_long = 1.0, math.inf
    for _ in range(_MOST_TRIES):
        too_long = min(too_long, found.control.read_back or too_long) if found.level >= CLIPPED else too_long
        wanted, before = _below(too_long, _better(found, steepness), found), found
        if abs(found.level / TARGET - 1) <= _NEAR or wanted == found.control.read_back:
            break
        found = search.at(wanted, found)
        if not found.is_obeyed:
            return replace(search.at(control.read_back, found), level=start.level, is_obeyed=False)
        if not found.control.is_held:
            break
        steepness = _steepness(before, found, steepness)
    return found


def step_needed(level: float) -> int:
    """-1 when the brightest skin clips under the baseline's exposure, +1 when it fell below half; else 0."""
    return -1 if level >= CLIPPED else int(level < TOO_DARK)


def with_step(controls: tuple[ControlReading, ...], steps: int) -> tuple[ControlReading, ...]:
    """A baseline's controls with its exposure so many whole steps away."""
    return tuple(
        ControlReading(c.name, None, stepped(c, steps), c.minimum, c.maximum)
        if c.name == EXPOSURE and c.read_back is not None
        else c
        for c in controls
    )


@dataclass(frozen=True)
class _Search:
    camera: Camera
    roi: Roi | None
    clock: Clock
    answer_s: float

    def at(self, wanted: float, before: FoundExposure) -> FoundExposure:
        """Set it, wait until the picture shows it, and see how bright the skin is then."""
        (control,) = self.camera.apply({EXPOSURE: wanted})
        if before.is_obeyed and control.is_held:
            expected = min(before.level * _ratio(before.control, control), 1.0)
            if not self._is_answered(before.level, expected):
                return FoundExposure(control, before.level, is_obeyed=False)
        return FoundExposure(control, self.level())

    def level(self) -> float:
        """Once it stands: after some frames, when two in a row agree."""
        levels = [self._next() for _ in range(_SETTLE_FRAMES)]
        while abs(levels[-1] - levels[-2]) > _STEADY and len(levels) < 4 * _SETTLE_FRAMES:
            levels.append(self._next())
        return levels[-1]

    def _is_answered(self, before: float, expected: float) -> bool:
        """Does the level leave where it was, within the time a camera may take? Clipped light may well stay clipped."""
        change = expected - before
        if abs(change) < _SMALLEST:
            return True
        ends_s = self.clock() + self.answer_s
        while self.clock() < ends_s:
            if (self._next() - before) / change >= _ANSWER_SHARE:
                return True
        return before >= CLIPPED

    def _next(self) -> float:
        """Of the next good frame; a black one is dark, and not an error, while the light is looked for."""
        ends_s, trouble = self.clock() + _PATIENCE_S, ""
        while self.clock() < ends_s:
            try:
                return brightest_skin(self.camera.grab(1.0), self.roi)
            except BlackPictureError:
                return 0.0
            except CameraLostError:
                raise
            except CameraError as error:
                trouble = str(error)
        raise CameraError(f"No exposure was found. {trouble}")


def _ratio(before: ControlReading, after: ControlReading) -> float:
    """How many times as much light."""
    old, new = before.read_back or 0.0, after.read_back or 0.0
    return 2.0 ** (new - old) if counts_in_octaves(after) else new / max(old, 1e-9)


def _below(too_long: float, wanted: float, found: FoundExposure) -> float:
    """Not again where it clipped: half way there."""
    value = found.control.read_back or 0.0
    if wanted < too_long or value >= too_long:
        return wanted
    in_octaves = counts_in_octaves(found.control)
    return float(math.floor((value + too_long) / 2) if in_octaves else round(math.sqrt(max(value, 1.0) * too_long)))


def _steepness(before: FoundExposure, after: FoundExposure, known: float) -> float:
    """Octaves of the level for an octave of exposure: 1 for an honest camera, others bend the light on its way."""
    apart = math.log2(max(_ratio(before.control, after.control), 1e-9))
    if max(before.level, after.level) >= CLIPPED or min(before.level, after.level) <= 0.01 or abs(apart) < 0.1:
        return known
    return min(max(math.log2(after.level / before.level) / apart, 0.4), 3.0)


def _better(found: FoundExposure, steepness: float = 1.0) -> float:
    """The next exposure to try: as far as the level tells, at most two octaves away."""
    control = found.control
    value = control.read_back or 0.0
    missing = TARGET / max(found.level, 0.01)
    factor = 0.35 if found.level >= CLIPPED else min(missing ** (1 / steepness), 4.0)
    in_octaves = counts_in_octaves(control)
    wanted = value + math.floor(math.log2(factor) + _NEAR) if in_octaves else value * factor
    longest = math.floor(math.log2(LONGEST_S)) if in_octaves else LONGEST_S / _V4L2_UNIT_S
    rounded = round(wanted)
    lowest = control.minimum if control.minimum is not None else -math.inf
    highest = min(control.maximum if control.maximum is not None else math.inf, max(longest, value))
    return float(min(max(rounded, lowest), highest))
