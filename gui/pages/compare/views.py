"""The pictures of the compare page, looked at in one of several ways, and beside them the course over all visits."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gui.bridge.theme import current_theme
from gui.pages.compare.course import CourseView
from gui.pages.compare.profile import ProfilePanel
from gui.pages.compare.state import State
from gui.pages.compare.switches import COURSE, DEPTH_MODES, Key, Switches, may_look
from gui.session.compare.comparing import Comparing
from gui.session.compare.cutting import drawn, first_line, profile_of, quick, reliefs_of
from gui.session.looking import ColourScale
from gui.widgets.badges import Badges
from gui.widgets.colour_bar import ColourBar, Scale
from gui.widgets.linked_views import LinkedViews, Mode, Pair
from gui.widgets.read_out import ReadOut
from gui.widgets.relief_pair import Shown
from imaging.model.arrays import Pixels
from imaging.model.profile import ProfileLine
from imaging.model.relief import Relief, ReliefView

__all__ = ["COURSE", "CompareViews"]


class CompareViews(QWidget):
    """All ways to look at one pair."""

    course_shown = Signal(bool)
    """The course was opened or left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.views = LinkedViews()
        self.course = CourseView()
        self.profile = ProfilePanel()
        self.switches = Switches()
        """The page lays them above everything, so that they never get narrow."""
        self.reference_badges, self.moving_badges = Badges(), Badges()
        self.colour_bar, self.change_bar = ColourBar(), ColourBar()
        self._read_outs = [ReadOut(view) for view in self.views.all_views if view is not self.views.moving]
        self._shown: Comparing | None = None
        self._state = State()
        self._line: ProfileLine | None = None
        self._reliefs_of: tuple[object, float] | None = None
        self._stack = QStackedWidget()
        self._is_marking = False
        self._wrinkle: int | None = None
        self._wanted: Key = Mode.SIDE_BY_SIDE
        self._looked: Key | None = None
        self._lay_out()
        self._connect()
        self.set_mode(Mode.SIDE_BY_SIDE)

    def show_comparing(self, comparing: Comparing, state: State) -> None:
        is_other = self._shown is None or comparing.change is not self._shown.change
        self._shown, self._state = comparing, state
        if not self._is_marking:
            self.views.show_pair(_pair(comparing, state))
        self.reference_badges.show_badges([(b.words, b.tone, b.tip) for b in state.reference_badges])
        self.moving_badges.show_badges([(b.words, b.tone, b.tip) for b in state.moving_badges])
        self.switches.set_together(state.is_together, state.is_one_scale)
        self.switches.heat_map.setText("Shading" if _is_shading(comparing) else "Depth")
        self.switches.points.setEnabled(comparing.may_be_marked)
        self._look(self._wanted)
        if is_other:
            self._line = first_line(comparing)
            self._show_profile()
        self._show_layers()

    @property
    def is_course(self) -> bool:
        """The course is shown, not the pictures."""
        return self._stack.currentIndex() == 1

    @property
    def mode(self) -> Mode | None:
        """How the pictures are looked at; None while the course is shown."""
        return None if self.is_course else self.views.mode

    def start(self) -> None:
        """The page is open: what moves, moves."""
        if not self.is_course:
            self.views.start()

    def set_mode(self, mode: Key) -> None:
        """One of `Mode`, or COURSE; while the pictures do not lie on each other, side by side stands in for some."""
        self._wanted = mode
        self._look(mode)

    def _look(self, wanted: Key) -> None:
        state = self._state
        mode = wanted if may_look(wanted, state.is_together, state.is_one_scale) else Mode.SIDE_BY_SIDE
        if mode == self._looked:
            return
        self._looked = mode
        self._stack.setCurrentIndex(1 if mode == COURSE else 0)
        if isinstance(mode, Mode):
            self.views.set_mode(mode)
        else:
            self.views.stop()
        self.switches.show_mode(mode)
        self.profile.setVisible(mode is Mode.PROFILE)
        self._third.setVisible(mode is Mode.THREE_UP)
        self._show_layers()
        self.course_shown.emit(self.is_course)

    def set_marking(self, is_on: bool) -> None:
        """Both pictures as they were taken, each with its own zoom, to mark spots on."""
        comparing = self._shown
        if is_on == self._is_marking or comparing is None:
            return
        self._is_marking = is_on
        if is_on:
            self.set_mode(Mode.SIDE_BY_SIDE)
        self.views.link.set_linked(not is_on and self.switches.linked.isChecked())
        self.views.show_pair(_taken(comparing, self._state) if is_on else _pair(comparing, self._state))
        self.views.set_marking(is_on)
        self._show_wrinkle()
        self._show_layers()

    def choose_wrinkle(self, label: int | None) -> None:
        """Show one wrinkle that was followed on all pictures; None: none."""
        self._wrinkle = label
        self._show_wrinkle()

    def set_read_out(self, words: str) -> None:
        """Words for what lies under the pointer, on the picture that leads."""
        for read_out in self._read_outs:
            read_out.set_text("" if self._is_marking else words)

    # -- within ----------------------------------------------------------------------------------

    def _show_wrinkle(self) -> None:
        """Not while spots are marked: it covers skin, and does not lie on a picture as it was taken."""
        change = self._shown.change if self._shown and not self._is_marking else None
        lines = [w.centre_line for w in change.wrinkles if w.label == self._wrinkle] if change is not None else []
        self.views.show_lines(lines, self._state.is_together)

    def _lay_out(self) -> None:
        badges = QHBoxLayout()
        badges.setSpacing(8)
        badges.addWidget(self.reference_badges, 1)
        badges.addWidget(self.moving_badges, 1)
        self._third = QWidget()
        badges.addWidget(self._third, 1)
        pictures = QWidget()
        column = QVBoxLayout(pictures)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(badges)
        column.addWidget(self.views, 3)
        column.addWidget(self.profile, 1)
        bars = QHBoxLayout()
        bars.setSpacing(16)
        bars.addWidget(self.colour_bar)
        bars.addWidget(self.change_bar)
        column.addLayout(bars)
        self._stack.addWidget(pictures)
        self._stack.addWidget(self.course)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _connect(self) -> None:
        switches = self.switches
        switches.picked.connect(self.set_mode)
        switches.linked.toggled.connect(self._link)
        switches.heat_map.toggled.connect(self._show_layers)
        switches.region.toggled.connect(self._show_layers)
        switches.opacity.valueChanged.connect(self._show_layers)
        switches.rate.slider.valueChanged.connect(lambda value: self.views.blink.set_rate(value / 10))
        switches.lens_size.slider.valueChanged.connect(self.views.lens.set_radius)
        switches.heights.slider.valueChanged.connect(self.views.reliefs.set_exaggeration)
        switches.fit.clicked.connect(self._fit)
        self.views.line.drawn.connect(self._cut)
        self.profile.markers_moved.connect(self._mark_line)

    def _fit(self) -> None:
        if self.is_course:
            self.course.plot.fit()
        elif self.views.mode is Mode.RELIEF:
            self.views.reliefs.reset()
        else:
            self.views.fit()

    def _link(self, is_linked: bool) -> None:
        self.views.link.set_linked(is_linked)
        self.switches.linked.set_icon("link" if is_linked else "unlink")
        self.switches.linked.setText("Linked" if is_linked else "Loose")

    def _cut(self, line: ProfileLine) -> None:
        self._line = line
        self._show_profile()

    def _show_profile(self) -> None:
        self.views.line.show_line(self._line)
        profile = profile_of(self._shown, self._line) if self._shown else None
        self.profile.show_profile(profile, (self._state.reference_title, self._state.moving_title))

    def _mark_line(self, first: float, second: float) -> None:
        length = self.profile.length
        self.views.line.show_markers((first / length, second / length) if length else None)

    def _show_layers(self) -> None:
        switches, mode = self.switches, self.views.mode
        opacity = switches.opacity.value() / 100
        self.views.set_heat_map(self._has_depth and not self._is_marking, opacity)
        change = self._shown.change if self._shown else None
        is_framed = change is not None and switches.region.isChecked() and not self._is_marking
        self.views.show_frame(change.roi if change is not None and is_framed else None, self._state.is_together)
        switches.opacity.setEnabled(self._has_depth or mode is Mode.LENS)
        self._show_scales()
        if mode is Mode.RELIEF and not self.is_course:
            self._show_reliefs(opacity if self._has_depth else 0.0)

    @property
    def _has_depth(self) -> bool:
        """Depth is asked for, and has one scale on both pictures."""
        return self.switches.heat_map.isChecked() and self._state.is_one_scale

    def _show_reliefs(self, opacity: float) -> None:
        """Made anew only when something of it is different."""
        change = self._shown.change if self._shown else None
        if self._reliefs_of is not None and self._reliefs_of[0] is change and self._reliefs_of[1] == opacity:
            return
        self._reliefs_of = (change, opacity)
        reliefs = reliefs_of(self._shown, opacity) if self._shown else None
        titles = self._state.reference_title, self._state.moving_title
        if reliefs is None:
            self.views.reliefs.show_reliefs(None)
            return
        first, second = (_turned(one, title) for one, title in zip(quick(reliefs), titles, strict=True))
        self.views.reliefs.show_reliefs((first, second))

    def _show_scales(self) -> None:
        """Of what is seen now; none where no colours lie over the skin."""
        comparing, mode = self._shown, self.views.mode
        has_depth = mode is Mode.LENS or (mode in DEPTH_MODES and self._has_depth)
        has_change = mode in (Mode.CHANGE, Mode.THREE_UP)
        is_on = comparing is not None and not self._is_marking
        depth = comparing.reference.depth if comparing else None
        self.colour_bar.show_scale(_scale(depth.scale) if depth and is_on and has_depth else None)
        change = comparing.change_scale if comparing else None
        self.change_bar.show_scale(_scale(change) if is_on and has_change else None)


def _turned(relief: Relief, title: str) -> Shown:
    def draw(view: ReliefView, size: tuple[int, int]) -> Pixels:
        canvas = current_theme().colour("canvas")
        return drawn(relief, view, size, (canvas.red(), canvas.green(), canvas.blue()))

    return Shown(draw, title)


def _scale(scale: ColourScale | None) -> Scale | None:
    return Scale(scale.colours, scale.limit, scale.unit, scale.title, scale.kind) if scale else None


def _is_shading(comparing: Comparing) -> bool:
    shown = comparing.reference.shown
    return shown is not None and shown.surface.height_unit == "rel"


def _taken(comparing: Comparing, state: State) -> Pair | None:
    """Both pictures as they were taken, whatever was found of them."""
    before, after = comparing.reference.shown, comparing.moving.shown
    if before is None or after is None:
        return None
    return Pair(before.surface.photograph, after.surface.photograph, state.reference_title, state.moving_taken_title)


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
