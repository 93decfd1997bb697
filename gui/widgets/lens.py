"""A circle through which the heat map is seen, at the same place of both pictures."""

from collections.abc import Sequence
from math import hypot

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from gui.widgets.image_view import ImageView, Layer
from gui.widgets.plate import SHADE, TEXT
from gui.widgets.shared_tool import SharedTool

SMALLEST_PX, USUAL_PX, LARGEST_PX = 50, 110, 240
"""Radius on the screen."""
_KEY_STEP_PX = 12.0


class Lens(SharedTool):
    """Drag it, or move it by the arrow keys; a press beside it pans. The circle keeps its size on the screen."""

    def __init__(self, views: Sequence[ImageView], parent: QObject | None = None) -> None:
        super().__init__(views, parent)
        self._radius = float(USUAL_PX)
        self._place: tuple[float, float] | None = None
        self._grip = (0.0, 0.0)

    @property
    def place(self) -> tuple[float, float]:
        """(row, col) of its middle; the middle of the picture until it was moved."""
        if self._place is not None:
            return self._place
        rows, cols = self.views[0].shape or (1, 1)
        return (rows - 1) / 2, (cols - 1) / 2

    @property
    def radius_px(self) -> float:
        return self._radius

    def set_radius(self, radius_px: float) -> None:
        self._radius = min(max(float(radius_px), SMALLEST_PX), LARGEST_PX)
        self.refresh()

    def move_to(self, place: tuple[float, float]) -> None:
        """The middle never leaves the picture."""
        rows, cols = self.views[0].shape or (1, 1)
        self._place = min(max(place[0], 0.0), rows - 1.0), min(max(place[1], 0.0), cols - 1.0)
        self.refresh()

    def press_on(self, view: ImageView, place: tuple[float, float]) -> bool:
        self._grip = place[0] - self.place[0], place[1] - self.place[1]
        return hypot(*self._grip) * view.zoom <= self._radius

    def drag_on(self, view: ImageView, place: tuple[float, float]) -> None:  # noqa: ARG002
        self.move_to((place[0] - self._grip[0], place[1] - self._grip[1]))

    def key_on(self, view: ImageView, key: int) -> bool:
        step = _STEPS.get(key)
        if step is not None:
            size = _KEY_STEP_PX / view.zoom
            self.move_to((self.place[0] + step[0] * size, self.place[1] + step[1] * size))
        return step is not None

    def draw_on(self, view: ImageView, painter: QPainter) -> None:
        middle = view.position_of(*self.place)
        circle = QPainterPath()
        circle.addEllipse(middle, self._radius, self._radius)
        painter.save()
        painter.setClipPath(circle)
        view.draw_layer(painter, Layer.HEAT_MAP)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(SHADE, 6), QPen(TEXT, 2.5)):
            painter.setPen(pen)
            painter.drawEllipse(middle, self._radius, self._radius)
        painter.drawLine(middle - QPointF(5, 0), middle + QPointF(5, 0))
        painter.drawLine(middle - QPointF(0, 5), middle + QPointF(0, 5))


_STEPS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
