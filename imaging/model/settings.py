"""What a station remembers between runs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StationSettings:
    archive: str | None = None
    """Folder of the archive opened last."""
    camera: str | None = None
    """Identity of the camera chosen last."""
    theme: str = "system"
    """One of "light", "dark" or "system"."""
    auto_shutter_frames: int = 8
