"""Two numbered points on each of two pictures: the same spots of skin, marked by a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from gui.widgets.image_view import ImageView
from gui.widgets.plate import SHADE
from gui.widgets.shared_tool import SharedTool

Place = tuple[float, float]
COUNT = 2
_REACH_PX, _RADIUS_PX = 20.0, 15.0
_KEY_STEP_PX = 2.0
_COLOURS = (QColor("#ffd54a"), QColor("#7ee0ff"))
"""Of the first and the second point; the number stands in it too."""


@dataclass(frozen=True)
class Marks:
    """What was marked so far, in the order of marking: (view, number, place)."""

    placed: tuple[tuple[int, int, Place], ...] = ()

    def of(self, view: int) -> dict[int, Place]:
        """Number (0, 1) -> place, on one of the views."""
        return {number: place for where, number, place in self.placed if where == view}

    @property
    def is_complete(self) -> bool:
        return len(self.placed) == 2 * COUNT

    @property
    def next_on(self) -> tuple[int, int] | None:
        """View and number that are asked for next: the same spot on the other picture before the next spot."""
        wanted = ((view, number) for number in range(COUNT) for view in (0, 1))
        return next(((view, number) for view, number in wanted if number not in self.of(view)), None)

    def with_point(self, view: int, place: Place) -> "Marks":
        """One more on this view, with the lowest free number; the same marks when it has them all."""
        free = next((number for number in range(COUNT) if number not in self.of(view)), None)
        return self if free is None else Marks((*self.placed, (view, free, place)))

    def moved(self, view: int, number: int, place: Place) -> "Marks":
        return Marks(
            tuple((v, n, place if (v, n) == (view, number) else at) for v, n, at in self.placed),
        )

    def undone(self) -> "Marks":
        """Without the point that was set last."""
        return replace(self, placed=self.placed[:-1])


class PointMarks(SharedTool):
    """Click sets the next point of a picture, drag moves it. Space sets one in the middle of what is seen, the arrow
    keys move the one touched last, Backspace takes the last one away, Enter starts, Escape leaves."""

    changed = Signal(object)
    """The new `Marks`."""
    started, left = Signal(), Signal()

    def __init__(self, views: Sequence[ImageView], parent: QObject | None = None) -> None:
        super().__init__(views, parent)
        self.marks = Marks()
        self._touched: tuple[int, int] | None = None
        self._is_held = False

    def show_marks(self, marks: Marks) -> None:
        """Says nothing."""
        self.marks, self._touched = marks, None
        self.refresh()

    def undo(self) -> None:
        self._touched = None
        self._take(self.marks.undone())

    def press_on(self, view: ImageView, place: Place) -> bool:
        where = self.views.index(view)
        number = self._mark_at(view, place)
        inside = self._is_inside(view, place)
        if number is None and (not inside or len(self.marks.of(where)) == COUNT):
            return False
        if number is None:
            self._take(self.marks.with_point(where, place))
            number = self.marks.placed[-1][1]
        self._touched, self._is_held = (where, number), True
        self.refresh()
        return True

    def drag_on(self, view: ImageView, place: Place) -> None:
        if self._is_held and self._touched is not None and self._is_inside(view, place):
            self._take(self.marks.moved(*self._touched, place))

    def release_on(self, view: ImageView, place: Place) -> None:  # noqa: ARG002
        self._is_held = False

    def key_on(self, view: ImageView, key: int) -> bool:
        if key in _STEPS:
            return self._nudge(view, _STEPS[key])
        actions = {
            Qt.Key.Key_Space: lambda: self._set_in_the_middle(view),
            Qt.Key.Key_Backspace: self.undo,
            Qt.Key.Key_Return: self.started.emit,
            Qt.Key.Key_Enter: self.started.emit,
            Qt.Key.Key_Escape: self.left.emit,
        }
        action = actions.get(Qt.Key(key))
        if action is not None:
            action()
        return action is not None

    def draw_on(self, view: ImageView, painter: QPainter) -> None:
        where = self.views.index(view)
        font = QFont()
        font.setPixelSize(17)
        font.setBold(True)
        painter.setFont(font)
        for number, place in self.marks.of(where).items():
            self._draw_mark(painter, view.position_of(*place), number, self._touched == (where, number))

    # -- within ----------------------------------------------------------------------------------

    def _take(self, marks: Marks) -> None:
        if marks != self.marks:
            self.marks = marks
            self.refresh()
            self.changed.emit(marks)

    def _mark_at(self, view: ImageView, place: Place) -> int | None:
        for number, at in self.marks.of(self.views.index(view)).items():
            if hypot(place[0] - at[0], place[1] - at[1]) * view.zoom <= _REACH_PX:
                return number
        return None

    def _set_in_the_middle(self, view: ImageView) -> None:
        seen = view.row_col_at(QPointF(view.viewport().width() / 2, view.viewport().height() / 2))
        where, marks = self.views.index(view), self.marks
        self._take(marks.with_point(where, seen))
        if self.marks != marks:
            self._touched = (where, self.marks.placed[-1][1])
            self.refresh()

    def _nudge(self, view: ImageView, step: tuple[int, int]) -> bool:
        where = self.views.index(view)
        if self._touched is None or self._touched[0] != where:
            return False
        row, col = self.marks.of(where)[self._touched[1]]
        size = _KEY_STEP_PX / view.zoom
        place = (row + step[0] * size, col + step[1] * size)
        if self._is_inside(view, place):
            self._take(self.marks.moved(*self._touched, place))
        return True

    @staticmethod
    def _is_inside(view: ImageView, place: Place) -> bool:
        rows, cols = view.shape or (0, 0)
        return -0.5 <= place[0] <= rows - 0.5 and -0.5 <= place[1] <= cols - 0.5

    @staticmethod
    def _draw_mark(painter: QPainter, at: QPointF, number: int, is_touched: bool) -> None:
        """A ring that leaves the spot itself free, and the number beside it."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        colour = _COLOURS[number]
        for pen in (QPen(SHADE, 6), QPen(colour, 4 if is_touched else 2.5)):
            painter.setPen(pen)
            painter.drawEllipse(at, _RADIUS_PX, _RADIUS_PX)
            painter.drawLine(at - QPointF(3, 0), at + QPointF(3, 0))
            painter.drawLine(at - QPointF(0, 3), at + QPointF(0, 3))
        box = QRectF(at.x() + _RADIUS_PX - 2, at.y() - _RADIUS_PX - 20, 26, 26)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(SHADE)
        painter.drawEllipse(box)
        painter.setPen(colour)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number + 1))


_STEPS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
