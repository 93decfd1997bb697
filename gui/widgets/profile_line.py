"""The line of a profile, drawn once and seen on both pictures."""

from collections.abc import Sequence
from math import hypot

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from gui.widgets.image_view import ImageView
from gui.widgets.plate import SHADE, TEXT, draw_plate
from gui.widgets.shared_tool import SharedTool
from imaging.model.profile import ProfileLine

_REACH_PX = 18.0
_KEY_STEP_PX = 4.0
_LEAST_PX = 8.0
"""On the screen: a shorter line was a slip of the hand."""
_COLOUR = QColor("#ffd54a")


class ProfileLineTool(SharedTool):
    """Drag an end, or press elsewhere and draw a new line; the arrow keys move it. Names of its ends are A and B."""

    drawn = Signal(object)
    """The new `ProfileLine`."""

    def __init__(self, views: Sequence[ImageView], parent: QObject | None = None) -> None:
        super().__init__(views, parent)
        self._line: ProfileLine | None = None
        self._held: str = ""
        self._before: ProfileLine | None = None
        self._markers: tuple[float, float] | None = None

    @property
    def line(self) -> ProfileLine | None:
        return self._line

    def show_line(self, line: ProfileLine | None) -> None:
        """Says nothing."""
        self._line = line
        self._markers = None
        self.refresh()

    def show_markers(self, shares: tuple[float, float] | None) -> None:
        """Where along the line, 0 to 1, the two markers of the chart stand."""
        self._markers = shares
        self.refresh()

    def press_on(self, view: ImageView, place: tuple[float, float]) -> bool:
        self._before = self._line
        self._held = self._end_at(view, place)
        if not self._held:
            inside = self._inside(place)
            self._line, self._held = ProfileLine(inside, inside), "end"
        return True

    def drag_on(self, view: ImageView, place: tuple[float, float]) -> None:  # noqa: ARG002
        if self._line is None or not self._held:
            return
        end = self._inside(place)
        fixed = self._line.end if self._held == "start" else self._line.start
        self._line = ProfileLine(end, fixed) if self._held == "start" else ProfileLine(fixed, end)
        self._markers = None
        self.refresh()

    def release_on(self, view: ImageView, place: tuple[float, float]) -> None:  # noqa: ARG002
        self._held = ""
        if self._line is None or self._line.length_px * view.zoom < _LEAST_PX:
            self.show_line(self._before)
        elif self._line != self._before:
            self.drawn.emit(self._line)

    def key_on(self, view: ImageView, key: int) -> bool:
        step = _STEPS.get(key)
        if step is None or self._line is None:
            return False
        size = max(_KEY_STEP_PX / view.zoom, 1.0)
        down, right = step[0] * size, step[1] * size
        moved = [(row + down, col + right) for row, col in (self._line.start, self._line.end)]
        if all(self._inside(place) == place for place in moved):
            self._line = ProfileLine(*moved)
            self.refresh()
            self.drawn.emit(self._line)
        return True

    def draw_on(self, view: ImageView, painter: QPainter) -> None:
        if self._line is None:
            return
        start, end = view.position_of(*self._line.start), view.position_of(*self._line.end)
        for pen in (QPen(SHADE, 6), QPen(_COLOUR, 2.5)):
            painter.setPen(pen)
            painter.drawLine(start, end)
        painter.setPen(QPen(SHADE, 2))
        painter.setBrush(_COLOUR)
        for place in (start, end):
            painter.drawEllipse(place, 8, 8)
        for name, share in zip("AB", self._markers or (), strict=False):
            self._draw_marker(painter, start + (end - start) * share, name)

    @staticmethod
    def _draw_marker(painter: QPainter, at: QPointF, name: str) -> None:
        painter.setPen(QPen(SHADE, 2))
        painter.setBrush(TEXT)
        painter.drawEllipse(at, 5, 5)
        side = -10 if name == "A" else 10
        draw_plate(painter, name, at + QPointF(side, -15), is_right=name == "A")

    def _end_at(self, view: ImageView, place: tuple[float, float]) -> str:
        if self._line is None:
            return ""
        for name, end in (("end", self._line.end), ("start", self._line.start)):
            if hypot(place[0] - end[0], place[1] - end[1]) * view.zoom <= _REACH_PX:
                return name
        return ""

    def _inside(self, place: tuple[float, float]) -> tuple[float, float]:
        rows, cols = self.views[0].shape or (1, 1)
        return min(max(place[0], 0.0), rows - 1.0), min(max(place[1], 0.0), cols - 1.0)


_STEPS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
