"""Words on a dark plate, readable on any skin."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath

PLATE_HEIGHT = 30.0
SHADE, TEXT = QColor(12, 16, 18, 205), QColor("#ffffff")


def draw_plate(painter: QPainter, words: str, corner: QPointF, is_right: bool) -> None:
    """`corner` is the upper left or upper right one, in pixels of the viewport."""
    if not words:
        return
    font = QFont()
    font.setPixelSize(15)
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    size = QSizeF(QFontMetricsF(font).horizontalAdvance(words) + 20, PLATE_HEIGHT)
    box = QRectF(QPointF(corner.x() - size.width() if is_right else corner.x(), corner.y()), size)
    plate = QPainterPath()
    plate.addRoundedRect(box, 4, 4)
    painter.fillPath(plate, SHADE)
    painter.setPen(TEXT)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
