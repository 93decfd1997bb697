"""A real camera through `cv2.VideoCapture`: a device, a video file or a network stream.

The only file that imports it. Pictures are turned from BGR to RGB here and nowhere else.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.camera.backends import agreed_mode, device_backend, not_opened, open_device, open_stream
from imaging.camera.controls import apply_controls, find_controls, has_controls, hold_controls, put_back, read_controls
from imaging.camera.device import CameraLostError, Clock, FrozenWatch, check_pixels
from imaging.camera.found_settings import FoundSettings
from imaging.camera.jpeg import decode_jpeg
from imaging.camera.modes import best_mode
from imaging.camera.pace import wait_until
from imaging.camera.v4l2 import control_limits
from imaging.errors import CameraError
from imaging.model.camera import CameraInfo, CameraMode
from imaging.model.frame import ControlReading, Frame

Picture = npt.NDArray[np.uint8]
_QUICK_S = 0.2
"""A read that fails faster than this did not wait for a frame: the device is gone."""
_QUICK_FAILURES = 3
_REREAD_S = 2.0
"""So often the controls are read back while pictures come."""


class OpenCvCamera:
    """A camera as OpenCV reaches it. Contract and errors as in `imaging.camera.device.Camera`.

    Parameters
    ----------
    info : from `find_cameras`, `file_info` or `stream_info`
    mode : how to send pictures; the best of `info.modes` when None (devices only)
    clock : seconds on a monotonic clock; the system's when None
    found : where it is kept how the camera was set before; put back when it is stopped
    """

    def __init__(
        self,
        info: CameraInfo,
        mode: CameraMode | None = None,
        clock: Clock | None = None,
        found: FoundSettings | None = None,
    ) -> None:
        self._info, self._clock = info, clock or time.monotonic
        self._found = found or FoundSettings()
        self._mode = mode or (best_mode(info.modes) if info.kind == "usb" else None)
        self._backend = device_backend() if info.kind == "usb" else int(cv2.CAP_FFMPEG)
        self._capture: cv2.VideoCapture | None = None
        self._limits: dict[str, tuple[float, float]] = {}
        self._asked: dict[str, float] = {}
        self._readings: tuple[ControlReading, ...] = ()
        self._shape: tuple[int, int] | None = None
        self._is_answering = True
        """False while no picture comes: a hung camera would make every control wait for seconds."""
        self._reread_s = 0.0
        self._frozen = FrozenWatch(info.name)
        self._sequence, self._due_s, self._quick_failures = 0, 0.0, 0

    @property
    def info(self) -> CameraInfo:
        return self._info

    @property
    def controls(self) -> tuple[ControlReading, ...]:
        """As the device reads them now; before `start` it is opened for a moment, and nothing is changed in it."""
        if self._info.kind == "usb" and self._capture is None:
            self._readings = self._peek()
        elif self._info.kind == "usb":
            self._readings = self._read_back(self._opened())
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
        """Open the device in its mode, hold its automatics, replay the controls; CameraError when it does not open."""
        self.stop()
        self._capture = capture = self._open()
        self._shape, self._frozen = None, FrozenWatch(self._info.name)
        self._quick_failures, self._is_answering = 0, True
        if self._info.kind == "usb":
            self._agree(capture)
        self._due_s = self._clock()

    def stop(self) -> None:
        """Put its earlier settings back, and let go of the device, so that it can come back under its own name."""
        if self._capture is None:
            return
        if self._info.kind == "usb" and self._is_answering:
            self._put_back(self._capture)
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
        if self._info.kind == "usb" and now > self._reread_s:
            self._readings = self._read_back(self._opened())
        self._sequence += 1
        transport = self._mode.transport if self._mode else None
        return Frame(pixels, self._sequence, now, None, "srgb", transport, self._readings)

    def _opened(self) -> cv2.VideoCapture:
        if self._capture is None:
            raise CameraError(f"{self._info.name} is not started: start it before using it.")
        return self._capture

    def _open(self) -> cv2.VideoCapture:
        os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "1")  # seconds; otherwise a stall blocks for ten
        if self._info.kind == "usb":
            capture, self._backend = open_device(self._info, self._mode)
        else:
            capture = open_stream(self._info)
        if not capture.isOpened():
            capture.release()
            raise CameraError(not_opened(self._info))
        return capture

    def _peek(self) -> tuple[ControlReading, ...]:
        capture = self._open()
        try:
            return self._read_back(capture)
        finally:
            capture.release()

    def _agree(self, capture: cv2.VideoCapture) -> None:
        """Format and size before everything, then what the camera makes of them, then the controls."""
        wish = self._mode or best_mode(())
        if self._backend == cv2.CAP_V4L2:
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*wish.transport))
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, wish.cols)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, wish.rows)
            capture.set(cv2.CAP_PROP_FPS, wish.frames_per_s or 30.0)
        self._mode = agreed_mode(capture, wish)
        self._shape = (self._mode.rows, self._mode.cols)
        if self._is_raw_jpeg:
            capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)
        self._found.keep(self._info.identity, find_controls(capture, self._backend))
        hold_controls(capture, self._backend)
        if self._asked:
            apply_controls(capture, self._backend, self._limits, self._asked)
        self._readings = self._read_back(capture)

    def _put_back(self, capture: cv2.VideoCapture) -> None:
        """What cannot be put back now is tried again when the camera is next let go of."""
        if not has_controls(self._backend):
            return
        earlier = self._found.keep(self._info.identity, find_controls(capture, self._backend))
        if put_back(capture, self._backend, earlier):
            self._found.forget(self._info.identity)

    def _read_back(self, capture: cv2.VideoCapture) -> tuple[ControlReading, ...]:
        if self._backend == cv2.CAP_V4L2 and not self._limits:
            self._limits = control_limits(self._info.path or "")
        self._reread_s = self._clock() + _REREAD_S
        return read_controls(capture, self._backend, self._limits, self._asked)

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
                self._quick_failures, self._is_answering = 0, True
                return raw
            self._is_answering = False
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
        return decode_jpeg(raw.tobytes(), self._shape, self._info.name)
