"""What no picture shows, asked once a visit: skin, room, time since arrival."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from gui.dialogs.form import ChoiceRow, FormDialog, text_label
from gui.session.capture.session import CaptureSession
from gui.session.capture.standing import Answers
from gui.session.visit import VisitSession

_STATES = {"clean": "Clean", "product": "Make-up or product on it"}
_WASHED = {"5": "Just now", "15": "15 min ago", "30": "30 min ago", "60": "1 h or more"}


class SkinDialog(FormDialog):
    """Nothing is assumed: every answer has to be given. Climate only where the protocol asks for it."""

    def __init__(self, capture: CaptureSession, visit: VisitSession, parent: QWidget | None = None) -> None:
        super().__init__("Before the first picture", "Ask the subject, then answer.", "Begin", parent)
        self._capture = capture
        self._visit = visit
        self.cancel.setText("Answer later")
        protocol = visit.chosen.protocol
        self._asks_climate = protocol is not None and protocol.gates.climate_gates
        self.skin = ChoiceRow(_STATES)
        self.add_field("The skin of the face is", self.skin)
        self.washed = ChoiceRow(_WASHED)
        self.add_field("Washed", self.washed)
        self.temperature, self.humidity = QLineEdit(), QLineEdit()
        if self._asks_climate:
            self._add_climate()

    def what_is_wrong(self) -> str:
        if self.skin.answer is None:
            return "Say whether the skin is clean."
        if self.washed.answer is None:
            return "Say when the skin was washed."
        if not self._asks_climate:
            return ""
        if not 5 <= (_number(self.temperature) or 0) <= 45:
            return "Enter the room temperature in °C, for example 21."
        if not 1 <= (_number(self.humidity) or 0) <= 100:
            return "Enter the humidity in %, for example 50."
        return ""

    def use(self) -> bool:
        climate = (_number(self.temperature), _number(self.humidity)) if self._asks_climate else (None, None)
        minutes = float(self.washed.answer or 0)
        excused = self._capture.standing.answers.excused
        self._capture.answer(Answers(self.skin.answer == "clean", minutes, *climate, excused))
        return True

    def _add_climate(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for field, unit, name in ((self.temperature, "°C", "Temperature"), (self.humidity, "% humidity", "Humidity")):
            field.setAccessibleName(name)
            field.setFixedWidth(96)
            row.addWidget(field)
            row.addWidget(text_label(unit), 1)
        self.add_field("The room is at", row, "Entered once for the room and the half-day.")
        known = self._visit.day.climate
        if known is not None:
            self.temperature.setText(f"{known[0]:g}")
            self.humidity.setText(f"{known[1]:g}")
        arrived, now = self._visit.chosen.arrived_at, self._visit.now
        if arrived is not None:
            minutes = int((now - arrived).total_seconds() // 60)
            self.body.addWidget(text_label(f"Arrived {minutes} min ago.", "muted"))


def _number(field: QLineEdit) -> float | None:
    try:
        return float(field.text().strip().replace(",", "."))
    except ValueError:
        return None
