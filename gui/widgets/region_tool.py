"""The region of a site: a rectangle whose corners and middle can be dragged."""

from dataclasses import replace
from math import hypot

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from gui.widgets.image_view import ImageView
from gui.widgets.plate import SHADE
from gui.widgets.shared_tool import SharedTool
from imaging.model.geometry import Roi

_REACH_PX = 24.0
_HANDLE_PX = 9.0
_KEY_STEP_PX = 4
_LEAST_SHARE = 0.1
"""Of rows and columns: a smaller region says little of a site."""
_COLOUR = QColor("#ffd54a")
_CORNERS = (("row0", "col0"), ("row0", "col1"), ("row1", "col0"), ("row1", "col1"))


class RegionTool(SharedTool):
    """Drag a corner, or the inside to move all of it; the arrow keys move it too."""

    changed = Signal(object)
    """The new `Roi`, while it is dragged."""

    def __init__(self, view: ImageView) -> None:
        super().__init__((view,), view)
        self._region: Roi | None = None
        self._held: tuple[str, str] | None = None
        self._from: tuple[Roi, tuple[float, float]] | None = None
        self._before: object = None

    @property
    def region(self) -> Roi | None:
        return self._region

    def begin(self, region: Roi) -> None:
        """Lay a region over the picture; what took the mouse before waits."""
        self._before = self.views[0].tool if not self.is_on else self._before
        self._region = region
        self.set_on(True)

    def end(self) -> None:
        if self.is_on:
            self.set_on(False)
            self.views[0].tool = self._before  # type: ignore[assignment]

    def press_on(self, view: ImageView, place: tuple[float, float]) -> bool:
        region = self._region
        if region is None:
            return False
        self._held = next((c for c in _CORNERS if _away(view, place, _corner(region, c)) <= _REACH_PX), None)
        is_inside = region.row0 <= place[0] < region.row1 and region.col0 <= place[1] < region.col1
        self._from = (region, place) if self._held or is_inside else None
        return self._from is not None

    def drag_on(self, view: ImageView, place: tuple[float, float]) -> None:
        if self._from is None:
            return
        before, start = self._from
        down, right = round(place[0] - start[0]), round(place[1] - start[1])
        self._take(
            _resized(before, self._held, (down, right), view) if self._held else _moved(before, down, right, view)
        )

    def release_on(self, view: ImageView, place: tuple[float, float]) -> None:
        self.drag_on(view, place)
        self._from = None

    def key_on(self, view: ImageView, key: int) -> bool:
        step = _STEPS.get(key)
        if step is None or self._region is None:
            return False
        self._take(_moved(self._region, step[0] * _KEY_STEP_PX, step[1] * _KEY_STEP_PX, view))
        return True

    def draw_on(self, view: ImageView, painter: QPainter) -> None:
        if self._region is None:
            return
        corners = [view.position_of(*_corner(self._region, corner)) for corner in _CORNERS]
        for pen in (QPen(SHADE, 5), QPen(_COLOUR, 2.5)):
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(corners[0], corners[3]))
        painter.setPen(QPen(SHADE, 2))
        painter.setBrush(_COLOUR)
        for corner in corners:
            half = QPointF(_HANDLE_PX, _HANDLE_PX)
            painter.drawRect(QRectF(corner - half, corner + half))

    def _take(self, region: Roi) -> None:
        if region != self._region:
            self._region = region
            self.refresh()
            self.changed.emit(region)


def _corner(region: Roi, corner: tuple[str, str]) -> tuple[float, float]:
    """At the outer edge of its pixel."""
    return getattr(region, corner[0]) - 0.5, getattr(region, corner[1]) - 0.5


def _away(view: ImageView, place: tuple[float, float], corner: tuple[float, float]) -> float:
    return hypot(place[0] - corner[0], place[1] - corner[1]) * view.zoom


def _resized(region: Roi, held: tuple[str, str], by: tuple[int, int], view: ImageView) -> Roi:
    new = region
    for name, step, size in zip(held, by, view.shape or (1, 1), strict=True):
        least = max(round(_LEAST_SHARE * size), 1)
        opposite = getattr(new, name[:-1] + ("1" if name.endswith("0") else "0"))
        wanted = min(max(getattr(new, name) + step, 0), size)
        limited = min(wanted, opposite - least) if name.endswith("0") else max(wanted, opposite + least)
        new = replace(new, **{name: limited})
    return new


def _moved(region: Roi, down: int, right: int, view: ImageView) -> Roi:
    rows, cols = view.shape or (1, 1)
    down = min(max(down, -region.row0), rows - region.row1)
    right = min(max(right, -region.col0), cols - region.col1)
    return Roi(region.row0 + down, region.col0 + right, region.row1 + down, region.col1 + right)


_STEPS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
