"""What hands and ears have to do with a capture: the pedal's key, and the sounds that answer."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from gui.session.capture.session import CaptureSession
from gui.session.capture.standing import Phase, Standing
from gui.session.study import StudySession
from imaging.capture.feed import FeedView
from imaging.model.settings import StationSettings

TAKEN_KEYS = frozenset({"Backspace", "S", "G", "A", "H", "M", "Esc"})
"""What these do on the capture page is something else than taking a picture."""


class HandsSession(QObject):
    """Asks for "tick" when all is aligned, "shutter" when a picture is taken, "refusal" when one is not."""

    pedal_changed = Signal(str)
    """The pedal's key; empty for none."""
    sounds_changed = Signal(bool)
    """Whether sounds are on."""

    def __init__(self, study: StudySession, capture: CaptureSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self._play: Callable[[str], None] = study.station.play
        self._settings = study.settings
        self._was_ready = False
        self._phase = Phase.RESTING
        study.settings_changed.connect(self._remember)
        capture.changed.connect(self._follow)
        capture.failed.connect(lambda _: self._ask("refusal"))
        capture.reason_needed.connect(lambda _: self._ask("refusal"))

    @property
    def pedal(self) -> str:
        """Its key, as `QKeySequence` writes it; empty for none."""
        return self._settings.pedal

    @property
    def has_sounds(self) -> bool:
        return self._settings.has_sounds

    def set_sounds(self, is_on: bool) -> None:
        """On or off, now and at the next start."""
        self._study.remember(replace(self._study.settings, has_sounds=is_on))

    def look(self, view: FeedView) -> None:
        """Count a frame that was painted: the moment in which all is aligned is heard once."""
        is_ready = self._phase is Phase.AIMING and view.state == "live" and view.guidance.is_ready
        if is_ready and not self._was_ready:
            self._ask("tick")
        self._was_ready = is_ready

    def _follow(self, standing: Standing) -> None:
        if standing.phase is Phase.SHOOTING and self._phase is not Phase.SHOOTING:
            self._ask("shutter")
        self._phase = standing.phase

    def _remember(self, settings: StationSettings) -> None:
        before, self._settings = self._settings, settings
        if before.pedal != settings.pedal:
            self.pedal_changed.emit(settings.pedal)
        if before.has_sounds != settings.has_sounds:
            self.sounds_changed.emit(settings.has_sounds)

    def _ask(self, cue: str) -> None:
        if self._settings.has_sounds and self._phase is not Phase.RESTING:
            self._play(cue)
