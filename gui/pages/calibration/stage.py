"""The large picture of a step: live with what was found in it, what to print, or what came out."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QListWidget, QStackedWidget, QVBoxLayout, QWidget

from gui.bridge.icons import draw_icon
from gui.bridge.numbers import spelled, with_whole_days
from gui.bridge.theme import current_theme
from gui.pages.calibration.state import State
from gui.session.calibration.calibrating import Sight
from gui.widgets.cue import Cue
from gui.widgets.finder_marks import FinderMarks
from gui.widgets.live_view import LivePicture, LiveView
from gui.widgets.words import card, labelled, set_tone

_MEANING = (
    "{} capture{} taken between the last pass and a failed check: they stay in the archive, and screens and exports "
    "say “calibration doubtful” until an investigator clears them."
)


class Outcome(QWidget):
    """A sign, one sentence, and the captures it concerns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.sentence = labelled("", "title")
        self._note, self._meaning = labelled("", "muted"), labelled("", "")
        self._note.setStyleSheet("font-size: 16px;")
        self.captures = QListWidget()
        self.captures.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.captures.setAccessibleName("Captures whose calibration is doubtful")
        frame = card()
        column = QVBoxLayout(frame)
        column.setContentsMargins(48, 32, 48, 32)
        column.setSpacing(16)
        column.addStretch(1)
        for label in (self._sign, self.sentence, self._note, self._meaning):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(label is not self._sign)
            column.addWidget(label)
        column.addWidget(self.captures, 3)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def show_outcome(self, state: State, icon: str) -> None:
        captures = state.doubtful
        token = state.tone if state.tone in ("good", "warn", "bad") else "edge"
        self._sign.setPixmap(draw_icon(icon, current_theme().colour(token), QSize(72, 72)))
        self.sentence.setText(spelled(state.sentence))
        set_tone(self.sentence, "tone", state.tone)
        self._note.setText(with_whole_days(spelled(state.note)))
        self._note.setVisible(bool(state.note))
        self._meaning.setText(_MEANING.format(len(captures), "s" * (len(captures) != 1)))
        self._meaning.setVisible(bool(captures))
        if [self.captures.item(n).text() for n in range(self.captures.count())] != list(captures):
            self.captures.clear()
            self.captures.addItems(list(captures))
        self.captures.setVisible(bool(captures))


class StepStage(QStackedWidget):
    """One thing at a time, as large as the room allows."""

    def __init__(self, newest: Callable[[], LivePicture | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.live = LiveView(newest)
        self.marks = FinderMarks(self.live)
        self.outcome = Outcome()
        for widget in (self.live, self.outcome):
            self.addWidget(widget)

    def show_state(self, state: State) -> None:
        if state.stage == "live":
            self.setCurrentWidget(self.live)
            return
        if state.stage == "targets":
            sentence = "Print the five calibration sheets."
            self.outcome.show_outcome(replace(state, sentence=sentence, note=state.how, tone=""), "picture")
        else:
            self.outcome.show_outcome(state, _ICONS[state.tone])
        self.setCurrentWidget(self.outcome)

    def show_sight(self, sight: Sight, progress: float, is_working: bool) -> None:
        """What the finder saw, and the one instruction."""
        words = "Hold still." if is_working else sight.instruction
        self.live.set_cue(Cue(words, sight.is_good or is_working, progress, has_ring=progress > 0))
        self.marks.show_marks(sight.points, sight.circle, sight.wanted, sight.is_good)


_ICONS = {"good": "check", "warn": "warning", "bad": "error", "": "note"}
