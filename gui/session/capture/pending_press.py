"""A press of the shutter that waits: for what is being looked up, then for pictures that were judged by it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from gui.session.devices import DeviceSession
from imaging.capture.feed import FeedView

_EVERY_MS = 30
_FRESH_FRAMES = 3
"""So many frames later the picture shows what was just set."""
_MOST_TICKS = 100
"""Then it is asked all the same, and the shutter says what is wrong."""


class PendingPress(QObject):
    """One at a time; the newest counts."""

    def __init__(self, devices: DeviceSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._devices = devices
        self._then: Callable[[], None] | None = None
        self._since, self._ticks = 0, 0
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def hold(self, then: Callable[[], None] | None) -> None:
        """Keep this one; None leaves what is kept."""
        self._then = then or self._then

    def drop(self) -> None:
        """It is not wanted any more."""
        self._then = None
        self._timer.stop()

    def release(self) -> None:
        """What it waited for is known: it follows as soon as the picture shows it."""
        if self._then is not None:
            view = self._devices.newest()
            self._since, self._ticks = _sequence(view), 0
            self._timer.start()

    def _look(self) -> None:
        self._ticks += 1
        if self._ticks < _MOST_TICKS and not self._is_shown(self._devices.newest()):
            return
        then = self._then
        self.drop()
        if then is not None:
            then()

    def _is_shown(self, view: FeedView | None) -> bool:
        """New frames came, and were compared with earlier pictures where there are any."""
        is_fresh = view is not None and _sequence(view) >= self._since + _FRESH_FRAMES
        return view is not None and is_fresh and self._devices.context.is_compared(view.slow)


def _sequence(view: FeedView | None) -> int:
    return view.frame.sequence if view is not None and view.frame is not None else 0
