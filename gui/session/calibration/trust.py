"""How far the camera may be trusted today: for the banner of every page, and for the question at the start of a day."""

from datetime import date

from PySide6.QtCore import QObject, QTimer, Signal

from gui.bridge.tasks import Tasks
from gui.session.calibration.trusted import Known, know
from gui.session.study import StudySession
from imaging.model.visit import Override

_AGEING_MS = 60_000


class TrustSession(QObject):
    """`known` is what is known; it is read again whenever something may have changed, and every minute."""

    changed = Signal(object)
    """The new `Known`."""
    failed = Signal(str)

    def __init__(self, study: StudySession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self._station = study.station
        self._tasks = Tasks(self, workers=1)
        self._left_out: tuple[date, str] | None = None
        self.known = Known()
        self._ageing = QTimer(self, interval=_AGEING_MS)
        self._ageing.timeout.connect(self.refresh)
        study.settings_changed.connect(lambda _: self.refresh())
        study.changed.connect(self.refresh)

    def watch(self) -> None:
        """From now on know."""
        self._ageing.start()
        self.refresh()

    def refresh(self) -> None:
        """Read the device file again."""
        identity, station = self._study.settings.camera, self._station
        archive, moment = self._study.archive, station.now()
        if identity is None:
            self._knows(Known())
        else:
            self._tasks.run("know", lambda: know(station, identity, archive, moment), self._knows, self.failed.emit)

    def close(self) -> None:
        self._ageing.stop()
        self._tasks.close()

    # -- start of day ----------------------------------------------------------------------------

    @property
    def asks_today(self) -> bool:
        """The daily check was neither made nor left out with a reason today."""
        return bool(self.known.due) and not self.why_left_out

    @property
    def why_left_out(self) -> str:
        """The reason for which today's check was left out; empty when it was not."""
        is_today = self._left_out is not None and self._left_out[0] == self._today
        return self._left_out[1] if self._left_out and is_today else ""

    @property
    def overrides(self) -> tuple[Override, ...]:
        """What every capture carries on a day whose check was left out."""
        why = self.why_left_out
        return (Override("start of day", why),) if why and self.known.due else ()

    def leave_out_today(self, reason: str) -> None:
        """No check at the start of this day; the reason stays with its captures."""
        self._left_out = (self._today, reason)

    # -- within ----------------------------------------------------------------------------------

    @property
    def _today(self) -> date:
        return self._station.now().astimezone().date()

    def _knows(self, known: Known) -> None:
        self.known = known
        self.changed.emit(known)
