"""What can go wrong with a camera, on demand or by a seeded script."""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt


class Fault(StrEnum):
    UNPLUG = "unplug"
    """Gone from the bus; every open handle is dead for good."""
    STALL = "stall"
    """Plugged in, but no frame comes."""
    BLACK = "black"
    WRONG_SIZE = "wrong-size"
    FROZEN = "frozen"
    """The same picture again and again."""
    TORN = "torn"
    """Sent as a JPEG of which the end is missing."""
    CORRUPT = "corrupt"
    """Sent as a JPEG with noise in it."""


@dataclass(frozen=True)
class FaultEvent:
    """One fault from a moment on the camera's clock, for a while."""

    at_s: float
    fault: Fault
    duration_s: float

    def covers(self, time_s: float) -> bool:
        return self.at_s <= time_s < self.at_s + self.duration_s


class Faults:
    """The faults of one simulated device: outlives its handles, as a cable does."""

    def __init__(self, script: tuple[FaultEvent, ...] = ()) -> None:
        self._script = tuple(sorted(script, key=lambda event: event.at_s))
        self._held: Fault | None = None
        self._pulled = 0

    def begin(self, fault: Fault) -> None:
        """From now on, until `end`."""
        self._held = fault
        self._pulled += fault is Fault.UNPLUG

    def end(self) -> None:
        """What was begun by hand is over; the script goes on."""
        self._held = None

    def at(self, time_s: float) -> Fault | None:
        """The fault at a moment; unplugging hides every other."""
        active = {event.fault for event in self._script if event.covers(time_s)} | {self._held}
        return next((fault for fault in Fault if fault in active), None)

    def unplugs(self, time_s: float) -> int:
        """How often the camera was pulled out so far: a handle opened before the last time is dead."""
        scripted = sum(event.fault is Fault.UNPLUG and event.at_s <= time_s for event in self._script)
        return self._pulled + scripted


def random_script(seed: int, count: int, span_s: float) -> tuple[FaultEvent, ...]:
    """`count` faults of all kinds within `span_s` seconds, 0.2 to 4 s long each; the same seed, the same faults."""
    rng = np.random.default_rng(seed)
    kinds = list(Fault)
    return tuple(
        FaultEvent(float(at), kinds[int(rng.integers(len(kinds)))], float(rng.uniform(0.2, 4.0)))
        for at in np.sort(rng.uniform(0.0, span_s, count))
    )


def damaged_jpeg(pixels: npt.NDArray[np.uint8], fault: Fault, rng: np.random.Generator) -> bytes:
    """A picture (rows, cols, 3) RGB as a JPEG that came over a bad cable."""
    whole = bytearray(cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1].tobytes())
    at = int(rng.integers(len(whole) // 2, len(whole) - 64))
    if fault is Fault.TORN:
        return bytes(whole[:at])
    whole[at : at + 48] = bytes(rng.integers(128, 256, 48, dtype=np.uint8))
    whole[at : at + 2] = b"\xff\xc8"
    return bytes(whole)
