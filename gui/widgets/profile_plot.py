"""One line cut through both visits as a chart, with two markers that read the difference of height between them."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.bridge.theme import current_theme
from gui.widgets.chart_look import calm_chart, dress_chart, title_axes
from gui.widgets.trend_plot import CalmBox
from imaging.model.profile import Profile

_KEY_SHARE = 0.01
_HANDLE_PX = 16.0
_LEAST_HEIGHT = 1e-3


class ProfilePlot(QWidget):
    """Then and now over the distance along the line. Left and Right move the marker chosen by A or B."""

    markers_moved = Signal(float, float)
    """Distances of both markers along the line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profile: Profile | None = None
        self._titles = ("", "")
        self._chosen = 1
        self.box = CalmBox(self.fit)
        self.box.disableAutoRange()
        self.plot = calm_chart(self, self.box)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Profile through both visits")
        self.setMinimumSize(240, 150)
        self.then, self.now = (pg.PlotCurveItem(antialias=True, connect="finite") for _ in range(2))
        self.markers = tuple(_marker(name) for name in "AB")
        for number, marker in enumerate(self.markers):
            marker.sigPositionChanged.connect(lambda _line, number=number: self._moved(number))
        for item in (self.then, self.now, *self.markers):
            self.plot.addItem(item, ignoreBounds=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self._dress()

    @property
    def profile(self) -> Profile | None:
        return self._profile

    @property
    def places(self) -> tuple[float, float]:
        """Where the markers stand, in the unit of the distance."""
        return float(self.markers[0].value()), float(self.markers[1].value())

    def show_profile(self, profile: Profile | None) -> None:
        """Another line begins with A at its start and B at the lowest place of then."""
        self._profile = profile
        for curve, name in ((self.then, "reference"), (self.now, "moving")):
            if profile is None:
                curve.setData([], [])
            else:
                curve.setData(np.array(profile.distance), np.array(getattr(profile, name)))
        for marker in self.markers:
            marker.setVisible(profile is not None)
        if profile is None:
            return
        self._label(profile)
        self._set_markers(0.0, _lowest(profile))
        self.fit()

    def move_marker(self, number: int, place: float) -> None:
        if self._profile is not None:
            self.markers[number].setValue(min(max(place, 0.0), self._profile.length))

    def fit(self) -> None:
        profile = self._profile
        if profile is None:
            return
        heights = np.concatenate([profile.reference, profile.moving])
        known = heights[np.isfinite(heights)]
        low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
        room = max((high - low) * 0.12, _LEAST_HEIGHT)
        self.box.setRange(xRange=(0.0, profile.length), yRange=(low - room, high + room), padding=0)

    def position_of(self, place: float, height: float) -> QPointF:
        """Where a point of the chart lies in its viewport."""
        return QPointF(self.plot.mapFromScene(self.box.mapViewToScene(QPointF(place, height))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -_KEY_SHARE, Qt.Key.Key_Right: _KEY_SHARE}.get(Qt.Key(event.key()))
        if step is not None and self._profile is not None:
            self.move_marker(self._chosen, self.places[self._chosen] + step * self._profile.length)
        elif event.key() in (Qt.Key.Key_A, Qt.Key.Key_B):
            self._choose(0 if event.key() == Qt.Key.Key_A else 1)
        elif event.key() == Qt.Key.Key_0:
            self.fit()
        else:
            event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "markers"):
            self._dress()

    # -- within ----------------------------------------------------------------------------------

    def _set_markers(self, first: float, second: float) -> None:
        profile = self._profile
        assert profile is not None
        for marker, place in zip(self.markers, (first, second), strict=True):
            marker.blockSignals(True)
            marker.setBounds((0.0, profile.length))
            marker.setValue(place)
            marker.blockSignals(False)
        self.markers_moved.emit(*self.places)

    def _moved(self, number: int) -> None:
        self._choose(number)
        self.markers_moved.emit(*self.places)

    def _choose(self, number: int) -> None:
        self._chosen = number
        self._dress_markers()

    def _label(self, profile: Profile) -> None:
        height = f"Height ({profile.height_unit})" if profile.height_unit else "Relative height"
        title_axes(self.plot, left=height, bottom=f"Along the line ({profile.distance_unit})")

    def _dress(self) -> None:
        theme = current_theme()
        dress_chart(self.plot)
        self.plot.plotItem.showGrid(x=False, y=True, alpha=0.15)
        self.then.setPen(pg.mkPen(theme.series[5], width=2.5, style=Qt.PenStyle.DashLine))
        self.now.setPen(pg.mkPen(theme.series[0], width=2.5))
        self._dress_markers()
        if self._profile is not None:
            self._label(self._profile)

    def _dress_markers(self) -> None:
        theme = current_theme()
        for number, marker in enumerate(self.markers):
            width = 3 if number == self._chosen else 1.5
            marker.setPen(pg.mkPen(theme.series[1], width=width))
            marker.setHoverPen(pg.mkPen(theme.series[1], width=4))
            marker.label.setColor(theme.colour("surface"))
            marker.label.fill = pg.mkBrush(theme.colour("text"))


def _marker(name: str) -> pg.InfiniteLine:
    """A line with a handle that is wide enough for a glove."""
    words = {"position": 0.88, "movable": False, "fill": "k", "color": "w"}
    marker = pg.InfiniteLine(0.0, movable=True, label=name, labelOpts=words)
    marker.addMarker("<|>", position=0.5, size=_HANDLE_PX)
    return marker


def _lowest(profile: Profile) -> float:
    heights = np.array(profile.reference)
    if not np.isfinite(heights).any():
        return profile.length
    return float(profile.distance[int(np.nanargmin(heights))])
