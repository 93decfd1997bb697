"""Views of one picture with a title, of two under a curtain, of two in turn."""

from typing import Any

import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from gui.bridge.arrays import to_pixmap
from gui.widgets.image_view import ImageView, Layer
from gui.widgets.plate import SHADE, TEXT, draw_plate

SLOWEST_HZ, FASTEST_HZ = 0.5, 3.0
"""Nothing may flash faster than three times a second (WCAG 2.3.1)."""
_REACH = 28.0


class TitledView(ImageView):
    """A picture with its title in the corner and a cross where the pointer is in a linked view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._mark: tuple[int, int] | None = None
        self.overlays.append(self._draw_title)

    @property
    def title(self) -> str:
        return self._title

    def show_titled(self, pixels: npt.NDArray[Any] | None, title: str) -> None:
        self._title = title
        self.setAccessibleName(title)
        self.set_picture(pixels)

    def set_mark(self, place: tuple[int, int] | None) -> None:
        """(row, col) of the pointer in another view; None takes the cross away."""
        if place != self._mark:
            self._mark = place
            self.viewport().update()

    def _draw_title(self, painter: QPainter) -> None:
        if self.shape is None:
            return
        draw_plate(painter, self._title, QPointF(12, 12), is_right=False)
        if self._mark is not None:
            at = self.position_of(*self._mark)
            for pen in (QPen(SHADE, 4), QPen(TEXT, 2)):
                painter.setPen(pen)
                painter.drawLine(at - QPointF(12, 0), at + QPointF(12, 0))
                painter.drawLine(at - QPointF(0, 12), at + QPointF(0, 12))


class SwipeView(ImageView):
    """Reference to the left of a curtain, moving picture to its right. Drag the curtain, or Left and Right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moving = QPixmap()
        self._words = ("", "")
        self._share = 0.5
        self.tool = self
        self.overlays.append(self._draw_curtain)

    @property
    def share(self) -> float:
        """Where the curtain hangs, 0 left to 1 right."""
        return self._share

    def show_both(
        self, reference: npt.NDArray[Any] | None, moving: npt.NDArray[Any] | None, words: tuple[str, str]
    ) -> None:
        self._words = words
        self.set_picture(reference)
        self._moving = QPixmap() if moving is None else to_pixmap(moving)
        self._hang()

    def set_share(self, share: float) -> None:
        self._share = min(max(share, 0.0), 1.0)
        self._hang()

    def press(self, row: float, col: float) -> bool:
        return abs(self.position_of(row, col).x() - self._curtain_x()) <= _REACH

    def drag(self, row: float, col: float) -> None:  # noqa: ARG002
        self.set_share((col + 0.5) / (self.shape or (1, 1))[1])

    def release(self, row: float, col: float) -> None:
        self.drag(row, col)

    def twice(self, row: float, col: float) -> bool:
        return self.press(row, col)

    def key(self, key: int) -> bool:
        step = {Qt.Key.Key_Left: -0.02, Qt.Key.Key_Right: 0.02}.get(Qt.Key(key))
        if step is not None:
            self.set_share(self._share + step)
        return step is not None

    def _hang(self) -> None:
        first = round(self._share * self._moving.width())
        part = self._moving.copy(first, 0, self._moving.width() - first, self._moving.height())
        self.set_part(Layer.GHOST, part if first < self._moving.width() else QPixmap(), first)
        self.viewport().update()

    def _curtain_x(self) -> float:
        cols = (self.shape or (1, 1))[1]
        return self.position_of(0, self._share * cols - 0.5).x()

    def _draw_curtain(self, painter: QPainter) -> None:
        if self.shape is None:
            return
        x, height = self._curtain_x(), self.viewport().height()
        for pen in (QPen(SHADE, 6), QPen(TEXT, 2)):
            painter.setPen(pen)
            painter.drawLine(QPointF(x, 0), QPointF(x, height))
        _draw_grip(painter, QPointF(x, height / 2))
        draw_plate(painter, self._words[0], QPointF(12, 12), is_right=False)
        draw_plate(painter, self._words[1], QPointF(self.viewport().width() - 12, 12), is_right=True)


class BlinkView(TitledView):
    """Both pictures in turn at the same place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ("", "")
        self._is_moving_shown = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.turn)
        self.set_rate(1.0)

    def show_both(
        self, reference: npt.NDArray[Any] | None, moving: npt.NDArray[Any] | None, words: tuple[str, str]
    ) -> None:
        self._words = words
        self.set_picture(reference)
        self.set_layer(Layer.GHOST, moving)
        self._show_turn(False)

    def set_rate(self, hertz: float) -> None:
        """Changes a second, within what is safe to look at."""
        self._timer.setInterval(round(1000 / min(max(hertz, SLOWEST_HZ), FASTEST_HZ)))

    @property
    def interval_ms(self) -> int:
        return self._timer.interval()

    def set_running(self, is_running: bool) -> None:
        if is_running:
            self._timer.start()
        else:
            self._timer.stop()

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    @property
    def is_moving_shown(self) -> bool:
        return self._is_moving_shown

    def turn(self) -> None:
        """The other picture."""
        self._show_turn(not self._is_moving_shown)

    def _show_turn(self, is_moving: bool) -> None:
        self._is_moving_shown = is_moving
        self.set_visible(Layer.GHOST, is_moving)
        self._title = self._words[int(is_moving)]
        self.viewport().update()


def _draw_grip(painter: QPainter, middle: QPointF) -> None:
    painter.setPen(QPen(SHADE, 3))
    painter.setBrush(TEXT)
    painter.drawEllipse(middle, 20, 20)
    painter.setBrush(SHADE)
    painter.setPen(Qt.PenStyle.NoPen)
    for side in (-1, 1):
        tip = middle + QPointF(side * 13, 0)
        painter.drawPolygon(QPolygonF([tip, middle + QPointF(side * 5, -7), middle + QPointF(side * 5, 7)]))
