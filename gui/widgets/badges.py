"""Short facts in a row."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from gui.widgets.words import labelled, set_tone


class Badges(QWidget):
    """Words with a tone: "", "good", "warn" or "bad"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: list[QLabel] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_badges(self, badges: Sequence[tuple[str, str, str]]) -> None:
        """(words, tone, tip) each."""
        while len(self._labels) < len(badges):
            self._labels.append(labelled("", "badge"))
            self._row.insertWidget(len(self._labels) - 1, self._labels[-1], 0, Qt.AlignmentFlag.AlignVCenter)
        for number, label in enumerate(self._labels):
            label.setVisible(number < len(badges))
            if number < len(badges):
                words, tone, tip = badges[number]
                label.setText(words)
                label.setToolTip(tip or words)
                set_tone(label, "tone", tone)

    def minimumSizeHint(self) -> QSize:
        """Many badges never push a page wider than the screen."""
        return QSize(0, super().minimumSizeHint().height())

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(label.text() for label in self._labels if not label.isHidden())
