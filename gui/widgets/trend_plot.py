"""A trend as a chart. Drawn by pyqtgraph on plain raster, without its menus; nothing here can be lost by dragging."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.bridge.theme import Theme, current_theme
from gui.widgets.chart_look import calm_chart, dress_chart, title_axes
from gui.widgets.trend import Trend, TrendLine, TrendPoint

_STEP = 1.25
_REACH_PX = 24.0
_LEAST_TICK_PX = 110.0
_TWO_LINES_PX = 46
_SYMBOLS = ("o", "s", "t", "d", "p", "h")
_DODGE = 0.03
"""Share of the axis by which lines are moved apart, so that they do not hide each other's points."""
_BESIDE = 0.012
"""Share of the axis by which replicates stand beside their mean."""


class VisitAxis(pg.AxisItem):  # type: ignore[misc]
    """Says at each visit when it was; leaves words out where they would run into each other."""

    def __init__(self) -> None:
        super().__init__(orientation="bottom")
        self._words: dict[float, str] = {}
        self.setStyle(tickLength=-6)
        self.setHeight(_TWO_LINES_PX)

    def show_ticks(self, ticks: tuple[tuple[float, str], ...]) -> None:
        self._words = dict(ticks)
        self.picture = None
        self.update()

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, list[float]]]:
        per_day = size / max(maxVal - minVal, 1e-9)
        kept: list[float] = []
        for day in sorted(self._words):
            if minVal <= day <= maxVal and (not kept or (day - kept[-1]) * per_day >= _LEAST_TICK_PX):
                kept.append(day)
        return [(1.0, kept)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: ARG002
        return [self._words[value] for value in values]


class CalmBox(pg.ViewBox):  # type: ignore[misc]
    """Drag moves, the wheel zooms, a double click shows all; the right button does nothing."""

    def __init__(self, fit: Any) -> None:
        super().__init__(enableMenu=False)
        self._fit = fit

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        if ev.button() == Qt.MouseButton.RightButton:
            ev.ignore()
            return
        super().mouseDragEvent(ev, axis)

    def mouseClickEvent(self, ev: Any) -> None:
        if ev.double() and ev.button() == Qt.MouseButton.LeftButton:
            ev.accept()
            self._fit()


class TrendPlot(QWidget):
    """One line a site and side: means large with their 95 % interval, replicates small. + - 0 and the arrows too."""

    pointed = Signal(str)
    """Words of the visit under the pointer; empty when there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trend = Trend()
        self._dodge: dict[str, float] = {}
        self._said = ""
        self.axis = VisitAxis()
        self.box = CalmBox(self.fit)
        self.box.disableAutoRange()
        self.plot = calm_chart(self, self.box, {"bottom": self.axis})
        self.plot.viewport().installEventFilter(self)
        self.plot.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 200)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self._dress()

    @property
    def trend(self) -> Trend:
        return self._trend

    def show_trend(self, trend: Trend) -> None:
        """Another trend is shown whole; the same one stays where it was moved to."""
        if trend == self._trend:
            return
        is_whole = self.is_fitted or (trend.title, trend.days) != (self._trend.title, self._trend.days)
        self._trend = trend
        width = trend.days[1] - trend.days[0]
        middle = (len(trend.lines) - 1) / 2
        self._dodge = {line.name: (n - middle) * _DODGE * width for n, line in enumerate(trend.lines)}
        self.setAccessibleName(f"Course of {trend.title}")
        self._draw()
        self._hold()  # which may move what is seen
        if is_whole:
            self.fit()

    @property
    def is_fitted(self) -> bool:
        """Nobody has zoomed or moved it."""
        return self._fitted == self._ranges

    def fit(self) -> None:
        """Everything, with room around."""
        self.box.setRange(xRange=self._trend.days, yRange=self._trend.values, padding=0)
        self._fitted = self._ranges

    def zoom_by(self, factor: float) -> None:
        self.box.scaleBy((1 / factor, 1 / factor))

    def position_of(self, line: TrendLine, point: TrendPoint) -> QPointF:
        """Where a mean lies in the chart's viewport."""
        there = self.box.mapViewToScene(QPointF(point.day + self._dodge.get(line.name, 0.0), point.mean))
        return QPointF(self.plot.mapFromScene(there))

    # -- within ----------------------------------------------------------------------------------

    _fitted: tuple[tuple[float, ...], ...] = ()

    @property
    def _ranges(self) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(round(float(v), 9) for v in pair) for pair in self.box.viewRange())

    def _hold(self) -> None:
        """The data cannot be moved or zoomed out of sight."""
        (left, right), (low, high) = self._trend.days, self._trend.values
        width, height = right - left, high - low
        self.box.setLimits(
            xMin=left - width / 2, xMax=right + width / 2, yMin=low - height / 2, yMax=high + height / 2,
            minXRange=width / 50, minYRange=height / 50,
        )  # fmt: skip

    def _dress(self) -> None:
        dress_chart(self.plot)
        self.plot.plotItem.getAxis("left").setStyle(tickLength=-6, maxTickLevel=0)

    def _draw(self) -> None:
        theme = current_theme()
        self.plot.plotItem.clear()
        title_axes(self.plot, left=self._trend.title)
        self.plot.plotItem.getAxis("left").setStyle(showValues=self._trend.has_values)
        self.axis.show_ticks(self._trend.ticks)
        for day, _ in self._trend.ticks:
            self.plot.addItem(pg.InfiniteLine(day, pen=pg.mkPen(theme.line, width=1)), ignoreBounds=True)
        self._draw_breaks(theme)
        for line in sorted(self._trend.lines, key=lambda line: line.is_strong):
            self._draw_line(line, theme)

    def _draw_breaks(self, theme: Theme) -> None:
        """A dashed line from top to bottom, with its word beside it."""
        look = {"position": 0.97, "anchors": [(0, 0), (0, 0)], "color": theme.colour("warn")}
        pen = pg.mkPen(theme.colour("warn"), width=2, style=Qt.PenStyle.DashLine)
        for day, words in self._trend.breaks:
            self.plot.addItem(pg.InfiniteLine(day, pen=pen, label=words, labelOpts=look), ignoreBounds=True)

    def _draw_line(self, line: TrendLine, theme: Theme) -> None:
        colour = QColor(theme.series[line.colour % len(theme.series)])
        if line.band is not None:
            self._draw_band(line.band, colour)
        dash = Qt.PenStyle.DashLine if line.is_dashed else Qt.PenStyle.SolidLine
        pen = pg.mkPen(colour, width=3.5 if line.is_strong else 2, style=dash)
        shift = self._dodge[line.name]
        for piece in line.pieces:
            days, means = [p.day + shift for p in piece], [p.mean for p in piece]
            self.plot.addItem(pg.PlotCurveItem(days, means, pen=pen, antialias=True))
        self._draw_points(line, colour, theme)

    def _draw_points(self, line: TrendLine, colour: QColor, theme: Theme) -> None:
        shift, symbol = self._dodge[line.name], _SYMBOLS[line.colour % len(_SYMBOLS)]
        beside = (self._trend.days[1] - self._trend.days[0]) * _BESIDE
        faint = QColor(colour)
        faint.setAlpha(150)
        for point in line.points:
            x, edge = [point.day + shift], pg.mkPen(colour, width=1.5)
            if point.spread is not None:
                ends = [point.mean - point.spread, point.mean + point.spread]
                self.plot.addItem(pg.PlotCurveItem(2 * x, ends, pen=edge, antialias=True))
            own = [x[0] + beside] * len(point.replicates)
            self.plot.addItem(pg.ScatterPlotItem(own, list(point.replicates), size=6, pen=None, brush=faint))
            inside = theme.colour("surface") if line.is_dashed else colour
            look = {"size": 15 if line.is_strong else 12, "symbol": symbol, "pen": pg.mkPen(colour, width=2)}
            self.plot.addItem(pg.ScatterPlotItem(x, [point.mean], brush=inside, **look))

    def _draw_band(self, band: tuple[float, float], colour: QColor) -> None:
        soft, edge = QColor(colour), QColor(colour)
        soft.setAlpha(36)
        edge.setAlpha(110)
        area = pg.LinearRegionItem(band, orientation="horizontal", brush=soft, pen=pg.mkPen(edge), movable=False)
        area.setZValue(-10)
        self.plot.addItem(area)

    # -- the hand --------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._say(self._near(event.position()))
        elif event.type() == QEvent.Type.Leave:
            self._say("")
        elif event.type() == QEvent.Type.MouseButtonPress:
            self.setFocus()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        factor = _ZOOM_KEYS.get(event.key())
        if factor is not None:
            self.zoom_by(factor)
        elif event.key() == Qt.Key.Key_0:
            self.fit()
        elif event.key() in _PAN_KEYS:
            (left, right), (low, high) = self.box.viewRange()
            across, up = _PAN_KEYS[event.key()]
            self.box.translateBy(x=across * (right - left), y=up * (high - low))
        else:
            event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "plot"):
            self._dress()
            self._draw()

    def _near(self, position: QPointF) -> str:
        """Words of the nearest mean within reach."""
        found, nearest = "", _REACH_PX
        for line in self._trend.lines:
            for point in line.points:
                away = self.position_of(line, point) - position
                distance = (away.x() ** 2 + away.y() ** 2) ** 0.5
                if distance < nearest:
                    found, nearest = point.words, distance
        return found

    def _say(self, words: str) -> None:
        if words != self._said:
            self._said = words
            self.pointed.emit(words)


_ZOOM_KEYS: dict[int, float] = {Qt.Key.Key_Plus: _STEP, Qt.Key.Key_Equal: _STEP, Qt.Key.Key_Minus: 1 / _STEP}
_PAN_KEYS: dict[int, tuple[float, float]] = {
    Qt.Key.Key_Left: (-0.1, 0),
    Qt.Key.Key_Right: (0.1, 0),
    Qt.Key.Key_Up: (0, 0.1),
    Qt.Key.Key_Down: (0, -0.1),
}
