"""Gates as lamps: state by shape and colour, value beside it, the rule when unfolded."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.bridge.numbers import brief_text
from gui.bridge.theme import current_theme
from gui.widgets.words import labelled
from imaging.model.reading import GateKind, GateReading, GateState

_STATE_WORDS = {
    (GateState.GREEN, GateKind.HARD): "good",
    (GateState.GREY, GateKind.HARD): "not available",
    (GateState.RED, GateKind.HARD): "not possible",
    (GateState.RED, GateKind.STOP): "needs a reason",
    (GateState.RED, GateKind.HOLD): "wait",
    (GateState.RED, GateKind.WARN): "note",
}


def state_words(reading: GateReading) -> str:
    """What a lamp says without its colour."""
    kind = reading.kind if reading.state is GateState.RED else GateKind.HARD
    return _STATE_WORDS[(reading.state, kind)]


class Bulb(QWidget):
    """Green: filled disc with a tick. Hard or stop: octagon. Hold or warn: triangle. Not available: dashed ring."""

    def __init__(self, parent: QWidget | None = None, size: int = 28) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(size, size))
        self._state = GateState.GREY
        self._kind = GateKind.HOLD

    def show_state(self, state: GateState, kind: GateKind) -> None:
        if (state, kind) != (self._state, self._kind):
            self._state, self._kind = state, kind
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(self.width() / 2, self.height() / 2)
        painter.scale(self.width() / 28, self.height() / 28)
        if self._state is GateState.GREEN:
            self._draw_tick(painter)
        elif self._state is GateState.GREY:
            self._draw_ring(painter)
        else:
            self._draw_sign(painter)
        painter.end()

    def _draw_tick(self, painter: QPainter) -> None:
        theme = current_theme()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(theme.colour("good")))
        painter.drawEllipse(QPointF(0, 0), 11, 11)
        painter.setPen(QPen(theme.colour("surface"), 2.6, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([QPointF(-5, 0.5), QPointF(-1.5, 4), QPointF(5, -4)]))

    def _draw_ring(self, painter: QPainter) -> None:
        pen = QPen(current_theme().colour("edge"), 2)
        pen.setDashPattern([2.2, 2.2])
        painter.setPen(pen)
        painter.drawEllipse(QPointF(0, 0), 10, 10)
        painter.setPen(QPen(current_theme().colour("edge"), 2))
        painter.drawLine(QPointF(-4, 0), QPointF(4, 0))

    def _draw_sign(self, painter: QPainter) -> None:
        theme = current_theme()
        is_stop = self._kind in (GateKind.HARD, GateKind.STOP)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(theme.colour("bad" if is_stop else "warn")))
        painter.drawPolygon(_OCTAGON if is_stop else _TRIANGLE)
        low = 0.0 if is_stop else 2.0
        painter.setPen(QPen(theme.colour("surface"), 2.6, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(0, -5.5 + low), QPointF(0, 0.5 + low))
        painter.drawPoint(QPointF(0, 5 + low))


class GateLamp(QFrame):
    """One gate. Click, Enter or Space unfolds the rule."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: GateReading | None = None
        self._bulb = Bulb(self)
        self._title = QLabel(title)
        self._value = labelled("", "muted")
        self._rule = labelled("", "small")
        self._rule.setWordWrap(True)
        self._rule.hide()
        self._lay_out()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._bulb)
        row.addWidget(self._title, 1)
        row.addWidget(self._value)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 8, 6)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._rule)
        self.setMinimumHeight(40)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    @property
    def is_unfolded(self) -> bool:
        return not self._rule.isHidden()

    @property
    def reading(self) -> GateReading | None:
        return self._reading

    def show_reading(self, reading: GateReading) -> None:
        if reading == self._reading:
            return
        self._reading = reading
        self._bulb.show_state(reading.state, reading.kind)
        self._value.setText(_value_text(reading))
        self._rule.setText(_rule_text(reading))
        self.setAccessibleDescription(f"{state_words(reading)}. {reading.instruction}")

    def set_unfolded(self, is_unfolded: bool) -> None:
        self._rule.setVisible(is_unfolded)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.set_unfolded(not self.is_unfolded)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.set_unfolded(not self.is_unfolded)
        else:
            event.ignore()


class GateLamps(QWidget):
    """All gates of a page, in the order they are first seen."""

    counts_changed = Signal(int, int)
    """Red and all."""

    def __init__(self, titles: Mapping[str, str] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = dict(titles or {})
        self._lamps: dict[str, GateLamp] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)

    def show_readings(self, readings: Sequence[GateReading]) -> None:
        """The newest reading of each gate; a gate that is no longer read disappears."""
        for gate in set(self._lamps) - {reading.gate for reading in readings}:
            lamp = self._lamps.pop(gate)
            self._column.removeWidget(lamp)
            lamp.deleteLater()
        for reading in readings:
            self.lamp(reading.gate).show_reading(reading)
        red = sum(reading.state is GateState.RED for reading in readings)
        self.counts_changed.emit(red, len(readings))

    def lamp(self, gate: str) -> GateLamp:
        if gate not in self._lamps:
            title = self._titles.get(gate, gate.replace("_", " ").capitalize())
            self._lamps[gate] = GateLamp(title, self)
            self._column.insertWidget(self._column.count() - 1, self._lamps[gate])
        return self._lamps[gate]

    @property
    def gates(self) -> tuple[str, ...]:
        return tuple(self._lamps)


def _value_text(reading: GateReading) -> str:
    """A bare count says nothing beside its lamp: there the state is said."""
    if reading.value is None or not reading.unit:
        return state_words(reading)
    return brief_text(reading.value, reading.unit)


def _rule_text(reading: GateReading) -> str:
    parts = [f"Rule: {reading.limit}." if reading.limit else "", reading.instruction]
    if reading.state is GateState.RED:
        parts.append(_CONSEQUENCE[reading.kind])
    return " ".join(part for part in parts if part)


_CONSEQUENCE = {
    GateKind.HARD: "No picture can be taken before this is put right.",
    GateKind.STOP: "Shooting all the same asks for a reason, and the picture waits for an investigator.",
    GateKind.HOLD: "The automatic shutter waits; the manual one does not.",
    GateKind.WARN: "Recorded with the picture.",
}
_OCTAGON = QPolygonF(
    [
        QPointF(x, y)
        for x, y in ((-4.6, -11), (4.6, -11), (11, -4.6), (11, 4.6), (4.6, 11), (-4.6, 11), (-11, 4.6), (-11, -4.6))
    ]
)
_TRIANGLE = QPolygonF([QPointF(0, -11.5), QPointF(12.5, 10.5), QPointF(-12.5, 10.5)])
