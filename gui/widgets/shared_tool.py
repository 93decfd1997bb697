"""A tool that works on several views at once and is drawn on all of them."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QPainter

from gui.widgets.image_view import ImageView


class SharedTool(QObject):
    """What a hand does on one view is seen on every view. Places are (row, col); off until it is switched on."""

    def __init__(self, views: Sequence[ImageView], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.views = tuple(views)
        self._is_on = False
        self._hands = {view: Hand(self, view) for view in self.views}
        for view in self.views:
            view.overlays.append(self._hands[view].draw)

    @property
    def is_on(self) -> bool:
        return self._is_on

    def set_on(self, is_on: bool) -> None:
        self._is_on = is_on
        for view, hand in self._hands.items():
            if is_on:
                view.tool = hand
            elif view.tool is hand:
                view.tool = None
        self.refresh()

    def refresh(self) -> None:
        """Draw anew on every view."""
        for view in self.views:
            view.viewport().update()

    # -- what a tool does ------------------------------------------------------------------------

    def press_on(self, view: ImageView, place: tuple[float, float]) -> bool:
        """True: the gesture is mine, do not pan."""
        raise NotImplementedError

    def drag_on(self, view: ImageView, place: tuple[float, float]) -> None:
        raise NotImplementedError

    def release_on(self, view: ImageView, place: tuple[float, float]) -> None:
        """The hand let go."""

    def key_on(self, view: ImageView, key: int) -> bool:
        """True: the key is mine."""
        raise NotImplementedError

    def draw_on(self, view: ImageView, painter: QPainter) -> None:
        """In pixels of the viewport."""
        raise NotImplementedError


class Hand:
    """The shared tool as one view knows it."""

    def __init__(self, tool: SharedTool, view: ImageView) -> None:
        self._tool = tool
        self._view = view

    def press(self, row: float, col: float) -> bool:
        return self._tool.press_on(self._view, (row, col))

    def drag(self, row: float, col: float) -> None:
        self._tool.drag_on(self._view, (row, col))

    def release(self, row: float, col: float) -> None:
        self._tool.release_on(self._view, (row, col))

    def twice(self, row: float, col: float) -> bool:
        return self._tool.press_on(self._view, (row, col))

    def key(self, key: int) -> bool:
        return self._tool.key_on(self._view, key)

    def draw(self, painter: QPainter) -> None:
        if self._tool.is_on and self._view.shape is not None:
            self._tool.draw_on(self._view, painter)
