"""Labels and panels with the roles of the style sheet."""

from PySide6.QtWidgets import QFrame, QLabel, QWidget


def labelled(text: str, role: str, parent: QWidget | None = None) -> QLabel:
    """A label with a role of the style sheet: title, heading, number, muted, small, badge, verdict."""
    label = QLabel(text, parent)
    label.setProperty("role", role)
    return label


def set_tone(widget: QWidget, name: str, value: str) -> None:
    """Change a property the style sheet selects by, and have it looked at again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def card(parent: QWidget | None = None) -> QFrame:
    """A panel with a border."""
    frame = QFrame(parent)
    frame.setProperty("role", "card")
    return frame
