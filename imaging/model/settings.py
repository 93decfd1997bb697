"""What a station remembers between runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class StationSettings:
    archive: str | None = None
    """Folder of the archive opened last."""
    camera: str | None = None
    """Identity of the camera chosen last."""
    lights: str = "none"
    """What switches the lights: a line as in `imaging.camera.light_choice`."""
    theme: str = "system"
    """One of "light", "dark" or "system"."""
    auto_shutter_frames: int = 8
    pedal: str = ""
    """The key that a pedal sends, as the window writes keys; empty for none."""
    has_sounds: bool = True
    """Aligned, shutter and refusal are heard."""
    controls: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By identity of a camera and name of a control: what a technician set."""
