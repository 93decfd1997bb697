"""One camera with its lights, lost and found again: always the same one, always with the same controls."""

from collections.abc import Callable
from contextlib import suppress

from imaging.camera.device import Camera, LightController
from imaging.errors import CameraError

OpenCamera = Callable[[], tuple[Camera, LightController]]
"""Makes the camera and its lights anew; finds the camera by its identity, wherever it is plugged in now."""


class Connection:
    """Opens and closes; remembers identity and controls in between. Used by one thread only."""

    def __init__(self, open_camera: OpenCamera) -> None:
        self._open_camera = open_camera
        self._devices: tuple[Camera, LightController] | None = None
        self._identity = ""
        self._wanted: dict[str, float] = {}

    @property
    def devices(self) -> tuple[Camera, LightController]:
        """CameraError when not open."""
        if self._devices is None:
            raise CameraError("The camera is not open: wait until it is found again.")
        return self._devices

    def open(self) -> None:
        """Open, start, replay the controls asked last time, all lights on. CameraError leaves nothing open."""
        camera, lights = self._devices = self._open_camera()
        try:
            self._refuse_another(camera)
            camera.start()
            if self._wanted:
                camera.apply(self._wanted)
        except CameraError:
            self.close()
            raise
        self._identity = camera.info.identity
        with suppress(CameraError):  # lights that are away do not keep the picture away; a shot says so
            lights.select(None)

    def remember_controls(self) -> None:
        """Keep what was asked of the camera, to be asked again after it was lost."""
        asked = {c.name: c.asked for c in self.devices[0].controls if c.asked is not None}
        self._wanted.update(asked)

    def close(self) -> None:
        """Release camera and lights; a camera that is gone may complain, and is not heard."""
        if self._devices is None:
            return
        camera, lights = self._devices
        self._devices = None
        for release in (camera.stop, camera.close, lights.close):
            with suppress(CameraError):
                release()

    def _refuse_another(self, camera: Camera) -> None:
        if self._identity and camera.info.identity != self._identity:
            raise CameraError(
                f"{camera.info.name} is another camera than the one used so far: plug that one in again, "
                "or choose a camera in the settings."
            )
