"""A camera lent to those who ask something of it; every picture it gives meanwhile is heard by its owner."""

from collections.abc import Callable, Mapping

from imaging.camera.device import Camera
from imaging.errors import CameraError
from imaging.model.camera import CameraInfo
from imaging.model.frame import ControlReading, Frame


class HeardCamera(Camera):
    """Does what `camera` does, and says after every good picture that one came.

    `is_silent` : the last picture asked for did not come.
    """

    def __init__(self, camera: Camera, has_sent: Callable[[], None]) -> None:
        self._camera, self._has_sent = camera, has_sent
        self.is_silent = False

    @property
    def info(self) -> CameraInfo:
        return self._camera.info

    @property
    def controls(self) -> tuple[ControlReading, ...]:
        return self._camera.controls

    def apply(self, wanted: Mapping[str, float]) -> tuple[ControlReading, ...]:
        return self._camera.apply(wanted)

    def grab(self, timeout_s: float) -> Frame:
        try:
            frame = self._camera.grab(timeout_s)
        except CameraError:
            self.is_silent = True
            raise
        self.is_silent = False
        self._has_sent()
        return frame

    def start(self) -> None:
        self._camera.start()

    def stop(self) -> None:
        self._camera.stop()

    def close(self) -> None:
        self._camera.close()
