"""What a camera says about itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CameraMode:
    """One way to send pictures."""

    rows: int
    cols: int
    frames_per_s: float | None
    transport: str
    """Four letters as the camera names it, for example "MJPG" or "YUYV"."""


@dataclass(frozen=True)
class CameraInfo:
    """One camera, known by its identity and never by an index alone."""

    identity: str
    """Stable over replug and restart: "vendor:product@bus path", "simulated", a file path or a URL."""
    name: str
    kind: str
    """One of "usb", "file", "stream", "simulated"."""
    vendor_product: str | None = None
    """Four hex digits each, for example "046d:085c"."""
    path: str | None = None
    """Where to open it now, for example a device node."""
    modes: tuple[CameraMode, ...] = ()
    is_builtin: bool = False
    """A webcam built into the computer: never picked by accident."""
