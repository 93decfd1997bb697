"""A number that is typed where single keys already do something."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

_OF_NUMBERS = "0123456789.,"


class NumberField(QLineEdit):
    """Takes digits only: Space and letters stay the page's keys while the cursor stands here."""

    def event(self, event: QEvent) -> bool:
        is_asked = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_asked and event.text().isprintable() and event.text() not in _OF_NUMBERS:  # type: ignore[attr-defined]
            event.ignore()
            return False
        return super().event(event)

    @property
    def value(self) -> float | None:
        """None when it is no number."""
        try:
            return float(self.text().strip().replace(",", "."))
        except ValueError:
            return None
