"""Beside the live picture: the last visit, where to put the camera, the lamps, the sites."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gui.pages.capture.exposure_line import ExposureLine
from gui.pages.capture.lamps import LampGrid
from gui.pages.capture.sites import SiteList
from gui.pages.capture.state import State
from gui.widgets.buttons import IconButton
from gui.widgets.gate_lamps import GateLamps
from gui.widgets.image_view import ImageView
from gui.widgets.words import labelled
from imaging.model.arrays import Pixels
from imaging.model.reading import GateReading

_NARROW, _WIDE = 304, 416


class SidePanel(QWidget):
    """Two faces: lamps at a glance with last visit and sites, or, unfolded, every gate with value and rule."""

    site_chosen = Signal(object)
    calibration_asked = Signal()

    def __init__(self, gate_titles: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(_NARROW)
        self.setMaximumWidth(_WIDE)
        self._order = {gate: number for number, gate in enumerate(gate_titles)}
        self.grid = LampGrid(gate_titles)
        self.lamps = GateLamps(gate_titles)
        self.sites = SiteList()
        self.last = ImageView()
        self.last.hide()
        self._shown: Pixels | None = None
        self._last_words = labelled("", "muted")
        self._placement = labelled("", "")
        self._placement.setWordWrap(True)
        self._unfold = IconButton("chevron-down", "All values and rules (G)", "All gates (G)")
        self.exposure = ExposureLine()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._glance())
        self._stack.addWidget(_scrolled(self.lamps))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._placement)
        column.addLayout(self._memory())
        column.addWidget(self.exposure)
        column.addWidget(self._stack, 1)
        self._unfold.clicked.connect(self.toggle)
        self.grid.unfold_asked.connect(self.toggle)
        self.grid.calibration_asked.connect(self.calibration_asked)
        self.sites.chosen.connect(self.site_chosen)

    @property
    def is_unfolded(self) -> bool:
        return self._stack.currentIndex() == 1

    def toggle(self) -> None:
        """Lamps at a glance, or all values and rules."""
        self._stack.setCurrentIndex(0 if self.is_unfolded else 1)
        self._unfold.set_icon("chevron-up" if self.is_unfolded else "chevron-down")

    def show_state(self, state: State) -> None:
        self._placement.setText(state.placement)
        self._placement.setVisible(bool(state.placement))
        self.sites.show_tiles(state.tiles)
        self.exposure.show_state(state)

    def show_readings(self, readings: Sequence[GateReading]) -> None:
        """The most important first, whichever was read first."""
        ordered = sorted(readings, key=lambda reading: self._order.get(reading.gate, len(self._order)))
        if self.is_unfolded:
            self.lamps.show_readings(ordered)
        else:
            self.grid.show_readings(ordered)

    def show_last(self, picture: Pixels | None, caption: str) -> None:
        """The picture of the visit before; None hides it."""
        self._last_words.setText(f"Last visit\n{caption}" if caption else "First visit of this site")
        if picture is self._shown:
            return
        self._shown = picture
        self.last.setVisible(picture is not None)
        self.last.set_picture(picture)
        self.last.fit()

    def _memory(self) -> QHBoxLayout:
        """The picture of the visit before, and beside it from when it is."""
        self.last.setFixedSize(QSize(144, 108))
        self.last.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.last.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = QVBoxLayout()
        words.addWidget(self._last_words)
        words.addStretch(1)
        words.addWidget(self._unfold, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.last)
        row.addLayout(words, 1)
        return row

    def _glance(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.grid)
        column.addWidget(_scrolled(self.sites), 1)
        return page


def _scrolled(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(widget)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
