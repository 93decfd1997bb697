"""Widgets side by side or one above the other, without a line of layout for each."""

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

_GAP = 8


def side_by_side(*widgets: QWidget, of: QWidget | None = None, gap: int = _GAP) -> QHBoxLayout:
    """The first one takes the room that is left. `of` is the widget that they fill to its edges, if any."""
    row = QHBoxLayout() if of is None else QHBoxLayout(of)
    _fill(row, widgets, gap)
    return row


def stacked(*widgets: QWidget, of: QWidget | None = None, gap: int = _GAP) -> QVBoxLayout:
    """As `side_by_side`, from top to bottom."""
    column = QVBoxLayout() if of is None else QVBoxLayout(of)
    _fill(column, widgets, gap)
    return column


def _fill(layout: QBoxLayout, widgets: tuple[QWidget, ...], gap: int) -> None:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    for number, widget in enumerate(widgets):
        layout.addWidget(widget, int(number == 0))
