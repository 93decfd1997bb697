"""What every camera and every light controller can do: a few verbs, values in and values out.

No callbacks and no threads inside. What goes wrong is a `CameraError`; a `CameraLostError` says that this handle is
dead for good: close it, look for the same identity again, open it anew and replay its controls.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

import numpy as np

from imaging.errors import CameraError
from imaging.model.arrays import Pixels
from imaging.model.camera import CameraInfo
from imaging.model.frame import ControlReading, Frame
from imaging.model.visit import SiteKey

Clock = Callable[[], float]
"""Seconds on a monotonic clock."""


class CameraLostError(CameraError):
    """The camera went away; this handle never delivers again."""


class BlackPictureError(CameraError):
    """The picture shows nothing at all: a lens cap, or no light. The next may be good."""


@runtime_checkable
class Camera(Protocol):
    """Anything that delivers frames."""

    @property
    def info(self) -> CameraInfo: ...

    @property
    def controls(self) -> tuple[ControlReading, ...]:
        """Every control the camera has: limits, what was asked last, what it says now."""
        ...

    def apply(self, wanted: Mapping[str, float]) -> tuple[ControlReading, ...]:
        """Set controls by name (see `imaging.camera.controls`), automatic ones off first, and read them back.

        Returns one reading per name asked; what the camera refuses shows as `is_held` False, never as an exception.
        """
        ...

    def start(self) -> None:
        """Begin to deliver; CameraError when the camera cannot be opened."""
        ...

    def grab(self, timeout_s: float) -> Frame:
        """The next frame, in the agreed shape.

        Raises
        ------
        CameraLostError
            The camera is gone.
        CameraError
            No frame within `timeout_s`, or a torn, black or wrongly sized one: the next may be good.
        """
        ...

    def stop(self) -> None:
        """Stop delivering; `start` works again."""
        ...

    def close(self) -> None:
        """Release the device. May be called twice."""
        ...


@runtime_checkable
class LightController(Protocol):
    """Anything that switches the lights of a camera."""

    @property
    def lights(self) -> tuple[str, ...]:
        """Names in the order of the device's calibration; empty for a fixed ring."""
        ...

    def select(self, light: str | None) -> None:
        """Only this light on; None for all on. The next grabbed frame shows it. CameraError for an unknown name."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Target:
    """Which skin lies under the camera."""

    subject_code: str
    site: SiteKey
    week: int | None = None
    """Week of the study; None is taken as week 0."""
    replicate: int = 1


class BenchObject(StrEnum):
    """What a device is calibrated with."""

    SCALE = "scale"
    """The printed board, first held askew, then laid flat."""
    WHITE = "white"
    CARD = "card"
    """24 patches of known colour."""
    MATTE_BALL = "matte ball"
    MIRROR_BALL = "mirror ball"
    GROOVE = "groove"
    """A plate with a V-groove."""
    GAUGE_GAP = "gauge gap"
    """Two blades of a feeler gauge side by side under tape: a groove with a flat floor."""


@dataclass(frozen=True)
class BenchTarget:
    """What lies under the camera instead of skin.

    Parameters
    ----------
    place_mm : of a ball's middle, x right and y up from the centre of the picture
    depth_um : of a groove or gap
    """

    thing: BenchObject
    place_mm: tuple[float, float] = (0.0, 0.0)
    depth_um: float = 0.0


@runtime_checkable
class AimableCamera(Protocol):
    """A camera whose patient sits where told, or before which is laid what is asked for: the simulated one.

    Not a `Camera` itself: `isinstance` would then ask for `controls`, and so talk to the device from any thread.
    """

    def aim(self, target: Target | BenchTarget) -> None: ...


def check_pixels(pixels: Pixels, shape: tuple[int, int] | None, name: str) -> None:
    """Refuse a frame that must never be kept: another size than agreed (rows, cols), or nothing but black."""
    check_shape((int(pixels.shape[0]), int(pixels.shape[1])), shape, name)
    if int(np.max(pixels[::8, ::8])) <= BLACK and int(np.max(pixels)) <= BLACK:
        raise BlackPictureError(f"{name} sends black pictures: take off the lens cap and switch the lights on.")


def check_shape(got: tuple[int, int], agreed: tuple[int, int] | None, name: str) -> None:
    """Refuse a frame of another size (rows, cols) than agreed."""
    if agreed is not None and got != agreed:
        raise CameraError(
            f"{name} sent a picture of {got[1]} x {got[0]} pixels instead of {agreed[1]} x {agreed[0]}; it was "
            "dropped. If this goes on, unplug the camera and plug it in again."
        )


class FrozenWatch:
    """Notices a camera that sends the same picture over and over: a living sensor's noise never repeats."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._last: Pixels | None = None
        self._since_s = 0.0

    def check(self, pixels: Pixels, time_s: float) -> None:
        """CameraError once the picture has not changed for `FROZEN_S`."""
        sample = pixels[::16, ::16].copy()
        if self._last is None or not np.array_equal(sample, self._last):
            self._last, self._since_s = sample, time_s
        elif time_s - self._since_s > FROZEN_S:
            raise CameraError(f"{self._name} shows a frozen picture: unplug the camera and plug it in again.")


FROZEN_S = 1.0
BLACK = 2
"""Largest value of a picture that shows nothing; a living sensor's noise is above."""
