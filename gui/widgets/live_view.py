"""The live picture: newest frame pulled by a timer, ghost, target ring, arrow and one instruction."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.widgets.cue import Cue, draw_cue, draw_veil
from gui.widgets.image_view import ImageView, Layer
from gui.widgets.plate import draw_plate
from imaging.model.frame import Frame

_INTERVAL_MS = 10
_REMEMBERED = 600
MAP_WORDS = "Relative shading, not depth"
_PLATE_INSET = QPointF(16, 64)
"""Below the numbers of the pose."""


class LivePicture(Protocol):
    """What the source hands over; anything with a frame will do."""

    @property
    def frame(self) -> Frame: ...


@dataclass(frozen=True)
class AgeStatistics:
    """How old the painted frames were when they reached the screen."""

    count: int
    median_s: float | None
    p95_s: float | None
    worst_s: float | None
    frames_per_s: float | None


class LiveView(ImageView):
    """Paints `newest()` whenever it is a new frame. Nothing flows back to the camera.

    Parameters
    ----------
    newest : called by the timer; the newest picture, or None while there is none
    clock : the clock of `Frame.time_s`
    """

    painted = Signal(object)
    """What `newest()` gave, once its frame was put on the screen."""

    def __init__(
        self,
        newest: Callable[[], LivePicture | None],
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._newest = newest
        self._clock = clock
        self._cue = Cue()
        self._veil = ""
        self._map: npt.NDArray[Any] | None = None
        self._shown: Frame | None = None
        self._timed: Frame | None = None
        self._ages: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.pull)
        self.set_opacity(Layer.GHOST, 0.4)
        self.overlays.append(self._draw_cue)

    def start(self, interval_ms: int = _INTERVAL_MS) -> None:
        self._timer.start(interval_ms)

    def stop(self) -> None:
        self._timer.stop()

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    def pull(self) -> None:
        """Look once whether there is a newer frame, and show it."""
        view = self._newest()
        if view is None or view.frame is self._shown:
            return
        self._shown = view.frame
        self.set_picture(view.frame.pixels)
        self.painted.emit(view)

    def clear(self) -> None:
        """No picture: as before the first frame."""
        self._shown = None
        self.set_map(None)
        self.set_picture(None)

    def set_ghost(self, pixels: npt.NDArray[Any] | None) -> None:
        """The baseline's picture over the live one; None takes it away."""
        self.set_layer(Layer.GHOST, pixels)

    def set_ghost_opacity(self, opacity: float) -> None:
        self.set_opacity(Layer.GHOST, opacity)

    def set_map(self, pixels: npt.NDArray[Any] | None) -> None:
        """Colours over the live picture, and the words that say what they are; None takes both away."""
        if pixels is not self._map:
            self._map = pixels
            self.set_layer(Layer.HEAT_MAP, pixels)

    def set_cue(self, cue: Cue) -> None:
        """Ring, arrow and the one instruction."""
        if cue != self._cue:
            self._cue = cue
            self.viewport().update()

    def set_veil(self, message: str) -> None:
        """Grey the picture out and say why it stands still; empty lifts the veil."""
        if message != self._veil:
            self._veil = message
            self.viewport().update()

    @property
    def has_map(self) -> bool:
        return self._map is not None

    def forget_ages(self) -> None:
        """Count anew from here."""
        self._ages.clear()

    @property
    def ages(self) -> AgeStatistics:
        """Of the last frames painted."""
        if not self._ages:
            return AgeStatistics(0, None, None, None, None)
        times, ages = np.array(self._ages).T
        span = float(times[-1] - times[0])
        rate = (len(times) - 1) / span if span > 0 else None
        return AgeStatistics(len(ages), float(np.median(ages)), float(np.percentile(ages, 95)), float(ages.max()), rate)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._shown is not None and self._shown is not self._timed:
            self._timed = self._shown
            now = self._clock()
            self._ages.append((now, now - self._shown.time_s))

    def _draw_cue(self, painter: QPainter) -> None:
        if self._veil:
            draw_veil(painter, QRectF(self.viewport().rect()), self._veil)
        elif self.shape is not None:
            draw_cue(painter, self._picture_area(), self._cue)
            if self._map is not None:
                draw_plate(painter, MAP_WORDS, self._picture_area().topLeft() + _PLATE_INSET, is_right=False)

    def _picture_area(self) -> QRectF:
        rows, cols = self.shape or (1, 1)
        area = QRectF(self.position_of(-0.5, -0.5), self.position_of(rows - 0.5, cols - 0.5))
        return area.intersected(QRectF(self.viewport().rect()))
