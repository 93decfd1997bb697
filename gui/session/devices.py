"""The camera and its lights: which one, whether it is there, and what it shows."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from gui.bridge.tasks import Tasks
from gui.session.capture.controls import ControlsSession
from gui.session.capture.lights import LightsSession
from gui.session.study import StudySession
from imaging.camera.button import CameraButton
from imaging.camera.device import AimableCamera, BenchTarget, Camera, LightController, Target
from imaging.camera.light_choice import LightsSetting
from imaging.camera.lights import NoLights
from imaging.capture.burst import Burst, shoot_stack
from imaging.capture.feed import Feed, FeedView
from imaging.guidance.context import GateContext
from imaging.guidance.gates import read_cheap, read_slow
from imaging.model.calibration import DeviceCalibration
from imaging.model.camera import CameraInfo
from imaging.model.frame import Frame
from imaging.model.light_stack import LightStack
from imaging.model.lights import Lights

_WATCH_EVERY_MS = 100


@dataclass(frozen=True)
class DeviceState:
    """How the camera is doing, in words for the live view."""

    name: str = "off"
    """One of "off", "starting", "live", "stalled", "lost"."""
    message: str = ""


@dataclass(frozen=True, eq=False)
class LiveFrame:
    """A frame to paint, and all that is known about it."""

    frame: Frame
    view: FeedView


class DeviceSession(QObject):
    """Owns the feed. `start` and `stop` come back at once; opening a camera happens elsewhere."""

    state_changed = Signal(object)
    """The new `DeviceState`."""
    seated = Signal()
    """A simulated patient sits as told by `aim`."""
    found = Signal(object)
    """Cameras found, a tuple of `CameraInfo`."""
    button_pressed = Signal()
    """The camera's own button."""
    failed = Signal(str)

    def __init__(self, study: StudySession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self._tasks = Tasks(self, workers=1)
        self.lights = LightsSession(study, self)
        self.lights.failed.connect(self.failed)
        self._feed: Feed | None = None
        self._running: list[Feed] = []
        """Started and not yet known to have ended."""
        self._is_wanted = False
        self._has_map = False
        self._camera: Camera | None = None
        self._button: CameraButton | None = None
        self._lights: tuple[str, ...] = ()
        self._target: Target | BenchTarget | None = None
        self.controls = ControlsSession(study, lambda verb: self._feed.ask(verb) if self._feed else None, self)
        self._context = GateContext()
        self.state = DeviceState()
        self._watch = QTimer(self)
        self._watch.setInterval(_WATCH_EVERY_MS)
        self._watch.timeout.connect(self._look)

    # -- which camera ----------------------------------------------------------------------------

    @property
    def identity(self) -> str | None:
        """The camera that is wanted, whether or not it is there."""
        return self._study.settings.camera

    @property
    def info(self) -> CameraInfo | None:
        """The camera that was opened last."""
        return self._camera.info if self._camera is not None else None

    @property
    def light_names(self) -> tuple[str, ...]:
        """Lights of the camera that was opened last, those that can be switched."""
        return self._lights

    @property
    def calibration(self) -> DeviceCalibration | None:
        """The device file of the wanted camera."""
        return self._study.station.readable_calibration(self.identity) if self.identity else None

    def calibration_for(self, view: FeedView) -> DeviceCalibration | None:
        """What of the device file counts for pictures of this size."""
        calibration = self.calibration
        if calibration is None or view.frame is None:
            return calibration
        return calibration.for_frames(view.frame.shape)

    def find(self) -> None:
        """Look which cameras are there; `found` says the answer."""
        self._tasks.run("find", self._study.station.find_cameras, self.found.emit, self.failed.emit)

    def choose(self, identity: str) -> None:
        """Use this camera from now on."""
        if identity == self.identity:
            return
        self._study.remember(replace(self._study.settings, camera=identity))
        self._start_anew()

    def choose_lights(self, line: str) -> None:
        """Use these lights from now on: a line as in `imaging.camera.light_choice`."""
        if self.lights.choose(line):
            self._start_anew()

    # -- the feed --------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to show the wanted camera; what hinders that is told through `state_changed`."""
        self._is_wanted = True
        if self._feed is not None:
            return
        identity = self.identity
        if identity is None:
            self._say(DeviceState("off", "No camera is chosen yet: open the settings and choose one."))
            self._tasks.run("only", self._study.station.find_cameras, self._choose_the_only_one, self.failed.emit)
            return
        feed = Feed(self._opener(identity), read_cheap, read_slow)
        feed.set_context(self._context)
        feed.show_map(self._has_map)
        self._feed = feed
        self.controls.apply()
        self._running.append(feed)
        self._say(DeviceState("starting", "The camera is being opened."))
        self._watch.start()
        self.lights.start()
        self._tasks.run("start", feed.start, lambda _: None, self._could_not_start)

    def stop(self) -> None:
        """Let go of the camera."""
        self._is_wanted = False
        feed, self._feed = self._feed, None
        if feed is None:
            return
        self._watch.stop()
        if self._button is not None:
            self._button.close()
        self.lights.stop()
        self._tasks.run("stop", feed.stop, lambda _: self._running.remove(feed), self.failed.emit)
        self._say(DeviceState())

    def close(self) -> None:
        """Let go of the camera and wait for that."""
        self.stop()
        self._tasks.close()
        for feed in self._running:
            feed.stop()
        self._running.clear()
        self.lights.close()
        self.controls.close()

    def newest(self) -> FeedView | None:
        return self._feed.newest() if self._feed is not None else None

    def newest_picture(self) -> LiveFrame | None:
        """As `newest`, once there is a frame: what a live view paints."""
        view = self.newest()
        return LiveFrame(view.frame, view) if view is not None and view.frame is not None else None

    def shoot(self, is_verified: bool = True) -> "Future[LightStack] | None":
        """One light stack; None while there is no camera. On skin its lamps are verified against the device file."""
        burst = Burst(calibrated=self.calibrated_lights if is_verified else None, is_verified=is_verified)
        return self._feed.shoot(burst) if self._feed is not None else None

    def shoot_as_lit(self) -> "Future[Frame] | None":
        """The sharpest of three frames under whatever light is on; None while there is no camera."""
        if self._feed is None:
            return None
        burst = Burst(frames=3)
        return self._feed.ask(lambda camera, _: shoot_stack(camera, NoLights(), burst).frames[0])

    def ask_for_light(self, light: str | None) -> None:
        """Tell lights that are switched by hand what is wanted; a simulated person does it."""
        if self._feed is not None:
            self._feed.ask(lambda _, lights: lights.select(light))

    @property
    def calibrated_lights(self) -> Lights | None:
        """The lights of the device file."""
        calibration = self.calibration
        return calibration.lights.lights if calibration is not None and calibration.lights is not None else None

    @property
    def context(self) -> GateContext:
        """What the gates judge frames against now."""
        return self._context

    def set_context(self, context: GateContext) -> None:
        """What the gates judge the next frames against."""
        self._context = context
        if self._feed is not None:
            self._feed.set_context(context)

    def show_map(self, is_on: bool) -> None:
        """Have a live map drawn of every frame there is time for; it comes with `newest`."""
        self._has_map = is_on
        if self._feed is not None:
            self._feed.show_map(is_on)

    def aim(self, target: Target | BenchTarget) -> bool:
        """Tell a simulated patient how to sit, or have an object laid before the simulated camera.

        True when `seated` will say that it is done. A page tells real people.
        """
        self._target = target
        feed, camera = self._feed, self._camera
        if feed is not None and isinstance(camera, AimableCamera):
            sat = feed.ask(lambda *_: camera.aim(target))
            sat.add_done_callback(lambda _: self.seated.emit())
            return True
        return False

    # -- within ----------------------------------------------------------------------------------

    def _opener(self, identity: str) -> Callable[[], tuple[Camera, LightController]]:
        """Runs on the feed's thread, again after every replug."""

        def open_again() -> tuple[Camera, LightController]:
            camera, own = self._study.station.open_camera(identity)
            calibrated = self.calibrated_lights
            names = calibrated.names if calibrated is not None else ()
            lights = self.lights.open(LightsSetting(own, names, camera.info.name))
            self._camera, self._lights = camera, lights.lights
            self._listen(camera.info)
            if self._target is not None and isinstance(camera, AimableCamera):
                camera.aim(self._target)
            return camera, lights

        return open_again

    def _listen(self, info: CameraInfo) -> None:
        """To the camera's own button, which comes and goes with its cable."""
        before, self._button = self._button, CameraButton(info.path or "") if info.kind == "usb" else None
        if before is not None:
            before.close()

    def _start_anew(self) -> None:
        if self._is_wanted:
            self.stop()
            self.start()

    def _choose_the_only_one(self, cameras: Sequence[CameraInfo]) -> None:
        """One camera that is not built into the computer needs no question."""
        candidates = [info for info in cameras if not info.is_builtin]
        if self._is_wanted and self.identity is None and len(candidates) == 1:
            self.choose(candidates[0].identity)

    def _could_not_start(self, message: str) -> None:
        self._watch.stop()
        self._feed = None
        self._say(DeviceState("lost", message))

    def _look(self) -> None:
        if self._button is not None and self._button.was_pressed():
            self.button_pressed.emit()
        view = self.newest()
        if view is None or (view.state == "live" and view.frame is None):
            return
        self._say(DeviceState(view.state, "" if view.state == "live" else view.message))

    def _say(self, state: DeviceState) -> None:
        if state != self.state:
            if (self.state.name, state.name) == ("lost", "live"):
                self.controls.apply()
            self.state = state
            self.state_changed.emit(state)
