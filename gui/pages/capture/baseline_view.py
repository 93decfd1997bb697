"""The baseline's picture, large beside the live one until the site is found: this is the place to look for."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPolygonF
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.widgets.image_view import ImageView
from gui.widgets.outlines import Outlines
from gui.widgets.words import labelled
from imaging.model.arrays import Pixels
from imaging.model.geometry import Roi

_ABOVE_PICTURE = 50.0


class BaselineView(QWidget):
    """Not there while there is nothing to look for. The region that counts is outlined."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = labelled("Find this place", "heading")
        self.picture = ImageView()
        self.picture.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.picture.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._region = Outlines(self.picture.scene(), _ABOVE_PICTURE)
        self._shown: Pixels | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._words)
        column.addWidget(self.picture, 1)
        self.hide()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 150)

    def show_picture(self, picture: Pixels | None, roi: Roi | None) -> None:
        """None hides it."""
        if picture is not self._shown:
            self._shown = picture
            self.picture.set_picture(picture)
            self._region.set_lines([_outline(roi)] if roi is not None and picture is not None else [])
        self.setVisible(picture is not None)
        if picture is not None:
            self.picture.fit()


def _outline(roi: Roi) -> QPolygonF:
    corners = (roi.row0, roi.col0), (roi.row0, roi.col1), (roi.row1, roi.col1), (roi.row1, roi.col0)
    return QPolygonF([QPointF(col, row) for row, col in (*corners, corners[0])])
