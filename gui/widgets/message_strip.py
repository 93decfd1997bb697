"""One message at a time: what happened and what to do next."""

from typing import Literal

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from gui.bridge.icons import draw_icon
from gui.bridge.numbers import spelled
from gui.bridge.theme import current_theme
from gui.widgets.buttons import IconButton, WordButton
from gui.widgets.words import set_tone

Level = Literal["note", "done", "warning", "error"]
_ICONS = {"note": "note", "done": "check", "warning": "warning", "error": "error"}
_TOKENS = {"note": "accent", "done": "good", "warning": "warn", "error": "bad"}
_FADES_AFTER_MS = 8000


class MessageStrip(QFrame):
    """Hidden until something is said. Notes and successes go by themselves; warnings and errors stay until closed."""

    action_asked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action = WordButton("")
        self._action.clicked.connect(self.action_asked)
        self._close = IconButton("close", "Close this message")
        self._close.setProperty("kind", "quiet")
        self._close.clicked.connect(self.clear)
        self._fade = QTimer(self, singleShot=True, interval=_FADES_AFTER_MS)
        self._fade.timeout.connect(self.clear)
        self._level: Level = "note"
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(12)
        row.addWidget(self._sign)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        row.addWidget(self._close)

    @property
    def text(self) -> str:
        """What is said now; empty when nothing is."""
        return "" if self.isHidden() else self._text.text()

    @property
    def level(self) -> Level:
        return self._level

    def show_message(self, text: str, level: Level = "note", action: str = "") -> None:
        """Say one plain sentence; with `action`, a button whose click emits `action_asked`."""
        self._level = level
        text = spelled(text)
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        set_tone(self, "level", level)
        self._sign.setPixmap(draw_icon(_ICONS[level], current_theme().colour(_TOKENS[level]), QSize(26, 26)))
        self.setAccessibleName(text)
        self.show()
        if level in ("note", "done") and not action:
            self._fade.start()
        else:
            self._fade.stop()

    def clear(self) -> None:
        self._fade.stop()
        if not self.isHidden():
            self.hide()
            self.closed.emit()
