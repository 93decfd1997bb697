"""A button that learns a key: pressed once it listens, and the next key is the one."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

_MODIFIERS = {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr}


class KeyCatcher(QPushButton):
    """Shows the key it has learnt. Escape ends listening without learning anything.

    Parameters
    ----------
    asks : what it says while it knows no key
    listens : what it says while it listens
    """

    learnt = Signal(str)
    """The key, as `QKeySequence` writes it for files."""

    def __init__(self, asks: str, listens: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asks, self._listens = asks, listens
        self._key = ""
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.toggled.connect(lambda _: self._show())
        self._show()

    @property
    def key(self) -> str:
        """Empty while none is known."""
        return self._key

    def set_key(self, key: str) -> None:
        self._key = key
        self.setChecked(False)
        self._show()

    def event(self, event: QEvent) -> bool:
        """Keys of shortcuts are for learning too, Tab and Return among them."""
        if self.isChecked() and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
                self._learn(event)
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.setChecked(False)
        super().focusOutEvent(event)

    def _learn(self, event: QKeyEvent) -> None:
        if event.key() in _MODIFIERS or event.key() == Qt.Key.Key_unknown:
            return
        if event.key() == Qt.Key.Key_Escape:
            self.setChecked(False)
            return
        # A key of the number block says so by a modifier that shortcuts do not see.
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        pressed = QKeySequence(event.key() | held.value)
        self.set_key(pressed.toString(QKeySequence.SequenceFormat.PortableText))
        self.learnt.emit(self._key)

    def _show(self) -> None:
        if self.isChecked():
            self.setText(self._listens)
        else:
            named = QKeySequence(self._key).toString(QKeySequence.SequenceFormat.NativeText)
            self.setText(f"Key: {named}" if self._key else self._asks)
