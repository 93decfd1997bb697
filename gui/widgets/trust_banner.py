"""What has to be known about the camera on every page: one sentence, one button."""

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from gui.bridge.icons import draw_icon
from gui.bridge.numbers import spelled
from gui.bridge.theme import current_theme
from gui.widgets.buttons import WordButton
from gui.widgets.words import set_tone

_ICONS = {"note": "calibration", "warn": "warning", "bad": "error"}
_TOKENS = {"note": "accent", "warn": "warn", "bad": "bad"}


class TrustBanner(QFrame):
    """Hidden while there is nothing to say; nobody can close it but what it speaks of."""

    action_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = "note"
        self._sign = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.button = WordButton("")
        self.button.clicked.connect(self.action_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 12, 4)
        row.setSpacing(12)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(self.button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def text(self) -> str:
        """What is said now; empty when nothing is."""
        return "" if self.isHidden() else self._text.text()

    @property
    def tone(self) -> str:
        return self._tone

    def show_words(self, text: str, tone: str = "note", action: str = "") -> None:
        """`tone` is "note", "warn" or "bad"; empty words hide the banner."""
        self._tone = tone
        self._text.setText(spelled(text))
        self.setAccessibleName(text)
        self.button.setText(action)
        self.button.setVisible(bool(action))
        set_tone(self, "tone", tone)
        self._tint()
        self.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        colour = current_theme().colour(_TOKENS[self._tone])
        self._sign.setPixmap(draw_icon(_ICONS[self._tone], colour, QSize(24, 24)))
