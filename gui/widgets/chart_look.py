"""What all charts have in common: no menu, a calm ground, axes in the colours of the theme."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from gui.bridge.theme import current_theme

FONT_PX = 13


def calm_chart(parent: QWidget, box: pg.ViewBox, axes: dict[str, pg.AxisItem] | None = None) -> Any:
    """A chart that is moved by `box` only; `axes` stand in for the usual ones."""
    chart = pg.PlotWidget(parent=parent, viewBox=box, axisItems=axes or {})
    chart.plotItem.setMenuEnabled(False)
    chart.plotItem.hideButtons()
    chart.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return chart


def dress_chart(chart: Any, font_px: int = FONT_PX) -> None:
    """Ground and axes as the theme has them now; again after every change of the theme."""
    theme = current_theme()
    font = QFont(chart.font())
    font.setPixelSize(font_px)
    chart.setBackground(theme.colour("surface"))
    for name in ("bottom", "left"):
        axis = chart.plotItem.getAxis(name)
        axis.setTickFont(font)
        axis.setPen(theme.colour("edge"))
        axis.setTextPen(theme.colour("text"))
        axis.enableAutoSIPrefix(False)


def title_axes(chart: Any, **titles: str) -> None:
    """Words beside axes, by their names: "left", "bottom"."""
    style = {"color": current_theme().text, "font-size": f"{FONT_PX}px"}
    for name, words in titles.items():
        chart.plotItem.setLabel(name, words, **style)
