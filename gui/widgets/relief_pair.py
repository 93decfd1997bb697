"""Two reliefs that turn together: whatever the hand does to one, both do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.bridge.arrays import to_image
from gui.widgets.plate import draw_plate
from imaging.model.relief import ReliefView

Draw = Callable[[ReliefView, tuple[int, int]], npt.NDArray[Any]]
"""A relief seen from somewhere, as a picture of (rows, cols)."""
MOVING_PX, RESTING_PX = 250_000, 1_000_000
"""Pixels that are drawn of each relief while it turns, and once it rests."""
_REST_MS = 180
_DEG_PER_PX = 0.4
_KEY_DEG, _STEP = 5.0, 1.25
_LOWEST_DEG, _HIGHEST_DEG = 10.0, 90.0
_SMALLEST, _LARGEST = 0.5, 8.0
_LARGEST_FIRST = 1.3
"""Zoom at which a corner is cut off only when one looks from straight above."""
FLATTEST, STEEPEST = 1.0, 15.0
"""Heights over lengths."""


@dataclass(frozen=True)
class Shown:
    """One of the two reliefs."""

    draw: Draw
    title: str = ""


class ReliefPicture(QWidget):
    """Shows one relief; says what the hand wants, and draws what it is told."""

    turn_asked = Signal(float, float)
    """Degrees of azimuth and of elevation."""
    zoom_asked = Signal(float)
    reset_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._shown: Shown | None = None
        self._from: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(QSize(160, 120))
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    @property
    def image(self) -> QImage:
        """What is shown now."""
        return self._image

    def show_relief(self, shown: Shown | None) -> None:
        self._shown = shown
        self.setAccessibleName(f"Relief, {shown.title}" if shown else "Relief")

    def draw(self, view: ReliefView, most_px: int) -> None:
        """Draw it anew, at most so many pixels; stretched to the size of the widget."""
        if self._shown is None or self.width() < 2 or self.height() < 2:
            self._image = QImage()
        else:
            ratio = self.devicePixelRatioF()
            rows, cols = self.height() * ratio, self.width() * ratio
            shrink = min(1.0, sqrt(most_px / (rows * cols)))
            size = max(round(rows * shrink), 2), max(round(cols * shrink), 2)
            self._image = to_image(self._shown.draw(view, size))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._image.isNull():
            painter.drawImage(QRectF(self.rect()), self._image)
        if self._shown is not None:
            draw_plate(painter, self._shown.title, QPointF(12, 12), is_right=False)
        if self.hasFocus():
            painter.setPen(self.palette().highlight().color())
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            step = event.position() - self._from
            self._from = event.position()
            self.turn_asked.emit(step.x() * _DEG_PER_PX, step.y() * _DEG_PER_PX)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        self._from = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        self.reset_asked.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_asked.emit(_STEP ** (event.angleDelta().y() / 120))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _TURNS:
            self.turn_asked.emit(*_TURNS[event.key()])
        elif event.key() in _ZOOMS:
            self.zoom_asked.emit(_ZOOMS[event.key()])
        elif event.key() == Qt.Key.Key_0:
            self.reset_asked.emit()
        else:
            event.ignore()


class ReliefPair(QWidget):
    """Drag turns, the wheel zooms, a double click goes back; arrows, + - and 0 too."""

    view_changed = Signal(object)
    """The new `ReliefView` of both."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures = ReliefPicture(), ReliefPicture()
        self.view = ReliefView()
        self._is_untouched = True
        self._soon, self._rest = QTimer(self), QTimer(self)
        for timer, milliseconds, draw in ((self._soon, 0, self._draw_turning), (self._rest, _REST_MS, self._draw_rest)):
            timer.setSingleShot(True)
            timer.setInterval(milliseconds)
            timer.timeout.connect(draw)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for picture in self.pictures:
            picture.turn_asked.connect(self._turn)
            picture.zoom_asked.connect(lambda factor: self._look(zoom=_held(self.view.zoom * factor)))
            picture.reset_asked.connect(self.reset)
            row.addWidget(picture, 1)

    def show_reliefs(self, both: tuple[Shown, Shown] | None) -> None:
        """Other reliefs, seen from where one looks already."""
        for picture, shown in zip(self.pictures, both or (None, None), strict=True):
            picture.show_relief(shown)
        self._rest.start(0)

    @property
    def is_at_rest(self) -> bool:
        """Drawn as finely as it will be."""
        return not (self._soon.isActive() or self._rest.isActive())

    def set_exaggeration(self, factor: float) -> None:
        self._look(exaggeration=min(max(factor, FLATTEST), STEEPEST))

    def reset(self) -> None:
        """As it was opened; heights stay as steep as they were made."""
        self._is_untouched = True
        self._set(self._first_view())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_untouched:
            self._set(self._first_view())
        self._rest.start(_REST_MS)
        self._soon.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._rest.start(0)

    # -- within ----------------------------------------------------------------------------------

    def _turn(self, azimuth_deg: float, elevation_deg: float) -> None:
        elevation = min(max(self.view.elevation_deg + elevation_deg, _LOWEST_DEG), _HIGHEST_DEG)
        self._look(azimuth_deg=(self.view.azimuth_deg + azimuth_deg) % 360, elevation_deg=elevation)

    def _first_view(self) -> ReliefView:
        """As large as the width allows; heights stay as steep as they were made."""
        picture = self.pictures[0]
        room = picture.width() / max(min(picture.width(), picture.height()), 1)
        return ReliefView(exaggeration=self.view.exaggeration, zoom=min(max(room, 1.0), _LARGEST_FIRST))

    def _look(self, **new: float) -> None:
        self._is_untouched = self._is_untouched and list(new) == ["exaggeration"]
        self._set(replace(self.view, **new))

    def _set(self, view: ReliefView) -> None:
        if view == self.view:
            return
        self.view = view
        self._soon.start()
        self._rest.start(_REST_MS)
        self.view_changed.emit(view)

    def _draw_turning(self) -> None:
        self._draw(MOVING_PX)

    def _draw_rest(self) -> None:
        self._draw(RESTING_PX)

    def _draw(self, most_px: int) -> None:
        if self.isVisible():
            for picture in self.pictures:
                picture.draw(self.view, most_px)

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self._rest.start(0)


def _held(zoom: float) -> float:
    return min(max(zoom, _SMALLEST), _LARGEST)


_TURNS: dict[int, tuple[float, float]] = {
    Qt.Key.Key_Left: (-_KEY_DEG, 0.0),
    Qt.Key.Key_Right: (_KEY_DEG, 0.0),
    Qt.Key.Key_Up: (0.0, -_KEY_DEG),
    Qt.Key.Key_Down: (0.0, _KEY_DEG),
}
_ZOOMS: dict[int, float] = {Qt.Key.Key_Plus: _STEP, Qt.Key.Key_Equal: _STEP, Qt.Key.Key_Minus: 1 / _STEP}
