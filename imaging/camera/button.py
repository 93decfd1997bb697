"""The button on a camera, where the system hands it out as a key (Linux). Elsewhere the desktop sends it, or nobody.

Event structure and numbers as in the kernel's `linux/input.h` and `linux/input-event-codes.h`.
"""

import os
import struct
import sys
from contextlib import suppress
from pathlib import Path

from imaging.camera.discovery import SYSFS

_EVENT = struct.Struct("llHHi")
_EV_KEY, _KEY_CAMERA, _PRESSED = 1, 212, 1
_GRAB = 0x40044590
"""So that the desktop does not send the same press to the window once more."""
_MOST = 64
INPUT = Path("/dev/input")


class CameraButton:
    """Of one camera, until it is unplugged. Asking never waits; without the right to read it is never pressed.

    Parameters
    ----------
    path : of the camera's device node
    """

    def __init__(self, path: str, sysfs: Path = SYSFS, nodes: Path = INPUT) -> None:
        self._files = [file for name in event_names(path, sysfs) if (file := _open(nodes / name)) is not None]

    @property
    def is_there(self) -> bool:
        return bool(self._files)

    def was_pressed(self) -> bool:
        """Since it was last asked."""
        presses = [self._is_pressed(file) for file in tuple(self._files)]
        return any(presses)

    def close(self) -> None:
        """May be called twice."""
        while self._files:
            with suppress(OSError):
                os.close(self._files.pop())

    def _is_pressed(self, file: int) -> bool:
        try:
            content = os.read(file, _MOST * _EVENT.size)
        except BlockingIOError:
            return False
        except OSError:  # unplugged
            with suppress(ValueError, OSError):
                self._files.remove(file)
                os.close(file)
            return False
        whole = content[: len(content) // _EVENT.size * _EVENT.size]
        return any(event[2:] == (_EV_KEY, _KEY_CAMERA, _PRESSED) for event in _EVENT.iter_unpack(whole))


def event_names(path: str, sysfs: Path = SYSFS) -> tuple[str, ...]:
    """Names of the input devices that belong to a camera: those of the same USB interface."""
    if not sys.platform.startswith("linux"):
        return ()
    return tuple(sorted(event.name for event in (sysfs / Path(path).name / "device").glob("input/input*/event*")))


def _open(node: Path) -> int | None:
    try:
        file = os.open(node, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return None
    import fcntl

    with suppress(OSError):
        fcntl.ioctl(file, _GRAB, 1)
    return file
