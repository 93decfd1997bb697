"""One picture as the camera gave it."""

from dataclasses import dataclass, field
from typing import Literal

from imaging.model.arrays import Pixels, read_only

Encoding = Literal["srgb", "linear"]


@dataclass(frozen=True)
class ControlReading:
    """One camera control: what was asked, what the camera says it does, and its limits."""

    name: str
    asked: float | None
    read_back: float | None
    minimum: float | None = None
    maximum: float | None = None
    is_automatic: bool | None = None
    """True while the camera sets it by itself; None where it does not say, or has no automatic."""

    @property
    def is_held(self) -> bool:
        """True if the camera does what was asked (or nothing was), and not by chance."""
        if self.asked is None:
            return True
        if self.is_automatic:
            return False
        return self.read_back is not None and abs(self.read_back - self.asked) <= 1e-6 + 0.01 * abs(self.asked)


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture with its number, time, light and the camera's controls.

    Parameters
    ----------
    pixels : (rows, cols, 3) RGB, uint8 or uint16; made read-only
    sequence : counts up by one for every picture the camera delivered
    time_s : seconds on a monotonic clock
    light : the light that was on; None when all or unknown
    encoding : how numbers relate to light: "srgb" for 8-bit cameras, "linear"
    transport : how the camera sent it, for example "MJPG" or "YUYV"; None when unknown
    """

    pixels: Pixels
    sequence: int
    time_s: float
    light: str | None = None
    encoding: Encoding = "srgb"
    transport: str | None = None
    controls: tuple[ControlReading, ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", read_only(self.pixels))

    @property
    def shape(self) -> tuple[int, int]:
        return int(self.pixels.shape[0]), int(self.pixels.shape[1])
