"""The widgets of the day: one line a subject, and the steps of a first start."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.pages.today.state import FirstStep, Row
from gui.widgets.buttons import WordButton
from gui.widgets.short_label import ShortLabel
from gui.widgets.words import card, labelled, set_tone

_BADGE_PX = 200
"""Room for the longest badge, so that the columns of all rows stand below each other."""
_READY = 1
"""Rank up to which somebody can be photographed now: only there the button calls."""


class SubjectRow(QFrame):
    """One expected subject: who, when, how it stands, and the two things that can be done."""

    arrived = Signal(object)
    opened = Signal(object)
    """Both with the `Row`."""

    def __init__(self, row: Row, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.row = row
        self._code = ShortLabel("number")
        self._born = labelled("", "muted")
        self._when = ShortLabel()
        self._badge = labelled("", "badge")
        self.arrive = WordButton("Arrived", icon_name="clock")
        self.open = WordButton("", "primary", "capture")
        self.arrive.clicked.connect(lambda: self.arrived.emit(self.row))
        self.open.clicked.connect(lambda: self.opened.emit(self.row))
        self._lay_out()
        self.show_row(row)

    def _lay_out(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 12, 16, 12)
        line.setSpacing(16)
        who = QVBoxLayout()
        who.setSpacing(0)
        who.addWidget(self._code)
        who.addWidget(self._born)
        line.addLayout(who, 2)
        line.addWidget(self._when, 3)
        place = QWidget()
        place.setFixedWidth(_BADGE_PX)
        badge = QHBoxLayout(place)
        badge.setContentsMargins(0, 0, 0, 0)
        badge.addStretch(1)
        badge.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(place)
        kept = self.arrive.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.arrive.setSizePolicy(kept)
        line.addWidget(self.arrive)
        line.addWidget(self.open)
        self.open.setMinimumWidth(168)

    def show_row(self, row: Row) -> None:
        self.row = row
        self._code.setText(row.code)
        self._born.setText(row.born)
        self._when.setText(row.when)
        self._badge.setText(row.badge)
        set_tone(self._badge, "tone", row.tone)
        self.arrive.setVisible(row.can_arrive)
        self.arrive.setAccessibleName(f"{row.code} has arrived")
        self.open.setText(row.action)
        self.open.set_kind("primary" if row.rank <= _READY else "")
        self.open.setAccessibleName(f"{row.action} of {row.code}")


class FirstSteps(QFrame):
    """What to do at a first start, in order; the step that is next carries the only button."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaximumWidth(760)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._shown: tuple[FirstStep, ...] = ()
        self.button: WordButton | None = None

    def show_steps(self, steps: tuple[FirstStep, ...]) -> None:
        if steps == self._shown:
            return
        self._shown = steps
        self.button = None
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        upcoming = next((step for step in steps if not step.is_done), None)
        for number, step in enumerate(steps, 1):
            self._column.addWidget(self._card(number, step, step is upcoming))

    def _card(self, number: int, step: FirstStep, is_next: bool) -> QFrame:
        frame = card()
        grid = QGridLayout(frame)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        sign = labelled("✓" if step.is_done else str(number), "badge")
        set_tone(sign, "tone", "good" if step.is_done else "")
        sign.setFixedWidth(32)
        sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(sign, 0, 0, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(labelled(step.title, "heading" if is_next else ""), 0, 1)
        sentence = labelled(step.sentence, "muted")
        sentence.setWordWrap(True)
        grid.addWidget(sentence, 1, 1)
        if is_next and step.action:
            self.button = WordButton(step.action, "primary")
            self.button.clicked.connect(lambda: self.asked.emit(step.asks_for))
            grid.addWidget(self.button, 0, 2, 2, 1)
        return frame
