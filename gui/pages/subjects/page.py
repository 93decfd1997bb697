"""The subjects of a study: find one, add one, look at the visits, start the next."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from gui.pages.subjects.details import SubjectDetails
from gui.pages.subjects.state import State, state_of
from gui.session.visit import VisitSession
from gui.widgets.buttons import WordButton
from gui.widgets.empty_state import EmptyState
from gui.widgets.words import labelled
from imaging.model.visit import Subject, Visit

_ITEM_PX = 48
_NO_ONE_CHOSEN = "No subject chosen", "Choose one in the list, or add a new one."
_NO_ONE_YET = "No subject yet", "Add the first one: New subject, below the list."


class SubjectsPage(QWidget):
    """List and search at the left, the chosen subject at the right."""

    asks_for = Signal(str)
    goes_to = Signal(str)

    def __init__(self, visit: VisitSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._shown: tuple[Subject, ...] = ()
        self.setProperty("role", "page")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search by code")
        self.search.setAccessibleName("Search by code")
        self.search.setClearButtonEnabled(True)
        self.subjects = QListWidget()
        self.subjects.setAccessibleName("Subjects")
        self.new_subject = WordButton("New subject", icon_name="add")
        self.treated_sides = WordButton("Treated sides")
        self.treated_sides.setToolTip("Read a randomisation list; unblind a blinded study")
        self.details = SubjectDetails()
        self._count = labelled("", "small")
        self._right = QStackedWidget()
        self._nobody = EmptyState("subjects", *_NO_ONE_CHOSEN)
        self._right.addWidget(self._nobody)
        self._right.addWidget(self.details)
        self._lay_out()
        self._connect()

    def enter(self) -> None:
        self.refresh()
        self.search.setFocus()

    def leave(self) -> None:
        """Nothing runs here."""

    def refresh(self) -> None:
        self.show_state(state_of(self._visit.chosen, self._visit.subjects(self.search.text())))

    def show_state(self, state: State) -> None:
        self._count.setText(state.count)
        self.treated_sides.setVisible(state.may_treat)
        self._show_list(state)
        self._right.setCurrentIndex(0 if state.subject is None else 1)
        self.details.show_state(state)
        is_any = bool(self._visit.subjects())
        self._nobody.show_words(*(_NO_ONE_CHOSEN if is_any else _NO_ONE_YET))

    # -- within ----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(labelled("Subjects", "title"))
        for widget in (self.search, self.subjects, self._count):
            left.addWidget(widget)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.new_subject, 1)
        below.addWidget(self.treated_sides, 1)
        left.addLayout(below)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 16, 24, 16)
        row.setSpacing(24)
        side = QWidget()
        side.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        side.setMaximumWidth(400)
        self._right.setMaximumWidth(1120)
        row.addWidget(side, 200)
        row.addWidget(self._right, 500)
        row.addStretch(1)

    def _connect(self) -> None:
        self.search.textChanged.connect(self.refresh)
        self.search.returnPressed.connect(self._take_first)
        self.subjects.currentRowChanged.connect(self._choose)
        self.subjects.itemActivated.connect(lambda _: self._start())
        self.new_subject.clicked.connect(lambda: self.asks_for.emit("new-subject"))
        self.treated_sides.clicked.connect(lambda: self.asks_for.emit("treated-sides"))
        self.details.start.clicked.connect(self._start)
        self.details.arrive.clicked.connect(self._arrive)
        self.details.treat.clicked.connect(lambda: self.asks_for.emit("treated-side"))
        self.details.opened.connect(self._open)
        self._visit.changed.connect(lambda _: self.refresh() if self.isVisible() else None)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.search.setFocus)

    def _show_list(self, state: State) -> None:
        self.subjects.blockSignals(True)
        if state.subjects != self._shown:
            self._shown = state.subjects
            self.subjects.clear()
            for subject in state.subjects:
                self.subjects.addItem(_item(subject))
        identifiers = [subject.identifier for subject in state.subjects]
        chosen = state.subject.identifier if state.subject else None
        self.subjects.setCurrentRow(identifiers.index(chosen) if chosen in identifiers else -1)
        self.subjects.blockSignals(False)

    def _take_first(self) -> None:
        if self._shown:
            self._choose(0)

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._shown):
            self._visit.choose_subject(self._shown[row])

    def _arrive(self) -> None:
        if self._visit.chosen.subject is not None:
            self._visit.arrive(self._visit.chosen.subject)

    def _start(self) -> None:
        chosen = self._visit.chosen
        if chosen.subject is None:
            return
        if any(v.finished_at is None for v in chosen.history):
            self._visit.choose_subject(chosen.subject)
            self.goes_to.emit("capture")
        elif self._visit.start_visit(self._visit.week_due(chosen.subject)):
            self.goes_to.emit("capture")

    def _open(self, visit: Visit) -> None:
        self._visit.choose_visit(visit)
        self.goes_to.emit("capture" if visit.finished_at is None else "review")


def _item(subject: Subject) -> QListWidgetItem:
    """As wide as the list is: what is longer ends in dots, and the tip has all of it."""
    words = f"{subject.code}    born {subject.birth_year}" if subject.birth_year else subject.code
    item = QListWidgetItem(words)
    item.setToolTip(words)
    item.setSizeHint(QSize(1, _ITEM_PX))
    return item
