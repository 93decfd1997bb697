"""Controls on a device that behaves as UVC cameras do: values are refused while the automatic is on."""

import cv2
import pytest

from imaging.camera.controls import (
    FoundControls,
    apply_controls,
    find_controls,
    hold_controls,
    put_back,
    read_controls,
)
from imaging.model.frame import ControlReading

AUTOMATIC = {
    cv2.CAP_PROP_EXPOSURE: (cv2.CAP_PROP_AUTO_EXPOSURE, 1.0),
    cv2.CAP_PROP_WB_TEMPERATURE: (cv2.CAP_PROP_AUTO_WB, 0.0),
    cv2.CAP_PROP_FOCUS: (cv2.CAP_PROP_AUTOFOCUS, 0.0),
}


HELD = ("exposure", "white_balance", "focus")


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

    @property
    def switches(self) -> list[float]:
        return [self.values[switch] for switch, _ in AUTOMATIC.values()]


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
    assert reading == ControlReading("exposure", 200, 156.0, 1.0, 5000.0, is_automatic=True)
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


def test_every_automatic_is_switched_off_even_where_nothing_is_asked() -> None:
    device = UvcDevice()
    assert all(reading.is_automatic for reading in read_controls(device, cv2.CAP_V4L2, {}, {}) if reading.name in HELD)
    hold_controls(device, cv2.CAP_V4L2)
    assert device.switches == [1.0, 0.0, 0.0]
    held = by_name(read_controls(device, cv2.CAP_V4L2, {}, {}))
    assert all(held[name].is_automatic is False for name in HELD)


def test_a_value_that_is_right_by_chance_is_not_held() -> None:
    device = UvcDevice()
    device.set = lambda *_: False  # type: ignore[method-assign]
    (reading,) = apply_controls(device, cv2.CAP_V4L2, {}, {"exposure": 156})
    assert reading.read_back == 156
    assert not reading.is_held


def test_a_camera_that_hears_only_the_second_time_is_told_twice() -> None:
    device = UvcDevice()
    hear, deaf = device.set, [cv2.CAP_PROP_EXPOSURE]

    def set_late(propId: int, value: float) -> bool:
        return False if propId in deaf and not deaf.remove(propId) else hear(propId, value)

    device.set = set_late  # type: ignore[method-assign]
    (reading,) = apply_controls(device, cv2.CAP_V4L2, {}, {"exposure": 200})
    assert reading.is_held


def test_a_camera_is_put_back_as_it_was_found() -> None:
    device = UvcDevice()
    before = dict(device.values)
    found = find_controls(device, cv2.CAP_V4L2)
    assert device.values == before
    hold_controls(device, cv2.CAP_V4L2)
    apply_controls(device, cv2.CAP_V4L2, {}, {"exposure": 300, "white_balance": 5000, "gain": 7, "focus": 80})
    assert put_back(device, cv2.CAP_V4L2, found)
    assert device.values == before


def test_what_cannot_be_put_back_is_said() -> None:
    device = UvcDevice()
    found = FoundControls({"gain": 4.0}, {})
    device.set = lambda *_: False  # type: ignore[method-assign]
    assert not put_back(device, cv2.CAP_V4L2, found)


def test_windows_does_not_tell_its_automatics_and_gets_them_back_on() -> None:
    device = UvcDevice()
    device.values[cv2.CAP_PROP_AUTO_EXPOSURE] = 1.0
    found = find_controls(device, cv2.CAP_MSMF)
    assert found.automatics == {}
    hold_controls(device, cv2.CAP_MSMF)
    assert device.switches[0] == 0.0
    put_back(device, cv2.CAP_MSMF, found)
    assert device.switches[0] == 1.0


def test_on_a_mac_nothing_can_be_set_and_nothing_is_made_up() -> None:
    device = UvcDevice()
    device.get = lambda _propId: 0.0  # type: ignore[method-assign]
    (asked,) = apply_controls(device, cv2.CAP_AVFOUNDATION, {}, {"exposure": 200})
    assert (asked.read_back, asked.is_held) == (None, False)
    assert read_controls(device, cv2.CAP_AVFOUNDATION, {}, {}) == ()
    assert device.order == []
