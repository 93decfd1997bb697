"""The worker that draws the live map: always of the newest frame, never a queue; idle until switched on."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.errors import ImagingError
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


class LiveMapper:
    """One thread. Its methods may be called from any other."""

    def __init__(self, draw: DrawMap = draw_live_map) -> None:
        self._draw = draw
        self._changed = threading.Condition()
        self._offered: tuple[Frame, Spacing | None] | None = None
        self._newest: LiveMap | None = None
        self._is_on = False
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="live map", daemon=True)

    @property
    def newest(self) -> LiveMap | None:
        """The last map; None while switched off."""
        return self._newest

    def start(self) -> None:
        self._thread.start()

    def switch(self, is_on: bool) -> None:
        """Off at first; what was drawn is forgotten when it is switched off."""
        with self._changed:
            self._is_on = is_on
        if not is_on:
            self.forget()

    def offer(self, frame: Frame, spacing: Spacing | None) -> None:
        """Hand over a frame; one that was not taken yet is forgotten."""
        if self._is_on:
            with self._changed:
                self._offered = frame, spacing
                self._changed.notify()

    def forget(self) -> None:
        """The camera was lost, or the map is off."""
        with self._changed:
            self._offered = self._newest = None

    def stop(self, timeout_s: float) -> None:
        with self._changed:
            self._is_stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while (taken := self._take()) is not None:
            frame, spacing = taken
            try:
                drawn = LiveMap(self._draw(frame.pixels, spacing), frame)
            except ImagingError:
                continue  # No map of this frame: the next one brings its own.
            with self._changed:
                if self._is_on:
                    self._newest = drawn

    def _take(self) -> tuple[Frame, Spacing | None] | None:
        """The newest frame, waited for; None when stopping."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_stopping or self._offered is not None)
            taken, self._offered = self._offered, None
            return None if self._is_stopping else taken
