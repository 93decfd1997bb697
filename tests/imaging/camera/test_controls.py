"""Controls on a device that behaves as UVC cameras do: values are refused while the automatic is on."""

import cv2
import pytest

from imaging.camera.controls import apply_controls, read_controls
from imaging.model.frame import ControlReading

AUTOMATIC = {
    cv2.CAP_PROP_EXPOSURE: (cv2.CAP_PROP_AUTO_EXPOSURE, 1.0),
    cv2.CAP_PROP_WB_TEMPERATURE: (cv2.CAP_PROP_AUTO_WB, 0.0),
    cv2.CAP_PROP_FOCUS: (cv2.CAP_PROP_AUTOFOCUS, 0.0),
}


class UvcDevice:
    """Starts in automatic; has no gamma; counts white balance in tens."""

    def __init__(self) -> None:
        self.values = {
            cv2.CAP_PROP_EXPOSURE: 156.0, cv2.CAP_PROP_AUTO_EXPOSURE: 3.0, cv2.CAP_PROP_WB_TEMPERATURE: 4600.0,
            cv2.CAP_PROP_AUTO_WB: 1.0, cv2.CAP_PROP_FOCUS: 0.0, cv2.CAP_PROP_AUTOFOCUS: 1.0, cv2.CAP_PROP_GAIN: 0.0,
            cv2.CAP_PROP_SHARPNESS: 3.0,
        }  # fmt: skip
        self.order: list[int] = []

    def set(self, propId: int, value: float) -> bool:
        switch, manual = AUTOMATIC.get(propId, (None, None))
        if propId not in self.values or (switch is not None and self.values[switch] != manual):
            return False
        self.order.append(propId)
        self.values[propId] = round(value / 10) * 10 if propId == cv2.CAP_PROP_WB_TEMPERATURE else value
        return True

    def get(self, propId: int) -> float:
        return self.values.get(propId, -1.0)


def by_name(readings: tuple[ControlReading, ...]) -> dict[str, ControlReading]:
    return {reading.name: reading for reading in readings}


def test_automatics_go_off_first_and_values_are_read_back() -> None:
    device = UvcDevice()
    readings = by_name(apply_controls(device, cv2.CAP_V4L2, {}, {"exposure": 200, "white_balance": 5000, "focus": 90}))
    assert all(reading.is_held for reading in readings.values())
    assert device.values[cv2.CAP_PROP_AUTO_EXPOSURE] == 1.0
    assert device.order.index(cv2.CAP_PROP_AUTO_EXPOSURE) < device.order.index(cv2.CAP_PROP_EXPOSURE)


def test_what_the_camera_changes_is_said() -> None:
    device = UvcDevice()
    device.set = lambda *_: False  # type: ignore[method-assign]
    (reading,) = apply_controls(device, cv2.CAP_V4L2, {"exposure": (1.0, 5000.0)}, {"exposure": 200})
    assert reading == ControlReading("exposure", 200, 156.0, 1.0, 5000.0)
    assert not reading.is_held


def test_a_control_it_has_not_is_read_back_as_none() -> None:
    (reading,) = apply_controls(UvcDevice(), cv2.CAP_V4L2, {}, {"gamma": 100})
    assert reading.read_back is None
    assert "gamma" not in by_name(read_controls(UvcDevice(), cv2.CAP_V4L2, {}, {}))


@pytest.mark.parametrize(("backend", "expected"), [(cv2.CAP_V4L2, None), (cv2.CAP_MSMF, -1.0)])
def test_minus_one_is_an_exposure_on_windows_only(backend: int, expected: float | None) -> None:
    device = UvcDevice()
    device.values[cv2.CAP_PROP_EXPOSURE] = -1.0
    found = by_name(read_controls(device, backend, {}, {})).get("exposure")
    assert (found.read_back if found else None) == expected
