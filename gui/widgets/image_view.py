"""A picture under the hand: drag, wheel, keys, read-out, and tools that draw on it."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from gui.widgets.layered_view import Layer, LayeredView, Look

__all__ = ["ImageView", "Layer", "Look", "Overlay", "Tool"]

_STEP = 1.25


class Tool(Protocol):
    """Takes mouse and keys before the view does. Places are (row, col)."""

    def press(self, row: float, col: float) -> bool:
        """True: the gesture is mine, do not pan."""
        ...

    def drag(self, row: float, col: float) -> None: ...

    def release(self, row: float, col: float) -> None: ...

    def twice(self, row: float, col: float) -> bool: ...

    def key(self, key: int) -> bool: ...


Overlay = Callable[[QPainter], None]
"""Draws over the layers, in pixels of the viewport."""


class ImageView(LayeredView):
    """Drag pans, the wheel zooms about the pointer, double click fits or shows 1 : 1; + - 0 and the arrow keys too."""

    pointed = Signal(object)
    """(row, col) of the pixel under the pointer, or None when it left the picture."""
    clicked = Signal(object)
    """Where the picture was pressed and let go without moving it, as a point of the viewport."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pan_from: QPoint | None = None
        self._pressed_at: QPoint | None = None
        self._is_tool_busy = False
        self.tool: Tool | None = None
        self.overlays: list[Overlay] = []

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        is_left = event.button() is Qt.MouseButton.LeftButton
        if is_left and self.tool and self.shape and self.tool.press(*self.row_col_at(event.position())):
            self._is_tool_busy = True
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton) and self._shape is not None:
            self._pan_from = event.position().toPoint()
            self._pressed_at = self._pan_from if is_left else None
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(self.pixel_at(event.position()))
        if self._is_tool_busy and self.tool:
            self.tool.drag(*self.row_col_at(event.position()))
        elif self._pan_from is not None:
            step = event.position().toPoint() - self._pan_from
            self._pan_from = event.position().toPoint()
            self.pan_by(step.x(), step.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_tool_busy and self.tool and event.button() is Qt.MouseButton.LeftButton:
            self._is_tool_busy = False
            self.tool.release(*self.row_col_at(event.position()))
        if self._pan_from is not None:
            self._pan_from = None
            self.viewport().unsetCursor()
        pressed_at, self._pressed_at = self._pressed_at, None
        released_at = event.position().toPoint()
        if pressed_at is not None and (released_at - pressed_at).manhattanLength() < QApplication.startDragDistance():
            self.clicked.emit(event.position())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not (self.tool and self.shape and self.tool.twice(*self.row_col_at(event.position()))):
            self.toggle_fit(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        factor = _ZOOM_KEYS.get(event.key())
        if self.tool and self.tool.key(event.key()):
            return
        if factor is not None:
            self.zoom_by(factor)
        elif event.key() == Qt.Key.Key_0:
            self.toggle_fit()
        elif event.key() in _PAN_KEYS:
            right, down = _PAN_KEYS[event.key()]
            self.pan_by(right, down)
        else:
            event.ignore()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        super().drawForeground(painter, rect)
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for draw in self.overlays:
            draw(painter)
        painter.restore()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None)
        super().leaveEvent(event)


_ZOOM_KEYS: dict[int, float] = {Qt.Key.Key_Plus: _STEP, Qt.Key.Key_Equal: _STEP, Qt.Key.Key_Minus: 1 / _STEP}
_PAN_KEYS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (64, 0),
    Qt.Key.Key_Right: (-64, 0),
    Qt.Key.Key_Up: (0, 64),
    Qt.Key.Key_Down: (0, -64),
}
