"""The camera's calibration: what is known about it, and the steps that make it anew or check it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from gui.bridge.numbers import spelled
from gui.pages.calibration.controls import Controls
from gui.pages.calibration.fields import Fields
from gui.pages.calibration.overview import Overview
from gui.pages.calibration.stage import StepStage
from gui.pages.calibration.state import State, state_of
from gui.pages.calibration.steps import StepList
from gui.session.calibration.calibrating import Calibrating, Mode, Phase, StepKey
from gui.session.calibration.session import CalibrationSession
from gui.session.calibration.trust import TrustSession
from gui.session.devices import DeviceSession, DeviceState
from gui.widgets.words import labelled, set_tone

BACK = "back"
"""Where this page leads: to the page it was opened from."""
_PANEL = 304


class CalibrationPage(QWidget):
    """Space does the next thing, S leaves a step out, R repeats it, Escape stops."""

    goes_to = Signal(str)
    asks_for = Signal(str)

    def __init__(self, calibration: CalibrationSession, trust: TrustSession, devices: DeviceSession) -> None:
        super().__init__()
        self._calibration = calibration
        self._trust = trust
        self._devices = devices
        self._state = State()
        self.setProperty("role", "page")
        self.overview = Overview()
        self.stage = StepStage(devices.newest_picture)
        self.steps = StepList()
        self.fields = Fields(calibration.targets_folder)
        self.controls = Controls()
        self._title = labelled("", "title")
        self._sentence = labelled("", "badge")
        self._how = labelled("", "muted")
        self.problem = labelled("", "badge")
        self._faces = QStackedWidget()
        self._lay_out()
        self._connect()

    def enter(self) -> None:
        self._calibration.enter()
        self.stage.live.start()
        self._show()
        self.setFocus()

    def leave(self) -> None:
        self.stage.live.stop()
        self.stage.live.clear()
        self._calibration.leave()

    def show_state(self, state: State) -> None:
        self._state = state
        is_overview = state.stage == "overview"
        self._faces.setCurrentIndex(0 if is_overview else 1)
        self._title.setText(state.title)
        self._show_sentence(state, is_overview)
        self.controls.show_state(state)
        self.problem.setText(spelled(state.problem))
        self.problem.setVisible(bool(state.problem) and not is_overview)
        self.steps.show_rows(state.rows)
        self._how.setText(state.how if state.stage == "live" else "")
        self.fields.show_fields(state.fields)
        if is_overview:
            self.overview.show_state(state, self._trust.known.drift)
        else:
            self.stage.show_state(state)

    # -- within ----------------------------------------------------------------------------------

    def _show_sentence(self, state: State, is_overview: bool) -> None:
        self._sentence.setVisible(bool(state.sentence) and state.stage in ("overview", "live"))
        self._sentence.setText(spelled(state.sentence))
        set_tone(self._sentence, "tone", state.tone if is_overview else "")
        across = QSizePolicy.Policy.Expanding if is_overview else QSizePolicy.Policy.Maximum
        self._sentence.setSizePolicy(across, QSizePolicy.Policy.Preferred)

    def _lay_out(self) -> None:
        for label in (self._sentence, self._how, self.problem):
            label.setWordWrap(True)
        self._sentence.setStyleSheet("font-size: 15px;")
        self.problem.setStyleSheet("font-size: 15px; padding: 8px 12px;")
        set_tone(self.problem, "tone", "bad")
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self._title)
        top.addWidget(self._sentence, 1)
        top.addStretch(0)
        self._faces.addWidget(self.overview)
        self._faces.addWidget(self._step_face())
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self._faces, 1)
        column.addWidget(self.problem)
        column.addWidget(self.controls)

    def _step_face(self) -> QWidget:
        panel = QWidget()
        panel.setFixedWidth(_PANEL)
        side = QVBoxLayout(panel)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(12)
        side.addWidget(self.steps)
        side.addWidget(self._how)
        side.addWidget(self.fields, 1)
        face = QWidget()
        row = QHBoxLayout(face)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.stage, 1)
        row.addWidget(panel)
        return face

    def _connect(self) -> None:
        self._calibration.changed.connect(self._follow)
        self._trust.changed.connect(lambda _: self._show())
        self._devices.state_changed.connect(self._show_device)
        self.controls.primary.clicked.connect(self._go)
        self.controls.back.clicked.connect(self._back)
        self.controls.steps.clicked.connect(lambda: self._calibration.begin(Mode.STEPS))
        self.controls.replace.clicked.connect(lambda: self.asks_for.emit("replace-camera"))
        self.controls.leave_out.clicked.connect(self._leave_out)
        self.controls.repeat.clicked.connect(self._repeat)
        self.overview.step_asked.connect(lambda key: self._calibration.begin(Mode.STEPS, key))
        self.overview.check_asked.connect(lambda key: self._calibration.begin(Mode.CHECK, key))
        self.steps.chosen.connect(self._choose_step)
        self.fields.chosen.connect(self._calibration.choose)
        self.fields.wrong.connect(self._calibration.say)
        acts: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Space: self._go, Qt.Key.Key_Escape: self._back, Qt.Key.Key_S: self._leave_out,
            Qt.Key.Key_R: self._repeat,
        }  # fmt: skip
        for key, act in acts.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)

    def _follow(self, now: Calibrating) -> None:
        self._show()
        self.stage.show_sight(now.sight, now.progress, now.phase is Phase.WORKING)

    def _show(self) -> None:
        is_fixed_ring = self._devices.state.name == "live" and len(self._devices.light_names) < 3
        self.show_state(state_of(self._calibration.now, self._trust.known, is_fixed_ring))

    def _show_device(self, state: DeviceState) -> None:
        self.stage.live.set_veil("" if state.name == "live" else state.message)
        if self._calibration.now.step is None:
            self._show()

    def _go(self) -> None:
        """What the large button says."""
        now = self._calibration.now
        if not self._state.can_go:
            return
        if now.step is None:
            self._calibration.begin(Mode.DAILY if self._state.can_check else Mode.STEPS)
        elif now.is_off:
            self._calibration.repeat()
        elif now.phase is Phase.DONE and now.following is None:
            self._finish()
        elif now.phase is Phase.DONE:
            self._calibration.go_on()
        elif now.step is StepKey.TARGETS:
            self._calibration.save_targets(Path(self.fields.folder.text().strip()).expanduser())
        elif self.fields.take():
            self._calibration.take()

    def _finish(self) -> None:
        """A day that passed goes on where it was asked for; everything else is looked at once more."""
        is_day_done = self._calibration.now.mode is Mode.DAILY and not self._calibration.is_anything_off
        self._calibration.overview()
        if is_day_done:
            self.goes_to.emit(BACK)

    def _back(self) -> None:
        if self._calibration.now.step is None:
            self.goes_to.emit(BACK)
        else:
            self._calibration.overview()

    def _leave_out(self) -> None:
        if self._state.can_leave_out:
            self._calibration.leave_out()

    def _repeat(self) -> None:
        if self._state.can_repeat:
            self._calibration.repeat()

    def _choose_step(self, key: StepKey) -> None:
        if not self._state.is_working:
            self._calibration.go_to(key)
