"""`calibrate` from pictures to a device file that `measure` uses."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile

import main
from imaging.calibration.device_file import read_device_file
from imaging.calibration.lights_file import read_lights
from tests.imaging.commands.pictures import LIGHTS, SPACING_UM, groove_um, write_frames
from tests.imaging.commands.targets import calibrate, listed, refused


def test_every_section_of_one_device_file(pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "046d%3A085c%40usb-1.json"
    assert calibrate("scale", pictures / "board.png", "--out", out) == 0
    assert (
        calibrate(
            "lights", *listed(pictures, "ball"), "--ball", "mirror", "--mask", pictures / "mask.png", "--out", out
        )
        == 0
    )
    assert calibrate("flat-field", *listed(pictures, "white"), "--out", out) == 0
    assert calibrate("colour", pictures / "card.png", "--out", out) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "50.0" in said.out.splitlines()[0]
    device = read_device_file(out)
    assert device.device == "046d:085c@usb-1"
    assert device.spacing is not None and device.lights is not None and device.flat_field is not None
    assert device.spacing.row_mm == pytest.approx(0.05, rel=1e-3)
    off = np.degrees(np.arccos((device.lights.lights.vectors * LIGHTS).sum(axis=1)))
    assert off.max() < 1
    assert [check.section for check in device.checks] == ["scale", "lights", "flat_field", "colour"]
    assert all((out.parent / name).is_file() for name in device.flat_field.files)
    for section in (device.scale, device.lights, device.flat_field, device.colour):
        assert section is not None and section.validity.valid_until is not None and section.validity.passed


def test_json_is_the_section(pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "device.json"
    assert (
        calibrate("scale", pictures / "board.png", "--out", out, "--json", "--device", "bench", "--valid-days", "30")
        == 0
    )
    printed = json.loads(capsys.readouterr().out)
    written = json.loads(out.read_text())
    assert written["device"] == "bench"
    assert printed["kind"] == "scale"
    assert {key: printed["scale"][key] for key in written["scale"]} == written["scale"]
    assert printed["scale"]["u_spacing_um"][0] == pytest.approx(0.15, abs=0.1)


def test_lights_as_a_lights_file(pictures: Path, tmp_path: Path) -> None:
    options = ["--ball", "mirror", "--mask", str(pictures / "mask.png")]
    for name in ("lights.lp", "lights.lp", "device.json"):
        assert calibrate("lights", *listed(pictures, "ball"), *options, "--out", tmp_path / name) == 0
    rti, device = (read_lights(tmp_path / name) for name in ("lights.lp", "device.json"))
    np.testing.assert_allclose(rti.vectors, device.vectors, atol=1e-5)


def test_a_ball_on_the_light_card_is_found_without_a_mask(pictures: Path, tmp_path: Path) -> None:
    painted, sought = tmp_path / "painted.json", tmp_path / "sought.json"
    mask = ["--mask", pictures / "mask.png"]
    assert calibrate("lights", *listed(pictures, "ball"), "--ball", "mirror", *mask, "--out", painted) == 0
    assert calibrate("lights", *listed(pictures, "ball"), "--ball", "mirror", "--out", sought) == 0
    one, other = (read_lights(path).vectors for path in (painted, sought))
    assert np.degrees(np.arccos(np.clip((one * other).sum(axis=1), -1, 1))).max() < 0.5


def test_lights_are_checked_with_a_ball(pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, balls = tmp_path / "device.json", listed(pictures, "ball")
    calibrate("lights", *balls, "--ball", "mirror", "--out", out)
    capsys.readouterr()
    assert calibrate("verify-lights", *balls, "--ball", "mirror", "--out", out) == 0
    assert "0.00 deg in direction (limit 3): passed" in capsys.readouterr().out
    swapped = [balls[1], balls[0], *balls[2:]]
    said = refused(capsys, "verify-lights", *swapped, "--ball", "mirror", "--out", out)
    assert "calibrate the lights again" in said
    assert "The frames show the lights in the order" in said
    assert "give one frame for each" in refused(capsys, "verify-lights", *balls[:3], "--ball", "mirror", "--out", out)
    device = read_device_file(out)
    assert [(one.quantity, one.passed) for one in device.checks[1:]] == [("direction", True), ("direction", False)]
    assert device.state_on(device.checks[0].checked_at.date()) == "uncalibrated", "there is no scale yet"


def test_the_check_of_the_scale_knows_the_print_it_was_made_with(pictures: Path, tmp_path: Path) -> None:
    out, board = tmp_path / "device.json", pictures / "board.png"
    assert calibrate("scale", board, "--printed-mm", "98.4,98.6", "--out", out) == 0
    assert calibrate("verify-scale", board, "--out", out) == 0
    assert read_device_file(out).checks[-1].deviation == pytest.approx(0, abs=1e-6)


def test_checks_pass_fail_and_are_remembered(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "device.json"
    calibrate("scale", pictures / "board.png", "--out", out)
    calibrate("flat-field", *listed(pictures, "white"), "--out", out)
    capsys.readouterr()
    assert calibrate("verify-scale", pictures / "board.png", "--out", out) == 0
    assert "passed" in capsys.readouterr().out
    assert "calibrate the scale again" in refused(capsys, "verify-scale", pictures / "nearer.png", "--out", out)
    assert "level" in refused(capsys, "verify-flat-field", *listed(pictures, "dim"), "--out", out)
    capsys.readouterr()
    assert calibrate("status", "--out", out) == 0
    words = capsys.readouterr().out
    assert "Calibration failed: scale" in words and "level -" in words
    assert "Captures since" in words and "colour      not made" in words
    assert words.count(": passed") == 2, "the scale once, the evenness of the white fields"
    assert words.count(": failed") == 2
    device = read_device_file(out)
    assert [(check.section, check.quantity, check.passed) for check in device.checks[2:]] == [
        ("scale", "", True),
        ("scale", "", False),
        ("flat_field", "level", False),
        ("flat_field", "evenness", True),
    ]
    assert device.state_on(device.checks[0].checked_at.date()) == "failed"
    calibrate("scale", pictures / "nearer.png", "--out", out)
    assert calibrate("verify-flat-field", *listed(pictures, "white"), "--out", out) == 0
    assert read_device_file(out).state_on(device.checks[0].checked_at.date()) == "calibrated"
    capsys.readouterr()
    assert calibrate("status", "--out", out, "--json") == 0
    status = json.loads(capsys.readouterr().out)
    assert (status["state"], status["doubtful_since"], status["daily_checks_due"]) == ("calibrated", None, [])
    assert "is not there" in refused(capsys, "status", "--out", tmp_path / "other.json")


def test_white_fields_in_another_order_are_told_from_lamps_that_changed(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, whites = tmp_path / "device.json", listed(pictures, "white")
    calibrate("flat-field", *whites, "--out", out)
    said = refused(capsys, "verify-flat-field", *whites[1:], whites[0], "--out", out)
    assert "The white fields show the lights in the order 2, 3, 4, 1: give them in order" in said
    assert "in the order" not in refused(capsys, "verify-flat-field", *listed(pictures, "dim"), "--out", out)


def test_lights_of_another_number_than_the_white_fields_are_said(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "device.json"
    calibrate("flat-field", *listed(pictures, "white")[:3], "--out", out)
    calibrate("lights", *listed(pictures, "ball"), "--ball", "mirror", "--out", out)
    assert "Take the white fields anew: those of the device file are 3." in capsys.readouterr().out


def deepest(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "measurement.json").read_text())["wrinkles"])


def test_single_light_depth_in_um(grooves: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, again = tmp_path / "device.json", tmp_path / "again"
    assert calibrate("depth", f"{grooves}/deep-single=150", "--out", out) == 0
    assert "per relative unit" in capsys.readouterr().out
    ring = str(grooves / "shallow" / "ring.png")
    options = ["--spacing-um", str(SPACING_UM), "--calibration", str(out)]
    assert main.main(["measure", ring, *options, "--out", str(again)]) == 0
    found = deepest(again)
    assert found["deepest_mean_depth_um"] == pytest.approx(75, rel=0.25)
    assert abs(found["deepest_mean_depth_um"] - 75) < 2 * found["u_deepest_mean_depth_um"]
    assert json.loads((again / "measurement.json").read_text())["height_unit"] == "rel"


def test_depth_is_checked_on_the_same_targets(
    grooves: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "device.json"
    both = [f"{grooves}/deep-measured=150", f"{grooves}/shallow-measured=75"]
    calibrate("depth", *both, "--out", out)
    assert calibrate("verify-depth", *both, "--out", out) == 0
    assert "calibrate the depth again" in refused(capsys, "verify-depth", f"{grooves}/deep-measured=180", "--out", out)
    assert "counts for photometric" in refused(capsys, "verify-depth", f"{grooves}/deep-single=150", "--out", out)
    assert [check.passed for check in read_device_file(out).checks] == [True, True, False]


def test_photometric_depth_is_corrected(grooves: Path, tmp_path: Path) -> None:
    out, again = tmp_path / "device.json", tmp_path / "again"
    targets = [f"{grooves}/deep-measured=165", f"{grooves}/shallow-measured=82.5"]
    assert calibrate("depth", *targets, "--out", out) == 0
    frames, lights = listed(grooves / "deep", "frame"), str(grooves / "deep" / "lights.lp")
    options = ["--lights", lights, "--spacing-um", str(SPACING_UM), "--calibration", str(out)]
    assert main.main(["measure", *frames, *options, "--out", str(again)]) == 0
    assert deepest(again)["deepest_mean_depth_um"] == pytest.approx(165, rel=0.03)
    before = tifffile.imread(grooves / "deep-measured" / "height.tif")
    factor = read_device_file(out).depth
    assert factor is not None and factor.method == "photometric"
    np.testing.assert_allclose(tifffile.imread(again / "height.tif"), factor.um_per_rel * before, rtol=1e-4, atol=1e-3)


def test_measure_divides_by_the_white_fields_of_the_device_file(tmp_path: Path) -> None:
    """One light that fades across the picture bends the relief; the white field of the device file straightens it."""
    frames = write_frames(tmp_path)
    fade = np.linspace(1.3, 0.7, 160)[None, :]
    whites = [str(tmp_path / f"white{number}.png") for number in range(4)]
    for number, (name, white) in enumerate(zip(frames, whites, strict=True)):
        share = fade if number == 0 else np.ones_like(fade)
        cv2.imwrite(name, (cv2.imread(name, cv2.IMREAD_UNCHANGED) * share).astype(np.uint16))
        grain = np.random.default_rng(number).normal(0, 60, (120, 160))
        cv2.imwrite(white, (40000 * share + grain).astype(np.uint16))
    device, lights = tmp_path / "device.json", ["--lights", str(tmp_path / "lights.lp"), "--spacing-um", "40"]
    assert calibrate("flat-field", *whites, "--out", device) == 0
    for name, options in {"bent": [], "even": ["--calibration", str(device)]}.items():
        assert main.main(["measure", *frames, *lights, *options, "--out", str(tmp_path / name)]) == 0
    truth = groove_um()[60]
    bent, even = (tifffile.imread(tmp_path / name / "height_full.tif")[60] for name in ("bent", "even"))
    errors = [float(np.std(profile - truth)) for profile in (bent, even)]
    assert errors[1] < 0.3 * errors[0]
    inputs = json.loads((tmp_path / "even" / "measurement.json").read_text())["inputs"]
    assert [entry["role"] for entry in inputs].count("flat field") == 4
