"""One shot: a frame under each light and an overview, or the sharpest of a few under a fixed ring."""

import math
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import cv2
import numpy as np

from imaging.camera.device import (
    BlackPictureError,
    Camera,
    CameraLostError,
    Clock,
    LightController,
    check_pixels,
)
from imaging.camera.lights import ManualLights
from imaging.errors import CameraError
from imaging.guidance.focus import sharpness
from imaging.guidance.lamps import LampFault, expect_lamps, lamp_fault, lamp_picture
from imaging.guidance.light import grey8, linear_grey
from imaging.model.arrays import FloatMap
from imaging.model.frame import Frame
from imaging.model.geometry import Roi
from imaging.model.light_stack import LightStack
from imaging.model.lights import Lights

_LIVING = ("usb", "simulated")
"""Kinds of cameras with a sensor of their own; a video file may well repeat a picture."""
LIGHT_CHANGE = 0.02
"""Mean difference of two small pictures, as a share of their brightness, that only another light makes."""


@dataclass(frozen=True)
class Burst:
    """How to take one shot.

    Parameters
    ----------
    timeout_s : for the whole shot
    frames : under a fixed ring, so many are taken and the sharpest is kept
    settle_s : after a light was switched, wait at most so long for the picture to show it
    settle_frames : but for so many frames at least, however slow the camera is
    roi : where sharpness is judged; None for the middle of the picture
    calibrated : the lights of the device file, by whose places the lamps are verified; None: by their names
    is_verified : False for pictures of targets, which need not change as skin does under another lamp
    """

    timeout_s: float = 5.0
    frames: int = 5
    settle_s: float = 1.0
    settle_frames: int = 6
    roi: Roi | None = None
    calibrated: Lights | None = None
    is_verified: bool = True


class LampError(CameraError):
    """A lamp did not do what was asked; the sentence names it."""


def shoot_stack(
    camera: Camera, lights: LightController, burst: Burst | None = None, clock: Clock = time.monotonic
) -> LightStack:
    """Take one shot. All lights are on again afterwards, whatever happened.

    With switchable lights: the overview (all on) first, then one frame per light in the controller's order, each
    surely taken under its light and verified in the pictures. A stack of which a lamp was too late is taken once more.
    With a fixed ring: the sharpest of a few frames, no overview.

    Raises
    ------
    CameraLostError
        The camera went away; nothing was kept.
    LampError
        A lamp stayed dark, did not switch, or was another than asked for.
    CameraError
        No good frame in time.
    """
    burst = burst or Burst()
    if isinstance(lights, ManualLights):
        raise CameraError("These lights are switched by hand: take the stack light by light.")
    shot = _Shot(camera, lights, burst, clock, clock() + burst.timeout_s)
    if not lights.lights:
        return LightStack((shot.sharpest(),))
    _check_count(lights.lights, burst.calibrated)
    try:
        stack = shot.stack()
        fault = _fault_of(stack, burst.calibrated) if burst.is_verified else None
        if fault is not None and fault.kind in ("late", "same"):
            stack = shot.stack(stack.frames[-1])
            fault = _fault_of(stack, burst.calibrated)
        if fault is not None:
            raise LampError(fault.sentence)
    except CameraError:
        with suppress(CameraError):
            lights.select(None)
        raise
    lights.select(None)
    return stack


def in_calibrated_order(names: tuple[str, ...], calibrated: Lights | None) -> tuple[str, ...]:
    """The lights of a controller in the order of the device file, which the frames of a stack have to follow."""
    is_same = calibrated is not None and set(calibrated.names) == set(names)
    return calibrated.names if calibrated is not None and is_same else names


def _check_count(names: tuple[str, ...], calibrated: Lights | None) -> None:
    if calibrated is not None and len(calibrated) != len(names):
        raise LampError(
            f"The device file knows {len(calibrated)} lights, but {len(names)} can be switched: choose the light "
            "controller in the settings, or calibrate the lights."
        )


def verify_lamps(frames: Sequence[Frame], calibrated: Lights | None) -> LampFault | None:
    """What the frames of a stack say about the lamps they are named after; None when all is well."""
    names = tuple(frame.light or "" for frame in frames)
    return lamp_fault([lamp_picture(frame) for frame in frames], expect_lamps(names, calibrated))


def _fault_of(stack: LightStack, calibrated: Lights | None) -> LampFault | None:
    """Of the frames; or an overview that still shows one light of the shot before."""
    overview = stack.overview
    early = [frame for frame in stack.frames if overview is not None and not differs(overview, frame)]
    if early and len(stack.frames) > 1:
        words = f'With all lights on the picture still shows light "{early[0].light}": take the picture again.'
        return LampFault("late", (early[0].light or "",), words)
    return verify_lamps(stack.frames, calibrated)


@dataclass(eq=False)
class _Shot:
    """One shot under way."""

    camera: Camera
    lights: LightController
    burst: Burst
    clock: Clock
    ends_s: float
    newest: Frame | None = None

    def sharpest(self) -> Frame:
        """Of the frames of a burst, all of one size."""
        first = self._good(None, None)
        frames = [first] + [self._good(None, first.shape) for _ in range(self.burst.frames - 1)]
        return max(agreeing(frames), key=self._sharpness)

    def stack(self, before: Frame | None = None) -> LightStack:
        """The overview, then a frame under each light; `before` is a frame that the overview must differ from."""
        overview = self.frame_under(None, before)
        frames = [overview]
        for light in in_calibrated_order(self.lights.lights, self.burst.calibrated):
            frames.append(self.frame_under(light, frames[-1]))
        return LightStack(tuple(frames[1:]), overview)

    def frame_under(self, light: str | None, before: Frame | None) -> Frame:
        """Switch to a light (None: all) and return the first frame that surely shows it.

        A camera that tells its light is believed. Otherwise frames are dropped until the picture differs from the one
        `before` the switch and two in a row agree, so that neither a buffered nor a half-lit frame is kept.
        """
        self.lights.select(light)
        if before is None:
            return self._lit(self._good(light, None), light)
        last, seen, until_s = before, 0, self.clock() + self.burst.settle_s
        while seen < self.burst.settle_frames or self.clock() < until_s:
            frame = self._good(light, before.shape, until_s)
            seen += 1
            if frame.light is not None and frame.light == light:
                return frame
            is_changed, is_steady = differs(before, frame), not differs(last, frame)
            if is_changed and is_steady:
                return self._lit(frame, light)
            last = frame
        if self.burst.is_verified or last.light is not None:
            raise LampError(_not_switched(light, last))
        return self._lit(last, light)

    def _good(self, light: str | None, shape: tuple[int, int] | None, dark_until_s: float = math.inf) -> Frame:
        """The next frame that is fit to keep; bad ones are dropped while there is time.

        Black ones under one light say after `dark_until_s` that its lamp is off.
        """
        trouble = ""
        while (remaining_s := self.ends_s - self.clock()) > 0:
            try:
                return self._fresh(self.camera.grab(remaining_s), shape)
            except CameraLostError:
                raise
            except BlackPictureError as error:
                if light is not None and self.clock() >= dark_until_s:
                    words = f'Light "{light}" stays dark: check lamp and cable, then take the picture again.'
                    raise LampError(words) from error
                trouble = str(error)
            except CameraError as error:
                trouble = str(error)
        under = f" under light {light}" if light else ""
        raise CameraError(f"No good picture{under} within {self.burst.timeout_s:g} s: take it again. {trouble}".strip())

    def _fresh(self, frame: Frame, shape: tuple[int, int] | None) -> Frame:
        """The frame, unless it is no good; a camera that froze sends the one before once more, to the last bit."""
        check_pixels(frame.pixels, shape, self.camera.info.name)
        before, self.newest = self.newest, frame
        if before is not None and self.camera.info.kind in _LIVING and is_repeated(before, frame):
            raise CameraError(f"{self.camera.info.name} sent the same picture twice: it is frozen.")
        return frame

    def _sharpness(self, frame: Frame) -> float:
        return sharpness(linear_grey(frame.pixels, self.burst.roi, frame.encoding))

    @staticmethod
    def _lit(frame: Frame, light: str | None) -> Frame:
        return frame if frame.light == light else replace(frame, light=light)


def _not_switched(light: str | None, last: Frame) -> str:
    if last.light is not None:
        return f"The camera still shows light {last.light} instead of {light}: check the lights."
    wanted = f'light "{light}" was switched on' if light else "all lights were switched on"
    return f"The picture did not change when {wanted}: check its lamp and cable, then take the picture again."


def differs(first: Frame, second: Frame) -> bool:
    """Two frames under unlike lights?"""
    one, other = _thumbnail(first), _thumbnail(second)
    brightness = max(float(one.mean()), float(other.mean()), 1.0)
    return float(np.abs(one - other).mean()) > LIGHT_CHANGE * brightness


def is_repeated(first: Frame, second: Frame) -> bool:
    """The very same picture? The noise of a living sensor never repeats; a picture without any noise tells nothing."""
    one, other = first.pixels[::16, ::16], second.pixels[::16, ::16]
    has_noise = float(one.std(axis=(0, 1)).max()) > 0
    return has_noise and one.shape == other.shape and bool(np.array_equal(one, other))


def agreeing(frames: Sequence[Frame]) -> Sequence[Frame]:
    """Those of a burst that look like at least half of the others: a garbled one, which may seem sharp, does not."""
    alike = [sum(not differs(frame, other) for other in frames) - 1 for frame in frames]
    kept = [frame for frame, count in zip(frames, alike, strict=True) if 2 * count >= len(frames) - 1]
    return kept or frames


def _thumbnail(frame: Frame) -> FloatMap:
    """(24, 32) grey: noise and tremor average out, the light remains."""
    small = cv2.resize(grey8(frame.pixels), (32, 24), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32)
