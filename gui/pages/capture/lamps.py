"""All gates at a glance: a lamp and a word each, two columns."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QWidget

from gui.widgets.gate_lamps import Bulb, state_words
from gui.widgets.words import set_tone
from imaging.model.reading import GateReading, GateState


class _Lamp(QWidget):
    def __init__(self, title: str) -> None:
        super().__init__()
        self._bulb = Bulb(self, 22)
        self._title = QLabel(title)
        self.is_red = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(8)
        row.addWidget(self._bulb)
        row.addWidget(self._title, 1)

    def show_reading(self, reading: GateReading) -> None:
        self.is_red = reading.state is GateState.RED
        self._bulb.show_state(reading.state, reading.kind)
        set_tone(self._title, "role", "" if reading.state is not GateState.GREY else "muted")
        self.setToolTip(f"{state_words(reading)}. {reading.instruction}".strip())
        self.setAccessibleName(f"{self._title.text()}: {state_words(reading)}")


class LampGrid(QFrame):
    """Shows the state only; a click asks for the values and rules, on the red calibration lamp for the calibration."""

    unfold_asked = Signal()
    calibration_asked = Signal()

    def __init__(self, titles: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = titles
        self._lamps: dict[str, _Lamp] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Values and rules (G)")

    def show_readings(self, readings: Sequence[GateReading]) -> None:
        gates = [reading.gate for reading in readings]
        if gates != list(self._lamps):
            self._build(gates)
        for reading in readings:
            self._lamps[reading.gate].show_reading(reading)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        lamp = self._lamps.get("calibration")
        is_calibration = lamp is not None and lamp.is_red and lamp.geometry().contains(event.position().toPoint())
        (self.calibration_asked if is_calibration else self.unfold_asked).emit()

    def _build(self, gates: list[str]) -> None:
        for lamp in self._lamps.values():
            self._grid.removeWidget(lamp)
            lamp.hide()
            lamp.deleteLater()
        self._lamps = {gate: _Lamp(self._titles.get(gate, gate.capitalize())) for gate in gates}
        for number, lamp in enumerate(self._lamps.values()):
            self._grid.addWidget(lamp, number // 2, number % 2)
