"""What switches the lights of the station: which one was chosen, and whether it is there."""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from gui.bridge.tasks import Tasks
from gui.session.capture.standing import LightsState
from gui.session.study import StudySession
from imaging.camera.device import LightController
from imaging.camera.light_choice import NONE, CheckedLights, LightsSetting, kind_of
from imaging.errors import CameraError

_CHECK_EVERY_MS = 1000


class LightsSession(QObject):
    """Opens the chosen lights with every camera, and looks now and then whether they are still on their cable."""

    changed = Signal(object)
    """The new `LightsState`."""
    found = Signal(object)
    """Lights to choose from, a tuple of `LightsChoice`."""
    failed = Signal(str)
    opened = Signal()

    def __init__(self, study: StudySession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self._tasks = Tasks(self, workers=1)
        self._lights: LightController | None = None
        self.state = LightsState(self.kind)
        self._watch = QTimer(self, interval=_CHECK_EVERY_MS)
        self._watch.timeout.connect(self.check)
        self.opened.connect(self.check)
        study.settings_changed.connect(lambda _: self._say(replace(self.state, kind=self.kind)))

    @property
    def line(self) -> str:
        """What the settings say."""
        return self._study.settings.lights

    @property
    def kind(self) -> str:
        """A line that means nothing is told when the camera is opened; until then it counts as none."""
        try:
            return kind_of(self.line)
        except CameraError:
            return NONE

    def what_is_wrong(self, line: str) -> str:
        """One plain sentence when a line names no lights; empty when it does."""
        try:
            kind_of(line)
        except CameraError as error:
            return str(error)
        return ""

    def choose(self, line: str) -> bool:
        """Use these lights from now on; True when they are others than before."""
        if line == self.line:
            return False
        self._study.remember(replace(self._study.settings, lights=line))
        return True

    def find(self) -> None:
        """Look what can be chosen; `found` says the answer."""
        line = self.line
        find = self._study.station.find_lights
        self._tasks.run("find", lambda: find(line), self.found.emit, self.failed.emit)

    def open(self, setting: LightsSetting) -> LightController:
        """The chosen lights. Called on the feed's thread, with every camera that is opened."""
        self._lights = self._study.station.open_lights(self.line, setting)
        self.opened.emit()
        return self._lights

    def start(self) -> None:
        self._watch.start()

    def stop(self) -> None:
        self._watch.stop()
        self._lights = None
        self._say(LightsState(self.kind))

    def close(self) -> None:
        self.stop()
        self._tasks.close()

    def check(self) -> None:
        """Ask the lights whether they are there; never waits for the answer."""
        lights, kind = self._lights, self.kind
        if lights is None or self._tasks.is_busy("check"):
            return

        def look() -> LightsState:
            message = lights.check() if isinstance(lights, CheckedLights) else ""
            return LightsState(kind, lights.lights, message)

        self._tasks.run("check", look, lambda state: self._checked(lights, state), self.failed.emit)

    def _checked(self, lights: LightController, state: LightsState) -> None:
        if lights is self._lights:
            self._say(state)

    def _say(self, state: LightsState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)
