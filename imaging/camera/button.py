"""The button on a camera, where the system hands it on as a key of an input device (Linux).

A UVC camera's button is `KEY_CAMERA` of an input device that belongs to the camera's own USB interface, and is heard
only while the camera is open. Structure and numbers as in the kernel's `linux/input.h`.
"""

import os
import struct
from pathlib import Path

from imaging.model.camera import CameraInfo

_EVENT = struct.Struct("llHHi")
_KEY, _CAMERA, _PRESSED = 0x01, 212, 1
_MOST_EVENTS = 64
SYSFS = Path("/sys/class/video4linux")
DEVICES = Path("/dev/input")


class CameraButton:
    """One input device, read without waiting."""

    def __init__(self, device: Path) -> None:
        """OSError when it may not be read."""
        self._descriptor: int | None = os.open(device, os.O_RDONLY | os.O_NONBLOCK)

    @property
    def is_open(self) -> bool:
        """False once the camera was unplugged."""
        return self._descriptor is not None

    def presses(self) -> int:
        """How often it was pressed since it was asked last."""
        if self._descriptor is None:
            return 0
        try:
            read = os.read(self._descriptor, _MOST_EVENTS * _EVENT.size)
        except BlockingIOError:
            return 0
        except OSError:
            self.close()
            return 0
        whole = len(read) - len(read) % _EVENT.size
        events = [_EVENT.unpack_from(read, at)[2:] for at in range(0, whole, _EVENT.size)]
        return events.count((_KEY, _CAMERA, _PRESSED))

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def find_button(camera: CameraInfo, sysfs: Path = SYSFS, devices: Path = DEVICES) -> CameraButton | None:
    """The button of a USB camera; None when it has none, or this user may not listen to it."""
    if camera.kind != "usb" or camera.path is None:
        return None
    for event in sorted((sysfs / Path(camera.path).name / "device" / "input").glob("input*/event*")):
        try:
            return CameraButton(devices / event.name)
        except OSError:
            continue
    return None
