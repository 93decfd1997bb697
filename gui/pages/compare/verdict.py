"""The answer: one verdict with its limit, and the other endpoints without one."""

from itertools import groupby

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.bridge.theme import current_theme
from gui.pages.compare.state import Line, Sentence
from gui.widgets.buttons import IconButton
from gui.widgets.tables import make_readable
from gui.widgets.words import labelled

_COLUMNS = ("", "Then", "Now", "Change", "MDC95")
_NARROW_PX, _ROOMY_PX = 580, 620


class VerdictStrip(QFrame):
    """Readable from two metres: the endpoint, the verdict, then and now, and what can be told at all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._title = labelled("", "muted")
        self.verdict = labelled("", "verdict")
        self.numbers = labelled("", "number")
        self._limit = labelled("", "muted")
        self._reason = labelled("", "muted")
        self.all_numbers = IconButton("review", "Every endpoint with its minimal detectable change", "All numbers")
        self.all_numbers.setCheckable(True)
        self._lay_out()

    def show_sentence(self, sentence: Sentence, notes: tuple[str, ...]) -> None:
        self._title.setText(sentence.title)
        self.verdict.setText(sentence.verdict)
        self.numbers.setText(sentence.numbers)
        self._limit.setText(sentence.limit)
        for label in (self.numbers, self._limit):
            label.setVisible(bool(label.text()))
        self._reason.setText(" ".join(part for part in (sentence.reason, *notes) if part))

    @property
    def words(self) -> str:
        """All that is said."""
        labels = (self._title, self.verdict, self.numbers, self._limit, self._reason)
        return " ".join(label.text() for label in labels if label.text())

    def _lay_out(self) -> None:
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addStretch(1)
        said.addWidget(self._title)
        said.addWidget(self.verdict)
        said.addStretch(1)
        measured = QVBoxLayout()
        measured.setSpacing(0)
        measured.addStretch(1)
        measured.addWidget(self._limit)
        measured.addWidget(self.numbers)
        measured.addStretch(1)
        self._reason.setWordWrap(True)
        self._reason.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(32)
        row.addLayout(said)
        row.addLayout(measured)
        row.addWidget(self._reason, 1)
        row.addWidget(self.all_numbers)


class OtherEndpoints(QTableWidget):
    """Then, now, change and limit in grey; only the headline carries a verdict."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_COLUMNS), parent)
        self.setHorizontalHeaderLabels(list(_COLUMNS))
        make_readable(self, "Other endpoints, without a verdict", 30)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.set_roomy(False)
        font = QFont(self.font())
        font.setPixelSize(13)
        self.setFont(font)
        self._lines: tuple[Line, ...] = ()

    def set_roomy(self, is_roomy: bool) -> None:
        """On a wide screen no title is cut short."""
        self.setFixedWidth(_ROOMY_PX if is_roomy else _NARROW_PX)

    def changeEvent(self, event: QEvent) -> None:
        """The grey of another look."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.rowCount():
            lines, self._lines = self._lines, ()
            self.show_lines(lines)

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        if lines == self._lines:
            return
        self._lines = lines
        self.clearSpans()
        self.setRowCount(0)
        for group, members in groupby(lines, key=lambda line: line.group):
            self._add_heading(group)
            for line in members:
                self._add_line(line)

    def _add_heading(self, group: str) -> None:
        row = self.rowCount()
        self.insertRow(row)
        item = QTableWidgetItem(group)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        item.setFont(font)
        self.setItem(row, 0, item)
        self.setSpan(row, 0, 1, len(_COLUMNS))

    def _add_line(self, line: Line) -> None:
        row, grey = self.rowCount(), QColor(current_theme().muted)
        self.insertRow(row)
        for col, words in enumerate((line.title, *line.cells)):
            item = QTableWidgetItem(words)
            side = Qt.AlignmentFlag.AlignLeft if col == 0 else Qt.AlignmentFlag.AlignRight
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            item.setForeground(grey)
            item.setToolTip(words)
            self.setItem(row, col, item)
