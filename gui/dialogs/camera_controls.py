"""The camera's controls for the technician: wanted, read back, refused; beside the live picture."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QDoubleValidator, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from gui.dialogs.form import FormDialog, text_label
from gui.session.capture.controls import ANY, ControlRow, control_rows, refused_words
from gui.session.devices import DeviceSession, DeviceState
from gui.widgets.live_view import LiveView
from gui.widgets.words import labelled, set_tone
from imaging.model.camera import CameraInfo
from imaging.model.frame import ControlReading, Frame

_LOOK_EVERY_MS = 250
_LIVE = QSize(448, 336)
_UNLIMITED = 100_000.0
_NOTHING_TO_SET = (
    "This camera lets no program set it. On a Mac no camera does: fix exposure and white balance in the camera's own "
    "program, and keep the light constant."
)


class ControlLine:
    """One row: name, what is wanted, what the camera says, and whether it holds it."""

    def __init__(self, row: ControlRow, chosen: Callable[[str, float], None]) -> None:
        self._row, self._chosen = row, chosen
        self.title = text_label("")
        self.title.setMinimumWidth(152)
        self.wanted = QLineEdit()
        self.wanted.setFixedWidth(112)
        self.wanted.setAccessibleName(row.title)
        self.wanted.setValidator(QDoubleValidator(-_UNLIMITED, _UNLIMITED, 0, self.wanted))
        self.wanted.editingFinished.connect(self._choose)
        self.read_back = labelled("", "number")
        self.read_back.setMinimumWidth(72)
        self.words = labelled("", "badge")
        self.words.setWordWrap(True)
        self.words.setMinimumSize(208, 32)

    def show_row(self, row: ControlRow) -> None:
        self._row = row
        limits = f"{row.minimum:g} to {row.maximum:g}" if row.minimum is not None and row.maximum is not None else ""
        self.title.setText("\n".join(part for part in (row.title, " ".join((limits, row.unit)).strip()) if part))
        self.wanted.setVisible(row.read_back is not None)
        value = row.wanted if row.wanted is not None else row.read_back
        if value is not None and not self.wanted.hasFocus():
            self.wanted.setText(f"{value:g}")
        self.read_back.setText(f"{row.read_back:g}" if row.read_back is not None else "–")
        self.words.setText(row.words)
        set_tone(self.words, "tone", row.tone)

    def _choose(self) -> None:
        """What was typed, within what the camera says it can do."""
        row, text = self._row, self.wanted.text()
        before = row.wanted if row.wanted is not None else row.read_back
        if not text.lstrip("-").isdigit() or float(text) == before:
            return
        low = row.minimum if row.minimum is not None else -_UNLIMITED
        high = row.maximum if row.maximum is not None else _UNLIMITED
        value = min(max(float(text), low), high)
        self.wanted.setText(f"{value:g}")
        self._chosen(row.name, value)


class CameraControlsDialog(FormDialog):
    """What is set here holds for this camera from now on, until a protocol or a site's baseline says otherwise."""

    def __init__(self, devices: DeviceSession, parent: QWidget | None = None) -> None:
        explanation = "Every value is asked again whenever the camera is opened. A site's baseline comes before it."
        super().__init__("Camera controls", explanation, "Close", parent)
        self._devices = devices
        self._was_off = devices.state.name == "off"
        self.cancel.hide()
        self.camera = text_label("", "muted")
        self.live = LiveView(devices.newest_picture)
        self.live.setFixedSize(_LIVE)
        self.search = QPushButton("Find the exposure on the skin")
        self.forget = QPushButton("Forget these values")
        self.lines: dict[str, ControlLine] = {}
        self.nothing = text_label(_NOTHING_TO_SET, "badge")
        self._lay_out()
        self._connect()
        self._show(None)
        devices.start()
        self._show_device(devices.state)
        self.live.start()
        self._look.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The return key ends a value, not the dialog."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """Let go of the camera, unless a page shows it."""
        self._look.stop()
        self.live.stop()
        if self._was_off:
            self._devices.stop()
        super().done(result)

    def _lay_out(self) -> None:
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        for column, words in enumerate(("", "Wanted", "Reads", "")):
            self._grid.addWidget(text_label(words, "muted"), 0, column)
        right = QVBoxLayout()
        right.addLayout(self._grid)
        right.addWidget(self.nothing)
        right.addStretch(1)
        for button in (self.search, self.forget):
            button.setAutoDefault(False)
            right.addWidget(button)
        left = QVBoxLayout()
        left.addWidget(self.live)
        left.addWidget(self.camera)
        left.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addLayout(left)
        row.addLayout(right, 1)
        self.body.addLayout(row)

    def _connect(self) -> None:
        controls = self._devices.controls
        self._look = QTimer(self, interval=_LOOK_EVERY_MS)
        self._look.timeout.connect(self._show_newest)
        self._devices.state_changed.connect(self._show_device)
        controls.failed.connect(self.say)
        controls.found.connect(lambda found: self.say(found.trouble))
        self.search.clicked.connect(lambda: controls.find_for_station(self._identity))
        self.forget.clicked.connect(lambda: controls.forget(self._identity))

    @property
    def _identity(self) -> str:
        """Of the camera that is open: the settings may know it by another name."""
        info = self._devices.info
        return info.identity if info is not None else self._devices.identity or ANY

    def _set(self, name: str, value: float) -> None:
        self._devices.controls.choose(self._identity, name, value)

    def _show_newest(self) -> None:
        live = self._devices.newest_picture()
        if live is not None:
            self._show(live.frame, live.view.camera)

    def _show(self, frame: Frame | None, info: CameraInfo | None = None) -> None:
        controls = frame.controls if frame is not None else ()
        self._show_rows(controls)
        self.search.setEnabled(any(c.name == "exposure" and c.read_back is not None for c in controls))
        self.nothing.setVisible(frame is not None and not any(c.read_back is not None for c in controls))
        if frame is not None and info is not None:
            sent = f", sent as {frame.transport}" if frame.transport else ""
            self.camera.setText(f"{info.name} · {info.identity}\n{frame.shape[1]} × {frame.shape[0]} pixels{sent}")
            self.say(refused_words(controls))

    def _show_rows(self, controls: Sequence[ControlReading]) -> None:
        for row in control_rows(controls):
            if row.name not in self.lines:
                self._add_line(row)
            self.lines[row.name].show_row(row)

    def _add_line(self, row: ControlRow) -> None:
        line = self.lines[row.name] = ControlLine(row, self._set)
        widgets: tuple[QWidget | QLabel, ...] = (line.title, line.wanted, line.read_back, line.words)
        for column, widget in enumerate(widgets):
            self._grid.addWidget(widget, self._grid.rowCount() - (column > 0), column, Qt.AlignmentFlag.AlignVCenter)

    def _show_device(self, state: DeviceState) -> None:
        self.live.set_veil(state.message)
