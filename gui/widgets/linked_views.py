"""Two visits before the eye: side by side with linked zoom and pan, under a curtain, blinking, as change, as relief."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy.typing as npt
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from gui.widgets.image_view import ImageView, Layer
from gui.widgets.layered_view import LayeredView, Look
from gui.widgets.lens import Lens
from gui.widgets.one_view import BlinkView, SwipeView, TitledView
from gui.widgets.point_marks import PointMarks
from gui.widgets.profile_line import ProfileLineTool
from gui.widgets.relief_pair import ReliefPair
from imaging.model.geometry import Roi


class LookLink(QObject):
    """While linked, what one view looks at, all look at; the pointer's place is marked in the others."""

    def __init__(self, views: tuple[ImageView, ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._views = views
        self._is_linked = True
        for view in views:
            view.look_changed.connect(lambda look, view=view: self._follow(view, look))
            view.pointed.connect(lambda place, view=view: self._mark(view, place))

    @property
    def is_linked(self) -> bool:
        return self._is_linked

    def set_linked(self, is_linked: bool) -> None:
        """Linking again brings the others to the first view's place."""
        self._is_linked = is_linked
        if is_linked:
            self._follow(self._views[0], self._views[0].look)
        else:
            self._mark(self._views[0], None)

    def _follow(self, leader: LayeredView, look: Look) -> None:
        if self._is_linked:
            for view in self._views:
                if view is not leader:
                    view.set_look(look)

    def _mark(self, leader: LayeredView, place: tuple[int, int] | None) -> None:
        for view in self._views:
            if isinstance(view, TitledView):
                view.set_mark(place if self._is_linked and view is not leader else None)


class Mode(StrEnum):
    SIDE_BY_SIDE = "side by side"
    BLINK = "blink"
    THREE_UP = "three-up"
    SWIPE = "swipe"
    CHANGE = "change"
    LENS = "lens"
    PROFILE = "profile"
    RELIEF = "relief"


_BESIDE = (Mode.SIDE_BY_SIDE, Mode.LENS, Mode.PROFILE)
"""Reference and moving picture next to each other."""


@dataclass(frozen=True, eq=False)
class Pair:
    """What is compared. All pictures (rows, cols, 3); `moving` lies on the reference grid when `change` is there.

    Parameters
    ----------
    reference_heat_map, moving_heat_map, change : RGBA of the size of their picture, or None
    """

    reference: npt.NDArray[Any]
    moving: npt.NDArray[Any]
    reference_title: str = ""
    moving_title: str = ""
    reference_heat_map: npt.NDArray[Any] | None = None
    moving_heat_map: npt.NDArray[Any] | None = None
    change: npt.NDArray[Any] | None = None


class LinkedViews(QStackedWidget):
    """All ways to look at one pair; one is on."""

    pointed = Signal(object)
    """(row, col) on the reference, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reference, self.moving, self.change = TitledView(), TitledView(), TitledView()
        self.swipe, self.blink, self.reliefs = SwipeView(), BlinkView(), ReliefPair()
        self.beside = _row(self.reference, self.moving, self.change)
        self.link = LookLink((self.reference, self.moving, self.change), self)
        pair = (self.reference, self.moving)
        self.lens, self.line, self.points = Lens(pair, self), ProfileLineTool(pair, self), PointMarks(pair, self)
        self._mode = Mode.SIDE_BY_SIDE
        self._heat_map = (False, 0.7)
        for page in (self.beside, self.swipe, self.blink, self.reliefs):
            self.addWidget(page)
        self.all_views: tuple[ImageView, ...] = (self.reference, self.moving, self.change, self.swipe, self.blink)
        for view in self.all_views:
            view.pointed.connect(self.pointed)
        self._show_mode()

    @property
    def mode(self) -> Mode:
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Another way to look, at the same place."""
        leader = self._leader(self._mode)
        look = leader.look if leader else None
        self._mode = mode
        self._show_mode()
        if look is not None and not look.is_fitted:
            for view in self._seen(mode):
                view.set_look(look)
        self.blink.set_running(mode is Mode.BLINK)

    def set_marking(self, is_on: bool) -> None:
        """Points are marked on both pictures, instead of whatever else the hand would do there."""
        self.lens.set_on(False)
        self.line.set_on(False)
        self.points.set_on(is_on)
        if not is_on:
            self._show_mode()

    def show_pair(self, pair: Pair | None) -> None:
        reference = pair.reference if pair else None
        moving = pair.moving if pair else None
        words = (pair.reference_title, pair.moving_title) if pair else ("", "")
        self.reference.show_titled(reference, words[0])
        self.moving.show_titled(moving, words[1])
        self.swipe.show_both(reference, moving, words)
        self.blink.show_both(reference, moving, words)
        ground = None if reference is None else _grey(reference)
        self.change.show_titled(ground, "Change, on the reference picture")
        self.reference.set_layer(Layer.HEAT_MAP, pair.reference_heat_map if pair else None)
        self.moving.set_layer(Layer.HEAT_MAP, pair.moving_heat_map if pair else None)
        self.change.set_layer(Layer.HEAT_MAP, pair.change if pair else None)

    def show_lines(self, lines: Sequence[npt.NDArray[Any]], is_on_both: bool) -> None:
        """Lines of the reference picture that stand out on every picture they lie on."""
        for view in (self.reference, self.moving, self.swipe, self.blink, self.change):
            view.set_outlines(lines if is_on_both or view is self.reference else ())
            view.outlines.choose(0 if lines else None)

    def show_frame(self, region: Roi | None, is_on_both: bool) -> None:
        """A thin line around the region in which endpoints are taken; on the moving picture where it lies there too."""
        for view in (self.reference, self.swipe, self.blink, self.change):
            view.set_frame(region)
        self.moving.set_frame(region if is_on_both else None)

    def set_heat_map(self, is_visible: bool, opacity: float) -> None:
        """Depth over both pictures where they lie beside each other; under the lens it is always seen."""
        self._heat_map = (is_visible, opacity)
        self._show_heat_map()

    def fit(self) -> None:
        for view in self.all_views:
            view.fit()

    def zoom_by(self, factor: float) -> None:
        leader = self._leader(self._mode)
        if leader is not None:
            leader.zoom_by(factor)

    def stop(self) -> None:
        self.blink.set_running(False)

    def start(self) -> None:
        self.blink.set_running(self._mode is Mode.BLINK)

    # -- within ----------------------------------------------------------------------------------

    def _show_mode(self) -> None:
        mode = self._mode
        pages = {Mode.SWIPE: self.swipe, Mode.BLINK: self.blink, Mode.RELIEF: self.reliefs}
        self.setCurrentWidget(pages.get(mode, self.beside))
        for view in (self.reference, self.moving):
            view.setVisible(mode is not Mode.CHANGE)
        self.change.setVisible(mode in (Mode.CHANGE, Mode.THREE_UP))
        self.lens.set_on(mode is Mode.LENS)
        self.line.set_on(mode is Mode.PROFILE)
        self._show_heat_map()

    def _show_heat_map(self) -> None:
        is_visible, opacity = self._heat_map
        for view in (self.reference, self.moving):
            view.set_visible(Layer.HEAT_MAP, is_visible and self._mode not in (Mode.LENS, Mode.PROFILE))
            view.set_opacity(Layer.HEAT_MAP, opacity)

    def _seen(self, mode: Mode) -> tuple[ImageView, ...]:
        if mode in _BESIDE:
            return self.reference, self.moving
        if mode is Mode.THREE_UP:
            return self.reference, self.moving, self.change
        leader = self._leader(mode)
        return (leader,) if leader else ()

    def _leader(self, mode: Mode) -> ImageView | None:
        """Whose look counts; None where no picture lies flat."""
        leaders: dict[Mode, ImageView] = {Mode.SWIPE: self.swipe, Mode.BLINK: self.blink, Mode.CHANGE: self.change}
        return None if mode is Mode.RELIEF else leaders.get(mode, self.reference)


def _grey(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Without colour, so that only what changed has one."""
    return pixels if pixels.ndim == 2 else pixels.mean(axis=2).astype(pixels.dtype)


def _row(*views: QWidget) -> QWidget:
    page = QWidget()
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for view in views:
        row.addWidget(view, 1)
    return page
