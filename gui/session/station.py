"""What `main.py` knows about this computer and hands to the window."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from imaging.camera.device import Camera, LightController
from imaging.camera.light_choice import LightsSetting, find_choices, open_lights
from imaging.errors import CalibrationError
from imaging.model.calibration import DeviceCalibration
from imaging.model.camera import CameraInfo
from imaging.model.lights import LightsChoice
from imaging.model.settings import StationSettings


def utc_now() -> datetime:
    return datetime.now(UTC)


def _no_calibration(_identity: str) -> DeviceCalibration | None:
    return None


def _silent(_cue: str) -> None:
    """A station without sounds."""


def _forget(_settings: StationSettings) -> None:
    """Settings of a run that remembers nothing."""


@dataclass(frozen=True)
class Station:
    """Everything a run of the window starts from; nothing in it changes while it runs.

    `settings.archive` is the folder to open (None: ask), `settings.camera` the camera to open (None: ask).
    """

    operator: str
    resources: Path
    protocols: Path
    """Folder of protocol templates (TOML)."""
    find_cameras: Callable[[], tuple[CameraInfo, ...]]
    open_camera: Callable[[str], tuple[Camera, LightController]]
    """Opens the camera with this identity together with its lights; never called on the GUI thread."""
    open_lights: Callable[[str, LightsSetting], LightController] = open_lights
    """Opens the lights of a line of the settings; never called on the GUI thread."""
    find_lights: Callable[[str], tuple[LightsChoice, ...]] = find_choices
    """What may be chosen as lights; what is chosen now is always in it."""
    calibration: Callable[[str], DeviceCalibration | None] = _no_calibration
    """The device file of the camera with this identity, if there is one."""
    device_file: Callable[[str], Path] | None = None
    """Where the device file of a camera lies, whether or not it is there; None: nothing is calibrated here."""
    settings: StationSettings = field(default_factory=StationSettings)
    write_settings: Callable[[StationSettings], None] = _forget
    proposed_archive: Path | None = None
    """Where a first archive would go when the user does not say otherwise."""
    state_file: Path | None = None
    """Where size and place of the window are kept; None forgets them."""
    day_file: Path | None = None
    """Where is kept who has arrived today and what was answered; None forgets it with the window."""
    now: Callable[[], datetime] = utc_now
    play: Callable[[str], None] = _silent
    """Plays "tick", "shutter" or "refusal"; comes back at once."""
    is_demo: bool = False

    def readable_calibration(self, identity: str) -> DeviceCalibration | None:
        """As `calibration`; None for a device file that cannot be read, of which the banner tells."""
        try:
            return self.calibration(identity)
        except CalibrationError:
            return None
