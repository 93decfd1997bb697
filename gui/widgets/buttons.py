"""Buttons whose icons keep the colour of their words when the look changes."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from gui.bridge.icons import draw_icon, icon
from gui.bridge.theme import current_theme
from gui.widgets.words import set_tone

_AROUND_PX = 38
"""Beside icon and word: padding, edges, and what Qt leaves between the two."""


class IconButton(QToolButton):
    """A square tool with a tip, or icon and word beside each other when `word` is given."""

    def __init__(self, icon_name: str, tip: str, word: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self.setToolTip(tip)
        self.setAccessibleName(word or tip)
        self.setIconSize(QSize(22, 22))
        if word:
            self.setText(word)
            self.setProperty("kind", "worded")
            self.setIconSize(QSize(28, 20))
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._tint()

    def sizeHint(self) -> QSize:
        """Room for the word in its widest dress; the style sheet's padding is not in Qt's own hint."""
        hint = super().sizeHint()
        if self.text():
            hint.setWidth(self.fontMetrics().horizontalAdvance(self.text()) + self.iconSize().width() + _AROUND_PX)
        return hint

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def set_icon(self, name: str) -> None:
        self._icon_name = name
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        self.setIcon(_with_gap(self._icon_name, None) if self.text() else icon(self._icon_name))


class WordButton(QPushButton):
    """A push button of a kind of the style sheet: "", "primary", "large", "quiet" or "danger"."""

    def __init__(self, word: str, kind: str = "", icon_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(word, parent)
        self._icon_name = icon_name
        self._kind = kind
        self.setProperty("kind", kind)
        self.setIconSize(QSize(28, 20))
        self._tint()

    def set_kind(self, kind: str) -> None:
        """Another kind from now on."""
        if kind != self._kind:
            self._kind = kind
            set_tone(self, "kind", kind)
            self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        if self._icon_name:
            token = _ICON_TOKENS.get(self._kind)
            self.setIcon(_with_gap(self._icon_name, current_theme().colour(token) if token else None))


_ICON_TOKENS = {"primary": "accent_text", "large": "accent_text", "danger": "bad"}


def _with_gap(name: str, colour: QColor | None) -> QIcon:
    """The icon with room to its right: Qt sets word and icon too close."""
    wide, palette = QIcon(), QGuiApplication.palette()
    for mode, group in _GROUPS.items():
        is_own = colour is not None and mode is QIcon.Mode.Normal
        tint = colour if is_own and colour else palette.color(group, QPalette.ColorRole.ButtonText)
        canvas = QPixmap(56, 40)
        canvas.fill(Qt.GlobalColor.transparent)
        painter = QPainter(canvas)
        painter.drawPixmap(0, 0, draw_icon(name, tint, QSize(40, 40)))
        painter.end()
        canvas.setDevicePixelRatio(2)
        wide.addPixmap(canvas, mode)
    return wide


_GROUPS = {
    QIcon.Mode.Normal: QPalette.ColorGroup.Active,
    QIcon.Mode.Disabled: QPalette.ColorGroup.Disabled,
}
