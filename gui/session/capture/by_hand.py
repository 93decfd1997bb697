"""Lights that a person switches: asks for one after the other and takes a picture of each."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from gui.bridge.tasks import Tasks
from gui.session.capture.standing import HandAsk
from gui.session.devices import DeviceSession
from imaging.capture.burst import LampError
from imaging.capture.by_hand import HandRules, ShotByHand
from imaging.capture.requests import answer_of
from imaging.model.frame import Frame

_FRAME_TIMEOUT_S = 15.0
_WRONG_FRAMES = 8
"""So many live frames in a row show another light before that is said."""


class ByHand(QObject):
    """One stack at a time. Space takes the light that is asked for; with the automatic shutter it is recognised."""

    asking = Signal(object)
    """What is asked for now, a `HandAsk`."""
    done = Signal(object)
    """The whole stack, a `HandStack`."""
    failed = Signal(str)
    """The stack was given up; it has to be begun again."""

    def __init__(self, devices: DeviceSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._devices = devices
        self._tasks = Tasks(self, workers=1)
        self._shot: ShotByHand | None = None
        self._wrong = 0
        self._hint = ""

    def begin(self) -> None:
        """The overview, with all lights on, then the first light."""
        self._shot = None
        self._grab(self._start, self.failed.emit)

    def take(self) -> None:
        """The light that is asked for is on."""
        if self._shot is not None and self._shot.asked is not None and not self._tasks.is_busy("frame"):
            self._grab(self._add, self._ask)

    def look(self, frame: Frame, is_automatic: bool) -> None:
        """Recognise a light in the live picture; say so when it is a wrong one."""
        if self._shot is None or self._shot.asked is None or self._tasks.is_busy("frame"):
            return
        if is_automatic and self._shot.is_recognised(frame):
            self.take()
            return
        trouble = self._shot.trouble(frame)
        self._wrong = self._wrong + 1 if trouble.startswith("That is") else 0
        if self._wrong == _WRONG_FRAMES:
            self._ask(trouble)
        elif not trouble and self._hint:
            self._ask()

    def cancel(self) -> None:
        """Forget what was taken; all lights on again."""
        if self._shot is not None or self._tasks.is_busy("frame"):
            self._devices.ask_for_light(None)
        self._shot = None
        for topic in ("frame", "finish"):
            self._tasks.forget(topic)

    def close(self) -> None:
        self.cancel()
        self._tasks.close()

    # -- within ----------------------------------------------------------------------------------

    def _grab(self, then: Callable[[Frame], None], failed: Callable[[str], None]) -> None:
        coming = self._devices.shoot_as_lit()
        self._tasks.run("frame", lambda: answer_of(coming, _FRAME_TIMEOUT_S), then, failed)

    def _start(self, overview: Frame) -> None:
        calibration = self._devices.calibration
        rules = HandRules(
            self._devices.light_names,
            self._devices.calibrated_lights,
            calibration.spacing if calibration is not None else None,
        )
        self._shot = ShotByHand(overview, rules)
        self._ask()

    def _add(self, frame: Frame) -> None:
        shot = self._shot
        if shot is None:
            return
        try:
            shot.add(frame)
        except LampError as error:
            self._ask(str(error))
            return
        if shot.asked is None:
            self._devices.ask_for_light(None)
            self._tasks.run("finish", shot.finish, self.done.emit, self.failed.emit)
        self._ask()

    def _ask(self, hint: str = "") -> None:
        self._wrong, self._hint = 0, hint
        asked = self._shot.asked if self._shot is not None else None
        if asked is not None:
            self._devices.ask_for_light(asked.light)
            self.asking.emit(HandAsk(asked.light, asked.number, asked.count, hint))
        else:
            self.asking.emit(None)
