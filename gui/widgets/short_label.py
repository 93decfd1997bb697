"""One line of words that never widens what it stands in."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

_LEAST_LETTERS = 8


class ShortLabel(QLabel):
    """Where there is too little room the words are shortened with dots, and the tip has all of them."""

    def __init__(
        self, role: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self._mode = mode

    def setText(self, text: str) -> None:
        super().setText(text)
        self._tell()

    @property
    def shown(self) -> str:
        """The words as they are painted."""
        return self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())

    def minimumSizeHint(self) -> QSize:
        least = _LEAST_LETTERS * self.fontMetrics().averageCharWidth()
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), least), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.style().drawItemText(
            painter, self.contentsRect(), int(self.alignment()), self.palette(), self.isEnabled(), self.shown,
            self.foregroundRole(),
        )  # fmt: skip
        painter.end()

    def _tell(self) -> None:
        self.setToolTip("" if self.shown == self.text() else self.text())
