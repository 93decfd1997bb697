"""A stack under lights that a person switches: asks for one light after the other, looks at what came, and at the rest.

The first picture is the overview, with all lights on, as they are while the camera is aimed. Then each light alone.
Light adds up, so the overview tells how far the skin moved until each of the others.
"""

from dataclasses import dataclass, replace

import numpy as np

from imaging.alignment.superposition import superposed_motion_px
from imaging.capture.burst import LampError, differs, in_calibrated_order, verify_lamps
from imaging.errors import CameraError
from imaging.guidance.lamps import ExpectedLamps, expect_lamps, lamp_picture, rise, shown_lamp
from imaging.model.arrays import FloatMap
from imaging.model.frame import Frame
from imaging.model.geometry import Spacing
from imaging.model.light_stack import LightStack
from imaging.model.lights import Lights
from imaging.surface.light.linearise import to_linear

MOST_MOTION_MM = 0.3
MOST_MOTION_SHARE = 0.015
"""Of the picture's width, where no spacing is known: 0.3 mm of 20."""
_DARK_SHARE = 0.05
_STEADY_FRAMES = 4
"""So many live frames in a row show the light that is asked for before it is taken without a key."""
_EVEN_RISE = 0.12


@dataclass(frozen=True)
class HandRules:
    """What a stack is taken by.

    Parameters
    ----------
    names : of the lights, as their controller lists them
    calibrated : the lights of the device file, whose order the stack follows; None: the order of the names
    spacing : None when it is not known
    """

    names: tuple[str, ...]
    calibrated: Lights | None = None
    spacing: Spacing | None = None


@dataclass(frozen=True)
class Asked:
    """The light to switch on now, alone; `number` of `count`."""

    light: str
    number: int
    count: int


@dataclass(frozen=True, eq=False)
class HandStack:
    """A stack that was taken, and how far the skin moved in it; None where it could not be told."""

    stack: LightStack
    motion: float | None
    unit: str
    """ "mm", or "px" without a spacing."""


class MovedError(CameraError):
    """The skin or the camera moved too far between two lights."""


class ShotByHand:
    """One stack in the making. Holds frames, does nothing to the camera."""

    def __init__(self, overview: Frame, rules: HandRules) -> None:
        self._rules = rules
        self._order = in_calibrated_order(rules.names, rules.calibrated)
        self._expected: ExpectedLamps = expect_lamps(self._order, rules.calibrated)
        self._overview, self._even = overview, lamp_picture(overview)
        self._frames: list[Frame] = []
        self._steady = 0

    @property
    def asked(self) -> Asked | None:
        """None when every light was taken."""
        taken = len(self._frames)
        return Asked(self._order[taken], taken + 1, len(self._order)) if taken < len(self._order) else None

    def trouble(self, frame: Frame) -> str:
        """What keeps this frame from being the one that is asked for; empty when nothing can be said against it."""
        asked = self.asked
        if asked is None:
            return "Every light was taken."
        picture = lamp_picture(frame)
        if float(picture.mean()) < _DARK_SHARE * float(self._even.mean()):
            return f'It is dark: switch on light "{asked.light}".'
        if frame.shape != self._overview.shape:
            return "The picture has another size than before: start again."
        before = self._frames[-1] if self._frames else self._overview
        if not differs(before, frame) or self._is_even(picture):
            still = f'light "{before.light}"' if before.light else "all lights"
            return f'The picture still shows {still}: switch on light "{asked.light}" alone.'
        shown = shown_lamp(picture, self._even, self._expected)
        if shown is not None and shown != asked.light:
            return f'That is light "{shown}": switch on light "{asked.light}" alone.'
        return ""

    def is_recognised(self, frame: Frame) -> bool:
        """Count a live frame; True once the light asked for has surely been on for some frames."""
        asked = self.asked
        shown = None if asked is None else shown_lamp(lamp_picture(frame), self._even, self._expected)
        is_right = asked is not None and shown == asked.light and not self.trouble(frame)
        self._steady = self._steady + 1 if is_right else 0
        return self._steady >= _STEADY_FRAMES

    def add(self, frame: Frame) -> None:
        """Take this frame for the light that is asked for.

        Raises
        ------
        LampError
            It shows another light, all of them, or none; the same light is asked for again.
        """
        trouble = self.trouble(frame)
        asked = self.asked
        self._steady = 0
        if trouble or asked is None:
            raise LampError(trouble)
        self._frames.append(_named(frame, asked.light))

    def finish(self) -> HandStack:
        """The whole stack, its lamps verified and its rest measured.

        Raises
        ------
        LampError
            A lamp was another than asked for.
        MovedError
            A frame lies more than 0.3 mm from the overview.
        """
        stack = LightStack(tuple(self._frames), _named(self._overview, None))
        fault = verify_lamps(stack.frames, self._rules.calibrated)
        if fault is not None:
            raise LampError(fault.sentence)
        even, *single = (to_linear(frame.pixels, frame.encoding) for frame in (self._overview, *self._frames))
        moved_px = superposed_motion_px(even, single)
        if moved_px is None:
            raise MovedError(
                "The pictures do not add up to the one with all lights on: keep camera and skin still, switch only the "
                "lights, and take them again."
            )
        return self._checked(stack, moved_px)

    def _checked(self, stack: LightStack, moved_px: float) -> HandStack:
        spacing = self._rules.spacing
        limit_px = MOST_MOTION_SHARE * stack.frames[0].shape[1]
        if spacing is None and moved_px > limit_px:
            raise MovedError(_moved(f"{moved_px:.0f} px", f"{limit_px:.0f} px"))
        if spacing is None:
            return HandStack(stack, moved_px, "px")
        moved_mm = moved_px * spacing.mean_mm
        if moved_mm > MOST_MOTION_MM:
            raise MovedError(_moved(f"{moved_mm:.1f} mm", f"{MOST_MOTION_MM:g} mm"))
        return HandStack(stack, moved_mm, "mm")

    def _is_even(self, picture: FloatMap) -> bool:
        """As bright as with all lights on, and on no side brighter."""
        is_bright = float(picture.mean()) > 0.9 * float(self._even.mean())
        return is_bright and float(np.linalg.norm(rise(picture, self._even))) < _EVEN_RISE


def _moved(by: str, limit: str) -> str:
    return (
        f"The skin moved by {by} between the lights, more than {limit}: rest head and camera, then take the lights "
        "again."
    )


def _named(frame: Frame, light: str | None) -> Frame:
    return frame if frame.light == light else replace(frame, light=light)
