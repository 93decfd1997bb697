"""Which light controller a station uses: a line of its settings, and what that opens.

"none" (a fixed ring, or what the camera switches by itself), "manual", "serial:" and the identity of a port,
"kit" or "kit:" and the path of the maker's library.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from imaging.camera.device import LightController
from imaging.camera.lights import QUADRANTS, ManualLights
from imaging.camera.serial_lights import SerialLights
from imaging.camera.serial_ports import FindPorts, find_ports
from imaging.camera.vendor_lights import VendorLights
from imaging.errors import CameraError
from imaging.model.lights import LightsChoice

NONE, MANUAL, SERIAL, KIT = "none", "manual", "serial", "kit"
TITLES = {
    NONE: "None to switch (fixed ring)",
    MANUAL: "Switched by hand",
    SERIAL: "Light controller",
    KIT: "Quadrants of a Dino-Lite (Windows)",
}


@runtime_checkable
class CheckedLights(LightController, Protocol):
    """Lights on a cable of their own, which may be pulled."""

    def check(self) -> str:
        """Look whether they are there, and for them when they are not; empty when all is well, else a sentence."""
        ...


@dataclass(frozen=True)
class LightsSetting:
    """What is known where the lights are opened.

    Parameters
    ----------
    own : the controller that came with the camera
    names : of the lights in the device file, in its order; empty when it has none
    camera : name of the camera
    """

    own: LightController
    names: tuple[str, ...] = ()
    camera: str = ""


def kind_of(line: str) -> str:
    """The part before the colon.

    Raises
    ------
    CameraError
        There is no such kind of lights, or it lacks its port.
    """
    kind, _, where = line.partition(":")
    if kind not in TITLES or (kind == SERIAL and not where):
        raise CameraError(
            f'There are no lights called "{line}": say none, manual, kit, or serial:PORT, as serial:/dev/ttyACM0.'
        )
    return kind


def find_choices(chosen: str, find: FindPorts = find_ports) -> tuple[LightsChoice, ...]:
    """Everything that can be chosen now; what is chosen stays in the list while it is unplugged."""
    ports = [LightsChoice(f"{SERIAL}:{port.identity}", f"{TITLES[SERIAL]}: {port.name}") for port in find()]
    found = [LightsChoice(NONE, TITLES[NONE]), LightsChoice(MANUAL, TITLES[MANUAL]), *ports]
    found.append(LightsChoice(KIT, TITLES[KIT]))
    if chosen not in [choice.line for choice in found]:
        kind, _, where = chosen.partition(":")
        found.append(LightsChoice(chosen, f"{TITLES.get(kind, kind)}: {where}"))
    return tuple(found)


def open_lights(line: str, setting: LightsSetting) -> LightController:
    """The lights of the settings. Those on a cable are looked for when they are first used, so that a missing one
    does not keep the picture away."""
    kind, _, where = line.partition(":")
    kind_of(line)
    names = setting.names or setting.own.lights
    if kind == NONE:
        return setting.own
    if kind == MANUAL:
        return ManualLights(names or QUADRANTS, setting.own.select if setting.own.lights else None)
    with suppress(CameraError):
        setting.own.close()
    if kind == SERIAL:
        return SerialLights(where, names or QUADRANTS)
    return KitLights(Path(where) if where else None, names, setting.camera)


class KitLights:
    """The quadrants of a Dino-Lite, opened when they are first switched, on the thread that switches them."""

    def __init__(self, library: Path | None, names: tuple[str, ...], camera: str) -> None:
        self._library, self._names, self._camera = library, names or QUADRANTS, camera
        self._lights: VendorLights | None = None
        self._trouble = ""

    @property
    def lights(self) -> tuple[str, ...]:
        return self._lights.lights if self._lights else self._names

    def select(self, light: str | None) -> None:
        """Only this quadrant, None for all four."""
        try:
            if self._lights is None:
                self._lights = VendorLights(self._library, self._names, self._camera)
            self._lights.select(light)
        except CameraError as error:
            self._trouble = str(error)
            raise
        self._trouble = ""

    def check(self) -> str:
        """What the last switch said; the library itself is asked by one thread only."""
        return self._trouble

    def close(self) -> None:
        if self._lights is not None:
            self._lights.close()
