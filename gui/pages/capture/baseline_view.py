"""The baseline's picture, large beside the live one until the site is found: this is the place to look for."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.widgets.image_view import ImageView
from gui.widgets.plate import draw_plate
from imaging.model.arrays import Pixels
from imaging.model.geometry import Roi

WORDS = "Find this place"
_INSET = QPointF(12, 12)


class BaselineView(QWidget):
    """Not there while there is nothing to look for. The region that counts is outlined."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = ImageView()
        self.picture.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.picture.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.picture.overlays.append(self._draw_words)
        self._shown: Pixels | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picture)
        self.hide()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 150)

    def show_picture(self, picture: Pixels | None, roi: Roi | None) -> None:
        """None hides it."""
        if picture is not self._shown:
            self._shown = picture
            self.picture.set_picture(picture)
            self.picture.set_frame(roi)
        self.setVisible(picture is not None)
        if picture is not None:
            self.picture.fit()

    def _draw_words(self, painter: QPainter) -> None:
        if self.picture.shape is not None:
            draw_plate(painter, WORDS, self.picture.position_of(-0.5, -0.5) + _INSET, is_right=False)
