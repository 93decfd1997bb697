"""What stands where nothing is yet: what is missing, and the one thing to do next."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.bridge.icons import draw_icon
from gui.bridge.theme import current_theme
from gui.widgets.buttons import WordButton
from gui.widgets.words import labelled

_WIDEST_PX = 640
"""A line that is longer is hard to read."""


class EmptyState(QWidget):
    """Icon, one line, one sentence and at most one button."""

    action_asked = Signal()

    def __init__(self, icon_name: str, title: str, sentence: str, action: str = "") -> None:
        super().__init__()
        self._icon_name = icon_name
        self._sign = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title = labelled(title, "heading")
        self._sentence = labelled(sentence, "muted")
        self._action = WordButton(action, "primary")
        self._action.clicked.connect(self.action_asked)
        self._lay_out()
        self.show_words(title, sentence, action)
        self._tint()

    def _lay_out(self) -> None:
        middle = QWidget()
        middle.setMaximumWidth(_WIDEST_PX)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addStretch(1)
        for label in (self._sign, self._title, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(label is not self._sign)
            column.addWidget(label)
        column.addWidget(self._action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(middle, _WIDEST_PX)
        row.addStretch(1)

    def show_words(self, title: str, sentence: str, action: str = "") -> None:
        self._title.setText(title)
        self._sentence.setText(sentence)
        self._action.setText(action)
        self._action.setVisible(bool(action))

    @property
    def words(self) -> str:
        return f"{self._title.text()} {self._sentence.text()}"

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        self._sign.setPixmap(draw_icon(self._icon_name, current_theme().colour("edge"), QSize(56, 56)))
