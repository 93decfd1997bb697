"""How far a repeatability study got: what it needs, and what was taken of each subject."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableWidget, QTableWidgetItem, QWidget
from PySide6.QtWidgets import QVBoxLayout as Column

from gui.bridge.theme import current_theme
from gui.pages.repeatability.state import Count, State
from gui.widgets.tables import make_readable
from gui.widgets.words import card, labelled, set_tone

_ROW_PX = 40


class CountCard(QWidget):
    """One thing the study needs."""

    def __init__(self) -> None:
        super().__init__()
        frame = card()
        self.title = labelled("", "muted")
        self.words = labelled("", "badge")
        row = QHBoxLayout(frame)
        row.setContentsMargins(12, 8, 12, 8)
        row.addWidget(self.title, 1)
        row.addWidget(self.words)
        outer = Column(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def show_count(self, count: Count) -> None:
        self.title.setText(count.title)
        self.words.setText(count.words)
        set_tone(self.words, "tone", "good" if count.is_met else "warn")


class ProgressPanel(QWidget):
    """Knows no session."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counts = [CountCard() for _ in range(3)]
        self.table = QTableWidget()
        make_readable(self.table, "Pictures taken of every subject", _ROW_PX)
        column = Column(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        counts = QHBoxLayout()
        counts.setSpacing(16)
        for one in self.counts:
            counts.addWidget(one, 1)
        column.addLayout(counts)
        column.addWidget(self.table, 1)

    def show_state(self, state: State) -> None:
        for one, count in zip(self.counts, state.counts, strict=False):
            one.show_count(count)
        titles = ["Subject", *state.days]
        self.table.setColumnCount(len(titles))
        self.table.setHorizontalHeaderLabels(titles)
        self.table.setRowCount(len(state.subjects))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(left)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        good = current_theme().colour("good")
        for number, subject in enumerate(state.subjects):
            for col, words in enumerate((subject.code, *subject.cells)):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                if subject.is_complete:
                    item.setForeground(good)
                self.table.setItem(number, col, item)
