"""Lines over a picture that stay thin at every zoom; one of them may stand out."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene

_COLOUR, _CHOSEN, _SHADE = QColor("#ffffff"), QColor("#ffd400"), QColor(0, 0, 0, 190)
_DOUBTFUL = QColor("#ffb040")
"""As on exported pictures."""
_NUMBER_PX = 13


class Outlines:
    """White lines with a dark rim, readable on any skin and any heat map; dashed ones bound something."""

    def __init__(self, scene: QGraphicsScene, z: float, is_dashed: bool = False) -> None:
        self._scene = scene
        self._z = z
        self._dash = Qt.PenStyle.DashLine if is_dashed else Qt.PenStyle.SolidLine
        self._items: list[tuple[QGraphicsPathItem, QGraphicsPathItem]] = []
        self._numbers: list[tuple[QGraphicsPathItem, QGraphicsPathItem]] = []
        self._doubtful: frozenset[int] = frozenset()
        self._has_numbers = False
        self._is_visible = True
        self._chosen: int | None = None

    def set_lines(self, lines: Sequence[QPolygonF]) -> None:
        self._remove_numbers()
        for pair in self._items:
            for item in pair:
                self._scene.removeItem(item)
        self._items = [(self._add(line, self._z), self._add(line, self._z + 0.1)) for line in lines]
        self._doubtful = frozenset()
        self._chosen = None
        self._draw()

    def set_numbers(self, words: Sequence[str], doubtful: Collection[int]) -> None:
        """What stands at the middle of each line, and which of them may be none, by index; shown when asked for."""
        self._remove_numbers()
        self._doubtful = frozenset(doubtful)
        middles = (item.path().pointAtPercent(0.5) for item, _ in self._items)
        self._numbers = [self._add_number(one, middle) for one, middle in zip(words, middles, strict=True)]
        self._draw()

    def show_numbers(self, has_numbers: bool) -> None:
        self._has_numbers = has_numbers
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
            pen = _pen(_CHOSEN if is_chosen else self._colour(index), 3.0 if is_chosen else 1.5)
            pen.setStyle(self._dash)
            line.setPen(pen)
            shade.setVisible(self._is_visible)
            line.setVisible(self._is_visible)
        for index, (shade, letters) in enumerate(self._numbers):
            letters.setBrush(_CHOSEN if index == self._chosen else self._colour(index))
            shade.setVisible(self._is_visible and self._has_numbers)

    def _colour(self, index: int) -> QColor:
        return _DOUBTFUL if index in self._doubtful else _COLOUR

    def _remove_numbers(self) -> None:
        for shade, _ in self._numbers:
            self._scene.removeItem(shade)
        self._numbers = []

    def _add_number(self, words: str, place: QPointF) -> tuple[QGraphicsPathItem, QGraphicsPathItem]:
        """Dark rim and the letters on it, as large at every zoom."""
        font = QFont(QGuiApplication.font())
        font.setPixelSize(_NUMBER_PX)
        font.setBold(True)
        path = QPainterPath()
        path.addText(0, 0, font, words)
        path.translate(-path.boundingRect().center())
        shade = QGraphicsPathItem(path)
        shade.setFlag(QGraphicsPathItem.GraphicsItemFlag.ItemIgnoresTransformations)
        shade.setPen(_pen(_SHADE, 4.0))
        shade.setPos(place)
        shade.setZValue(self._z + 0.2)
        letters = QGraphicsPathItem(path, shade)
        letters.setPen(Qt.PenStyle.NoPen)
        self._scene.addItem(shade)
        return shade, letters


def _pen(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _distance(path: QPainterPath, point: QPointF) -> float:
    places = (QPointF(path.elementAt(i).x, path.elementAt(i).y) for i in range(path.elementCount()))
    return min((((p - point).x() ** 2 + (p - point).y() ** 2) ** 0.5 for p in places), default=float("inf"))
