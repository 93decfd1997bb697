"""Camera controls by name: switch the automatic off, apply, read back, compare; and put back what was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import cv2

from imaging.model.frame import ControlReading


class ControlPort(Protocol):
    """The part of a capture device that controls go through."""

    def set(self, propId: int, value: float) -> bool: ...

    def get(self, propId: int) -> float: ...


@dataclass(frozen=True)
class Control:
    """One row of the table: where the value goes and what must be off before."""

    name: str
    value: int
    automatic: int | None = None
    may_be_minus_one: bool = False
    """Windows gives exposure as log2 of seconds; everywhere else -1 says "no such control"."""


CONTROLS = (
    Control("exposure", cv2.CAP_PROP_EXPOSURE, cv2.CAP_PROP_AUTO_EXPOSURE, may_be_minus_one=True),
    Control("white_balance", cv2.CAP_PROP_WB_TEMPERATURE, cv2.CAP_PROP_AUTO_WB),
    Control("gain", cv2.CAP_PROP_GAIN),
    Control("focus", cv2.CAP_PROP_FOCUS, cv2.CAP_PROP_AUTOFOCUS),
    Control("gamma", cv2.CAP_PROP_GAMMA),
    Control("sharpness", cv2.CAP_PROP_SHARPNESS),
)
Limits = Mapping[str, tuple[float, float]]
ATTEMPTS = 2
"""Some cameras take a value only when it is said twice, so shortly after the automatic went off."""
V4L2_APERTURE_PRIORITY = 3.0


@dataclass(frozen=True)
class FoundControls:
    """How a camera was set before this program touched it.

    Parameters
    ----------
    values : by control
    automatics : value of the automatic's switch, by control; empty where the system does not tell it
    """

    values: Mapping[str, float] = field(default_factory=dict)
    automatics: Mapping[str, float] = field(default_factory=dict)


def has_controls(backend: int) -> bool:
    """OpenCV sets nothing but size and rate on macOS, and answers 0 for every control there."""
    return backend != cv2.CAP_AVFOUNDATION


def tells_automatic(backend: int) -> bool:
    """Media Foundation answers with the value where the switch was asked for, DirectShow with -1."""
    return backend == cv2.CAP_V4L2


def manual_value(control: Control, backend: int) -> float:
    """What switches the automatic off. V4L2 counts exposure 1 = manual, 3 = aperture priority."""
    is_v4l2_exposure = backend == cv2.CAP_V4L2 and control.automatic == cv2.CAP_PROP_AUTO_EXPOSURE
    return 1.0 if is_v4l2_exposure else 0.0


def automatic_value(control: Control, backend: int) -> float:
    """What switches the automatic on."""
    is_v4l2_exposure = backend == cv2.CAP_V4L2 and control.automatic == cv2.CAP_PROP_AUTO_EXPOSURE
    return V4L2_APERTURE_PRIORITY if is_v4l2_exposure else 1.0


def read_control(port: ControlPort, control: Control, backend: int) -> float | None:
    """What the camera says; None when it has no such control."""
    value = port.get(control.value) if has_controls(backend) else -1
    if value == -1 and not (control.may_be_minus_one and backend in (cv2.CAP_MSMF, cv2.CAP_DSHOW)):
        return None
    return value


def is_automatic(port: ControlPort, control: Control, backend: int) -> bool | None:
    """Does the camera set it by itself? None when it has no automatic, or does not say."""
    if control.automatic is None or not tells_automatic(backend):
        return None
    switch = port.get(control.automatic)
    return None if switch == -1 else switch != manual_value(control, backend)


def read_controls(
    port: ControlPort, backend: int, limits: Limits, asked: Mapping[str, float]
) -> tuple[ControlReading, ...]:
    """Every control the camera has, with what was asked of it; and what was asked that it has not."""
    found = (_reading(port, backend, control, limits, asked.get(control.name)) for control in CONTROLS)
    known = {reading.name: reading for reading in found if reading.read_back is not None}
    missing = (ControlReading(name, value, None) for name, value in asked.items() if name not in known)
    return (*known.values(), *missing)


def hold_controls(port: ControlPort, backend: int) -> None:
    """Switch every automatic off, so that nothing changes by itself from here on."""
    for control in CONTROLS if has_controls(backend) else ():
        _take_over(port, control, backend)


def apply_controls(
    port: ControlPort, backend: int, limits: Limits, wanted: Mapping[str, float]
) -> tuple[ControlReading, ...]:
    """Set each control and read it back, in the table's order; automatics are switched off first.

    A reading whose `is_held` is False was refused, changed by the camera, or does not exist there.
    """
    rows = [control for control in CONTROLS if control.name in wanted and has_controls(backend)]
    for _ in range(ATTEMPTS):
        for control in rows:
            _take_over(port, control, backend)
        for control in rows:
            port.set(control.value, wanted[control.name])
        known = {c.name: _reading(port, backend, c, limits, wanted[c.name]) for c in rows}
        rows_left = [control for control in rows if not known[control.name].is_held]
        if not rows_left:
            break
    return tuple(known.get(name, ControlReading(name, value, None)) for name, value in wanted.items())


def find_controls(port: ControlPort, backend: int) -> FoundControls:
    """How the camera is set now, to be put back later. Changes nothing."""
    values = {control.name: read_control(port, control, backend) for control in CONTROLS}
    switches = {
        control.name: port.get(control.automatic)
        for control in CONTROLS
        if control.automatic is not None and tells_automatic(backend)
    }
    return FoundControls(
        {name: value for name, value in values.items() if value is not None},
        {name: value for name, value in switches.items() if value != -1},
    )


def put_back(port: ControlPort, backend: int, found: FoundControls) -> bool:
    """Set the camera as it was found; True when it says that it is.

    Where the system does not tell whether an automatic was on, it is switched on: that is how cameras are sold.
    """
    apply_controls(port, backend, {}, found.values)
    for control in CONTROLS:
        if control.automatic is not None and control.name in found.values:
            port.set(control.automatic, found.automatics.get(control.name, automatic_value(control, backend)))
    now = find_controls(port, backend)
    if now.automatics != found.automatics or now.values.keys() < found.values.keys():
        return False
    manual = [c for c in CONTROLS if c.name in found.values and not is_automatic(port, c, backend)]
    return all(ControlReading(c.name, found.values[c.name], now.values[c.name]).is_held for c in manual)


def _take_over(port: ControlPort, control: Control, backend: int) -> None:
    if control.automatic is not None and is_automatic(port, control, backend) is not False:
        port.set(control.automatic, manual_value(control, backend))


def _reading(port: ControlPort, backend: int, control: Control, limits: Limits, asked: float | None) -> ControlReading:
    low, high = limits.get(control.name, (None, None))
    value = read_control(port, control, backend)
    automatic = None if value is None else is_automatic(port, control, backend)
    return ControlReading(control.name, asked, value, low, high, automatic)
