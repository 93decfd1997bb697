"""Numbers and labels as they stand on the screen."""

from math import hypot

from PySide6.QtWidgets import QFrame, QLabel, QWidget

from imaging.model.geometry import Spacing

_UNITS = {"um": "µm", "fraction": "%", "deg": "°", "%": "%"}


def number_text(value: float | None, unit: str = "") -> str:
    """Three significant digits with the unit; a dash when there is no number. Fractions read as percent."""
    if value is None:
        return "–"
    if unit == "fraction":
        value *= 100
    sign = _UNITS.get(unit, unit)
    digits = f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    joint = "" if sign in ("°", "") else " "
    return f"{digits.replace('-', '−')}{joint}{sign}"


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


def signed_text(value: float | None, unit: str = "") -> str:
    """As `number_text`, with a plus sign where it grew."""
    text = number_text(value, unit)
    return f"+{text}" if value is not None and value > 0 else text


def length_text(rows: float, cols: float, spacing: Spacing | None) -> str:
    """Distance of so many rows and columns: "3.42 mm" when calibrated, else "118 px"."""
    if spacing is None:
        return f"{hypot(rows, cols):.0f} px"
    length = hypot(rows * spacing.row_mm, cols * spacing.col_mm)
    return f"{length:.2f} mm" if length < 10 else f"{length:.1f} mm"
