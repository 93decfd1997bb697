"""`calibrate` from pictures to a device file that `measure` uses."""

import json
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile

import main
from imaging.calibration.colour_card import card_boxes, card_size_mm
from imaging.calibration.device_file import read_device_file
from imaging.calibration.lights_file import read_lights
from imaging.calibration.sheets import Sheet, picture_of
from imaging.surface.linearise import to_srgb8
from tests.imaging.calibration.balls import ball_pictures
from tests.imaging.calibration.target_pictures import Look, picture_of_board, printed_board
from tests.imaging.calibration.test_flat_field import plane
from tests.imaging.commands.pictures import LIGHTS, SPACING_UM, groove_um, shaded, write_frames

LAMPS = ((18, 0, 28), (0, 18, 28), (-18, 0, 28), (0, -18, 28))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Targets as they were photographed: boards, white fields, balls, a card."""
    folder = tmp_path_factory.mktemp("pictures")
    printed = printed_board()
    for name, look in {"board": Look(), "tilted": Look(tilted_deg=(8, 0)), "nearer": Look((49.0, 49.0))}.items():
        cv2.imwrite(str(folder / f"{name}.png"), picture_of_board(printed, look))
    for number, lamp in enumerate(LAMPS):
        cv2.imwrite(str(folder / f"white{number}.png"), to_srgb8(plane(lamp)))
        cv2.imwrite(str(folder / f"dim{number}.png"), to_srgb8(plane(lamp, level=0.45)))
    ball = ball_pictures(LIGHTS, "mirror", (120, 160, 80), False)
    for number, frame in enumerate(ball.frames):
        cv2.imwrite(str(folder / f"ball{number}.png"), np.round(65535 * np.asarray(frame)).astype(np.uint16))
    cv2.imwrite(str(folder / "mask.png"), ball.mask.astype(np.uint8) * 255)
    width, height = card_size_mm(4.0)
    card = picture_of(Sheet("card", tuple(card_boxes(5, 5, 4.0)), ()), 20, (2, 2, width + 8, height + 8))
    cv2.imwrite(str(folder / "card.png"), (0.9 * card[..., ::-1]).astype(np.uint8))
    return folder


def listed(folder: Path, name: str) -> list[str]:
    return [str(folder / f"{name}{number}.png") for number in range(4)]


def calibrate(kind: str, *arguments: str | Path) -> int:
    return main.main(["calibrate", kind, *(str(argument) for argument in arguments)])


def refused(capsys: pytest.CaptureFixture[str], kind: str, *arguments: str | Path) -> str:
    """Exit status 1 with one sentence on stderr; that sentence."""
    capsys.readouterr()
    assert calibrate(kind, *arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.count("\n") == 1
    return said.err


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
    assert "failed; captures since" in words
    assert "checked" in words and "colour      not made" in words
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


@pytest.fixture(scope="module")
def grooves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Measured folders: photometric of 150 and 75 µm, single light of the same."""
    folder = tmp_path_factory.mktemp("grooves")
    for name, share in (("deep", 1.0), ("shallow", 0.5)):
        frames = _write_groove(folder / name, share)
        lights = str(Path(frames[0]).with_name("lights.lp"))
        spacing = ["--spacing-um", str(SPACING_UM)]
        assert (
            main.main(["measure", *frames, "--lights", lights, *spacing, "--out", str(folder / f"{name}-measured")])
            == 0
        )
        assert (
            main.main(["measure", str(folder / name / "ring.png"), *spacing, "--out", str(folder / f"{name}-single")])
            == 0
        )
    return folder


def _write_groove(folder: Path, share: float) -> list[str]:
    folder.mkdir()
    frames = write_frames(folder)
    height = share * groove_um()
    for name, light in zip(frames, LIGHTS, strict=True):
        cv2.imwrite(name, shaded(height, light))
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    ring = [shaded(height, np.array([0.7 * np.cos(a), 0.7 * np.sin(a), 0.714])).astype(float) for a in angles]
    cv2.imwrite(str(folder / "ring.png"), np.mean(ring, axis=0).astype(np.uint16))
    return frames


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


@pytest.mark.parametrize(
    ("kind", "names", "options", "words"),
    [
        ("scale", ["nowhere.png"], [], "nowhere.png is not there"),
        ("scale", ["card.png"], [], "card.png: No scale target"),
        ("scale", ["tilted.png"], [], "tilted"),
        ("scale", ["board.png"], ["--printed-mm", "50"], "print the target again"),
        ("scale", ["board.png"], ["--valid-days", "0"], "not a period"),
        ("scale", ["board.png"], ["--chessboard", "1,2,3"], "--chessboard needs"),
        ("flat-field", ["board.png"], [], "spots"),
        ("flat-field", ["white0.png", "white0.png"], [], "the same picture"),
        ("colour", ["white0.png"], [], "white0.png: The picture of the colour card is grey"),
        ("lights", ["ball0.png", "ball1.png"], ["--ball", "mirror", "--mask", "mask.png"], "too few"),
        (
            "lights",
            ["ball0.png", "ball1.png", "ball2.png"],
            ["--ball", "mirror", "--mask", "mask.png", "mask.png"],
            "shared",
        ),
        ("depth", ["nowhere=100"], [], "not a folder"),
    ],
)
def test_what_cannot_be_used_is_a_sentence_and_no_file(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, names: list[str], options: list[str],
    words: str,
) -> None:  # fmt: skip
    out = tmp_path / "device.json"
    here = [str(pictures / name) for name in names]
    there = [str(pictures / option) if option.endswith(".png") else option for option in options]
    assert words in refused(capsys, kind, *here, *there, "--out", out)
    assert list(tmp_path.iterdir()) == []


def test_a_depth_of_zero_and_a_device_of_another_camera(
    grooves: Path, pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "device.json"
    assert "not a depth" in refused(capsys, "depth", f"{grooves}/deep-single=0", "--out", out)
    assert "disagree" in refused(
        capsys, "depth", f"{grooves}/deep-measured=100", f"{grooves}/shallow-measured=300", "--out", out
    )
    mixed = [f"{grooves}/deep-measured=150", f"{grooves}/deep-single=150"]
    assert "take one method" in refused(capsys, "depth", *mixed, "--out", out)
    assert calibrate("scale", pictures / "board.png", "--out", out, "--device", "left") == 0
    before = out.read_bytes()
    assert "belongs to camera left" in refused(
        capsys, "scale", pictures / "board.png", "--out", out, "--device", "right"
    )
    assert "no section colour" in refused(capsys, "verify-colour", pictures / "card.png", "--out", out)
    shutil.copy(pictures / "card.png", tmp_path / "picture.json")
    assert "not JSON" in refused(capsys, "scale", pictures / "board.png", "--out", tmp_path / "picture.json")
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [["calibrate"], ["calibrate", "taste"], ["calibrate", "depth", "x", "--out", "y"], ["calibrate", "scale", "x"]],
)
def test_wrong_usage(arguments: list[str]) -> None:
    assert main.main(arguments) == 2
