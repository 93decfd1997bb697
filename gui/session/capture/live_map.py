"""The map over the live picture: whether it may be shown, and whether it is. Off at first."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from gui.session.capture.session import CaptureSession
from gui.session.chosen import Chosen
from gui.session.devices import DeviceSession

BLINDED = "No map over the live picture: this study is blinded, so nobody sees a result while pictures are taken."
SEVERAL_LIGHTS = (
    "No map over the live picture: it is made for a camera with a fixed ring of light. This one switches its lights; "
    "the depth is measured from the pictures taken."
)
NO_PICTURE = "No map over the live picture: the camera shows nothing at the moment."


@dataclass(frozen=True)
class LiveMapState:
    """`why_not` says in a sentence why the map cannot be shown; empty when it can."""

    is_on: bool = False
    why_not: str = NO_PICTURE


def why_no_map(chosen: Chosen, light_names: tuple[str, ...], is_live: bool) -> str:
    """Empty when a live map may be shown. Blinded is said first: it is why, whatever else is missing."""
    if chosen.is_blinded:
        return BLINDED
    if not is_live:
        return NO_PICTURE
    return SEVERAL_LIGHTS if light_names else ""


class LiveMapSession(QObject):
    """Follows camera and visit: what may not be shown any more goes away by itself."""

    changed = Signal(object)
    """The new `LiveMapState`."""
    told = Signal(str)

    def __init__(self, capture: CaptureSession, devices: DeviceSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._capture = capture
        self._devices = devices
        self.state = LiveMapState()
        capture.changed.connect(lambda _: self._follow())
        devices.state_changed.connect(lambda _: self._follow())

    def toggle(self) -> None:
        """On or off; told why when it cannot be on."""
        if self.state.why_not:
            self.told.emit(self.state.why_not)
            self.changed.emit(self.state)
        else:
            self._say(replace(self.state, is_on=not self.state.is_on))

    def leave(self) -> None:
        """Off again for the next time."""
        self._say(replace(self.state, is_on=False))

    def _follow(self) -> None:
        why_not = why_no_map(
            self._capture.standing.chosen, self._devices.light_names, self._devices.state.name == "live"
        )
        self._say(LiveMapState(self.state.is_on and not why_not, why_not))

    def _say(self, state: LiveMapState) -> None:
        if state != self.state:
            if state.is_on != self.state.is_on:
                self._devices.show_map(state.is_on)
            self.state = state
            self.changed.emit(state)
