"""Another camera takes a camera's place: calibrate it, photograph the same sites with both, keep how they differ."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.dialogs.form import text_label
from gui.session.calibration.bridge_words import BridgeRow, bridge_rows, bridge_sentence, meaning
from gui.session.calibration.replacement import ReplacementSession
from gui.session.calibration.replacing import Replacing
from gui.widgets.busy_line import BusyLine
from gui.widgets.buttons import WordButton
from gui.widgets.choice import KeyedCombo
from gui.widgets.words import labelled, set_tone
from imaging.model.bridging import LEAST_SITES, BridgingSite

CALIBRATE, PHOTOGRAPH = 3, 4
"""Results of the dialog: to the calibration of the new camera; to the day's list, to take pictures."""
_WIDTH, _HEIGHT, _BUTTON = 1200, 640, 48
_HEADS = ("Endpoint", "New reads", "Doubt (95 %)", "Single sites (95 %)", "Sites")
_WHY = (
    "Two cameras never read quite alike. The same ten sites or more, photographed with both within a day, say how far "
    "they differ; without them no change is judged across the two."
)
_NOTHING = "This archive knows one camera only. Choose the new one in the settings, then come back."


class Stage(QFrame):
    """One step: a badge, what it is, one sentence, its buttons."""

    def __init__(self, title: str, buttons: Sequence[WordButton]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.badge = labelled("", "badge")
        self.badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.badge.setMinimumWidth(88)
        self.sentence = text_label("", "muted")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(labelled(title, "heading"))
        words.addWidget(self.sentence)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self.badge)
        row.addLayout(words, 1)
        for button in buttons:
            button.setMinimumHeight(_BUTTON)
            button.setAutoDefault(False)
            row.addWidget(button)

    def show_stage(self, badge: str, tone: str, sentence: str) -> None:
        self.badge.setText(badge)
        set_tone(self.badge, "tone", tone)
        self.sentence.setText(sentence)


class PlainTable(QTableWidget):
    """Rows to read, none to edit."""

    def __init__(self, name: str, heads: Sequence[str]) -> None:
        super().__init__(0, len(heads))
        self.setHorizontalHeaderLabels(list(heads))
        self.setAccessibleName(name)
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        first = self.horizontalHeaderItem(0)
        if first is not None:
            first.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, words in enumerate(row):
                item = QTableWidgetItem(words)
                item.setToolTip(words)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(number, column, item)

    @property
    def words(self) -> list[list[str]]:
        """What stands in it, row by row."""
        cells = range(self.columnCount())
        return [[item.text() if (item := self.item(row, c)) else "" for c in cells] for row in range(self.rowCount())]


class ReplaceCameraDialog(QDialog):
    """Three steps on one sheet; every one can be left and come back to."""

    def __init__(self, replacement: ReplacementSession, headline: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._replacement = replacement
        self._headline = headline
        self.setWindowTitle("Replace camera")
        self.earlier, self.later = KeyedCombo("Camera until now"), KeyedCombo("New camera")
        self.calibrate = WordButton("Calibrate it")
        self.with_earlier, self.with_later = (
            WordButton("Take with camera until now"),
            WordButton("Take with new camera"),
        )
        self.make = WordButton("Compare the cameras", "primary")
        self.same = WordButton("It is the same camera")
        self.same.setToolTip(
            "The same unit on another port: nothing has to be compared. The archive keeps who said it."
        )
        self.close_button = WordButton("Close")
        self.calibration = Stage("1 · Calibrate the new camera", (self.calibrate,))
        self.pictures = Stage("2 · The same sites with both cameras", (self.with_earlier, self.with_later))
        self.comparison = Stage("3 · How they differ", (self.make,))
        self.sites = PlainTable("Sites of the bridging set", ("Site", "Until now", "New"))
        self.differences = PlainTable(
            "How the cameras differ", ("Endpoint", "New reads", "95 %", "Single sites", "Sites")
        )
        self.busy = BusyLine("Measuring")
        self.problem = text_label("", "badge")
        self.problem.setProperty("tone", "bad")
        self._lay_out()
        self._connect()
        replacement.refresh()
        self.show_state(replacement.now)

    def show_state(self, now: Replacing) -> None:
        """Everything at once."""
        is_pair = now.pair is not None
        self.earlier.show_choices([one for one in now.cameras if one[0] != now.later], now.earlier)
        self.later.show_choices([one for one in now.cameras if one[0] != now.earlier], now.later)
        for widget in (self.calibration, self.pictures, self.comparison, self._tables):
            widget.setVisible(is_pair)
        self._nothing.setVisible(not is_pair)
        self.same.setVisible(now.may_be_same)
        self.problem.setText(now.problem)
        self.problem.setVisible(bool(now.problem))
        self.busy.show_busy(bool(now.progress), now.progress)
        self._show_calibration(now)
        self._show_pictures(now)
        self._show_comparison(now)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._replacement.changed.disconnect(self.show_state)
        super().closeEvent(event)

    # -- within ----------------------------------------------------------------------------------

    def _show_calibration(self, now: Replacing) -> None:
        state = now.calibration
        is_good = state is not None and state.is_trusted
        self.calibration.show_stage("Done" if is_good else "To do", "good" if is_good else "warn",
                                    state.sentence if state else "")  # fmt: skip

    def _show_pictures(self, now: Replacing) -> None:
        words = f"{now.done} of at least {LEAST_SITES} sites are done with both, within a day of each other."
        is_done = now.is_set_complete
        self.pictures.show_stage(
            "Done" if is_done else f"{now.done} of {LEAST_SITES}", "good" if is_done else "warn", words
        )
        self.sites.show_rows([[site.name, _count(site.earlier, site), _count(site.later, site)] for site in now.sites])

    def _show_comparison(self, now: Replacing) -> None:
        kept = now.kept
        self.make.setEnabled(now.done >= 3 and not now.progress)
        self.make.setText("Compare again" if kept else "Compare the cameras")
        self.differences.setVisible(kept is not None)
        if kept is None:
            self.comparison.show_stage("To do", "warn", "Measures every picture; a few seconds each.")
            return
        tone = "good" if kept.is_large_enough else "warn"
        words = f"{bridge_sentence(kept, self._headline)} {meaning(kept)}"
        self.comparison.show_stage("Kept" if kept.is_large_enough else "Too few", tone, words)
        self.differences.show_rows([_cells(row) for row in bridge_rows(kept, self._headline)])

    def _lay_out(self) -> None:
        self._nothing = text_label(_NOTHING)
        self._tables = QWidget()
        tables = QHBoxLayout(self._tables)
        tables.setContentsMargins(0, 0, 0, 0)
        tables.setSpacing(16)
        tables.addWidget(self.sites, 4)
        tables.addWidget(self.differences, 7)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(labelled("Replace camera", "title"))
        column.addWidget(text_label(_WHY, "muted"))
        column.addLayout(self._cameras_row())
        for widget in (self.calibration, self.pictures, self.comparison):
            column.addWidget(widget)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        column.addWidget(self._nothing, 1)
        column.addWidget(self._tables, 1)
        column.addWidget(self.busy)
        column.addWidget(self.problem)
        column.addLayout(self._foot())
        self.setMinimumSize(_WIDTH, _HEIGHT)

    def _cameras_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for words, combo in (("Camera until now", self.earlier), ("New camera", self.later)):
            name = QLabel(words)
            name.setBuddy(combo)
            row.addWidget(name)
            row.addWidget(combo, 1)
            row.addSpacing(16)
        return row

    def _foot(self) -> QHBoxLayout:
        self.close_button.setMinimumHeight(_BUTTON)
        self.close_button.setAutoDefault(False)
        self.same.setMinimumHeight(_BUTTON)
        self.same.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.addWidget(self.same)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        return foot

    def _connect(self) -> None:
        self._replacement.changed.connect(self.show_state)
        self.earlier.picked.connect(lambda one: self._choose(one, self._replacement.now.later))
        self.later.picked.connect(lambda one: self._choose(self._replacement.now.earlier, one))
        self.calibrate.clicked.connect(self._calibrate)
        self.with_earlier.clicked.connect(lambda: self._photograph(self._replacement.now.earlier))
        self.with_later.clicked.connect(lambda: self._photograph(self._replacement.now.later))
        self.make.clicked.connect(self._replacement.make)
        self.same.clicked.connect(self._replacement.say_same)
        self.close_button.clicked.connect(self.reject)

    def _choose(self, earlier: str | None, later: str | None) -> None:
        if earlier is not None and later is not None:
            self._replacement.choose(earlier, later)

    def _calibrate(self) -> None:
        later = self._replacement.now.later
        if later is not None:
            self._replacement.use(later)
            self.done(CALIBRATE)

    def _photograph(self, identity: str | None) -> None:
        if identity is not None and self._replacement.photograph_with(identity):
            self.done(PHOTOGRAPH)


def _count(taken: int, site: BridgingSite) -> str:
    if taken >= site.wanted:
        return "done" if site.wanted == taken else f"done ({taken})"
    return f"{taken} of {site.wanted}" if taken else "missing"


def _cells(row: BridgeRow) -> list[str]:
    return [row.title, row.bias, row.doubt, row.limits, row.sites]
