"""The capture of a visit: one site after the other, led by the live picture."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from gui.pages.capture.controls import Controls
from gui.pages.capture.cues import cue_of
from gui.pages.capture.identity import IdentityBar
from gui.pages.capture.lights_bar import LightsBar
from gui.pages.capture.panel import SidePanel
from gui.pages.capture.stage import Stage
from gui.pages.capture.state import State, state_of
from gui.session.capture.hands import HandsSession
from gui.session.capture.live_map import LiveMapSession
from gui.session.capture.red_gates import gate_titles
from gui.session.capture.session import CaptureSession
from gui.session.capture.standing import Phase, Rest, Standing
from gui.session.devices import DeviceSession, DeviceState, LiveFrame
from gui.widgets.cue import Cue
from imaging.model.arrays import Pixels
from imaging.model.reading import GateState, Guidance


class CapturePage(QWidget):
    """Live picture, who and where, lamps, shutter. Space shoots, Backspace retakes, S leaves a site out, G unfolds, M
    mutes, H lays a map over the live picture; a pedal and the camera's own button shoot as well.
    """

    asks_for = Signal(str)
    goes_to = Signal(str)

    def __init__(
        self, capture: CaptureSession, devices: DeviceSession, hands: HandsSession, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._capture = capture
        self._devices = devices
        self._hands = hands
        self._map = LiveMapSession(capture, devices, self)
        self._state = State()
        self._ghost: Pixels | None = None
        self.setProperty("role", "page")
        self.identity = IdentityBar()
        self.stage = Stage(devices.newest_picture)
        self.controls = Controls()
        self.lights = LightsBar()
        self.panel = SidePanel(gate_titles())
        self._lay_out()
        self._connect()
        self._bind_keys()

    def enter(self) -> None:
        self.stage.live.start()
        self._capture.enter()
        self._show_device(self._devices.state)
        self.stage.live.setFocus()
        if self._capture.standing.chosen.visit is not None and not self._capture.standing.answers.is_complete:
            self.asks_for.emit("skin")

    def leave(self) -> None:
        self._map.leave()
        self.stage.live.stop()
        self.stage.live.set_ghost(None)
        self._ghost = None
        self.stage.live.clear()
        self.stage.baseline.show_picture(None, None)
        self.panel.show_readings(())
        self._capture.leave()

    def show_state(self, state: State) -> None:
        self._state = state
        self.identity.show_state(state)
        self.controls.show_state(state)
        self.lights.show_state(state)
        self.panel.show_state(state)

    # -- within ----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.stage, 1)
        left.addWidget(self.lights)
        left.addWidget(self.controls)
        body = QHBoxLayout()
        body.setContentsMargins(16, 8, 16, 12)
        body.setSpacing(16)
        body.addLayout(left, 5)
        body.addWidget(self.panel, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.identity)
        column.addLayout(body, 1)

    def _connect(self) -> None:
        self._capture.changed.connect(self._show_standing)
        self._capture.reason_needed.connect(lambda _: self.asks_for.emit("override"))
        self._devices.state_changed.connect(self._show_device)
        self._devices.button_pressed.connect(self._press)
        self.stage.live.painted.connect(self._look)
        self.stage.action_asked.connect(self._act_on_card)
        self.panel.site_chosen.connect(self._capture.choose_site)
        self.panel.exposure.again.clicked.connect(lambda: self._capture.exposing.find())
        self.panel.calibration_asked.connect(lambda: self.goes_to.emit("calibration"))
        self.controls.ghost.valueChanged.connect(lambda value: self.stage.live.set_ghost_opacity(value / 100))
        self._hands.pedal_changed.connect(self._learn_pedal)
        self._hands.sounds_changed.connect(self.controls.show_sounds)
        self.controls.show_sounds(self._hands.has_sounds)
        self.controls.sounds.clicked.connect(lambda: self._hands.set_sounds(not self._hands.has_sounds))
        self.controls.live_map.clicked.connect(self._map.toggle)
        self._map.changed.connect(self.controls.show_map)
        self._map.told.connect(self._capture.told)
        self.controls.automatic.clicked.connect(self._capture.set_automatic)
        self.lights.rested.connect(lambda stand, chin: self._capture.rest(Rest(stand, chin)))
        self.controls.shutter.clicked.connect(lambda: self._capture.shoot())
        self.controls.retake.clicked.connect(self._capture.retake)
        self.controls.skip.clicked.connect(self._skip)
        self.identity.finish.clicked.connect(lambda: self.asks_for.emit("finish"))

    def _bind_keys(self) -> None:
        """Keys of the whole window while this page is in sight: Space shoots wherever the focus is."""
        acts: dict[QKeySequence | Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Space: lambda: self._capture.shoot(),
            Qt.Key.Key_Camera: self._press,
            Qt.Key.Key_WebCam: self._press,
            Qt.Key.Key_Backspace: self._capture.retake,
            Qt.Key.Key_S: self._skip,
            Qt.Key.Key_G: self.panel.toggle,
            Qt.Key.Key_A: self.controls.automatic.click,
            Qt.Key.Key_M: self.controls.sounds.click,
            Qt.Key.Key_H: self.controls.live_map.click,
        }
        for key, act in acts.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)
        self._pedal = QShortcut(self)
        self._pedal.setAutoRepeat(False)
        self._pedal.activated.connect(self._capture.shoot)
        self._learn_pedal(self._hands.pedal)

    def _learn_pedal(self, key: str) -> None:
        """Space is there already, and a key bound twice does nothing."""
        self._pedal.setKey(QKeySequence() if key == "Space" else QKeySequence(key))

    def _show_standing(self, standing: Standing) -> None:
        self.show_state(state_of(standing))
        self.stage.show_state(self._state, standing.taken.picture if standing.taken else None)
        self._show_device(self._devices.state)
        self.panel.show_last(standing.pictures.last, standing.pictures.last_caption)

    def _show_device(self, state: DeviceState) -> None:
        is_live = state.name == "live"
        self.stage.live.set_veil(self._state.move_on if is_live else state.message)
        if not is_live:
            self.panel.show_readings(())

    def _look(self, live: LiveFrame) -> None:
        if self._capture.standing.phase is Phase.RESTING:
            return
        self._show_ghost()
        drawn = live.view.live_map
        self.stage.live.set_map(drawn.pixels if drawn is not None else None)
        self._capture.look(live.view)
        self._hands.look(live.view)
        self.panel.show_readings(live.view.guidance.readings)
        self._lead_to_site(live.view.guidance)
        if self._state.mode == "lighting":
            self.stage.live.set_cue(Cue(self._state.ask, progress=self._state.ask_progress))
        else:
            self.stage.live.set_cue(cue_of(live.view.guidance, self._capture.shutter_progress))

    def _show_ghost(self) -> None:
        """Only over a live picture, which says where it has to lie."""
        ghost = self._capture.standing.pictures.baseline
        if ghost is not self._ghost:
            self._ghost = ghost
            self.stage.live.set_ghost(ghost)

    def _lead_to_site(self, guidance: Guidance) -> None:
        """The baseline stands large beside the live picture until that registers on it; then the arrows begin."""
        pictures = self._capture.standing.pictures
        place = next((reading.state for reading in guidance.readings if reading.gate == "place"), GateState.GREY)
        if pictures.baseline is None or place is GateState.GREEN:
            self.stage.baseline.show_picture(None, None)
        elif place is GateState.RED and self._state.mode == "aiming":
            self.stage.baseline.show_picture(pictures.baseline, pictures.roi)

    def _press(self) -> None:
        """The camera's own button is the shutter, unless a question stands before the page."""
        if self.isVisible() and QApplication.activeModalWidget() is None:
            self._capture.shoot()

    def _skip(self) -> None:
        if self._state.mode == "aiming":
            self.asks_for.emit("not-done")

    def _act_on_card(self) -> None:
        if self._state.mode == "complete":
            self.asks_for.emit("finish")
        else:
            self.goes_to.emit("today")
