"""One capture before the eye: picture, depth, wrinkles, numbers with their doubt, annotations."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gui.pages.review.numbers import Numbers
from gui.pages.review.picture import ReviewPicture
from gui.pages.review.state import State, read_out, state_of
from gui.session.looking import Looking
from gui.session.review import ReviewSession
from gui.session.visit import VisitSession
from gui.widgets.badges import Badges
from gui.widgets.busy_line import BusyLine
from gui.widgets.buttons import WordButton
from gui.widgets.choice import KeyedCombo
from gui.widgets.empty_state import EmptyState
from gui.widgets.message_strip import MessageStrip
from gui.widgets.thumbnails import Thumbnail, ThumbnailStrip
from gui.widgets.words import labelled


class ReviewPage(QWidget):
    """Opens on the newest capture of the chosen subject."""

    goes_to = Signal(str)
    """Key of a page."""

    def __init__(self, visit: VisitSession, review: ReviewSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._review = review
        self._goes_to = ""
        self.setProperty("role", "page")
        self.visits, self.sites = KeyedCombo("Visit"), KeyedCombo("Site")
        self.badges = Badges()
        self.picture = ReviewPicture()
        self.numbers = Numbers()
        self.replicates = ThumbnailStrip()
        self.message = MessageStrip()
        self.busy = BusyLine("Measuring this picture")
        self.compare = WordButton("Compare visits", "primary", "compare")
        self.empty = EmptyState("review", "", "")
        self._lay_out()
        self._connect()
        self.show_state(State())

    def enter(self) -> None:
        self._review.enter()
        self._refresh(self._review.looking)

    def leave(self) -> None:
        self.picture.annotations.end_text()
        self._review.leave()

    def show_state(self, state: State) -> None:
        """Signals stay quiet: nothing here was a gesture."""
        self._stack.setCurrentIndex(0 if state.empty else 1)
        if state.empty:
            self._goes_to = state.empty.goes_to
            self.empty.show_words(state.empty.title, state.empty.sentence, state.empty.action)
        self.visits.show_choices(state.visits, state.visit_id)
        self.sites.show_choices(state.sites, state.site)
        self.badges.show_badges([(badge.words, badge.tone, badge.tip) for badge in state.badges])
        self.busy.show_busy(state.is_busy)
        self._show_message(state.message)
        self.numbers.setVisible(bool(state.groups))
        self.numbers.show_state(state)
        self.compare.setEnabled(len(state.visits) > 1)

    # -- within ----------------------------------------------------------------------------------

    def _refresh(self, looking: Looking) -> None:
        state = state_of(self._visit.chosen, looking)
        self.show_state(state)
        self.picture.show_looking(looking)
        thumbnails = [Thumbnail(r.key, r.words, looking.pictures.get(r.key), r.tip) for r in state.replicates]
        self.replicates.show_thumbnails(thumbnails, state.capture_id)

    def _show_message(self, message: str) -> None:
        if not message:
            self.message.clear()
        elif message != self.message.text:
            self.message.show_message(message, "warning")

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        for widget in (self.visits, self.sites):
            top.addWidget(widget)
        top.addSpacing(8)
        top.addWidget(self.badges, 1)
        top.addWidget(self.compare)
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(labelled("Replicates", "heading"))
        side.addWidget(self.replicates)
        side.addWidget(self.message)
        side.addWidget(self.busy)
        side.addWidget(self.numbers, 1)
        side.addStretch(0)
        panel = QWidget()
        panel.setFixedWidth(424)
        panel.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self.picture, 1)
        body.addWidget(panel)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addLayout(body, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _connect(self) -> None:
        self._review.changed.connect(self._refresh)
        self.visits.picked.connect(self._review.choose_visit)
        self.sites.picked.connect(self._review.choose_site)
        self.replicates.chosen.connect(self._review.choose)
        self.picture.drawn.connect(self._review.set_annotations)
        self.picture.region_accepted.connect(self._review.set_region)
        self.picture.pointed.connect(self._say_depth)
        self.numbers.wrinkle_chosen.connect(self.picture.choose_wrinkle)
        self.numbers.wrinkles_shown.connect(self.picture.view.outlines.show_numbers)
        self.picture.wrinkle_pressed.connect(self.numbers.choose_wrinkle)
        self.compare.clicked.connect(lambda: self.goes_to.emit("compare"))
        self.empty.action_asked.connect(lambda: self.goes_to.emit(self._goes_to))

    def _say_depth(self, place: tuple[int, int] | None) -> None:
        self.picture.read_out.set_text(read_out(self._review.looking, place))
