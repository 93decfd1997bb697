"""Camera controls by name: switch the automatic off, apply, read back, compare."""

from collections.abc import Mapping
from dataclasses import dataclass
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


def manual_value(control: Control, backend: int) -> float:
    """What switches the automatic off. V4L2 counts exposure 1 = manual, 3 = aperture priority."""
    is_v4l2_exposure = backend == cv2.CAP_V4L2 and control.automatic == cv2.CAP_PROP_AUTO_EXPOSURE
    return 1.0 if is_v4l2_exposure else 0.0


def read_control(port: ControlPort, control: Control, backend: int) -> float | None:
    """What the camera says; None when it has no such control."""
    value = port.get(control.value)
    if value == -1 and not (control.may_be_minus_one and backend != cv2.CAP_V4L2):
        return None
    return value


def read_controls(
    port: ControlPort, backend: int, limits: Limits, asked: Mapping[str, float]
) -> tuple[ControlReading, ...]:
    """Every control the camera has, with what was asked of it."""
    found = ((control.name, read_control(port, control, backend)) for control in CONTROLS)
    return tuple(_reading(name, asked.get(name), value, limits) for name, value in found if value is not None)


def apply_controls(
    port: ControlPort, backend: int, limits: Limits, wanted: Mapping[str, float]
) -> tuple[ControlReading, ...]:
    """Set each control and read it back, in the table's order; automatics are switched off first.

    A reading whose `is_held` is False was refused, changed by the camera, or does not exist there.
    """
    rows = [control for control in CONTROLS if control.name in wanted]
    for control in rows:
        if control.automatic is not None:
            port.set(control.automatic, manual_value(control, backend))
    for control in rows:
        port.set(control.value, wanted[control.name])
    known = {c.name: _reading(c.name, wanted[c.name], read_control(port, c, backend), limits) for c in rows}
    return tuple(known.get(name, ControlReading(name, value, None)) for name, value in wanted.items())


def _reading(name: str, asked: float | None, value: float | None, limits: Limits) -> ControlReading:
    low, high = limits.get(name, (None, None))
    return ControlReading(name, asked, value, low, high)
