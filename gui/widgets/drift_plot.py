"""How one section of a device drifted: every check with its date, as a share of what is allowed."""

from datetime import datetime
from itertools import pairwise
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.bridge.numbers import brief_text, spelled
from gui.bridge.theme import Theme, current_theme
from gui.widgets.chart_look import calm_chart, dress_chart
from gui.widgets.trend_plot import CalmBox, VisitAxis
from imaging.model.calibration_state import DriftPoint, DriftSeries

_TALLEST = 260.0
"""What is further off is drawn at the edge, in % of the limit."""
_LEAST = 135.0
_FONT_PX = 12
_DAY_S = 86400.0


class DriftPlot(QWidget):
    """The green band is what is allowed. A filled dot passed, a cross did not, a hollow square is a new beginning."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._series: tuple[DriftSeries, ...] = ()
        self.axis = VisitAxis()
        self.box = CalmBox(self.fit)
        self.box.disableAutoRange()
        self.plot = calm_chart(self, self.box, {"bottom": self.axis})
        self.key = QLabel()
        self.key.setTextFormat(Qt.TextFormat.RichText)
        self.key.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.key)
        column.addWidget(self.plot, 1)
        self.setMinimumSize(280, 150)
        self._dress()

    @property
    def series(self) -> tuple[DriftSeries, ...]:
        return self._series

    def show_series(self, series: tuple[DriftSeries, ...]) -> None:
        """All quantities of one section."""
        if series != self._series:
            self._series = series
            self._draw()
            self.fit()

    def fit(self) -> None:
        """Everything, with room around; the limits are always in sight."""
        days = [self._day(point.at) for one in self._series for point in one.points] or [0.0]
        room = max((max(days) - min(days)) * 0.08, 1.5)
        off = [abs(_share(one, point)) for one in self._series for point in one.points]
        reach = min(max([_LEAST, *(1.15 * share for share in off)]), _TALLEST)
        self.box.setRange(xRange=(min(days) - room, max(days) + room), yRange=(-reach, reach), padding=0)

    # -- within ----------------------------------------------------------------------------------

    def _day(self, at: datetime) -> float:
        first = min(point.at for one in self._series for point in one.points)
        return (at - first).total_seconds() / _DAY_S

    def _draw(self) -> None:
        theme = current_theme()
        self.plot.clear()
        self._draw_band(theme)
        self._draw_scale()
        moments = sorted({point.at for one in self._series for point in one.points})
        self.axis.show_ticks(tuple((self._day(at), f"{at.astimezone():%d %b\n%Y}") for at in moments))
        colours = [QColor(theme.series[number % len(theme.series)]) for number in range(len(self._series))]
        for one, colour in zip(self._series, colours, strict=True):
            self._draw_line(one, colour, theme)
        self.key.setText("&nbsp;&nbsp; ".join(map(_words, self._series, colours)))
        names = ", ".join(one.quantity or one.section for one in self._series)
        self.setAccessibleName(f"Drift of {names}")

    def _draw_band(self, theme: Theme) -> None:
        soft = QColor(theme.colour("good"))
        soft.setAlpha(28)
        edge = pg.mkPen(theme.colour("warn"), width=1.5, style=Qt.PenStyle.DashLine)
        band = pg.LinearRegionItem((-100, 100), orientation="horizontal", brush=soft, pen=edge, movable=False)
        band.setZValue(-10)
        self.plot.addItem(band)

    def _draw_scale(self) -> None:
        """In its own unit when there is one quantity, otherwise as "limit"."""
        axis = self.plot.getAxis("left")
        if len({(one.unit, one.limit) for one in self._series}) == 1:
            one = self._series[0]
            limit = spelled(f"{one.limit:g} {one.unit}")
            words = [(-100.0, f"−{limit}"), (0.0, "0"), (100.0, f"+{limit}")]
        else:
            words = [(-100.0, "− limit"), (0.0, "0"), (100.0, "+ limit")]
        axis.setTicks([words])
        axis.setWidth(96)

    def _draw_line(self, one: DriftSeries, colour: QColor, theme: Theme) -> None:
        for before, after in pairwise(one.points):
            if not after.is_new:
                x, y = zip(*((self._day(p.at), _held(one, p)) for p in (before, after)), strict=True)
                self.plot.plot(list(x), list(y), pen=pg.mkPen(colour, width=2))
        for point in one.points:
            self.plot.addItem(self._dot(one, point, colour, theme))

    def _dot(self, one: DriftSeries, point: DriftPoint, colour: QColor, theme: Theme) -> Any:
        look: dict[str, Any] = {"symbol": "o", "size": 11, "brush": colour, "pen": pg.mkPen(colour)}
        if point.is_new:
            look = {"symbol": "s", "size": 12, "brush": theme.colour("surface"), "pen": pg.mkPen(colour, width=2)}
        elif not point.passed:
            look = {"symbol": "x", "size": 15, "brush": theme.colour("bad"), "pen": pg.mkPen(theme.colour("bad"))}
        return pg.ScatterPlotItem([self._day(point.at)], [_held(one, point)], **look)

    def _dress(self) -> None:
        dress_chart(self.plot, _FONT_PX)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "plot"):
            self._dress()
            self._draw()


def _share(one: DriftSeries, point: DriftPoint) -> float:
    """% of the limit."""
    return 100 * point.value / one.limit


def _held(one: DriftSeries, point: DriftPoint) -> float:
    return max(min(_share(one, point), 0.96 * _TALLEST), -0.96 * _TALLEST)


def _words(one: DriftSeries, colour: QColor) -> str:
    """The newest value of a quantity beside its colour and its limit; never broken between dot and name."""
    last = one.points[-1] if one.points else None
    is_new = last is None or last.is_new
    value = "not checked yet" if last is None or is_new else f"{brief_text(last.value, one.unit)}"
    name = f"{one.quantity}: " if one.quantity else ""
    limit = spelled(f"limit ±\u202f{one.limit:g} {one.unit}")
    said = f"{name}{value} ({limit})".replace(" ", "\u00a0")
    return f'<span style="color:{colour.name()}">{"□" if is_new else "●"}</span>\u00a0{said}'
