"""The numbers of the review page: headline, endpoints by group, wrinkles one by one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.pages.review.state import Group, State
from gui.widgets.choice import ButtonRow
from gui.widgets.tables import make_readable
from gui.widgets.words import card, labelled

_COLUMNS = ("", "Length\nmm", "Mean depth\n{}, 95\u00a0%", "Largest\n{}", "Width\nµm")


class Numbers(QWidget):
    """Headline above, the rest under two buttons."""

    wrinkle_chosen = Signal(object)
    """Index of a wrinkle, or None."""
    wrinkles_shown = Signal(bool)
    """The wrinkles one by one, or all endpoints."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.headline = labelled("", "number")
        self._title = labelled("", "muted")
        self._band = _wrapped("small")
        self.method = _wrapped("muted")
        self.tabs = ButtonRow(
            (("endpoints", "Endpoints", "review", "All numbers"), ("wrinkles", "Wrinkles", "wrinkles", "One by one"))
        )
        self.table = _table()
        self.suspects = _wrapped("muted")
        self.suspects.setText("? may be pigment, not a furrow")
        self._stack = QStackedWidget()
        self._groups = QWidget()
        self._grid = QGridLayout(self._groups)
        self._shown: tuple[object, ...] = ()
        self._lay_out()
        self._connect()

    def show_state(self, state: State) -> None:
        self._title.setText(state.headline.title)
        self.headline.setText(state.headline.value)
        self._band.setText(state.headline_band)
        self.method.setText("\n".join((state.method, *state.warnings)))
        shown = (state.groups, state.wrinkles)
        if shown != self._shown:
            self._shown = shown
            self._show_groups(state.groups)
            self._show_wrinkles(state)

    @property
    def lines(self) -> dict[str, str]:
        """Value by title, as shown."""
        cells = [self._grid.itemAtPosition(row, 0) for row in range(self._grid.rowCount())]
        values = [self._grid.itemAtPosition(row, 1) for row in range(self._grid.rowCount())]
        pairs = [(a.widget(), b.widget()) for a, b in zip(cells, values, strict=True) if a and b]
        return {a.text(): b.text() for a, b in pairs if isinstance(a, QLabel) and isinstance(b, QLabel) and a is not b}

    def _lay_out(self) -> None:
        top = card()
        inner = QVBoxLayout(top)
        inner.setContentsMargins(16, 12, 16, 12)
        inner.setSpacing(4)
        for label in (self._title, self.headline, self._band, self.method):
            inner.addWidget(label)
        self._grid.setContentsMargins(16, 8, 8, 8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._groups)
        self._stack.addWidget(area)
        self._stack.addWidget(self._wrinkle_face())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(top)
        column.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._stack, 1)

    def _wrinkle_face(self) -> QWidget:
        face = QWidget()
        column = QVBoxLayout(face)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.table, 1)
        column.addWidget(self.suspects)
        return face

    def _connect(self) -> None:
        self.tabs.show_choice("endpoints")
        self.tabs.picked.connect(self._look_at)
        self.table.itemSelectionChanged.connect(self._say_wrinkle)

    def choose_wrinkle(self, index: int) -> None:
        """Look at this one in the list."""
        self.tabs.show_choice("wrinkles")
        self._look_at("wrinkles")
        self.table.selectRow(index)

    def _look_at(self, key: object) -> None:
        self._stack.setCurrentIndex(int(key == "wrinkles"))
        self.wrinkles_shown.emit(key == "wrinkles")

    def _say_wrinkle(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        self.wrinkle_chosen.emit(rows[0].row() if rows else None)

    def _show_groups(self, groups: tuple[Group, ...]) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        row = 0
        for stretched in range(self._grid.rowCount()):
            self._grid.setRowStretch(stretched, 0)
        for group in groups:
            row = self._show_group(group, row)
        self._grid.setRowStretch(row, 1)

    def _show_group(self, group: Group, row: int) -> int:
        self._grid.addWidget(labelled(group.title, "heading"), row, 0, 1, 2)
        band = _wrapped("small")
        band.setText(group.band)
        self._grid.addWidget(band, row + 1, 0, 1, 2)
        for number, line in enumerate(group.lines, row + 2):
            title, value = labelled(line.title, "muted"), QLabel(line.value)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(title, number, 0)
            self._grid.addWidget(value, number, 1, Qt.AlignmentFlag.AlignRight)
        end = row + 2 + len(group.lines)
        self._grid.setRowMinimumHeight(end, 8)
        return end + 1

    def _show_wrinkles(self, state: State) -> None:
        self.suspects.setVisible(any(line.is_suspect for line in state.wrinkles))
        self.table.blockSignals(True)
        self.table.setHorizontalHeaderLabels([name.format(state.depth_unit) for name in _COLUMNS])
        self.table.setRowCount(len(state.wrinkles))
        for row, line in enumerate(state.wrinkles):
            for col, words in enumerate(line.cells):
                mark = "?" if line.is_suspect and col == 0 else ""
                item = QTableWidgetItem(words + mark)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                pigment = "May be pigment, not a furrow" if line.is_suspect else ""
                item.setToolTip("\n".join(words for words in (line.doubts[col], pigment) if words))
                self.table.setItem(row, col, item)
        self.table.clearSelection()
        self.table.blockSignals(False)


def _wrapped(role: str) -> QLabel:
    label = labelled("", role)
    label.setWordWrap(True)
    return label


def _table() -> QTableWidget:
    table = QTableWidget(0, len(_COLUMNS))
    make_readable(table, "Wrinkles", 40, may_choose=True)
    table.setProperty("dense", "yes")
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setStretchLastSection(True)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return table
