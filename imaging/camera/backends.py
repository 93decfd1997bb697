"""How each operating system reaches a camera, and what it is opened with."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import cv2

from imaging.camera.modes import best_mode
from imaging.model.camera import CameraInfo, CameraMode

_OPEN_MS, _READ_MS = 4000, 2000
OpenCapture = Callable[..., cv2.VideoCapture]
"""As `cv2.VideoCapture`: what, by which backend, with which parameters."""


class Listed(Protocol):
    """A camera as a system lists it."""

    index: int
    name: str
    path: Any
    vid: int | None
    pid: int | None


ListCameras = Callable[[int], Iterable[Listed]]


def device_backend() -> int:
    """The system's own way to cameras; never CAP_ANY, which picks another one behind our back."""
    known = {"win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}
    return int(known.get(sys.platform, cv2.CAP_V4L2))


def list_cameras(backend: int) -> Iterable[Listed]:
    """What the system lists by one of its ways (Windows and macOS)."""
    from cv2_enumerate_cameras import enumerate_cameras

    found: Iterable[Listed] = enumerate_cameras(backend)
    return found


def backends_of(first: int) -> tuple[int, ...]:
    """The ways to try, in their order: DirectShow opens some cameras that Media Foundation does not."""
    return (cv2.CAP_MSMF, cv2.CAP_DSHOW) if first == cv2.CAP_MSMF else (first,)


def open_stream(info: CameraInfo) -> cv2.VideoCapture:
    """A video file or a network stream."""
    path = info.path or ""
    if info.kind == "file":
        return cv2.VideoCapture(path, cv2.CAP_FFMPEG)
    timeouts = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _OPEN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _READ_MS]
    return cv2.VideoCapture(path, cv2.CAP_FFMPEG, timeouts)


def open_device(
    info: CameraInfo,
    wish: CameraMode | None = None,
    backend: int | None = None,
    open_capture: OpenCapture = cv2.VideoCapture,
    list_them: ListCameras = list_cameras,
) -> tuple[cv2.VideoCapture, int]:
    """The first way that opens this camera, and which it was; the last one tried where none does.

    Elsewhere than on Linux a camera is opened by a number that another camera may have taken since it was listed, and
    that each way counts anew: the number is looked up by identity at every opening.
    """
    first = device_backend() if backend is None else backend
    if first == cv2.CAP_V4L2:
        return open_capture(info.path or "", cv2.CAP_V4L2), first
    size = _size_parameters(wish or best_mode(()))
    capture: cv2.VideoCapture | None = None
    for way in backends_of(first):
        index = index_of(info.identity, list_them(way))
        if index is None:
            continue
        if capture is not None:
            capture.release()
        capture = open_capture(index, way, size)
        if capture.isOpened():
            return capture, way
    return capture or cv2.VideoCapture(), first


def index_of(identity: str, listed: Iterable[Listed]) -> int | None:
    """The number of the camera with this identity in a list; None when it is not there."""
    return next((c.index for c in listed if identity_of(c) == identity), None)


def identity_of(listed: Listed) -> str:
    """ "vendor:product@instance", from what every way on Windows says alike; macOS gives its unique id."""
    path = str(listed.path or "")
    instance = path.split("#")[2] if path.count("#") >= 3 else path
    return f"{vendor_product_of(listed) or 'camera'}@{instance or listed.name}"


def vendor_product_of(listed: Listed) -> str | None:
    known = listed.vid is not None and listed.pid is not None
    return f"{listed.vid:04x}:{listed.pid:04x}" if known else None


def _size_parameters(wish: CameraMode) -> Sequence[int]:
    """Size and rate as parameters of opening: set afterwards, they restart the stream, or are not heard at all."""
    return [
        cv2.CAP_PROP_FRAME_WIDTH, wish.cols, cv2.CAP_PROP_FRAME_HEIGHT, wish.rows,
        cv2.CAP_PROP_FPS, round(wish.frames_per_s or 30.0),
    ]  # fmt: skip


def agreed_mode(capture: cv2.VideoCapture, wish: CameraMode) -> CameraMode:
    """What the camera says it will send."""
    code = int(capture.get(cv2.CAP_PROP_FOURCC))
    letters = code.to_bytes(4, "little").decode("ascii", "replace") if code > 0 else wish.transport
    rows, cols = int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)), int(capture.get(cv2.CAP_PROP_FRAME_WIDTH))
    rate = capture.get(cv2.CAP_PROP_FPS)
    return CameraMode(rows or wish.rows, cols or wish.cols, rate if rate > 0 else wish.frames_per_s, letters)


def not_opened(info: CameraInfo) -> str:
    """Why there is no picture."""
    if info.kind == "file":
        return f"{info.path} cannot be played as a video: give another file."
    if info.kind == "stream":
        return f"{info.name} does not answer at {info.identity}: check the address, the network and the camera's power."
    return f"{info.name} cannot be opened: plug it in, close other programs that use it, and try again."
