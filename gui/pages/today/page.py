"""The day: who is expected, who has arrived, whose visit goes on."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gui.pages.today.rows import FirstSteps, SubjectRow
from gui.pages.today.state import Day, Row, State, state_of
from gui.session.study import StudySession
from gui.session.visit import VisitSession
from gui.widgets.buttons import WordButton
from gui.widgets.choice import KeyedCombo
from gui.widgets.empty_state import EmptyState
from gui.widgets.words import labelled

_REFRESH_MS = 15_000
_WIDEST = 1440
"""A line longer than this cannot be read across."""


class TodayPage(QWidget):
    """A start from nothing leads to the first picture; every other day begins with the list."""

    asks_for = Signal(str)
    """Name of a dialog."""
    goes_to = Signal(str)
    """Key of a page."""

    def __init__(self, study: StudySession, visit: VisitSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self._visit = visit
        self._rows: list[SubjectRow] = []
        self.setProperty("role", "page")
        self._headline = labelled("", "title")
        self.code = QLineEdit()
        self.code.setPlaceholderText("Code of who has arrived")
        self.code.setAccessibleName("Code of who has arrived")
        self.code.setMinimumWidth(208)
        self.studies = KeyedCombo("Study")
        self.studies.setMinimumWidth(264)
        self.studies.setMaximumWidth(320)
        self.new_study = WordButton("New study", icon_name="add")
        self.new_subject = WordButton("New subject", icon_name="add")
        self.first_steps = FirstSteps()
        self.nobody = EmptyState(
            "today", "Nobody is expected today", "Find a subject to start a visit outside the plan.", "Find a subject"
        )
        self.setFocusProxy(self.code)
        self._lay_out()
        self._connect()
        self._clock = QTimer(self)
        self._clock.setInterval(_REFRESH_MS)
        self._clock.timeout.connect(self.refresh)

    def enter(self) -> None:
        self._clock.start()
        self.refresh()

    def leave(self) -> None:
        self._clock.stop()

    def showEvent(self, event: QShowEvent) -> None:
        """What happened while nobody looked is seen at once; a bar code may be read at once."""
        super().showEvent(event)
        self.refresh()
        self.code.setFocus()

    def refresh(self) -> None:
        """Compute the state anew and show it."""
        self._study.look_again()
        self._show_studies()
        self.show_state(state_of(self._day(), self._visit.expected()))

    def show_state(self, state: State) -> None:
        self._headline.setText(state.headline)
        self.first_steps.show_steps(state.first_steps)
        has_study = self._study.study is not None
        for widget in (self.studies, self.new_study, self.new_subject):
            widget.setVisible(has_study)
        self.code.setVisible(not state.first_steps)
        self._stack.setCurrentIndex(0 if state.first_steps else (1 if state.rows else 2))
        self._show_rows(state.rows)

    @property
    def rows(self) -> tuple[SubjectRow, ...]:
        return tuple(self._rows)

    # -- within ----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._headline, 1)
        for widget in (self.code, self.studies, self.new_study, self.new_subject):
            top.addWidget(widget)
        self._stack = QStackedWidget()
        for content in (_at_the_top(self.first_steps), self._list(), self.nobody):
            self._stack.addWidget(content)
        content = QWidget()
        content.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(16)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(content, 100)
        row.addStretch(1)

    def _list(self) -> QScrollArea:
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        return area

    def _connect(self) -> None:
        self.first_steps.asked.connect(self.asks_for)
        self.nobody.action_asked.connect(lambda: self.goes_to.emit("subjects"))
        self.code.returnPressed.connect(self._arrive)
        self.new_study.clicked.connect(lambda: self.asks_for.emit("new-study"))
        self.new_subject.clicked.connect(lambda: self.asks_for.emit("new-subject"))
        self.studies.picked.connect(self._choose_study)
        self._study.changed.connect(self.refresh)
        self._visit.changed.connect(lambda _: self.refresh() if self.isVisible() else None)

    def _show_studies(self) -> None:
        current = self._study.study
        choices = [(study.identifier, f"{study.code} · {study.name}") for study in self._study.studies]
        self.studies.show_choices(choices, current.identifier if current else "")

    def _choose_study(self, identifier: object) -> None:
        self._study.choose_study(next(study for study in self._study.studies if study.identifier == identifier))

    def _show_rows(self, rows: tuple[Row, ...]) -> None:
        while len(self._rows) > len(rows):
            widget = self._rows.pop()
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        for number, row in enumerate(rows):
            if number < len(self._rows):
                self._rows[number].show_row(row)
            else:
                self._rows.append(self._new_row(row))

    def _new_row(self, row: Row) -> SubjectRow:
        widget = SubjectRow(row)
        widget.arrived.connect(lambda row: self._visit.arrive(row.subject))
        widget.opened.connect(self._open)
        self._column.insertWidget(len(self._rows), widget)
        return widget

    def _open(self, row: Row) -> None:
        self._visit.choose_subject(row.subject)
        if self._visit.chosen.visit is not None or self._visit.start_visit(row.week):
            self.goes_to.emit("capture")

    def _arrive(self) -> None:
        if self._visit.arrive_by_code(self.code.text()):
            self.code.clear()
        else:
            self.code.selectAll()
            self._visit.failed.emit(
                f'Nobody in this study has the code "{self.code.text()}": check it, or add a subject.'
            )

    def _day(self) -> Day:
        protocol = self._study.protocol
        asks_climate = protocol is not None and protocol.gates.climate_gates
        return Day(
            now=self._visit.now,
            has_archive=self._study.archive is not None,
            has_study=self._study.study is not None,
            has_subjects=bool(self._visit.subjects()),
            settle_min=protocol.gates.min_acclimatisation_min if protocol and asks_climate else None,
        )


def _at_the_top(widget: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget)
    column.addStretch(1)
    return holder
