"""Bland and Altman's chart: differences against means, with the bias and the limits of agreement."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.bridge.theme import current_theme
from gui.widgets.chart_look import calm_chart, dress_chart, title_axes
from gui.widgets.trend_plot import CalmBox
from imaging.model.study import BlandAltman

_ROOM = 0.08


class AgreementPlot(QWidget):
    """A dot a pair; the bias as a line, the limits between which 95 % of differences lie as dashed ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: BlandAltman | None = None
        self._unit = ""
        self.box = CalmBox(self.fit)
        self.box.disableAutoRange()
        self.plot = calm_chart(self, self.box)
        self.setAccessibleName("Differences against means")
        self.setMinimumSize(280, 180)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        dress_chart(self.plot)

    @property
    def values(self) -> BlandAltman | None:
        return self._values

    def show_values(self, values: BlandAltman | None, unit: str) -> None:
        """None leaves the chart empty."""
        self._values, self._unit = values, unit
        self._draw()
        self.fit()

    def fit(self) -> None:
        """Zero in the middle, every dot and both limits in sight."""
        values = self._values
        if values is None:
            return
        means, differences = np.array(values.means), np.array(values.differences)
        reach = 1.1 * max(abs(values.low), abs(values.high), float(np.abs(differences).max()), 1e-9)
        room = _ROOM * (float(np.ptp(means)) or max(abs(float(means[0])), 1.0))
        across = float(means.min()) - room, float(means.max()) + room
        self.box.setRange(xRange=across, yRange=(-reach, reach), padding=0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "plot"):
            dress_chart(self.plot)
            self._draw()

    # -- within ----------------------------------------------------------------------------------

    def _draw(self) -> None:
        theme, values = current_theme(), self._values
        self.plot.plotItem.clear()
        unit = f" ({self._unit})" if self._unit else ""
        title_axes(self.plot, left=f"Difference{unit}", bottom=f"Mean of both{unit}")
        if values is None:
            return
        self.plot.addItem(pg.InfiniteLine(0, angle=0, pen=pg.mkPen(theme.line, width=1)))
        dashed = pg.mkPen(theme.series[1], width=2, style=Qt.PenStyle.DashLine)
        for level, pen in (
            (values.low, dashed),
            (values.high, dashed),
            (values.bias, pg.mkPen(theme.series[0], width=2)),
        ):
            self.plot.addItem(pg.InfiniteLine(level, angle=0, pen=pen))
        look: dict[str, Any] = {"size": 10, "pen": pg.mkPen(theme.surface, width=1), "brush": theme.colour("text")}
        self.plot.addItem(pg.ScatterPlotItem(list(values.means), list(values.differences), **look))
