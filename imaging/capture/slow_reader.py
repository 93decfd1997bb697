"""Readings that take longer than a frame: always of the newest frame."""

from collections.abc import Callable
from dataclasses import replace

from imaging.capture.newest import NewestWorker
from imaging.guidance.context import GateContext
from imaging.model.frame import Frame
from imaging.model.reading import GateReading, GateState

Readings = tuple[GateReading, ...]
ReadFrame = Callable[[Frame, GateContext], Readings]


class SlowReader(NewestWorker[tuple[Frame, GateContext], Readings]):
    """Offered are frames with what to judge them against. Without a reading of a frame the last one grows old."""

    def __init__(self, read: ReadFrame) -> None:
        super().__init__("slow gates", lambda given: read(*given))

    def readings(self, context: GateContext) -> Readings:
        """The last answer for this place, with the number of the frame it was read on; () when there is none."""
        if self.newest is None:
            return ()
        (_, judged), readings = self.newest
        return readings if judged.is_same_place(context) else ()


def aged(readings: Readings, sequence: int, max_age_frames: int) -> Readings:
    """The readings as they count for frame `sequence`: grey when read on a frame too long ago."""
    return tuple(
        reading
        if 0 <= sequence - reading.sequence <= max_age_frames
        else replace(reading, state=GateState.GREY, value=None, instruction="", values=())
        for reading in readings
    )
