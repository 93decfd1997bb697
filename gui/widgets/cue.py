"""What is drawn over the live picture to lead the hand: frame, target ring, arrows and numbers, one instruction."""

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from gui.bridge.theme import DARK

_GOOD, _WAIT, _TEXT, _SHADE = QColor(DARK.good), QColor(DARK.warn), QColor("#ffffff"), QColor(12, 16, 18, 205)
_TONES = {"good": _GOOD, "wait": _WAIT, "stop": QColor(DARK.bad)}
_FRAME_SHARE, _FRAME_LEAST_PX = 0.013, 8.0
"""Width of the frame, of the picture's height."""
_SIZE_SHOWN = 6.0
"""A size that is off by a share is drawn off by so many times that share, or it could not be seen."""


@dataclass(frozen=True)
class Cue:
    """The one thing to do now.

    Parameters
    ----------
    instruction : one plain sentence; empty for none
    is_ready : nothing holds the shutter: ring closed and green
    progress : 0..1, how far the auto-shutter has counted
    move : where the camera has to go, as (down, right) shares of the picture; None for no arrow
    turn_deg : how far to turn it, clockwise; None for no turn
    size : of the live picture over the baseline's, where the distance is wrong: above 1 is too close; None for good
    facts : the pose in numbers, small, above the picture's middle; empty for none
    tone : of the frame around the picture, told from across the room
    has_ring : the ring in the middle is drawn
    """

    instruction: str = ""
    is_ready: bool = False
    progress: float = 0.0
    move: tuple[float, float] | None = None
    turn_deg: float | None = None
    size: float | None = None
    facts: str = ""
    tone: Literal["", "good", "wait", "stop"] = ""
    has_ring: bool = True


def draw_cue(painter: QPainter, area: QRectF, cue: Cue) -> None:
    """Into `area` (screen pixels), with a dark rim so that it stands on any skin."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = 0.12 * min(area.width(), area.height())
    if cue.tone:
        _draw_frame(painter, area, _TONES[cue.tone])
    if cue.has_ring:
        _draw_ring(painter, area.center(), radius, cue)
    if cue.size is not None:
        _draw_size(painter, area.center(), radius, cue.size)
    if cue.move is not None and hypot(*cue.move) > 0:
        _draw_arrow(painter, area.center(), radius, cue.move)
    if cue.turn_deg:
        _draw_turn(painter, area.center(), radius, cue.turn_deg)
    if cue.facts:
        _draw_facts(painter, area, cue.facts)
    if cue.instruction:
        _draw_instruction(painter, area, cue)


def draw_veil(painter: QPainter, area: QRectF, message: str) -> None:
    painter.fillRect(area, _SHADE)
    painter.setPen(_TEXT)
    painter.setFont(_font(area))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(area.adjusted(24, 24, -24, -24), flags, message)


def _draw_frame(painter: QPainter, area: QRectF, colour: QColor) -> None:
    width = max(_FRAME_LEAST_PX, _FRAME_SHARE * area.height())
    half = width / 2
    painter.setPen(QPen(colour, width, j=Qt.PenJoinStyle.MiterJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(half, half, -half, -half))


def _draw_size(painter: QPainter, middle: QPointF, radius: float, size: float) -> None:
    """A circle as large as the picture is, and chevrons that lead it onto the ring."""
    reach = radius * max(0.35, min(1 + _SIZE_SHOWN * (size - 1), 2.2))
    is_large = reach > radius
    reach = max(reach, 1.3 * radius) if is_large else min(reach, 0.7 * radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    line = max(4.0, radius / 16)
    for pen in (QPen(_SHADE, 2 * line), QPen(_WAIT, line)):
        painter.setPen(pen)
        painter.drawEllipse(middle, reach, reach)
    tip = -0.24 * radius if is_large else 0.24 * radius
    for angle in (45, 135, 225, 315):
        painter.save()
        painter.translate(middle)
        painter.rotate(angle)
        chevron = QPolygonF([QPointF(reach + tip, 0.0), QPointF(reach - tip, 0.2 * radius)])
        chevron.append(QPointF(reach - tip, -0.2 * radius))
        painter.setPen(QPen(_SHADE, 3))
        painter.setBrush(QBrush(_WAIT))
        painter.drawPolygon(chevron)
        painter.restore()


def _draw_ring(painter: QPainter, middle: QPointF, radius: float, cue: Cue) -> None:
    box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
    style = Qt.PenStyle.SolidLine if cue.is_ready else Qt.PenStyle.DashLine
    line = max(3.0, radius / 18)
    for pen in (QPen(_SHADE, 2 * line + 1), QPen(_GOOD if cue.is_ready else _TEXT, line, style)):
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(box)
    if cue.progress > 0:
        painter.setPen(QPen(_GOOD, max(10.0, radius / 6), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(box, 90 * 16, -int(360 * 16 * min(cue.progress, 1.0)))


def _draw_arrow(painter: QPainter, middle: QPointF, radius: float, move: tuple[float, float]) -> None:
    down, right = move
    painter.save()
    painter.translate(middle)
    painter.rotate(degrees(atan2(down, right)))
    length = radius * (1.4 + 4 * min(hypot(down, right), 0.5))
    head, half = radius * 0.75, radius * 0.2
    shape = QPolygonF(
        [
            QPointF(radius * 0.3, -half), QPointF(length - head, -half), QPointF(length - head, -head * 0.6),
            QPointF(length, 0),
            QPointF(length - head, head * 0.6), QPointF(length - head, half), QPointF(radius * 0.3, half),
        ]
    )  # fmt: skip
    painter.setPen(QPen(_SHADE, 4))
    painter.setBrush(QBrush(_WAIT))
    painter.drawPolygon(shape)
    painter.restore()


def _draw_turn(painter: QPainter, middle: QPointF, radius: float, turn_deg: float) -> None:
    reach = radius * 1.35
    box = QRectF(middle.x() - reach, middle.y() - reach, 2 * reach, 2 * reach)
    sign = 1 if turn_deg > 0 else -1
    sweep = -sign * max(30.0, min(abs(turn_deg) * 6, 120.0))
    line = max(9.0, radius / 6)
    for pen in (QPen(_SHADE, 1.5 * line), QPen(_WAIT, line)):
        painter.setPen(pen)
        painter.drawArc(box, 90 * 16, int(sweep * 16))
    end = radians(90 + sweep)
    tip = middle + QPointF(cos(end), -sin(end)) * reach
    along = QPointF(-sin(end), -cos(end)) * (-sign)
    across = QPointF(along.y(), -along.x())
    size = radius * 0.42
    painter.setPen(QPen(_SHADE, 3))
    painter.setBrush(QBrush(_WAIT))
    painter.drawPolygon(QPolygonF([tip + along * size, tip + across * size * 0.6, tip - across * size * 0.6]))


def _draw_facts(painter: QPainter, area: QRectF, facts: str) -> None:
    font = QFont(_font(area))
    font.setPixelSize(max(16, round(0.72 * font.pixelSize())))
    painter.setFont(font)
    width = QFontMetricsF(font).horizontalAdvance(facts)
    box = QRectF(0, 0, width + 32, font.pixelSize() + 16)
    box.moveCenter(QPointF(area.center().x(), 0))
    box.moveTop(area.top() + 16)
    path = QPainterPath()
    path.addRoundedRect(box, 8, 8)
    painter.fillPath(path, _SHADE)
    painter.setPen(_TEXT)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, facts)


def _draw_instruction(painter: QPainter, area: QRectF, cue: Cue) -> None:
    room = area.adjusted(32, 0, -32, -24)
    font = _font_for(area, cue.instruction, room.width())
    painter.setFont(font)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    words = QFontMetricsF(font).boundingRect(room, flags, cue.instruction)
    box = QRectF(0, 0, words.width() + 40, words.height() + 20)
    box.moveCenter(QPointF(area.center().x(), 0))
    box.moveBottom(area.bottom() - 16)
    path = QPainterPath()
    path.addRoundedRect(box, 8, 8)
    painter.fillPath(path, _SHADE)
    mark = _TONES[cue.tone or ("good" if cue.is_ready else "wait")]
    painter.fillRect(QRectF(box.left(), box.top() + 8, 5, box.height() - 16), mark)
    painter.setPen(_TEXT)
    painter.drawText(box.adjusted(14, 0, -8, 0), flags, cue.instruction)


def _font_for(area: QRectF, words: str, width: float) -> QFont:
    """A little smaller where that saves a line with one word in it."""
    for share in (1.0, 0.92, 0.84):
        font = _font(area)
        font.setPixelSize(round(share * font.pixelSize()))
        if QFontMetricsF(font).horizontalAdvance(words) <= width:
            return font
    return _font(area)


def _font(area: QRectF) -> QFont:
    font = QFont()
    font.setPixelSize(int(min(max(area.height() / 17, 22), 56)))
    font.setWeight(QFont.Weight.DemiBold)
    return font
