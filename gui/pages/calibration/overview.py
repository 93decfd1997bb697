"""What is known about the camera: every section with its state, how it drifted, and which captures are in doubt."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QSizePolicy, QVBoxLayout, QWidget

from gui.bridge.numbers import spelled, with_whole_days
from gui.pages.calibration.state import Card, State
from gui.session.calibration.calibrating import TITLES, StepKey
from gui.widgets.buttons import WordButton
from gui.widgets.drift_plot import DriftPlot
from gui.widgets.words import card, labelled, set_tone
from imaging.model.calibration_state import DriftSeries

_NO_DRIFT = "No check yet. Every check at the start of a day adds a point here."
_WIDEST_SECTIONS, _LARGEST_CHART = 900, (1200, 800)
"""On a large screen a title stays near its buttons, and a chart as high as it is wide."""
_NEEDED = (
    "Ten minutes, once a year:\n\n"
    "•  the five printed sheets; the first step saves them\n"
    "•  smooth matte white card\n"
    "•  a 24-patch colour card\n"
    "•  a ball of 4 to 10 mm, matte white or polished steel, where lights can be switched\n"
    "•  if there is one, a plate with a groove of known depth, or two feeler-gauge blades under tape\n\n"
    "The station says at each step what to lay under the camera. What was made stays when you stop."
)
_DOUBT = "Taken between the last pass and a failed check; screens and exports say so until an investigator clears them."


class SectionCard(QFrame):
    """One section: press it to see its drift, its button to make it again."""

    pressed = Signal(object)
    asked = Signal(object)
    check_asked = Signal(object)

    def __init__(self, key: StepKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setProperty("role", "card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.badge = labelled("", "badge")
        self.badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.badge.setMinimumWidth(96)
        self._title = labelled(TITLES[key], "heading")
        self._sentence = labelled("", "muted")
        self._sentence.setWordWrap(True)
        self.check = WordButton("Check")
        self.check.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.check.clicked.connect(lambda: self.check_asked.emit(self._key))
        self.button = WordButton("")
        self.button.setMinimumWidth(112)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(lambda: self.asked.emit(self._key))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._sentence)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(12)
        row.addWidget(self.badge)
        row.addLayout(words, 1)
        row.addWidget(self.check)
        row.addWidget(self.button)

    def show_card(self, one: Card, is_chosen: bool, can_go: bool) -> None:
        self.badge.setText(one.badge)
        set_tone(self.badge, "tone", one.tone)
        self._sentence.setText(with_whole_days(spelled(one.sentence)))
        self._sentence.setVisible(bool(one.sentence))
        self.check.setVisible(one.can_be_checked)
        self.check.setEnabled(can_go)
        self.check.setAccessibleName(f"Check: {one.title}")
        self.button.setText(one.action)
        self.button.setVisible(bool(one.action))
        self.button.setEnabled(can_go)
        self.button.setAccessibleName(f"{one.action}: {one.title}")
        set_tone(self, "current", "yes" if is_chosen else "no")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit(self._key)


class Overview(QWidget):
    """Sections on the left, the drift of the chosen one on the right, doubtful captures below it."""

    step_asked = Signal(object)
    check_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: dict[StepKey, SectionCard] = {
            key: SectionCard(key) for key in StepKey if key is not StepKey.TARGETS
        }
        self.chart = DriftPlot()
        self.doubtful = QListWidget()
        self.doubtful.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.doubtful.setAccessibleName("Captures whose calibration is doubtful")
        self._drift: tuple[DriftSeries, ...] = ()
        self._state = State()
        self._chosen = StepKey.SCALE
        self._is_by_hand = False
        """Somebody pressed a section; before, the one that is off shows its drift."""
        self._chart_title = labelled("", "heading")
        self._no_drift = labelled(_NO_DRIFT, "muted")
        self._no_drift.setWordWrap(True)
        self._doubt_title = labelled("", "heading")
        self._doubt_words = labelled(_DOUBT, "muted")
        self._doubt_words.setWordWrap(True)
        self._lay_out()
        for one in self.cards.values():
            one.pressed.connect(self.choose)
            one.asked.connect(self.step_asked)
            one.check_asked.connect(self.check_asked)

    def show_state(self, state: State, drift: Sequence[DriftSeries]) -> None:
        self._state, self._drift = state, tuple(drift)
        if not self._is_by_hand:
            self._chosen = next((one.key for one in state.cards if one.tone == "bad"), StepKey.SCALE)
        for one in state.cards:
            self.cards[one.key].show_card(one, one.key == self._chosen, state.can_go)
        self._show_drift()
        has_doubt = bool(state.doubtful)
        for widget in (self._doubt_title, self._doubt_words, self.doubtful):
            widget.setVisible(has_doubt)
        count = len(state.doubtful)
        self._doubt_title.setText(f"Calibration doubtful: {count} capture{'s' * (count != 1)}")
        if [self.doubtful.item(n).text() for n in range(self.doubtful.count())] != list(state.doubtful):
            self.doubtful.clear()
            self.doubtful.addItems(list(state.doubtful))

    def choose(self, key: StepKey) -> None:
        """Show the drift of this section."""
        self._chosen, self._is_by_hand = key, True
        self.show_state(self._state, self._drift)

    def _show_drift(self) -> None:
        mine = tuple(one for one in self._drift if one.section == self._chosen)
        is_new = not any(one.can_be_checked for one in self._state.cards)
        self._chart_title.setText("What is needed" if is_new else f"{TITLES[self._chosen]} over time")
        self._no_drift.setText(_NEEDED if is_new else _NO_DRIFT)
        self.chart.setVisible(bool(mine))
        self._no_drift.setVisible(not mine)
        self.chart.show_series(mine)

    def _lay_out(self) -> None:
        sections = QWidget()
        sections.setMaximumWidth(_WIDEST_SECTIONS)
        left = QVBoxLayout(sections)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(8)
        for one in self.cards.values():
            left.addWidget(one)
        left.addStretch(1)
        frame = card()
        frame.setMaximumSize(*_LARGEST_CHART)
        frame.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        right = QVBoxLayout(frame)
        right.setContentsMargins(16, 12, 16, 12)
        right.setSpacing(8)
        right.addWidget(self._chart_title)
        right.addWidget(self._no_drift)
        right.addWidget(self.chart, 3)
        right.addWidget(self._doubt_title)
        right.addWidget(self._doubt_words)
        right.addWidget(self.doubtful, 2)
        right.addStretch(0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(sections, 500)
        column = QVBoxLayout()
        column.addWidget(frame, 100)
        column.addStretch(1)
        row.addLayout(column, 500)
        row.addStretch(1)
