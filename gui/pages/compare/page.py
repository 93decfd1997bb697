"""Two visits, one answer."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from gui.pages.compare.course_state import Shown, course_state_of
from gui.pages.compare.marking import MarkingPanel
from gui.pages.compare.numbers import ComparedNumbers
from gui.pages.compare.state import State, read_out, state_of
from gui.pages.compare.verdict import OtherEndpoints, VerdictStrip
from gui.pages.compare.views import CompareViews
from gui.session.compare.comparing import Comparing
from gui.session.compare.course import CourseSession
from gui.session.compare.session import CompareSession
from gui.session.visit import VisitSession
from gui.widgets.busy_line import BusyLine
from gui.widgets.buttons import WordButton
from gui.widgets.choice import KeyedCombo
from gui.widgets.empty_state import EmptyState
from gui.widgets.message_strip import MessageStrip
from gui.widgets.point_marks import Marks
from imaging.model.comparison import PointPairs
from imaging.model.visit import SiteKey

_ROOM_FOR_NUMBERS_PX = 1700
_OFFER = "Set two points"
_REFUSED = "The pictures could not be brought together by themselves: two spots marked by hand may help."


class ComparePage(QWidget):
    """Opens on baseline and newest visit, side by side."""

    goes_to = Signal(str)
    """Key of a page."""

    def __init__(
        self, visit: VisitSession, compare: CompareSession, course: CourseSession, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._visit = visit
        self._compare = compare
        self._course = course
        self._hidden: frozenset[SiteKey] = frozenset()
        self._goes_to = ""
        self._was_shown = False
        self.setProperty("role", "page")
        self.sites = KeyedCombo("Site")
        self.reference, self.moving = KeyedCombo("Reference visit"), KeyedCombo("Visit compared with it")
        for combo, widest in ((self.sites, 260), (self.reference, 280), (self.moving, 420)):
            combo.setMaximumWidth(widest)
        self._between = QLabel("compared with")
        self._has_verdict = self._is_busy = False
        self.export = WordButton("Export", "primary", "export")
        self.pictures = CompareViews()
        self.strip = VerdictStrip()
        self.others = OtherEndpoints()
        self.numbers = ComparedNumbers(self.others)
        self.marking = MarkingPanel()
        self._is_marking = False
        self.message = MessageStrip()
        self.busy = BusyLine("Measuring both visits and bringing them together")
        self.empty = EmptyState("compare", "", "")
        self._lay_out()
        self._connect()
        self.show_state(State())

    def enter(self) -> None:
        self._compare.enter()
        self._refresh(self._compare.comparing)
        self.pictures.start()
        self._follow_course(self.pictures.is_course)

    def leave(self) -> None:
        self._mark(False)
        self._compare.leave()
        self._course.leave()
        self.pictures.views.stop()

    def show_state(self, state: State) -> None:
        self._stack.setCurrentIndex(0 if state.empty else 1)
        if state.empty:
            self._goes_to = state.empty.goes_to
            self.empty.show_words(state.empty.title, state.empty.sentence, state.empty.action)
        self.sites.show_choices(state.sites, state.site)
        self.reference.show_choices(state.visits, state.reference_id)
        self.moving.show_choices(state.movings, state.moving_key)
        self._is_busy = state.is_busy
        self._has_verdict = bool(state.headline.verdict)
        self.strip.show_sentence(state.headline, state.notes)
        self.strip.all_numbers.setEnabled(bool(state.lines))
        self.numbers.show_numbers(state.lines, state.wrinkles, state.registration)
        self._show_pair_parts()
        self._say(state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            self.strip.all_numbers.setChecked(self.width() >= _ROOM_FOR_NUMBERS_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.numbers.set_roomy(self.width() >= _ROOM_FOR_NUMBERS_PX)

    # -- within ----------------------------------------------------------------------------------

    def _refresh(self, comparing: Comparing) -> None:
        state = state_of(self._visit.chosen, comparing)
        self.show_state(state)
        self.pictures.show_comparing(comparing, state)
        self._show_course()

    def _say(self, state: State) -> None:
        if state.offers_points and not self._is_marking:
            self.message.show_message(_REFUSED, "warning", _OFFER)
        elif not state.message:
            self.message.clear()
        elif state.message != self.message.text:
            self.message.show_message(state.message, "warning")

    def _show_pair_parts(self) -> None:
        """What says something of two visits has no place beside the course of all of them, nor beside marking."""
        is_pair, is_marking = not self.pictures.is_course, self._is_marking
        for widget in (self.reference, self._between, self.moving, self.export):
            widget.setVisible(is_pair)
        for choice in (self.sites, self.reference, self.moving):
            choice.setEnabled(not is_marking)
        self.busy.show_busy(self._is_busy and is_pair)
        self.pictures.switches.setVisible(not is_marking)
        self.export.setEnabled(not is_marking and self._compare.comparing.change is not None)
        self.pictures.course.endpoints.setVisible(not is_pair)
        self.marking.setVisible(is_marking)
        self.strip.setVisible(is_pair and self._has_verdict and not is_marking)
        has_numbers = self.strip.all_numbers.isChecked() and self.others.rowCount() > 0
        self.numbers.setVisible(is_pair and has_numbers and not is_marking)

    # -- marking ---------------------------------------------------------------------------------

    def _mark(self, is_on: bool) -> None:
        """Begin or end to mark two spots; what was marked before is there to be moved."""
        if is_on == self._is_marking or (is_on and not self._compare.comparing.may_be_marked):
            return
        self._is_marking = is_on
        change, points = self._compare.comparing.change, self.pictures.views.points
        points.show_marks(_marks_of(change.start if change and is_on else None))
        self.pictures.set_marking(is_on)
        self._follow_marks(points.marks)
        self._say(state_of(self._visit.chosen, self._compare.comparing))
        if is_on:
            self.message.clear()
            self.pictures.views.reference.setFocus()
        self._show_pair_parts()

    def _follow_marks(self, marks: Marks) -> None:
        change = self._compare.comparing.change
        self.marking.show_marks(marks, was_marked=change is not None and change.start is not None)

    def _start_from_marks(self) -> None:
        marks = self.pictures.views.points.marks
        if marks.is_complete:
            self._mark(False)
            self._compare.start_from(_points_of(marks))

    def _start_without(self) -> None:
        self._mark(False)
        self._compare.start_from(None)

    # -- the course ------------------------------------------------------------------------------

    def _follow_course(self, is_shown: bool) -> None:
        self._show_pair_parts()
        if is_shown:
            self._course.enter()
            self._show_course()
        else:
            self._course.leave()

    def _show_course(self) -> None:
        if self.pictures.is_course:
            shown = Shown(self._compare.comparing.site, self._hidden)
            self.pictures.course.show_state(course_state_of(self._visit.chosen, self._course.following, shown))

    def _toggle_line(self, site: SiteKey) -> None:
        self._hidden ^= {site}
        self._show_course()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.sites)
        top.addSpacing(16)
        for widget in (self.reference, self._between, self.moving, self.pictures.course.endpoints):
            top.addWidget(widget)
        top.addStretch(1)
        top.addWidget(self.export)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addWidget(self.pictures, 1)
        body.addWidget(self.numbers)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.message)
        column.addWidget(self.busy)
        column.addWidget(self.pictures.switches)
        column.addLayout(body, 1)
        column.addWidget(self.strip)
        column.addWidget(self.marking)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _connect(self) -> None:
        self._compare.changed.connect(self._refresh)
        self.sites.picked.connect(self._compare.choose_site)
        self.reference.picked.connect(self._choose_reference)
        self.moving.picked.connect(self._choose_moving)
        self.strip.all_numbers.toggled.connect(self._show_pair_parts)
        self.numbers.wrinkle_chosen.connect(self.pictures.choose_wrinkle)
        self.export.clicked.connect(lambda: self.goes_to.emit("export"))
        self.empty.action_asked.connect(lambda: self.goes_to.emit(self._goes_to))
        self.pictures.views.pointed.connect(self._say_change)
        self.pictures.course_shown.connect(self._follow_course)
        self.pictures.course.endpoint_picked.connect(self._course.choose_endpoint)
        self.pictures.course.site_toggled.connect(self._toggle_line)
        self._course.changed.connect(lambda _: self._show_course())
        self.pictures.views.reliefs.view_changed.connect(self._compare.keep_relief_view)
        self._connect_marking()

    def _connect_marking(self) -> None:
        points = self.pictures.views.points
        self.pictures.switches.points.clicked.connect(lambda: self._mark(True))
        self.message.action_asked.connect(lambda: self._mark(True))
        points.changed.connect(self._follow_marks)
        points.started.connect(self._start_from_marks)
        points.left.connect(lambda: self._mark(False))
        self.marking.undo_asked.connect(points.undo)
        self.marking.cancel_asked.connect(lambda: self._mark(False))
        self.marking.start_asked.connect(self._start_from_marks)
        self.marking.without_asked.connect(self._start_without)

    def _choose_reference(self, visit_id: object) -> None:
        now = self._compare.comparing
        if now.site is not None and now.moving.visit is not None:
            self._compare.choose(str(visit_id), now.moving.visit.identifier, now.site, now.moving_site)

    def _choose_moving(self, key: tuple[str, SiteKey]) -> None:
        now = self._compare.comparing
        if now.site is not None and now.reference.visit is not None:
            self._compare.choose(now.reference.visit.identifier, key[0], now.site, key[1])

    def _say_change(self, place: tuple[int, int] | None) -> None:
        self.pictures.set_read_out(read_out(self._compare.comparing, place))


def _points_of(marks: Marks) -> PointPairs:
    before, after = ([marks.of(view)[number] for number in (0, 1)] for view in (0, 1))
    return PointPairs((before[0], before[1]), (after[0], after[1]))


def _marks_of(points: PointPairs | None) -> Marks:
    if points is None:
        return Marks()
    pairs = (points.reference, points.moving)
    return Marks(tuple((view, number, pairs[view][number]) for number in (0, 1) for view in (0, 1)))
