"""Something takes a while: says what, and moves."""

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from gui.widgets.words import labelled


class BusyLine(QWidget):
    """Hidden while nothing is awaited."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._words = labelled(words, "muted")
        row.addWidget(self._words)
        row.addWidget(self._bar, 1)
        self.hide()

    def show_busy(self, is_busy: bool, words: str = "") -> None:
        """`words` say how far it is; empty leaves them as they are."""
        if words:
            self._words.setText(words)
        self.setVisible(is_busy)
