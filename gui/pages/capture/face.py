"""A face seen from the front, with the site marked: the subject's left is at the right of the picture."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.bridge.theme import current_theme
from imaging.model.face import place_on_face
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey


class FaceSign(QWidget):
    """Marks one site; nothing is marked for a site it does not know, but the half of the face is."""

    def __init__(self, side_px: int = 64, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(side_px, side_px))
        self._site: SiteKey | None = None

    def show_site(self, site: SiteKey | None) -> None:
        if site != self._site:
            self._site = site
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width(), self.height())
        self._draw_half(painter)
        self._draw_face(painter)
        self._draw_mark(painter)
        painter.end()

    def _draw_half(self, painter: QPainter) -> None:
        if self._site is None or self._site.laterality is Laterality.MIDLINE:
            return
        is_left = self._site.laterality is Laterality.LEFT
        painter.save()
        painter.setClipRect(QRectF(0.5 if is_left else 0.0, 0.0, 0.5, 1.0))
        painter.fillPath(_outline(), QBrush(current_theme().colour("accent_soft")))
        painter.restore()

    def _draw_face(self, painter: QPainter) -> None:
        pen = QPen(current_theme().colour("text"), 0.035)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(_outline())
        for sign in (-1, 1):
            painter.drawLine(QPointF(0.5 + sign * 0.11, 0.44), QPointF(0.5 + sign * 0.22, 0.44))
        painter.drawPolyline([QPointF(0.5, 0.44), QPointF(0.46, 0.6), QPointF(0.52, 0.61)])
        painter.drawLine(QPointF(0.42, 0.74), QPointF(0.58, 0.74))

    def _draw_mark(self, painter: QPainter) -> None:
        place = place_on_face(self._site) if self._site is not None else None
        if place is None:
            return
        across, down = place
        painter.setPen(QPen(current_theme().colour("surface"), 0.03))
        painter.setBrush(QBrush(current_theme().colour("accent")))
        painter.drawEllipse(QPointF(0.5 + across, down), 0.1, 0.1)


def _outline() -> QPainterPath:
    path = QPainterPath(QPointF(0.5, 0.06))
    path.cubicTo(0.82, 0.06, 0.86, 0.32, 0.83, 0.5)
    path.cubicTo(0.81, 0.74, 0.66, 0.92, 0.5, 0.92)
    path.cubicTo(0.34, 0.92, 0.19, 0.74, 0.17, 0.5)
    path.cubicTo(0.14, 0.32, 0.18, 0.06, 0.5, 0.06)
    return path
