"""Short facts in a row; in two where one is too narrow."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from gui.widgets.words import labelled, set_tone

_GAP_PX = 6


class Badges(QWidget):
    """Words with a tone: "", "good", "warn" or "bad". None is ever cut while the widest of them has room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: list[QLabel] = []
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_badges(self, badges: Sequence[tuple[str, str, str]]) -> None:
        """(words, tone, tip) each."""
        while len(self._labels) < len(badges):
            self._labels.append(labelled("", "badge", self))
        for number, label in enumerate(self._labels):
            label.setVisible(number < len(badges))
            if number < len(badges):
                words, tone, tip = badges[number]
                label.setText(words)
                label.setToolTip(tip or words)
                set_tone(label, "tone", tone)
        self.updateGeometry()
        self._place()

    def sizeHint(self) -> QSize:
        places = tuple(self._places(1 << 16))
        right = places[-1][1].right() + 1 if places else 0
        return QSize(right, self.heightForWidth(1 << 16))

    def minimumSizeHint(self) -> QSize:
        """Many badges never push a page wider than the screen."""
        return QSize(0, self.heightForWidth(1 << 16))

    def heightForWidth(self, width: int) -> int:
        return max((place.bottom() + 1 for _, place in self._places(width)), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def showEvent(self, event: QShowEvent) -> None:
        """What the style sheet says of a badge is known only now."""
        super().showEvent(event)
        self.updateGeometry()
        self._place()

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(label.text() for label in self._labels if not label.isHidden())

    # -- within ----------------------------------------------------------------------------------

    def _place(self) -> None:
        places = tuple(self._places(self.width()))
        spare = self.height() - max((place.bottom() + 1 for _, place in places), default=0)
        for label, place in places:
            label.setGeometry(place.translated(0, max(spare, 0) // 2))

    def _places(self, width: int) -> Iterator[tuple[QLabel, QRect]]:
        """Where each badge lies: beside the one before, or below where the row is full."""
        corner = QPoint(0, 0)
        for label in self._labels:
            if label.isHidden():
                continue
            label.ensurePolished()
            size = label.sizeHint()
            if corner.x() and corner.x() + size.width() > width:
                corner = QPoint(0, corner.y() + size.height() + _GAP_PX)
            yield label, QRect(corner, QSize(min(size.width(), max(width, 1)), size.height()))
            corner += QPoint(size.width() + _GAP_PX, 0)
