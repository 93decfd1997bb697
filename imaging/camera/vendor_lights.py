"""The four switchable quadrants of Dino-Lite cameras, through the maker's own library DNX64 (Windows).

Names, arguments and values are those of the maker's Python interface: https://github.com/dino-lite/DNX64-Python-API
(`DNX64/__init__.py` and the parameter tables of its README).
"""

import ctypes
import os
import sys
from pathlib import Path
from typing import Any

from imaging.errors import CameraError

USUAL_PLACE = Path("C:/Program Files/DNX64/DNX64.dll")
QUADRANTS = ("quadrant-1", "quadrant-2", "quadrant-3", "quadrant-4")
_ALL_QUADRANTS, _ALL_OFF = 15, 16
_HAS_FLC = 0b10
"""Bit 1 of GetConfig: quadrants can be switched."""
_LED_ON = 1
_FULL_LEVEL = 6
"""Of 1 to 6. Always the same, or calibrated strengths would not hold."""
_SIGNATURES: dict[str, tuple[list[Any], Any]] = {
    "Init": ([], ctypes.c_bool),
    "GetVideoDeviceCount": ([], ctypes.c_int),
    "GetVideoDeviceName": ([ctypes.c_int], ctypes.c_wchar_p),
    "GetDeviceId": ([ctypes.c_int], ctypes.c_wchar_p),
    "GetConfig": ([ctypes.c_int], ctypes.c_long),
    "SetVideoDeviceIndex": ([ctypes.c_int], None),
    "SetLEDState": ([ctypes.c_int, ctypes.c_long], None),
    "SetFLCSwitch": ([ctypes.c_int, ctypes.c_long], None),
    "SetFLCLevel": ([ctypes.c_int, ctypes.c_long], None),
}
"""Argument and result types. No call reports whether the lamp obeyed: that is verified in the picture."""


class VendorLights:
    """Signs the contract of `imaging.camera.device.LightController`. Used by one thread only.

    Parameters
    ----------
    library : path of DNX64.dll (its companions lie beside it); None for where its installer puts it
    names : of quadrants 1 to 4, as in the device file
    camera : name of the camera whose quadrants are meant; with none or an unknown one, the first camera that has any
    """

    def __init__(
        self, library: Path | None = None, names: tuple[str, ...] = QUADRANTS, camera: str | None = None
    ) -> None:
        self._names = names if len(names) == len(QUADRANTS) else QUADRANTS
        self._calls = _load(library or USUAL_PLACE)
        self._index = self._find(camera)
        self._is_open = True
        self.select(None)

    @property
    def lights(self) -> tuple[str, ...]:
        return self._names

    @property
    def device_id(self) -> str:
        """What the maker's library calls this camera."""
        return str(self._call("GetDeviceId", self._index) or "")

    def select(self, light: str | None) -> None:
        """Only this quadrant, None for all four."""
        if light is not None and light not in self._names:
            raise CameraError(f'The camera has no quadrant "{light}": its quadrants are {", ".join(self._names)}.')
        if light is None:  # again each time: before the first picture the camera may not have listened
            self._call("SetLEDState", self._index, _LED_ON)
            self._call("SetFLCLevel", self._index, _FULL_LEVEL)
        wanted = _ALL_QUADRANTS if light is None else 1 << self._names.index(light)
        self._call("SetFLCSwitch", self._index, wanted)

    def darken(self) -> None:
        """All quadrants off."""
        self._call("SetFLCSwitch", self._index, _ALL_OFF)

    def close(self) -> None:
        """All quadrants on again. May be called twice."""
        if self._is_open:
            self._is_open = False
            self.select(None)

    def _find(self, camera: str | None) -> int:
        """Index of the camera; the library wants an index set before anything else."""
        self._call("SetVideoDeviceIndex", 0)
        self._call("Init")  # some versions answer False although the camera is there: the count decides
        count = int(self._call("GetVideoDeviceCount"))
        able = [n for n in range(count) if int(self._call("GetConfig", n)) & _HAS_FLC]
        if not able:
            raise CameraError(
                "No connected Dino-Lite camera has switchable quadrants (FLC): plug one in, or choose other lights in "
                "the settings."
            )
        same = [n for n in able if camera and str(self._call("GetVideoDeviceName", n)) in camera]
        index = (same or able)[0]
        self._call("SetVideoDeviceIndex", index)
        return index

    def _call(self, name: str, *arguments: int) -> Any:
        try:
            return getattr(self._calls, name)(*arguments)
        except OSError as error:  # how an exception of the library arrives
            raise CameraError(
                "The Dino-Lite library reported an error: unplug the camera and plug it in again."
            ) from error


def _load(library: Path) -> Any:
    if not library.is_file():
        only = "" if sys.platform == "win32" else " It exists for Windows only."
        raise CameraError(f"The Dino-Lite library {library} is not there: install DNX64, or say where it lies.{only}")
    try:
        if sys.platform == "win32":
            os.add_dll_directory(str(library.parent))
        calls = ctypes.CDLL(str(library))
        for name, (arguments, answer) in _SIGNATURES.items():
            call = getattr(calls, name)
            call.argtypes, call.restype = arguments, answer
    except (OSError, AttributeError) as error:
        raise CameraError(
            f"{library} is no Dino-Lite library of version 1.0.8 or later: install DNX64 anew."
        ) from error
    return calls
