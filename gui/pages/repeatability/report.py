"""What a repeatability study says: a table of all endpoints, and the chart of the one that is chosen."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.pages.repeatability.state import COLUMNS, EXPLAINED, Agreement, EndpointRow, State
from gui.widgets.choice import KeyedCombo
from gui.widgets.tables import make_readable
from gui.widgets.words import card, labelled, set_tone

if TYPE_CHECKING:
    from gui.widgets.agreement_plot import AgreementPlot

_ROW_PX = 36
_WORDS_PX = 400


class EndpointTable(QTableWidget):
    """One row an endpoint; the chosen one is drawn as a chart."""

    row_picked = Signal(object)
    """Key of the endpoint."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(COLUMNS), parent)
        for col, words in enumerate(COLUMNS):
            title = QTableWidgetItem(words)
            side = Qt.AlignmentFlag.AlignLeft if col == 0 else Qt.AlignmentFlag.AlignRight
            title.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(col, title)
        make_readable(self, "Repeatability of every endpoint", _ROW_PX, may_choose=True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(72)
        self.setMinimumHeight(3 * _ROW_PX)
        self._rows: tuple[EndpointRow, ...] = ()
        self.currentCellChanged.connect(self._say)

    def show_rows(self, rows: tuple[EndpointRow, ...], chosen: str) -> None:
        """Says nothing."""
        self.blockSignals(True)
        if rows != self._rows:
            self._rows = rows
            self.setRowCount(len(rows))
            for number, row in enumerate(rows):
                self._fill(number, row)
        keys = [row.key for row in rows]
        self.setCurrentCell(keys.index(chosen) if chosen in keys else -1, 0)
        self.blockSignals(False)

    def _fill(self, number: int, row: EndpointRow) -> None:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if row.is_headline else QFont.Weight.Normal)
        for col, words in enumerate(row.cells):
            item = QTableWidgetItem(words)
            side = Qt.AlignmentFlag.AlignLeft if col == 0 else Qt.AlignmentFlag.AlignRight
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            item.setFont(font)
            item.setToolTip(words)
            self.setItem(number, col, item)

    def _say(self, row: int, *_: int) -> None:
        if 0 <= row < len(self._rows):
            self.row_picked.emit(self._rows[row].key)


class ReportView(QWidget):
    """Knows no session. The chart is made when it is first looked at: pyqtgraph takes a while to load."""

    site_picked, device_picked = Signal(object), Signal(object)
    endpoint_picked, pair_picked = Signal(object), Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = labelled("", "heading")
        self.verdict = labelled("", "badge")
        self.verdict.setWordWrap(True)
        self.sites, self.devices = KeyedCombo("Site"), KeyedCombo("Camera")
        self.pairs = KeyedCombo("Held against each other")
        self.table = EndpointTable()
        self.chart_title = labelled("", "heading")
        self.chart_title.setWordWrap(True)
        self.figures = labelled("", "muted")
        self.figures.setWordWrap(True)
        self._agreement = Agreement()
        self._plot: AgreementPlot | None = None
        self._lay_out()
        self.sites.picked.connect(self.site_picked)
        self.devices.picked.connect(self.device_picked)
        self.pairs.picked.connect(self.pair_picked)
        self.table.row_picked.connect(self.endpoint_picked)

    @property
    def plot(self) -> "AgreementPlot":
        """The chart, made now if it was not there yet."""
        if self._plot is None:
            from gui.widgets.agreement_plot import AgreementPlot

            self._plot = AgreementPlot()
            self._room.insertWidget(0, self._plot, 1)
        return self._plot

    def show_state(self, state: State) -> None:
        self.title.setText(state.title)
        self.verdict.setText(state.verdict)
        set_tone(self.verdict, "tone", "good" if state.is_large_enough else "warn")
        self.sites.show_choices(state.sites, state.site)
        self.devices.show_choices(state.devices, state.device)
        self.devices.setVisible(len(state.devices) > 1)
        self.table.show_rows(state.rows, state.chosen)
        self.pairs.show_choices(state.pairs, state.against)
        self.pairs.setVisible(len(state.pairs) > 1)
        self._agreement = state.agreement
        self.chart_title.setText(state.agreement.title)
        self.figures.setText(state.agreement.figures)
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    # -- within ----------------------------------------------------------------------------------

    def _draw(self) -> None:
        if self.isVisible() and (self._agreement.values is not None or self._plot is not None):
            self.plot.setVisible(self._agreement.values is not None)
            self.plot.show_values(self._agreement.values, self._agreement.unit)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.title, 1)
        top.addWidget(self.devices)
        top.addWidget(self.sites)
        frame = card()
        self._room = QHBoxLayout(frame)
        self._room.setContentsMargins(8, 8, 16, 8)
        self._room.setSpacing(16)
        self._room.addWidget(self._words())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.verdict)
        column.addWidget(self.table, 3)
        column.addWidget(frame, 2)

    def _words(self) -> QWidget:
        """What the chart shows, and what the columns mean."""
        explained = labelled(EXPLAINED, "small")
        explained.setWordWrap(True)
        side = QWidget()
        side.setFixedWidth(_WORDS_PX)
        words = QVBoxLayout(side)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(8)
        for widget in (self.pairs, self.chart_title, self.figures, explained):
            words.addWidget(widget)
        words.addStretch(1)
        return side
