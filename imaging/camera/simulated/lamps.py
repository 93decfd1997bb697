"""The LEDs of a simulated camera, and what can be wrong with them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from imaging.camera.device import Clock
from imaging.errors import CameraError

Picture = npt.NDArray[np.uint8]
_ROOM_SHARE = 0.01
"""Linear light of the room when every lamp is off, as a share of the picture with all on."""


@dataclass(frozen=True)
class LampFaults:
    """Parameters
    ----------
    dead : never shine, not even with all on
    stuck : shine whatever is selected
    wired : which lamp truly shines for a name, where that is another
    delay_s : from the order until the lamps obey
    """

    dead: frozenset[str] = frozenset()
    stuck: frozenset[str] = frozenset()
    wired: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0

    @property
    def is_any(self) -> bool:
        return bool(self.dead or self.stuck or self.wired or self.delay_s)


class SimulatedLights:
    """Switches the LEDs of a simulated camera; `faults` may be changed while it runs."""

    def __init__(self, names: tuple[str, ...], clock: Clock = time.monotonic) -> None:
        self._names, self._clock = names, clock
        self._before: frozenset[str] = frozenset(names)
        self._since_s = -np.inf
        self.selected: str | None = None
        self.faults = LampFaults()
        self.tells = True
        """Frames say which light was on; real cameras never do."""

    @property
    def lights(self) -> tuple[str, ...]:
        return self._names

    @property
    def told(self) -> str | None:
        """What a frame says of its light: nothing where the lamps may lie."""
        return self.selected if self.tells and not self.faults.is_any else None

    def select(self, light: str | None) -> None:
        """Only this light on; None for all."""
        if light is not None and light not in self._names:
            listed = ", ".join(self._names) or "none that can be switched"
            raise CameraError(f'The camera has no light "{light}": its lights are {listed}.')
        self._before = self.shining()
        self.selected, self._since_s = light, self._clock()

    def shining(self) -> frozenset[str]:
        """The lamps that truly shine now."""
        faults = self.faults
        if self._clock() - self._since_s < faults.delay_s:
            return self._before
        wanted = self._names if self.selected is None else (faults.wired.get(self.selected, self.selected),)
        return (frozenset(wanted) | faults.stuck) - faults.dead

    def close(self) -> None:
        """All on again."""
        self.select(None)


def lit_by(pictures: Mapping[str | None, Picture], shining: frozenset[str]) -> Picture:
    """The picture under these lamps; `pictures` holds one for each and, under None, that with all on."""
    single = {name for name in pictures if name is not None}
    if shining == single:
        return pictures[None]
    if len(shining) == 1:
        return pictures[next(iter(shining))]
    total = _ROOM_SHARE * (pictures[None] / np.float32(255)) ** np.float32(2.2)
    for name in shining:
        total = total + (pictures[name] / np.float32(255)) ** np.float32(2.2)
    return np.asarray(np.clip(total, 0, 1) ** np.float32(1 / 2.2) * 255, dtype=np.uint8)
