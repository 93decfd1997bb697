"""Lines over a picture that stay thin at every zoom; one of them may stand out."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene

_COLOUR, _CHOSEN, _SHADE = QColor("#ffffff"), QColor("#ffd400"), QColor(0, 0, 0, 190)


class Outlines:
    """White lines with a dark rim, readable on any skin and any heat map; dashed ones bound something."""

    def __init__(self, scene: QGraphicsScene, z: float, is_dashed: bool = False) -> None:
        self._scene = scene
        self._z = z
        self._dash = Qt.PenStyle.DashLine if is_dashed else Qt.PenStyle.SolidLine
        self._items: list[tuple[QGraphicsPathItem, QGraphicsPathItem]] = []
        self._is_visible = True
        self._chosen: int | None = None

    def set_lines(self, lines: Sequence[QPolygonF]) -> None:
        for pair in self._items:
            for item in pair:
                self._scene.removeItem(item)
        self._items = [(self._add(line, self._z), self._add(line, self._z + 0.1)) for line in lines]
        self._chosen = None
        self._draw()

    def set_visible(self, is_visible: bool) -> None:
        self._is_visible = is_visible
        self._draw()

    def choose(self, index: int | None) -> None:
        """Let one line stand out."""
        self._chosen = index
        self._draw()

    def nearest(self, point: QPointF, reach: float) -> int | None:
        """Index of the line within `reach` scene units of a point."""
        best, answer = reach, None
        for index, (item, _) in enumerate(self._items):
            distance = _distance(item.path(), point)
            if distance < best:
                best, answer = distance, index
        return answer

    def __len__(self) -> int:
        return len(self._items)

    def _add(self, line: QPolygonF, z: float) -> QGraphicsPathItem:
        path = QPainterPath()
        path.addPolygon(line)
        item = QGraphicsPathItem(path)
        item.setZValue(z)
        self._scene.addItem(item)
        return item

    def _draw(self) -> None:
        for index, (shade, line) in enumerate(self._items):
            is_chosen = index == self._chosen
            shade.setPen(_pen(_SHADE, 5.0 if is_chosen else 3.0))
            pen = _pen(_CHOSEN if is_chosen else _COLOUR, 3.0 if is_chosen else 1.5)
            pen.setStyle(self._dash)
            line.setPen(pen)
            shade.setVisible(self._is_visible)
            line.setVisible(self._is_visible)


def _pen(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _distance(path: QPainterPath, point: QPointF) -> float:
    places = (QPointF(path.elementAt(i).x, path.elementAt(i).y) for i in range(path.elementCount()))
    return min((((p - point).x() ** 2 + (p - point).y() ** 2) ** 0.5 for p in places), default=float("inf"))
