"""What lies under the pointer, as words in the lower left corner of a view."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from gui.widgets.image_view import ImageView
from gui.widgets.plate import PLATE_HEIGHT, draw_plate


class ReadOut:
    """Lies over the picture, so that it takes no room and never moves anything."""

    def __init__(self, view: ImageView) -> None:
        self._view = view
        self._text = ""
        view.overlays.append(self._draw)

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._view.viewport().update()

    def _draw(self, painter: QPainter) -> None:
        if self._view.shape is not None:
            bottom = self._view.viewport().height() - PLATE_HEIGHT - 12
            draw_plate(painter, self._text, QPointF(12, bottom), is_right=False)
