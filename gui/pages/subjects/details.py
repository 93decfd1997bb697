"""One subject: consents, visits, and the large button that leads to the next picture."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gui.pages.subjects.state import ConsentLine, State, VisitLine
from gui.widgets.buttons import WordButton
from gui.widgets.short_label import ShortLabel
from gui.widgets.words import card, labelled, set_tone


class SubjectDetails(QWidget):
    """Shows the chosen subject; knows no session."""

    opened = Signal(object)
    """The `Visit` to look at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: State | None = None
        self._code = ShortLabel("title")
        self._born = labelled("", "muted")
        self.arrive = WordButton("Arrived", icon_name="clock")
        self.start = WordButton("", "large", "capture")
        self.start.setMinimumWidth(208)
        self._treatment_title = labelled("Treatment", "heading")
        self.treatment = labelled("", "")
        self.treat = WordButton("")
        self._consents = QGridLayout()
        self._consents.setColumnStretch(1, 1)
        self._visits = QVBoxLayout()
        self.visit_buttons: list[WordButton] = []
        self._lay_out()

    def show_state(self, state: State) -> None:
        if state == self._shown or state.subject is None:
            return
        self._shown = state
        self._code.setText(state.subject.code)
        self._born.setText(state.born)
        self.start.setText(state.action)
        self.arrive.setVisible(state.can_arrive)
        self.treatment.setText(state.treatment)
        self.treat.setText(state.treatment_action)
        for widget in (self._treatment_title, self.treatment):
            widget.setVisible(bool(state.treatment))
        self.treat.setVisible(bool(state.treatment_action))
        self._show_consents(state.consents)
        self._show_visits(state.visits)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        who = QVBoxLayout()
        who.setSpacing(0)
        who.addWidget(self._code)
        who.addWidget(self._born)
        head.addLayout(who, 1)
        head.addWidget(self.arrive)
        head.addWidget(self.start)
        inner = QWidget()
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        body.addWidget(labelled("Visits", "heading"))
        body.addLayout(self._visits)
        body.addSpacing(16)
        body.addWidget(self._treatment_title)
        treated = QHBoxLayout()
        treated.addWidget(self.treatment)
        treated.addWidget(self.treat)
        treated.addStretch(1)
        treated.setSpacing(16)
        body.addLayout(treated)
        body.addSpacing(16)
        body.addWidget(labelled("Consent", "heading"))
        body.addLayout(self._consents)
        body.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(area, 1)

    def _show_consents(self, lines: tuple[ConsentLine, ...]) -> None:
        _empty(self._consents)
        for number, line in enumerate(lines):
            badge = labelled(line.answer, "badge")
            set_tone(badge, "tone", line.tone)
            self._consents.addWidget(labelled(line.use, ""), number, 0)
            self._consents.addWidget(badge, number, 1, Qt.AlignmentFlag.AlignLeft)

    def _show_visits(self, lines: tuple[VisitLine, ...]) -> None:
        _empty(self._visits)
        self.visit_buttons = []
        for line in lines:
            self._visits.addWidget(self._visit_card(line))
        if not lines:
            self._visits.addWidget(labelled("No visit yet.", "muted"))

    def _visit_card(self, line: VisitLine) -> QWidget:
        frame = card()
        row = QHBoxLayout(frame)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(labelled(line.title, "heading"))
        row.addWidget(labelled(line.detail, "muted"), 1)
        button = WordButton("Resume" if line.is_open else "Look at")
        button.setAccessibleName(f"{button.text()}: {line.title}")
        button.clicked.connect(lambda: self.opened.emit(line.visit))
        self.visit_buttons.append(button)
        row.addWidget(button)
        return frame


def _empty(layout: QGridLayout | QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
