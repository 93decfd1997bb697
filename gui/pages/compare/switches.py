"""The ways to look at two visits, and what can be set for each of them."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from gui.widgets.buttons import IconButton
from gui.widgets.choice import ButtonRow
from gui.widgets.lens import LARGEST_PX, SMALLEST_PX, USUAL_PX
from gui.widgets.linked_views import Mode
from gui.widgets.one_view import FASTEST_HZ, SLOWEST_HZ
from gui.widgets.relief_pair import FLATTEST, STEEPEST
from imaging.model.relief import ReliefView

COURSE = "course"
_FIRST = (
    (Mode.SIDE_BY_SIDE, "Side by side", "side-by-side", "Both pictures, zoom and pan linked (1)"),
    (Mode.BLINK, "Blink", "blink", "Both pictures in turn (2)"),
)
_FURTHER = (
    (Mode.THREE_UP, "Three-up", "three-up", "Both pictures and the change beside them (3)"),
    (Mode.SWIPE, "Swipe", "swipe", "One picture under the other behind a curtain (4)"),
    (Mode.CHANGE, "Change", "change", "What became deeper or shallower (5)"),
    (Mode.LENS, "Lens", "lens", "Depth in a circle that is moved over both pictures (6)"),
    (Mode.PROFILE, "Profile", "profile", "One line cut through both visits (7)"),
    (Mode.RELIEF, "Relief", "relief", "Both reliefs, turned together (8)"),
)
_COURSE = (COURSE, "Course", "course", "One endpoint over all visits (9)")
_KEYS = (*(mode for mode, *_ in (*_FIRST, *_FURTHER)), COURSE)
_SLIDER_PX = 120
Key = Mode | str
DEPTH_MODES = (Mode.SIDE_BY_SIDE, Mode.THREE_UP, Mode.RELIEF)
"""Where depth can be laid over the skin."""
_OF_DEPTH = (Mode.THREE_UP, Mode.CHANGE, Mode.LENS, Mode.PROFILE, Mode.RELIEF)
_DEPTH_TIP = "Show depth as colours on both visits (H)"
_NO_SCALE_TIP = "The visits were measured by different methods: their depths have no common scale"


def may_look(mode: Key, is_together: bool, is_one_scale: bool) -> bool:
    """Can the pictures be looked at in this way?"""
    needs_no_registration = mode in (Mode.SIDE_BY_SIDE, Mode.RELIEF, COURSE)
    return (is_together or needs_no_registration) and (is_one_scale or mode not in _OF_DEPTH)


class NamedSlider(QWidget):
    """A slider with its name before it."""

    def __init__(self, name: str, low: int, high: int, value: int) -> None:
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(low, high)
        self.slider.setValue(value)
        self.slider.setAccessibleName(name)
        self.slider.setFixedWidth(_SLIDER_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(QLabel(name))
        row.addWidget(self.slider)


class Switches(QWidget):
    """Side by side, blink and course; the rest opens in a second row."""

    picked = Signal(object)
    """A `Mode`, or COURSE."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first, self.further = ButtonRow(_FIRST), ButtonRow(_FURTHER)
        self.more = IconButton("more-views", "Further ways to look at both visits", "More views")
        self.course = ButtonRow((_COURSE,))
        self.linked = IconButton("link", "Zoom and pan both together; press to let them go their own ways", "Linked")
        self.heat_map = IconButton("heat-map", _DEPTH_TIP, "Depth")
        self.region = IconButton("region", "Show the region in which endpoints are taken (R)")
        self.opacity_name = QLabel("Colours")
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.rate = NamedSlider("Rate", round(SLOWEST_HZ * 10), round(FASTEST_HZ * 10), 10)
        self.lens_size = NamedSlider("Size", SMALLEST_PX, LARGEST_PX, USUAL_PX)
        heights = round(ReliefView().exaggeration)
        self.heights = NamedSlider("Heights", round(FLATTEST), round(STEEPEST), heights)
        self.points = IconButton("points", "Mark two spots of skin on both pictures to bring them together", "Points")
        self.fit = IconButton("fit", "All of it (0)")
        self._set_up()
        self._lay_out()
        self._connect()

    def button(self, key: Key) -> IconButton:
        """The button of a way to look."""
        return next(row for row in (self.first, self.further, self.course) if key in row).button(key)

    def show_mode(self, key: Key) -> None:
        """Says nothing; the second row is open while the way to look stands there."""
        for row in (self.first, self.further, self.course):
            row.show_choice(key)
        self.more.setChecked(key in self.further)
        self.further.setVisible(key in self.further)
        switches: tuple[tuple[QWidget, bool], ...] = (
            (self.linked, key in (Mode.SIDE_BY_SIDE, Mode.THREE_UP, Mode.LENS, Mode.PROFILE)),
            (self.heat_map, key in DEPTH_MODES),
            (self.opacity, key in (*DEPTH_MODES, Mode.LENS)),
            (self.opacity_name, key is Mode.LENS),
            (self.points, key is Mode.SIDE_BY_SIDE),
            (self.region, key not in (Mode.RELIEF, COURSE)),
            (self.rate, key is Mode.BLINK),
            (self.lens_size, key is Mode.LENS),
            (self.heights, key is Mode.RELIEF),
        )
        for widget, is_shown in switches:
            widget.setVisible(is_shown)

    def set_together(self, is_together: bool, is_one_scale: bool) -> None:
        """Without a registration only what needs none can be chosen; without one scale only what shows no depth."""
        for mode in (Mode.BLINK, *(mode for mode, *_ in _FURTHER)):
            self.button(mode).setEnabled(may_look(mode, is_together, is_one_scale))
        self.heat_map.setEnabled(is_one_scale)
        self.heat_map.setToolTip(_DEPTH_TIP if is_one_scale else _NO_SCALE_TIP)

    # -- within ----------------------------------------------------------------------------------

    def _set_up(self) -> None:
        for button in (self.linked, self.heat_map, self.more, self.region):
            button.setCheckable(True)
        for button in (self.linked, self.region):
            button.setChecked(True)
        self.region.setShortcut("R")
        self.heat_map.setShortcut("H")
        self.opacity.setRange(0, 100)
        self.opacity.setValue(70)
        self.opacity.setFixedWidth(_SLIDER_PX)
        self.opacity.setAccessibleName("Opacity of the colours")
        self.opacity.setToolTip("How strongly the colours cover the skin")
        self.further.hide()

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setContentsMargins(0, 0, 0, 0)
        first.setSpacing(4)
        for widget in (self.first, self.more, self.course):
            first.addWidget(widget)
        first.addStretch(1)
        first.setSpacing(8)
        sliders = (self.rate, self.lens_size, self.heights, self.heat_map, self.opacity_name, self.opacity)
        for setting in (*sliders, self.linked, self.points, self.region, self.fit):
            first.addWidget(setting)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(first)
        column.addWidget(self.further, 0, Qt.AlignmentFlag.AlignLeft)

    def _connect(self) -> None:
        for row in (self.first, self.further, self.course):
            row.picked.connect(self.picked)
        self.more.clicked.connect(self._open)
        for number, key in enumerate(_KEYS, 1):
            QShortcut(QKeySequence(str(number)), self, self._picker(key))

    def _picker(self, key: Key) -> Callable[[], None]:
        def pick() -> None:
            if self.button(key).isEnabled():
                self.picked.emit(key)

        return pick

    def _open(self, is_open: bool) -> None:
        """Closing the second row goes back to what is seen without it."""
        self.more.setChecked(is_open)
        self.further.setVisible(is_open)
        if not is_open and any(self.further.button(mode).isChecked() for mode, *_ in _FURTHER):
            self.picked.emit(Mode.SIDE_BY_SIDE)
