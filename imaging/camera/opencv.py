"""A real camera through `cv2.VideoCapture`: a device, a video file or a network stream.

The only file that imports it. Pictures are turned from BGR to RGB here and nowhere else.
"""

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.camera.controls import apply_controls, read_controls
from imaging.camera.device import CameraLostError, Clock, FrozenWatch, check_pixels, check_shape
from imaging.camera.jpeg import jpeg_fault, jpeg_size
from imaging.camera.modes import best_mode
from imaging.camera.pace import wait_until
from imaging.camera.v4l2 import control_limits
from imaging.errors import CameraError
from imaging.model.camera import CameraInfo, CameraMode
from imaging.model.frame import ControlReading, Frame

Picture = npt.NDArray[np.uint8]
_OPEN_MS, _READ_MS = 4000, 2000
_QUICK_S = 0.2
"""A read that fails faster than this did not wait for a frame: the device is gone."""
_QUICK_FAILURES = 3


def device_backend() -> int:
    """The system's own way to cameras; never CAP_ANY, which picks another one behind our back."""
    known = {"win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}
    return int(known.get(sys.platform, cv2.CAP_V4L2))


class OpenCvCamera:
    """A camera as OpenCV reaches it. Contract and errors as in `imaging.camera.device.Camera`.

    Parameters
    ----------
    info : from `find_cameras`, `file_info` or `stream_info`
    mode : how to send pictures; the best of `info.modes` when None (devices only)
    clock : seconds on a monotonic clock; the system's when None
    """

    def __init__(self, info: CameraInfo, mode: CameraMode | None = None, clock: Clock | None = None) -> None:
        self._info, self._clock = info, clock or time.monotonic
        self._mode = mode or (best_mode(info.modes) if info.kind == "usb" else None)
        self._backend = device_backend() if info.kind == "usb" else int(cv2.CAP_FFMPEG)
        self._capture: cv2.VideoCapture | None = None
        self._limits: dict[str, tuple[float, float]] = {}
        self._asked: dict[str, float] = {}
        self._readings: tuple[ControlReading, ...] = ()
        self._shape: tuple[int, int] | None = None
        self._frozen = FrozenWatch(info.name)
        self._sequence, self._due_s, self._quick_failures = 0, 0.0, 0

    @property
    def info(self) -> CameraInfo:
        return self._info

    @property
    def controls(self) -> tuple[ControlReading, ...]:
        """As the device reads them now; before `start` it is opened for a moment."""
        if self._capture is None and self._info.kind == "usb":
            self.start()
            self.stop()
        elif self._capture is not None and self._info.kind == "usb":
            self._readings = read_controls(self._capture, self._backend, self._limits, self._asked)
        return self._readings

    def apply(self, wanted: Mapping[str, float]) -> tuple[ControlReading, ...]:
        """Set and read back; what was asked is asked again after every start. A file or stream has no controls."""
        self._asked.update(wanted)
        if self._info.kind != "usb":
            return tuple(ControlReading(name, value, None) for name, value in wanted.items())
        readings = apply_controls(self._opened(), self._backend, self._limits, wanted)
        self._readings = self.controls
        return readings

    def start(self) -> None:
        """Open the device in its mode and replay the controls; CameraError when it cannot be opened."""
        self.stop()
        os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "1")  # seconds; otherwise a stall blocks for ten
        capture = self._open()
        if not capture.isOpened():
            capture.release()
            raise CameraError(_not_opened(self._info))
        self._capture = capture
        self._shape, self._frozen, self._quick_failures = None, FrozenWatch(self._info.name), 0
        if self._info.kind == "usb":
            self._agree(capture)
        self._due_s = self._clock()

    def stop(self) -> None:
        """Let go of the device, so that it can come back under its own name after a replug."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def close(self) -> None:
        self.stop()

    def grab(self, timeout_s: float) -> Frame:
        """The next frame, RGB. Errors as in `imaging.camera.device.Camera`."""
        self._opened()
        if self._info.kind == "file":
            wait_until(self._clock, self._due_s)
        raw = self._raw(self._clock() + timeout_s)
        now = self._clock()
        pixels = self._decoded(raw)
        check_pixels(pixels, self._shape, self._info.name)
        if self._info.kind == "usb":
            self._frozen.check(pixels, now)
        self._shape = (int(pixels.shape[0]), int(pixels.shape[1]))
        self._sequence += 1
        transport = self._mode.transport if self._mode else None
        return Frame(pixels, self._sequence, now, None, "srgb", transport, self._readings)

    def _opened(self) -> cv2.VideoCapture:
        if self._capture is None:
            raise CameraError(f"{self._info.name} is not started: start it before using it.")
        return self._capture

    def _open(self) -> cv2.VideoCapture:
        path = self._info.path or ""
        if self._info.kind == "stream":
            timeouts = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _OPEN_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _READ_MS]
            return cv2.VideoCapture(path, cv2.CAP_FFMPEG, timeouts)
        if self._info.kind == "file":
            return cv2.VideoCapture(path, cv2.CAP_FFMPEG)
        if self._backend == cv2.CAP_V4L2:
            return cv2.VideoCapture(path, cv2.CAP_V4L2)
        wish = self._mode or best_mode(())
        size = [cv2.CAP_PROP_FRAME_WIDTH, wish.cols, cv2.CAP_PROP_FRAME_HEIGHT, wish.rows]
        return cv2.VideoCapture(int(path), self._backend, size)

    def _agree(self, capture: cv2.VideoCapture) -> None:
        """Format and size before everything, then what the camera makes of them, then the controls."""
        wish = self._mode or best_mode(())
        if self._backend == cv2.CAP_V4L2:
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*wish.transport))
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, wish.cols)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, wish.rows)
            capture.set(cv2.CAP_PROP_FPS, wish.frames_per_s or 30.0)
            self._limits = control_limits(self._info.path or "")
        self._mode = _agreed_mode(capture, wish)
        self._shape = (self._mode.rows, self._mode.cols)
        if self._is_raw_jpeg:
            capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)
        if self._asked:
            apply_controls(capture, self._backend, self._limits, self._asked)
        self._readings = self.controls

    @property
    def _is_raw_jpeg(self) -> bool:
        """V4L2 can hand out the JPEG itself: only then a torn or garbled one can be told from a good one."""
        return self._backend == cv2.CAP_V4L2 and self._mode is not None and self._mode.transport == "MJPG"

    def _raw(self, deadline_s: float) -> npt.NDArray[Any]:
        """What the device hands out next, as it is."""
        while True:
            before = self._clock()
            ok, raw = self._read()
            if ok and raw is not None and raw.size:
                self._quick_failures = 0
                return raw
            self._judge_failure(self._clock() - before)
            if self._clock() >= deadline_s or self._info.kind == "file":
                raise CameraError(
                    f"{self._info.name} sent no picture: wait, or unplug the camera and plug it in again."
                )

    def _read(self) -> tuple[bool, npt.NDArray[Any] | None]:
        """One read; a file that is over starts again."""
        capture = self._opened()
        try:
            ok, raw = capture.read()
            if not ok and self._info.kind == "file":
                capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
                ok, raw = capture.read()
        except cv2.error:
            return False, None
        if self._info.kind == "file":
            rate = capture.get(cv2.CAP_PROP_FPS)
            self._due_s = max(self._due_s, self._clock() - 1.0) + 1.0 / (rate if 1.0 <= rate <= 240.0 else 30.0)
        return bool(ok), raw

    def _judge_failure(self, took_s: float) -> None:
        """CameraLostError when the device went away."""
        if self._info.kind == "stream":
            raise CameraLostError(f"{self._info.name} stopped sending: check the network and the camera's power.")
        self._quick_failures = self._quick_failures + 1 if took_s < _QUICK_S else 0
        path = self._info.path or ""
        is_gone = self._backend == cv2.CAP_V4L2 and not Path(path).exists()
        if self._info.kind == "usb" and (is_gone or self._quick_failures >= _QUICK_FAILURES):
            raise CameraLostError(f"{self._info.name} was unplugged: plug it in again.")

    def _decoded(self, raw: npt.NDArray[Any]) -> Picture:
        """(rows, cols, 3) RGB."""
        if not self._is_raw_jpeg or raw.ndim == 3:
            return np.asarray(cv2.cvtColor(raw, cv2.COLOR_BGR2RGB), dtype=np.uint8)
        payload = raw.tobytes()
        fault = jpeg_fault(payload)
        if fault is not None:
            raise CameraError(
                f"{self._info.name} sent a {fault} picture; it was dropped. Check the cable if this goes on."
            )
        check_shape(jpeg_size(payload) or (0, 0), self._shape, self._info.name)
        picture = cv2.imdecode(raw.ravel(), cv2.IMREAD_COLOR_RGB)
        if picture is None:
            raise CameraError(f"{self._info.name} sent an unreadable picture; it was dropped. Check the cable.")
        return np.asarray(picture, dtype=np.uint8)


def _agreed_mode(capture: cv2.VideoCapture, wish: CameraMode) -> CameraMode:
    """What the camera says it will send."""
    code = int(capture.get(cv2.CAP_PROP_FOURCC))
    letters = code.to_bytes(4, "little").decode("ascii", "replace") if code > 0 else wish.transport
    rows, cols = int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)), int(capture.get(cv2.CAP_PROP_FRAME_WIDTH))
    rate = capture.get(cv2.CAP_PROP_FPS)
    return CameraMode(rows or wish.rows, cols or wish.cols, rate if rate > 0 else wish.frames_per_s, letters)


def _not_opened(info: CameraInfo) -> str:
    if info.kind == "file":
        return f"{info.path} cannot be played as a video: give another file."
    if info.kind == "stream":
        return f"{info.name} does not answer at {info.identity}: check the address, the network and the camera's power."
    return f"{info.name} cannot be opened: plug it in, close other programs that use it, and try again."
