"""How annotations look on the screen, and which of them lies under the pointer."""

from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, hypot, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from gui.bridge.numbers import length_text
from gui.widgets.layered_view import LayeredView
from imaging.model.annotation import Annotation, Shape
from imaging.model.geometry import Spacing

REACH = 12.0
"""How near, in screen pixels, counts as on it; wide enough for a gloved finger on a mouse."""
_SHADE = QColor(12, 16, 18, 200)
_WIDTH, _HEAD = 3.0, 16.0


@dataclass(frozen=True)
class Placed:
    """An annotation in pixels of the viewport."""

    annotation: Annotation
    start: QPointF
    end: QPointF
    words: str

    @property
    def box(self) -> QRectF:
        return QRectF(self.start, self.end).normalized()

    @property
    def word_box(self) -> QRectF:
        """Where the words stand."""
        size = QFontMetricsF(_font()).boundingRect(self.words).adjusted(-4, -2, 4, 2).size()
        if self.annotation.shape is Shape.TEXT:
            return QRectF(self.start, size)
        if self.annotation.shape is Shape.RECTANGLE:
            return QRectF(QPointF(self.box.left(), self.box.top() - size.height() - 4), size)
        middle = (self.start + self.end) / 2 if self.annotation.shape is Shape.LINE else self.start
        return QRectF(QPointF(middle.x() + 10, middle.y() + 6), size)


def placed(annotation: Annotation, view: LayeredView, spacing: Spacing | None) -> Placed:
    start, end = view.position_of(*annotation.start), view.position_of(*annotation.end)
    words = annotation.text
    if annotation.shape is Shape.LINE:
        rows, cols = (b - a for a, b in zip(annotation.start, annotation.end, strict=True))
        words = f"{length_text(rows, cols, spacing)}  {words}".rstrip()
    return Placed(annotation, start, end, words)


def distance_to(mark: Placed, point: QPointF) -> float:
    """Screen pixels from a point to an annotation."""
    if mark.words and mark.word_box.contains(point):
        return 0.0
    if mark.annotation.shape is Shape.TEXT:
        return float("inf")
    if mark.annotation.shape is Shape.RECTANGLE:
        box = mark.box
        corners = [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft(), box.topLeft()]
        return min(_to_segment(point, a, b) for a, b in pairwise(corners))
    return _to_segment(point, mark.start, mark.end)


def handle_at(mark: Placed, point: QPointF) -> str:
    """ "start" or "end" when the point is on a handle, else empty."""
    if mark.annotation.shape is Shape.TEXT:
        return ""
    for name, place in (("end", mark.end), ("start", mark.start)):
        if hypot(point.x() - place.x(), point.y() - place.y()) <= REACH:
            return name
    return ""


def draw_mark(painter: QPainter, mark: Placed, is_selected: bool) -> None:
    colour = QColor(mark.annotation.colour)
    path = _path(mark)
    for pen in (QPen(_SHADE, _WIDTH + 3), QPen(colour, _WIDTH)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
    if mark.annotation.shape is Shape.ARROW:
        painter.setBrush(QBrush(colour))
        painter.drawPolygon(_head(mark))
    if mark.words:
        _draw_words(painter, mark, colour)
    if is_selected:
        _draw_handles(painter, mark)


def _path(mark: Placed) -> QPainterPath:
    path = QPainterPath()
    shape = mark.annotation.shape
    if shape is Shape.RECTANGLE:
        path.addRect(mark.box)
    elif shape is not Shape.TEXT:
        path.moveTo(mark.start)
        path.lineTo(mark.end)
    if shape is Shape.LINE:
        angle = atan2(mark.end.y() - mark.start.y(), mark.end.x() - mark.start.x()) + pi / 2
        tick = QPointF(cos(angle), sin(angle)) * 8
        for place in (mark.start, mark.end):
            path.moveTo(place - tick)
            path.lineTo(place + tick)
    return path


def _head(mark: Placed) -> QPolygonF:
    angle = atan2(mark.end.y() - mark.start.y(), mark.end.x() - mark.start.x())
    sides = [QPointF(cos(angle + turn), sin(angle + turn)) * _HEAD for turn in (pi - 0.42, pi + 0.42)]
    return QPolygonF([mark.end, mark.end + sides[0], mark.end + sides[1]])


def _draw_words(painter: QPainter, mark: Placed, colour: QColor) -> None:
    box = mark.word_box
    plate = QPainterPath()
    plate.addRoundedRect(box, 4, 4)
    painter.fillPath(plate, _SHADE)
    painter.setFont(_font())
    painter.setPen(colour)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark.words)


def _draw_handles(painter: QPainter, mark: Placed) -> None:
    painter.setPen(QPen(_SHADE, 2))
    painter.setBrush(QBrush(QColor("#ffffff")))
    if mark.annotation.shape is Shape.TEXT:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor("#ffffff"), 2, Qt.PenStyle.DashLine))
        painter.drawRect(mark.word_box.adjusted(-3, -3, 3, 3))
        return
    for place in (mark.start, mark.end):
        painter.drawEllipse(place, 7, 7)


def _font() -> QFont:
    font = QFont()
    font.setPixelSize(16)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def _to_segment(point: QPointF, a: QPointF, b: QPointF) -> float:
    along, away = b - a, point - a
    square = QPointF.dotProduct(along, along)
    share = min(max(QPointF.dotProduct(away, along) / square, 0.0), 1.0) if square else 0.0
    rest = away - along * share
    return hypot(rest.x(), rest.y())
