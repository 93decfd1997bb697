"""Which of a camera's modes to use."""

from imaging.model.camera import CameraMode

FLUENT_FRAMES_PER_S = 24.0
LARGEST_PX = 1920 * 1080
"""More is slower to guide with and finer than the skin needs."""
UNKNOWN = CameraMode(720, 1280, 30.0, "MJPG")
"""Asked of a camera that does not list its modes; it answers with the nearest it has."""
_UNCOMPRESSED = ("YUYV", "YUY2", "UYVY", "NV12")


def best_mode(modes: tuple[CameraMode, ...]) -> CameraMode:
    """The largest mode that is fluent and not beyond `LARGEST_PX`; uncompressed rather than JPEG at the same size."""
    usable = [m for m in modes if m.transport in (*_UNCOMPRESSED, "MJPG") and m.rows * m.cols <= LARGEST_PX]
    if not usable:
        return modes[0] if modes else UNKNOWN
    fluent = [m for m in usable if (m.frames_per_s or 0) >= FLUENT_FRAMES_PER_S] or usable
    return max(fluent, key=lambda m: (m.rows * m.cols, m.transport in _UNCOMPRESSED, m.frames_per_s or 0))


def mode_like(modes: tuple[CameraMode, ...], shape: tuple[int, int], transport: str = "MJPG") -> CameraMode:
    """The fastest mode of a shape (rows, cols) and transport; made up when the camera does not list it."""
    same = [m for m in modes if (m.rows, m.cols) == shape and m.transport == transport]
    return max(same, key=lambda m: m.frames_per_s or 0, default=CameraMode(*shape, 30.0, transport))
