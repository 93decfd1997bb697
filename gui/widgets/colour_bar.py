"""What the colours of a heat map mean: a fixed scale with its numbers."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.bridge.arrays import to_pixmap
from gui.bridge.theme import current_theme


@dataclass(frozen=True, eq=False)
class Scale:
    """Colours and the values of both ends.

    Parameters
    ----------
    colours : (steps, 3) RGB uint8, lowest value first
    limit : value of the last colour; beyond it the colour stays
    kind : "depth" runs from 0 to limit, "change" from -limit to +limit
    has_numbers : False for what is only to be looked at
    """

    colours: npt.NDArray[np.uint8]
    limit: float
    unit: str
    title: str
    kind: Literal["depth", "change"] = "depth"
    has_numbers: bool = True

    @property
    def values(self) -> tuple[float, ...]:
        """Where numbers stand."""
        if self.kind == "change":
            return (-self.limit, -self.limit / 2, 0.0, self.limit / 2, self.limit)
        return tuple(self.limit * step / 4 for step in range(5))


class ColourBar(QWidget):
    """Title, band of colours, ticks with numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale: Scale | None = None
        self.setMinimumSize(QSize(200, 64))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def scale(self) -> Scale | None:
        return self._scale

    def show_scale(self, scale: Scale | None) -> None:
        self._scale = scale
        self.setVisible(scale is not None)
        if scale is not None:
            span = f": {scale.values[0]:g} to {scale.limit:g} {scale.unit}" if scale.has_numbers else ""
            self.setAccessibleName(f"{scale.title}{span}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if self._scale is None:
            return
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPixelSize(13)
        painter.setFont(font)
        band = QRectF(8, 24, self.width() - 16, 14)
        painter.setPen(current_theme().colour("text"))
        painter.drawText(QRectF(8, 0, self.width() - 16, 20), Qt.AlignmentFlag.AlignVCenter, self._scale.title)
        painter.drawPixmap(band.toRect(), to_pixmap(self._scale.colours[None, :, :3]))
        painter.setPen(QPen(current_theme().colour("edge"), 1))
        painter.drawRect(band)
        if self._scale.has_numbers:
            self._draw_values(painter, band, self._scale)
        else:
            self._draw_ends(painter, band)
        painter.end()

    @staticmethod
    def _draw_ends(painter: QPainter, band: QRectF) -> None:
        """Which way is deeper, and no more."""
        painter.setPen(QPen(current_theme().colour("text"), 1))
        below = QRectF(band.left(), band.bottom() + 4, band.width(), 20)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "level")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, "deep")

    def _draw_values(self, painter: QPainter, band: QRectF, scale: Scale) -> None:
        low, high = scale.values[0], scale.values[-1]
        measure = QFontMetricsF(painter.font())
        for value in scale.values:
            x = band.left() + band.width() * (value - low) / (high - low)
            words = self._words(value, scale)
            width = measure.horizontalAdvance(words)
            left = min(max(x - width / 2, 0.0), self.width() - width)
            painter.setPen(QPen(current_theme().colour("text"), 1))
            painter.drawLine(QPointF(x, band.bottom()), QPointF(x, band.bottom() + 4))
            painter.drawText(QPointF(left, band.bottom() + 20), words)

    @staticmethod
    def _words(value: float, scale: Scale) -> str:
        sign = "+" if scale.kind == "change" and value > 0 else "−" if value < 0 else ""
        bound = "≥ " if value == scale.limit else "≤ " if value == -scale.limit else ""
        unit = f" {scale.unit}" if value == scale.limit and scale.unit else ""
        return f"{bound}{sign}{abs(value):g}{unit}"
