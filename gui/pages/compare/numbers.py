"""All numbers beside the pictures: the other endpoints, and every wrinkle by itself."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHeaderView,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.pages.compare.followed_state import WrinkleRow
from gui.pages.compare.state import Line
from gui.pages.compare.verdict import OtherEndpoints
from gui.widgets.choice import ButtonRow
from gui.widgets.tables import make_readable
from gui.widgets.words import labelled

_ENDPOINTS, _WRINKLES = "endpoints", "wrinkles"
_TABS = (
    (_ENDPOINTS, "Endpoints", "review", "Every endpoint with its minimal detectable change"),
    (_WRINKLES, "Wrinkles", "wrinkles", "Each wrinkle then and now; press one to see it on the pictures"),
)
_COLUMNS = ("No.", "Depth, µm", "Width, µm", "Length, mm")


class ComparedNumbers(QWidget):
    """Without a verdict; a wrinkle that is chosen here is seen on the pictures."""

    wrinkle_chosen = Signal(object)
    """Its label, or None."""

    def __init__(self, endpoints: OtherEndpoints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.endpoints = endpoints
        self.tabs = ButtonRow(_TABS)
        self.wrinkles = _table()
        self.registration = labelled("", "small")
        self.registration.setWordWrap(True)
        self._rows: tuple[WrinkleRow, ...] = ()
        self._stack = QStackedWidget()
        for table in (endpoints, self.wrinkles):
            self._stack.addWidget(table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._stack, 1)
        column.addWidget(self.registration)
        self.tabs.show_choice(_ENDPOINTS)
        self.tabs.picked.connect(self._look_at)
        self.wrinkles.itemSelectionChanged.connect(self._say_wrinkle)

    def set_roomy(self, is_roomy: bool) -> None:
        self.endpoints.set_roomy(is_roomy)
        self.setFixedWidth(self.endpoints.width())

    def show_numbers(self, lines: tuple[Line, ...], rows: tuple[WrinkleRow, ...], registration: str) -> None:
        self.endpoints.show_lines(lines)
        self.registration.setText(registration)
        if rows == self._rows:
            return
        self._rows = rows
        self.wrinkles.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for col, words in enumerate(row.cells):
                item = QTableWidgetItem(words)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.wrinkles.setItem(number, col, item)
        self.wrinkles.clearSelection()

    def _look_at(self, key: str) -> None:
        self._stack.setCurrentIndex(int(key == _WRINKLES))
        if key == _ENDPOINTS:
            self.wrinkles.clearSelection()

    def _say_wrinkle(self) -> None:
        chosen = self.wrinkles.selectionModel().selectedRows()
        self.wrinkle_chosen.emit(self._rows[chosen[0].row()].label if chosen else None)


def _table() -> QTableWidget:
    table = QTableWidget(0, len(_COLUMNS))
    table.setHorizontalHeaderLabels(list(_COLUMNS))
    make_readable(table, "Each wrinkle, then and now", 40, may_choose=True)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
    return table
