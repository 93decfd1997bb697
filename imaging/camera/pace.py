"""Waiting for the moment a frame is due, on the clock that was handed in."""

import time
from dataclasses import dataclass

from imaging.camera.device import Clock


@dataclass
class SteppedClock:
    """A clock that only moves when told or waited on: tests and simulated hours need no real time."""

    time_s: float = 0.0

    def __call__(self) -> float:
        return self.time_s

    def wait(self, seconds: float) -> None:
        self.time_s += max(seconds, 0.0)


def wait_until(clock: Clock, due_s: float) -> None:
    """Return when `clock` has reached `due_s`: a clock with a `wait` is asked to, the system's is slept on."""
    remaining = due_s - clock()
    if remaining <= 0:
        return
    wait = getattr(clock, "wait", time.sleep if clock is time.monotonic else None)
    if wait is not None:
        wait(remaining)
