"""The course of a subject: endpoint, chart, and which line is which."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.bridge.theme import current_theme
from gui.pages.compare.course_state import CourseState, Entry
from gui.widgets.busy_line import BusyLine
from gui.widgets.choice import KeyedCombo
from gui.widgets.words import card, labelled

if TYPE_CHECKING:
    from gui.widgets.trend_plot import TrendPlot

_LEGEND_PX = 272
_POINT_AT = "Point at a visit to read its value."


class LegendEntry(QPushButton):
    """Colour and dash of a line, the site, first and newest value; pressed: the line is shown."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setMinimumHeight(56)
        self.entry = entry
        self.show_entry(entry)

    def show_entry(self, entry: Entry) -> None:
        self.entry = entry
        self.setChecked(entry.is_shown)
        self.setAccessibleName(f"{entry.name}: {entry.words}")
        self.setToolTip("Hide this line" if entry.is_shown else "Show this line")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme, entry = current_theme(), self.entry
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(theme.series[entry.colour % len(theme.series)]) if entry.is_shown else theme.colour("disabled")
        dash = Qt.PenStyle.DashLine if entry.is_dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(colour, 3, dash))
        painter.drawLine(12, self.height() // 2, 44, self.height() // 2)
        room = QRectF(56, 6, self.width() - 64, self.height() - 12)
        painter.setPen(theme.colour("text" if entry.is_shown else "muted"))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, entry.name)
        painter.setPen(theme.colour("muted"))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, entry.words)
        painter.end()


class CourseView(QWidget):
    """Knows no session. The chart is made when it is first looked at: pyqtgraph takes a while to load."""

    endpoint_picked = Signal(object)
    site_toggled = Signal(object)
    """The `SiteKey` whose line is to be switched on or off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.endpoints = KeyedCombo("Endpoint")
        """The page lays it beside the other choices."""
        self.endpoints.picked.connect(self.endpoint_picked)
        self.busy = BusyLine("Measuring")
        self.notes = labelled("", "muted")
        self.notes.setWordWrap(True)
        self.read_out = labelled(_POINT_AT, "")
        self.legend: list[LegendEntry] = []
        self._state = CourseState()
        self._plot: TrendPlot | None = None
        self._lay_out()

    @property
    def plot(self) -> "TrendPlot":
        """The chart, made now if it was not there yet."""
        if self._plot is None:
            from gui.widgets.trend_plot import TrendPlot

            self._plot = TrendPlot()
            self._plot.pointed.connect(self._say)
            self._room.addWidget(self._plot)
        return self._plot

    def show_state(self, state: CourseState) -> None:
        self._state = state
        self.endpoints.show_choices(state.endpoints, state.endpoint)
        self.busy.show_busy(state.is_busy, state.progress)
        self.notes.setText(state.notes)
        self._show_legend(state.legend)
        if self.isVisible():
            self.plot.show_trend(state.trend)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.plot.show_trend(self._state.trend)

    # -- within ----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        frame = card()
        self._room = QVBoxLayout(frame)
        self._room.setContentsMargins(8, 8, 8, 4)
        self._entries = QVBoxLayout()
        self._entries.setSpacing(8)
        self._entries.addStretch(1)
        side = QWidget()
        side.setFixedWidth(_LEGEND_PX)
        side.setLayout(self._entries)
        self._entries.setContentsMargins(0, 0, 0, 0)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(frame, 1)
        body.addWidget(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.busy)
        column.addLayout(body, 1)
        column.addWidget(self.read_out)
        column.addWidget(self.notes)

    def _show_legend(self, entries: tuple[Entry, ...]) -> None:
        while len(self.legend) > len(entries):
            widget = self.legend.pop()
            self._entries.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        for number, entry in enumerate(entries):
            if number == len(self.legend):
                self._add_entry(entry)
            else:
                self.legend[number].show_entry(entry)

    def _add_entry(self, entry: Entry) -> None:
        widget = LegendEntry(entry)
        widget.clicked.connect(lambda: self.site_toggled.emit(widget.entry.site))
        self._entries.insertWidget(len(self.legend), widget)
        self.legend.append(widget)

    def _say(self, words: str) -> None:
        self.read_out.setText(words or _POINT_AT)
