"""The live map: always of the newest frame; idle until switched on."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.capture.newest import NewestWorker
from imaging.model.arrays import Pixels
from imaging.model.frame import Frame
from imaging.model.geometry import Spacing
from imaging.surface.live_map import draw_live_map

DrawMap = Callable[[Pixels, Spacing | None], npt.NDArray[np.uint8]]


@dataclass(frozen=True, eq=False)
class LiveMap:
    """Colours to lay over a live picture.

    Parameters
    ----------
    pixels : (rows, cols, 4) RGBA of the whole frame, smaller than it
    frame : the one it was made of
    """

    pixels: npt.NDArray[np.uint8]
    frame: Frame


class LiveMapper(NewestWorker[tuple[Frame, Spacing | None], LiveMap]):
    """Offered are frames with the size of their pixels."""

    def __init__(self, draw: DrawMap = draw_live_map) -> None:
        super().__init__("live map", lambda given: LiveMap(draw(given[0].pixels, given[1]), given[0]))
        self._is_on = False

    @property
    def newest_map(self) -> LiveMap | None:
        """The last map; None while switched off."""
        newest = self.newest
        return newest[1] if self._is_on and newest is not None else None

    def switch(self, is_on: bool) -> None:
        """Off at first; what was drawn before is forgotten."""
        self._is_on = is_on
        self.forget()

    def offer(self, given: tuple[Frame, Spacing | None]) -> None:
        """Hand over a frame; nothing is drawn of it while switched off."""
        if self._is_on:
            super().offer(given)
