"""The worker for readings that take longer than a frame: always the newest frame, never a queue."""

import threading
from collections.abc import Callable
from dataclasses import replace

from imaging.errors import ImagingError
from imaging.guidance.context import GateContext
from imaging.model.frame import Frame
from imaging.model.reading import GateReading, GateState

ReadFrame = Callable[[Frame, GateContext], tuple[GateReading, ...]]


class SlowReader:
    """One thread that reads the newest frame offered, and keeps its last answer."""

    def __init__(self, read: ReadFrame) -> None:
        self._read = read
        self._changed = threading.Condition()
        self._offered: tuple[Frame, GateContext] | None = None
        self._answer: tuple[GateContext | None, tuple[GateReading, ...]] = (None, ())
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="slow gates", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def offer(self, frame: Frame, context: GateContext) -> None:
        """Hand over a frame; one that was not taken yet is forgotten."""
        with self._changed:
            self._offered = frame, context
            self._changed.notify()

    def readings(self, context: GateContext) -> tuple[GateReading, ...]:
        """The last answer for this place, with the number of the frame it was read on; () when there is none."""
        answered, readings = self._answer
        return readings if answered is not None and answered.is_same_place(context) else ()

    def forget(self) -> None:
        """The camera was lost: its frame numbers mean nothing any more."""
        with self._changed:
            self._offered = None
            self._answer = (None, ())

    def stop(self, timeout_s: float) -> None:
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while (taken := self._take()) is not None:
            frame, context = taken
            try:
                answer = self._read(frame, context)
            except ImagingError:
                continue  # No reading of this frame: the last one grows old, and the auto-shutter waits.
            with self._changed:
                self._answer = context, answer

    def _take(self) -> tuple[Frame, GateContext] | None:
        """The newest frame, waited for; None when stopping."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_stopping or self._offered is not None)
            taken, self._offered = self._offered, None
            return None if self._is_stopping else taken


def aged(readings: tuple[GateReading, ...], sequence: int, max_age_frames: int) -> tuple[GateReading, ...]:
    """The readings as they count for frame `sequence`: grey when read on a frame too long ago."""
    return tuple(
        reading
        if 0 <= sequence - reading.sequence <= max_age_frames
        else replace(reading, state=GateState.GREY, value=None, instruction="", values=())
        for reading in readings
    )
