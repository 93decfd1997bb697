"""The pictures of the compare page, the ways to look at them, and their switches."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QStackedWidget, QVBoxLayout, QWidget

from gui.pages.compare.course import CourseView
from gui.pages.compare.state import State
from gui.session.comparing import Comparing
from gui.session.looking import ColourScale
from gui.widgets.badges import Badges
from gui.widgets.buttons import IconButton
from gui.widgets.choice import ButtonRow
from gui.widgets.colour_bar import ColourBar, Scale
from gui.widgets.linked_views import LinkedViews, Mode, Pair
from gui.widgets.one_view import FASTEST_HZ, SLOWEST_HZ
from gui.widgets.read_out import ReadOut

_MODES = (
    (Mode.SIDE_BY_SIDE, "Side by side", "side-by-side", "Both pictures, zoom and pan linked (1)"),
    (Mode.SWIPE, "Swipe", "swipe", "One picture under the other behind a curtain (2)"),
    (Mode.BLINK, "Blink", "blink", "Both pictures in turn (3)"),
    (Mode.CHANGE, "Change", "change", "What became deeper or shallower (4)"),
)
COURSE = "course"
_COURSE = (COURSE, "Course", "course", "One endpoint over all visits (5)")


class CompareViews(QWidget):
    """Four ways to look at one pair, and beside them the course over all visits."""

    course_shown = Signal(bool)
    """The course was opened or left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.views = LinkedViews()
        self.course = CourseView()
        self.modes = ButtonRow((*_MODES, _COURSE))
        self.linked = IconButton("link", "Zoom and pan both together; press to let them go their own ways", "Linked")
        self.heat_map = IconButton("heat-map", "Show depth as colours on both pictures (H)", "Depth")
        self.opacity, self.rate = QSlider(Qt.Orientation.Horizontal), QSlider(Qt.Orientation.Horizontal)
        self._rate_words = QLabel("Rate")
        self.fit = IconButton("fit", "All of it (0)")
        self.reference_badges, self.moving_badges = Badges(), Badges()
        self.colour_bar = ColourBar()
        self.bar = QWidget()
        """Ways to look and switches; the page lays it above everything, so that it never gets narrow."""
        self._read_outs = [ReadOut(view) for view in self.views.all_views if view is not self.views.moving]
        self._shown: Comparing | None = None
        self._stack = QStackedWidget()
        self._set_up()
        self._lay_out()
        self._connect()
        self.set_mode(Mode.SIDE_BY_SIDE)

    def show_comparing(self, comparing: Comparing, state: State) -> None:
        self._shown = comparing
        self.views.show_pair(_pair(comparing, state))
        self.reference_badges.show_badges([(b.words, b.tone, b.tip) for b in state.reference_badges])
        self.moving_badges.show_badges([(b.words, b.tone, b.tip) for b in state.moving_badges])
        for mode in (Mode.SWIPE, Mode.BLINK, Mode.CHANGE):
            self.modes.button(mode).setEnabled(state.is_together)
        if not state.is_together and not self.is_course:
            self.set_mode(Mode.SIDE_BY_SIDE)
        self._show_layers()

    @property
    def is_course(self) -> bool:
        """The course is shown, not the pictures."""
        return self._stack.currentIndex() == 1

    def start(self) -> None:
        """The page is open: what moves, moves."""
        if not self.is_course:
            self.views.start()

    def set_mode(self, mode: Mode | str) -> None:
        """One of `Mode`, or COURSE."""
        self.modes.show_choice(mode)
        self._stack.setCurrentIndex(1 if mode == COURSE else 0)
        if isinstance(mode, Mode):
            self.views.set_mode(mode)
        else:
            self.views.stop()
        self._show_switches(mode)
        self.course_shown.emit(self.is_course)

    def _show_switches(self, mode: Mode | str) -> None:
        is_beside = mode is Mode.SIDE_BY_SIDE
        self.linked.setVisible(is_beside)
        self.heat_map.setVisible(is_beside)
        self.opacity.setVisible(is_beside)
        for widget in (self.rate, self._rate_words):
            widget.setVisible(mode is Mode.BLINK)
        self._show_layers()

    def set_read_out(self, words: str) -> None:
        """Words for what lies under the pointer, on the picture that leads."""
        for read_out in self._read_outs:
            read_out.set_text(words)

    # -- within ----------------------------------------------------------------------------------

    def _set_up(self) -> None:
        self.linked.setCheckable(True)
        self.linked.setChecked(True)
        self.heat_map.setCheckable(True)
        self.heat_map.setShortcut("H")
        self.opacity.setRange(0, 100)
        self.opacity.setValue(70)
        self.opacity.setAccessibleName("Opacity of the colours")
        self.opacity.setToolTip("How strongly the colours cover the skin")
        self.rate.setRange(round(SLOWEST_HZ * 10), round(FASTEST_HZ * 10))
        self.rate.setValue(10)
        self.rate.setAccessibleName("Changes a second")
        for slider in (self.opacity, self.rate):
            slider.setFixedWidth(140)
        for number, (mode, *_) in enumerate((*_MODES, _COURSE), 1):
            self.modes.button(mode).setShortcut(str(number))

    def _lay_out(self) -> None:
        bar = QHBoxLayout(self.bar)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(8)
        bar.addWidget(self.modes)
        bar.addStretch(1)
        for widget in (self._rate_words, self.rate, self.heat_map, self.opacity, self.linked, self.fit):
            bar.addWidget(widget)
        badges = QHBoxLayout()
        badges.setSpacing(8)
        badges.addWidget(self.reference_badges, 1)
        badges.addWidget(self.moving_badges, 1)
        pictures = QWidget()
        column = QVBoxLayout(pictures)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(badges)
        column.addWidget(self.views, 1)
        column.addWidget(self.colour_bar)
        self._stack.addWidget(pictures)
        self._stack.addWidget(self.course)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _connect(self) -> None:
        self.modes.picked.connect(self.set_mode)
        self.linked.toggled.connect(self._link)
        self.heat_map.toggled.connect(self._show_layers)
        self.opacity.valueChanged.connect(self._show_layers)
        self.rate.valueChanged.connect(lambda value: self.views.blink.set_rate(value / 10))
        self.fit.clicked.connect(lambda: self.course.plot.fit() if self.is_course else self.views.fit())

    def _link(self, is_linked: bool) -> None:
        self.views.link.set_linked(is_linked)
        self.linked.set_icon("link" if is_linked else "unlink")
        self.linked.setText("Linked" if is_linked else "Loose")

    def _show_layers(self) -> None:
        self.views.set_heat_map(self.heat_map.isChecked(), self.opacity.value() / 100)
        self.opacity.setEnabled(self.heat_map.isChecked())
        self.colour_bar.show_scale(self._scale())

    def _scale(self) -> Scale | None:
        """Of what is seen now; none where no colours lie over the skin."""
        comparing, mode = self._shown, self.views.mode
        if comparing is None:
            return None
        if mode is Mode.CHANGE:
            return _scale(comparing.change_scale)
        depth = comparing.reference.depth
        is_seen = mode is Mode.SIDE_BY_SIDE and self.heat_map.isChecked()
        return _scale(depth.scale) if depth is not None and is_seen else None


def _scale(scale: ColourScale | None) -> Scale | None:
    return Scale(scale.colours, scale.limit, scale.unit, scale.title, scale.kind) if scale else None


def _pair(comparing: Comparing, state: State) -> Pair | None:
    """The moving picture on the reference's pixels, or as it was taken where they were not brought together."""
    reference, moving = comparing.reference, comparing.moving
    before = reference.shown.surface.photograph if reference.shown else reference.picture
    after = moving.shown.surface.photograph if moving.shown else moving.picture
    if comparing.moved is not None and state.is_together:
        after = comparing.moved
    if before is None or after is None:
        return None
    return Pair(
        before,
        after,
        state.reference_title,
        state.moving_title,
        reference.depth.heat_map if reference.depth else None,
        moving.depth.heat_map if moving.depth else None,
        comparing.change_colours if state.is_together else None,
    )
