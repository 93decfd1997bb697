"""Choose one of a few: a combo box or a row of buttons, by key."""

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QRadioButton,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from gui.widgets.buttons import IconButton

_BESIDE_WORDS_PX = 48
"""Of a combo box: arrow and edges."""


class KeyedCombo(QComboBox):
    """A combo box of (key, words)."""

    picked = Signal(object)
    """The key a person chose."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: tuple[Hashable, ...] = ()
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(lambda index: self.picked.emit(self._keys[index]))

    def show_choices(self, choices: Sequence[tuple[Hashable, str]], chosen: Hashable) -> None:
        """Says nothing."""
        keys = tuple(key for key, _ in choices)
        words = [word for _, word in choices]
        if keys != self._keys or words != [self.itemText(index) for index in range(self.count())]:
            self._keys = keys
            self.clear()
            self.addItems(words)
        self.setCurrentIndex(keys.index(chosen) if chosen in keys else -1)
        self.setToolTip(self.currentText() if self.is_short_of_room else "")
        self.setEnabled(bool(keys))

    @property
    def is_short_of_room(self) -> bool:
        """The words may be longer than the box: they end in dots, and the tip has them all."""
        return self.sizeHint().width() > self.maximumWidth()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nobody chooses another visit by scrolling past."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.is_short_of_room:
            super().paintEvent(event)
            return
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        room = self.width() - _BESIDE_WORDS_PX
        option.currentText = self.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()


class ButtonRow(QWidget):
    """Buttons of which one is down."""

    picked = Signal(object)

    def __init__(self, choices: Sequence[tuple[Hashable, str, str, str]], parent: QWidget | None = None) -> None:
        """Each choice is key, word, icon and tip."""
        super().__init__(parent)
        self._buttons: dict[Hashable, IconButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for key, word, icon_name, tip in choices:
            button = IconButton(icon_name, tip, word)
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, key=key: self.picked.emit(key))
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)

    def button(self, key: Hashable) -> IconButton:
        return self._buttons[key]

    def show_choice(self, key: Hashable) -> None:
        """Says nothing; a key that is not among them leaves all buttons up."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)
            return
        self._group.setExclusive(False)
        for button in self._buttons.values():
            button.setChecked(False)
        self._group.setExclusive(True)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._buttons


class WideRadio(QRadioButton):
    """The whole row can be pressed, not only dot and word."""

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)
