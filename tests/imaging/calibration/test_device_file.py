"""The device file: what goes in comes out, unknown sections stay, garbage is refused."""

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imaging.calibration.device_file import (
    add_to_device_file,
    calibration_from_json,
    calibration_to_json,
    read_device_file,
    write_device_file,
)
from imaging.errors import CalibrationError
from imaging.model.calibration import (
    Check,
    ColourCalibration,
    DepthCalibration,
    DeviceCalibration,
    FlatFieldCalibration,
    LightsCalibration,
    ScaleCalibration,
    Validity,
)
from imaging.model.geometry import Spacing
from imaging.model.lights import Lights

VALID = Validity(date(2026, 1, 31), date(2027, 1, 31), 0.25)
LIGHTS = Lights("near", np.array([[18.0, 0, 30], [0, 18, 30], [-18, 0, 30]]))
FULL = DeviceCalibration(
    device="046d:085c@usb-1.2",
    scale=ScaleCalibration(Spacing(0.0123, 0.0124), (960, 1280), VALID),
    lights=LightsCalibration(LIGHTS, replace(VALID, passed=False)),
    flat_field=FlatFieldCalibration(("white-1.png", "white-2.png"), replace(VALID, valid_until=None)),
    depth=DepthCalibration(140.0, 9.0, replace(VALID, residual=None)),
    colour=ColourCalibration(((1.1, 0.0, 0.0), (0.0, 0.9, 0.0), (0.0, 0.1, 1.0)), VALID),
)


def test_every_section_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "device.json"
    write_device_file(path, FULL)
    found = read_device_file(path)
    assert (found.device, found.scale, found.flat_field) == (FULL.device, FULL.scale, FULL.flat_field)
    assert (found.depth, found.colour) == (FULL.depth, FULL.colour)
    assert found.lights is not None
    assert found.lights.validity.passed is False
    np.testing.assert_array_equal(found.lights.lights.vectors, LIGHTS.vectors)
    assert [entry.name for entry in path.parent.iterdir()] == ["device.json"]


def test_json_of_a_calibration_is_stable() -> None:
    once = calibration_to_json(replace(FULL, scale=ScaleCalibration(Spacing(0.1 / 3, 0.2 / 3), (9, 12), VALID)))
    assert calibration_to_json(calibration_from_json(json.loads(json.dumps(once)))) == once


def test_a_section_is_replaced_and_all_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "device.json"
    write_device_file(path, FULL)
    before = json.loads(path.read_text()) | {"polarisation": {"angle": [1, 2]}, "note": "bench 3"}
    path.write_text(json.dumps(before))
    finer = ScaleCalibration(Spacing.square(0.005), (960, 1280), VALID)
    write_device_file(path, DeviceCalibration(FULL.device, scale=finer))
    after = json.loads(path.read_text())
    assert after.pop("scale")["spacing_um"] == [5.0, 5.0]
    assert after == {key: value for key, value in before.items() if key != "scale"}


def test_sections_not_made_are_missing_not_one(tmp_path: Path) -> None:
    write_device_file(tmp_path / "d.json", DeviceCalibration("simulated"))
    found = read_device_file(tmp_path / "d.json")
    assert (found.scale, found.spacing, found.lights, found.depth) == (None, None, None, None)
    assert found.state_on(date(2026, 1, 1)) == "uncalibrated"


def test_another_camera_keeps_its_file(tmp_path: Path) -> None:
    path = tmp_path / "device.json"
    write_device_file(path, FULL)
    before = path.read_bytes()
    with pytest.raises(CalibrationError, match="belongs to camera 046d:085c"):
        write_device_file(path, replace(FULL, device="other"))
    assert path.read_bytes() == before


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "device.json"
    write_device_file(path, FULL)
    before = path.read_bytes()

    def full_disk(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(CalibrationError, match="disk is full"):
        write_device_file(path, DeviceCalibration(FULL.device))
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["device.json"]


@pytest.mark.parametrize(
    ("section", "change", "words"),
    [
        ("scale", {"spacing_um": [0, 5]}, "spacing"),
        ("scale", {"spacing_um": [5]}, "2 finite numbers"),
        ("scale", {"spacing_um": [float("nan"), 5]}, "2 finite numbers"),
        ("scale", {"spacing_um": [True, 5]}, "2 finite numbers"),
        ("scale", {"frame_shape": [0, 5]}, "frame_shape"),
        ("scale", {"date": "yesterday"}, "2026-01-31"),
        ("scale", {"date": None}, "date"),
        ("scale", {"result": "fine"}, "passed"),
        ("scale", {"residual": "small"}, "residual"),
        ("lights", {"positions": [[0, 0, 0]]}, "nowhere"),
        ("flat_field", {"files": []}, "files"),
        ("flat_field", {"files": [3]}, "files"),
        ("colour", {"matrix": [[1, 0, 0]]}, "three rows"),
        ("colour", {"matrix": [[1, 0, 0], [1, 0], [1, 0, 0]]}, "3 finite numbers"),
        ("depth", {"um_per_rel": 0}, "above 0"),
        ("depth", {"um_per_rel": None}, "um_per_rel"),
    ],
)
def test_a_garbage_section_is_named(tmp_path: Path, section: str, change: dict[str, Any], words: str) -> None:
    values = calibration_to_json(FULL)
    values[section] |= change
    path = tmp_path / "device.json"
    path.write_text(json.dumps(values))
    with pytest.raises(CalibrationError, match=words) as caught:
        read_device_file(path)
    assert str(path) in str(caught.value)
    assert section in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "is damaged in line 1"),
        (b"\xff\xfe", "holds no text"),
        (b"[]", "not a device file"),
        (b'{"format": "other"}', "not a device file .*; put back a copy, or move it away and calibrate again"),
        (b'{"format": "rhytid-device", "version": 2, "device": "d"}', "newer program"),
        (b'{"format": "rhytid-device", "version": "1", "device": "d"}', "version"),
        (b'{"format": "rhytid-device", "version": 1}', "device"),
        (b'{"format": "rhytid-device", "version": 1, "device": "d", "scale": null}', "not an object"),
    ],
)
def test_what_is_no_device_file_is_refused_and_never_overwritten(tmp_path: Path, text: bytes, words: str) -> None:
    path = tmp_path / "device.json"
    path.write_bytes(text)
    with pytest.raises(CalibrationError, match=words):
        read_device_file(path)
    with pytest.raises(CalibrationError, match=words):
        write_device_file(path, FULL)
    assert path.read_bytes() == text


def test_a_missing_device_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match="cannot be read"):
        read_device_file(tmp_path / "none.json")


def test_what_newer_sections_know_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "device.json"
    moment = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    checks = (
        Check("scale", moment, 0.0, 0.5, "%", is_new=True),
        Check("scale", moment + timedelta(days=1), 0.7, 0.5, "%"),
    )
    more = DeviceCalibration(
        FULL.device,
        scale=ScaleCalibration(Spacing(0.0123, 0.0124), (960, 1280), VALID, 0.002, (-0.03, 0.001)),
        lights=LightsCalibration(LIGHTS, VALID, 0.8),
        flat_field=FlatFieldCalibration(("white.png",), VALID, (0.4,)),
        depth=DepthCalibration(1.05, 0.02, VALID, "photometric"),
        colour=ColourCalibration(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), VALID, 3.5),
        checks=checks,
    )
    write_device_file(path, more)
    found = read_device_file(path)
    assert replace(found, lights=None) == replace(more, lights=None)
    assert found.lights is not None and found.lights.u_deg == 0.8
    assert found.state_on(date(2026, 3, 3)) == "failed"
    write_device_file(path, DeviceCalibration(FULL.device, depth=FULL.depth))
    assert read_device_file(path).checks == checks, "the drift list outlives a section"


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({}, "should be a list"),
        ([3], "entry 1"),
        ([{"section": "scale", "checked_at": "2026-03-02T08:30:00", "deviation": 0, "limit": 1}], "time zone"),
        ([{"section": "scale", "checked_at": "2026-03-02T08:30:00+00:00", "deviation": None, "limit": 1}], "deviation"),
    ],
)
def test_a_garbage_drift_list_is_named(tmp_path: Path, entries: Any, words: str) -> None:
    path = tmp_path / "device.json"
    path.write_text(json.dumps(calibration_to_json(FULL) | {"checks": entries}))
    with pytest.raises(CalibrationError, match=words):
        read_device_file(path)


def _add_a_check(path: Path, number: int) -> None:
    check = Check("scale", datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=number), 0.1, 0.5, "%")
    add_to_device_file(path, DeviceCalibration(FULL.device, checks=(check,)))


def test_checks_of_two_programs_at_once_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "device.json"
    write_device_file(path, FULL)
    with ProcessPoolExecutor(2) as programs:
        list(programs.map(_add_a_check, [path] * 40, range(40)))
    assert sorted(check.checked_at.minute for check in read_device_file(path).checks) == list(range(40))
    assert [entry.name for entry in tmp_path.iterdir()] == ["device.json"]
