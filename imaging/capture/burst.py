"""One shot: a frame under each light and an overview, or the sharpest of a few under a fixed ring."""

import time
from contextlib import suppress
from dataclasses import dataclass, replace

import cv2
import numpy as np

from imaging.camera.device import Camera, CameraLostError, Clock, LightController, check_pixels
from imaging.errors import CameraError
from imaging.guidance.focus import sharpness
from imaging.guidance.light import grey8, linear_grey
from imaging.model.arrays import FloatMap
from imaging.model.frame import Frame
from imaging.model.geometry import Roi
from imaging.model.light_stack import LightStack

LIGHT_CHANGE = 0.02
"""Mean difference of two small pictures, as a share of their brightness, that only another light makes."""


@dataclass(frozen=True)
class Burst:
    """How to take one shot.

    Parameters
    ----------
    timeout_s : for the whole shot
    frames : under a fixed ring, so many are taken and the sharpest is kept
    settle_frames : after a light was switched, wait at most so many frames for the picture to show it
    roi : where sharpness is judged; None for the middle of the picture
    """

    timeout_s: float = 5.0
    frames: int = 5
    settle_frames: int = 6
    roi: Roi | None = None


def shoot_stack(
    camera: Camera, lights: LightController, burst: Burst | None = None, clock: Clock = time.monotonic
) -> LightStack:
    """Take one shot. All lights are on again afterwards, whatever happened.

    With switchable lights: the overview (all on) first, then one frame per light in the controller's order, each
    surely taken under its light. With a fixed ring: the sharpest of a few frames, no overview.

    Raises
    ------
    CameraLostError
        The camera went away; nothing was kept.
    CameraError
        No good frame in time, or a light did not obey.
    """
    shot = _Shot(camera, lights, burst or Burst(), clock, clock() + (burst or Burst()).timeout_s)
    if not lights.lights:
        return LightStack((shot.sharpest(),))
    try:
        overview = shot.frame_under(None, None)
        before, frames = overview, []
        for light in lights.lights:
            before = shot.frame_under(light, before)
            frames.append(before)
    except CameraError:
        with suppress(CameraError):
            lights.select(None)
        raise
    lights.select(None)
    return LightStack(tuple(frames), overview)


@dataclass(frozen=True, eq=False)
class _Shot:
    """One shot under way."""

    camera: Camera
    lights: LightController
    burst: Burst
    clock: Clock
    ends_s: float

    def sharpest(self) -> Frame:
        """Of the frames of a burst, all of one size."""
        first = self._good(None, None)
        frames = [first] + [self._good(None, first.shape) for _ in range(self.burst.frames - 1)]
        return max(frames, key=self._sharpness)

    def frame_under(self, light: str | None, before: Frame | None) -> Frame:
        """Switch to a light (None: all) and return the first frame that surely shows it.

        A camera that tells its light is believed. Otherwise frames are dropped until the picture differs from the one
        `before` the switch and two in a row agree, so that neither a buffered nor a half-lit frame is kept.
        """
        self.lights.select(light)
        if before is None:
            return self._lit(self._good(light, None), light)
        last = before
        for _ in range(self.burst.settle_frames):
            frame = self._good(light, before.shape)
            if frame.light is not None and frame.light == light:
                return frame
            is_changed, is_steady = _differs(before, frame), not _differs(last, frame)
            if is_changed and is_steady:
                return self._lit(frame, light)
            last = frame
        if last.light is not None:
            raise CameraError(f"The camera still shows light {last.light} instead of {light}: check the lights.")
        return self._lit(last, light)

    def _good(self, light: str | None, shape: tuple[int, int] | None) -> Frame:
        """The next frame that is fit to keep; bad ones are dropped while there is time."""
        trouble = ""
        while (remaining_s := self.ends_s - self.clock()) > 0:
            try:
                frame = self.camera.grab(remaining_s)
                check_pixels(frame.pixels, shape, self.camera.info.name)
                return frame
            except CameraLostError:
                raise
            except CameraError as error:
                trouble = str(error)
        under = f" under light {light}" if light else ""
        raise CameraError(f"No good picture{under} within {self.burst.timeout_s:g} s: take it again. {trouble}".strip())

    def _sharpness(self, frame: Frame) -> float:
        return sharpness(linear_grey(frame.pixels, self.burst.roi, frame.encoding))

    @staticmethod
    def _lit(frame: Frame, light: str | None) -> Frame:
        return frame if frame.light == light else replace(frame, light=light)


def _differs(first: Frame, second: Frame) -> bool:
    """Two frames under unlike lights?"""
    one, other = _thumbnail(first), _thumbnail(second)
    brightness = max(float(one.mean()), float(other.mean()), 1.0)
    return float(np.abs(one - other).mean()) > LIGHT_CHANGE * brightness


def _thumbnail(frame: Frame) -> FloatMap:
    """(24, 32) grey: noise and tremor average out, the light remains."""
    small = cv2.resize(grey8(frame.pixels), (32, 24), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32)
