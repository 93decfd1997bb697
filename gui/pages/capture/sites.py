"""The sites of the visit: how far each is, which one is next; a click goes to one."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QVBoxLayout, QWidget

from gui.bridge.theme import current_theme
from gui.pages.capture.state import Tile

_RADIUS = 6.0
_STEP, _EDGE = 2 * _RADIUS + 6, 20
"""From dot to dot, and from the last one to the edge."""


class SiteTile(QPushButton):
    """Name at the left, one dot a picture at the right; filled when taken, crossed out when not done."""

    def __init__(self, tile: Tile, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setStyleSheet("text-align: left;")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.tile = tile
        self.show_tile(tile)

    def show_tile(self, tile: Tile) -> None:
        self.tile = tile
        self.setText(tile.name)
        self.setChecked(tile.is_current)
        self.setToolTip(f"{tile.name}\nNot done: {tile.note}" if tile.note else tile.name)
        left_out = ", not done" if tile.note else ""
        self.setAccessibleName(f"{tile.name}: {tile.done} of {tile.wanted}{left_out}")
        self.update()

    def nextCheckState(self) -> None:
        """Which one is current is the session's to say."""

    @property
    def shown(self) -> str:
        """The name as it is painted: shortened before it pushes the dots out of sight."""
        room = self.width() - 2 * _EDGE - self._count * _STEP
        return self.fontMetrics().elidedText(self.tile.name, Qt.TextElideMode.ElideMiddle, round(room))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(3 * _EDGE + self._count * _STEP), super().minimumSizeHint().height())

    @property
    def _count(self) -> int:
        return max(self.tile.wanted, self.tile.done)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self.shown
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in range(self._count):
            x = self.width() - _EDGE - (self._count - 1 - number) * _STEP
            self._draw_dot(painter, QPointF(x, self.height() / 2), number < self.tile.done)
        painter.end()

    def _draw_dot(self, painter: QPainter, middle: QPointF, is_done: bool) -> None:
        theme = current_theme()
        painter.setPen(QPen(theme.colour("good" if is_done else "edge"), 2))
        painter.setBrush(QBrush(theme.colour("good")) if is_done else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(middle.x() - _RADIUS, middle.y() - _RADIUS, 2 * _RADIUS, 2 * _RADIUS))
        if self.tile.note and not is_done:
            painter.drawLine(middle + QPointF(-4, 4), middle + QPointF(4, -4))


class SiteList(QWidget):
    """All sites of the visit."""

    chosen = Signal(object)
    """The `SiteKey` that was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addStretch(1)
        self.tiles: list[SiteTile] = []

    def show_tiles(self, tiles: tuple[Tile, ...]) -> None:
        while len(self.tiles) > len(tiles):
            widget = self.tiles.pop()
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        for number, tile in enumerate(tiles):
            if number == len(self.tiles):
                self._add(tile)
            elif self.tiles[number].tile != tile:
                self.tiles[number].show_tile(tile)

    def _add(self, tile: Tile) -> None:
        widget = SiteTile(tile)
        widget.clicked.connect(lambda: self.chosen.emit(widget.tile.site))
        self._column.insertWidget(len(self.tiles), widget)
        self.tiles.append(widget)
