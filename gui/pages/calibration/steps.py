"""The list of steps beside the picture: any of them can be done alone, again, or not at all."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.bridge.icons import draw_icon
from gui.bridge.theme import current_theme
from gui.pages.calibration.state import Row
from gui.widgets.words import labelled, set_tone

_ICONS = {"good": "check", "bad": "error", "warn": "skip", "": ""}
_TOKENS = {"good": "good", "bad": "bad", "warn": "warn", "": "edge"}


class StepRow(QFrame):
    """A number or a sign, a title, and the figure that came out."""

    pressed = Signal(object)

    def __init__(self, number: int, row: Row, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self._row = row
        self._sign = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._sign.setFixedWidth(28)
        self._title = QLabel()
        self._words = labelled("", "small")
        self._words.setWordWrap(True)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._title)
        column.addWidget(self._words)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 6, 8, 6)
        line.setSpacing(8)
        line.addWidget(self._sign)
        line.addLayout(column, 1)
        self.setMinimumHeight(44)
        self.setProperty("role", "step")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_row(row)

    @property
    def row(self) -> Row:
        return self._row

    def show_row(self, row: Row) -> None:
        self._row = row
        self._title.setText(row.title)
        self._words.setText(row.words)
        self._words.setVisible(bool(row.words))
        self.setAccessibleName(f"{row.title}: {row.words or 'open'}")
        for widget in (self, self._title):
            set_tone(widget, "current", "yes" if row.is_current else "no")
        self._draw_sign()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit(self._row.key)

    def _draw_sign(self) -> None:
        name = _ICONS[self._row.tone]
        if name:
            self._sign.setPixmap(draw_icon(name, current_theme().colour(_TOKENS[self._row.tone]), QSize(22, 22)))
        else:
            self._sign.setText(str(self._number))


class StepList(QWidget):
    """One row a step."""

    chosen = Signal(object)
    """Key of the step that was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[StepRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_rows(self, rows: Sequence[Row]) -> None:
        if [row.key for row in rows] != [one.row.key for one in self.rows]:
            self._build(rows)
        for widget, row in zip(self.rows, rows, strict=True):
            widget.show_row(row)

    def _build(self, rows: Sequence[Row]) -> None:
        for widget in self.rows:
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.rows = [StepRow(number, row) for number, row in enumerate(rows, 1)]
        for widget in self.rows:
            widget.pressed.connect(self.chosen)
            self._column.addWidget(widget)
