"""What a finder saw in a picture: corners, a ball, and the ring into which it belongs."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.bridge.theme import DARK
from gui.widgets.image_view import ImageView

Place = tuple[float, float]
Circle = tuple[float, float, float]
_GOOD, _SEEN, _SHADE = QColor(DARK.good), QColor("#ffffff"), QColor(12, 16, 18, 205)
_DOT_PX = 5.0


class FinderMarks:
    """Draws over a view; places are (row, col) in pixels of its picture, circles have their radius as third."""

    def __init__(self, view: ImageView) -> None:
        self._view = view
        self._points: tuple[Place, ...] = ()
        self._circle: Circle | None = None
        self._wanted: Circle | None = None
        self._is_good = False
        view.overlays.append(self._draw)

    def show_marks(
        self, points: tuple[Place, ...], circle: Circle | None, wanted: Circle | None, is_good: bool
    ) -> None:
        new = (points, circle, wanted, is_good)
        if new != (self._points, self._circle, self._wanted, self._is_good):
            self._points, self._circle, self._wanted, self._is_good = new
            self._view.viewport().update()

    @property
    def points(self) -> tuple[Place, ...]:
        return self._points

    def _draw(self, painter: QPainter) -> None:
        if self._view.shape is None:
            return
        colour = _GOOD if self._is_good else _SEEN
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._wanted is not None:
            self._draw_circle(painter, self._wanted, QPen(colour, 3, Qt.PenStyle.DashLine))
        if self._circle is not None:
            self._draw_circle(painter, self._circle, QPen(colour, 3))
        for row, col in self._points:
            place = self._view.position_of(row, col)
            for pen in (QPen(_SHADE, 5), QPen(colour, 2.5)):
                painter.setPen(pen)
                painter.drawEllipse(place, _DOT_PX, _DOT_PX)

    def _draw_circle(self, painter: QPainter, circle: Circle, pen: QPen) -> None:
        row, col, radius = circle
        middle = self._view.position_of(row, col)
        reach = QPointF(self._view.position_of(row, col + radius)).x() - middle.x()
        for one in (QPen(_SHADE, pen.widthF() + 4), pen):
            painter.setPen(one)
            painter.drawEllipse(middle, reach, reach)
