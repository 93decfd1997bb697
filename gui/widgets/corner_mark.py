"""A few words in the upper left corner of a view: what kind of picture this is."""

from collections.abc import Callable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from gui.widgets.image_view import ImageView
from gui.widgets.plate import draw_plate


class CornerMark:
    """Seen while there are words and `is_shown` says that what they speak of is seen."""

    def __init__(self, view: ImageView, is_shown: Callable[[], bool]) -> None:
        self._view = view
        self._is_shown = is_shown
        self._text = ""
        view.overlays.append(self._draw)

    @property
    def text(self) -> str:
        return self._text if self._is_shown() else ""

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._view.viewport().update()

    def _draw(self, painter: QPainter) -> None:
        if self._view.shape is not None:
            draw_plate(painter, self.text, QPointF(12, 12), is_right=False)
