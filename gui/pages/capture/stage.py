"""The large picture: live, the one just taken, or what to do when there is nothing left to take."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from gui.pages.capture.baseline_view import BaselineView
from gui.pages.capture.state import State
from gui.widgets.empty_state import EmptyState
from gui.widgets.image_view import ImageView
from gui.widgets.live_view import LivePicture, LiveView
from gui.widgets.rows import side_by_side, stacked
from gui.widgets.words import labelled, set_tone
from imaging.model.arrays import Pixels


class Stage(QStackedWidget):
    """One thing at a time, as large as the room allows."""

    action_asked = Signal()
    """The one button of the last card: finish, or choose a subject."""

    def __init__(self, newest: Callable[[], LivePicture | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.live = LiveView(newest)
        self.baseline = BaselineView()
        self.taken = ImageView()
        self._shown: Pixels | None = None
        self._banner = labelled("", "heading")
        self.card = EmptyState("capture", "", "", "")
        self.card.action_asked.connect(self.action_asked)
        for widget in (self._live_page(), self._taken_page(), self.card):
            self.addWidget(widget)

    def show_state(self, state: State, picture: Pixels | None) -> None:
        """Which of the three, and its words."""
        if state.mode == "looking" and picture is not None:
            if picture is not self._shown:
                self._shown = picture
                self.taken.set_picture(picture)
                self.taken.fit()
            self._banner.setText(f"✓  {state.banner}\nBackspace takes it again.")
            self.setCurrentIndex(1)
        elif state.mode == "complete":
            self.card.show_words(state.complete_title, state.complete_sentence, "Finish visit")
            self.setCurrentIndex(2)
        elif state.mode == "none":
            self.card.show_words("No visit", "Choose a subject and start a visit first.", "Go to today's list")
            self.setCurrentIndex(2)
        else:
            self.setCurrentIndex(0)

    @property
    def banner(self) -> QLabel:
        return self._banner

    def _live_page(self) -> QWidget:
        """The baseline beside the live picture, while there is one to look for."""
        page = QWidget()
        row = side_by_side(self.live, self.baseline, of=page)
        row.setStretch(0, 3)
        row.setStretch(1, 2)
        return page

    def _taken_page(self) -> QWidget:
        page = QWidget()
        set_tone(self._banner, "tone", "good")
        self._banner.setProperty("role", "badge")
        self._banner.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._banner.setMinimumHeight(64)
        self._banner.setStyleSheet("font-size: 24px;")
        self._banner.setWordWrap(True)
        stacked(self.taken, self._banner, of=page)
        return page
