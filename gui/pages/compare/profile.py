"""The chart below both pictures: one line cut through both visits, and what two markers read on it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.bridge.numbers import doubt_text, number_text, signed_doubt_text
from gui.bridge.theme import current_theme
from gui.widgets.words import card, labelled
from imaging.model.profile import HeightStep, Profile

if TYPE_CHECKING:
    from gui.widgets.profile_plot import ProfilePlot

_SIDE_PX, _LOWEST_PX = 300, 208
NOTHING = "Draw a line on either picture: press, drag, let go."
HOW = "Drag A and B in the chart, or press A or B and the arrow keys."


class Legend(QWidget):
    """A stroke in the colour of a curve, and whose it is."""

    def __init__(self, series: int, dash: Qt.PenStyle) -> None:
        super().__init__()
        self._series, self._dash = series, dash
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_words(self, words: str) -> None:
        self._words = words
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE_PX, 24)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        theme = current_theme()
        painter = QPainter(self)
        painter.setPen(QPen(QColor(theme.series[self._series]), 2.5, self._dash))
        painter.drawLine(0, self.height() // 2, 32, self.height() // 2)
        painter.setPen(theme.colour("text"))
        room = self.width() - 44
        words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(44, 0, room, self.height(), Qt.AlignmentFlag.AlignVCenter, words)
        painter.end()


class ProfilePanel(QWidget):
    """Knows no session. The chart is made when it is first looked at: pyqtgraph takes a while to load."""

    markers_moved = Signal(float, float)
    """Distances of A and B along the line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.then, self.now = Legend(5, Qt.PenStyle.DashLine), Legend(0, Qt.PenStyle.SolidLine)
        self.reading = labelled(NOTHING, "")
        self.reading.setWordWrap(True)
        self._how = labelled(HOW, "small")
        self._how.setWordWrap(True)
        self._profile: Profile | None = None
        self._plot: ProfilePlot | None = None
        self._lay_out()

    @property
    def plot(self) -> "ProfilePlot":
        """The chart, made now if it was not there yet."""
        if self._plot is None:
            from gui.widgets.profile_plot import ProfilePlot

            self._plot = ProfilePlot()
            self._plot.markers_moved.connect(self._read)
            self._room.addWidget(self._plot)
        return self._plot

    @property
    def length(self) -> float:
        """Of the line, in the unit of the chart; 0 while there is none."""
        return self._profile.length if self._profile else 0.0

    def show_profile(self, profile: Profile | None, titles: tuple[str, str]) -> None:
        self._profile = profile
        self.then.show_words(titles[0])
        self.now.show_words(titles[1])
        if profile is None:
            self.reading.setText(NOTHING)
        if self.isVisible():
            self.plot.show_profile(profile)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.plot.show_profile(self._profile)

    def _lay_out(self) -> None:
        frame = card()
        self._room = QVBoxLayout(frame)
        self._room.setContentsMargins(4, 4, 4, 4)
        side = QWidget()
        side.setFixedWidth(_SIDE_PX)
        words = QVBoxLayout(side)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(4)
        for widget in (self.then, self.now, self.reading, self._how):
            words.addWidget(widget)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(frame, 1)
        row.addWidget(side)
        self.setMinimumHeight(_LOWEST_PX)

    def _read(self, first: float, second: float) -> None:
        if self._profile is not None:
            self.reading.setText(reading_words(self._profile, first, second))
            self.markers_moved.emit(first, second)


def reading_words(profile: Profile, first: float, second: float) -> str:
    """Height from A to B then and now with their 95 % intervals, and how far apart both places are."""
    then, now = profile.step(first, second)
    lines = [f"A to B: {number_text(abs(second - first), profile.distance_unit)}"]
    for name, step in (("Then", then), ("Now", now)):
        lines.append(f"{name}: {_step_words(step, profile.height_unit)}")
    change = profile.change(first, second)
    if change is not None:
        lines.append(f"Now minus then: {signed_doubt_text(change.value, change.u_value, profile.height_unit)}")
    return "\n".join(lines)


def _step_words(step: HeightStep | None, unit: str) -> str:
    return "not measured here" if step is None else doubt_text(step.value, step.u_value, unit)
