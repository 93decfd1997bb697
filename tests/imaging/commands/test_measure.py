"""`measure` from files to files, in the process of the tests."""

import errno
import json
import os
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

import main
from imaging.calibration.device_file import write_device_file
from imaging.export import surface_files
from imaging.export.surface_files import FILES
from imaging.model.calibration import (
    DeviceCalibration,
    FlatFieldCalibration,
    LightsCalibration,
    ScaleCalibration,
    Validity,
)
from imaging.model.geometry import Spacing
from imaging.model.lights import Lights
from tests.imaging.commands.pictures import DEPTH_UM, LIGHTS, SPACING_UM, groove_um, write_frames, write_grey


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return write_frames(tmp_path_factory.mktemp("frames"))


@pytest.fixture(scope="module")
def measured(frames: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("measured") / "out"
    lights = str(Path(frames[0]).with_name("lights.lp"))
    assert main.main(["measure", *frames, "--lights", lights, "--spacing-um", str(SPACING_UM), "--out", str(out)]) == 0
    return out


def refused(capsys: pytest.CaptureFixture[str], out: Path, *arguments: str) -> str:
    """Exit status 1, one sentence on stderr, nothing written; that sentence."""
    capsys.readouterr()
    assert main.main(["measure", *arguments, "--out", str(out)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.count("\n") == 1
    assert len(said.err) < 400
    assert not out.exists()
    return said.err


def test_a_later_visit_takes_gloss_and_blur_of_the_baseline(frames: list[str], measured: Path, tmp_path: Path) -> None:
    lights = str(Path(frames[0]).with_name("lights.lp"))
    options = ["--lights", lights, "--spacing-um", str(SPACING_UM), "--baseline", str(measured)]
    assert main.main(["measure", *frames, *options, "--out", str(tmp_path / "later")]) == 0
    first, later = (json.loads((folder / "measurement.json").read_text()) for folder in (measured, tmp_path / "later"))
    assert not first["gloss"]["is_carried"]
    assert later["gloss"] == first["gloss"] | {"is_carried": True}
    assert later["settings"]["gloss_and_blur_from"] == measured.name


def test_a_baseline_that_is_none_is_refused(
    frames: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lights = str(Path(frames[0]).with_name("lights.lp"))
    said = refused(capsys, tmp_path / "out", *frames, "--lights", lights, "--baseline", str(tmp_path))
    assert "give a folder that measure wrote" in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--lights", "other.lp", "--spacing-um", str(SPACING_UM)], "not measured under these lights"),
        (["--lights", "lights.lp", "--spacing-um", str(1.5 * SPACING_UM)], "not measured at the scale"),
        (["--lights", "lights.lp"], "not measured at the scale"),
    ],
)
def test_a_baseline_by_another_camera_is_refused(
    frames: list[str],
    measured: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    words: str,
) -> None:
    folder = Path(frames[0]).parent
    (folder / "other.lp").write_text((folder / "lights.lp").read_text().replace("0.8", "0.7"))
    named = [str(folder / option) if option.endswith(".lp") else option for option in options]
    assert words in refused(capsys, tmp_path / "out", *frames, *named, "--baseline", str(measured))


def test_a_groove_comes_out_as_a_groove_of_its_depth(measured: Path) -> None:
    height = tifffile.imread(measured / "height_full.tif")
    middle = height[20:-20].mean(axis=0)
    assert middle[80] < middle[40] - 0.8 * DEPTH_UM
    relief = groove_um()[60]
    np.testing.assert_allclose(middle - middle[40], relief - relief[40], atol=0.1 * DEPTH_UM)


def test_every_promised_file_and_the_numbers(measured: Path) -> None:
    assert {path.name for path in measured.iterdir()} == set(FILES)
    content = json.loads((measured / "measurement.json").read_text())
    assert content["method"] == "photometric"
    assert content["spacing_um"] == [SPACING_UM, SPACING_UM]
    assert content["wrinkles"]["count"] == 1
    assert content["wrinkles"]["deepest_mean_depth_um"] == pytest.approx(DEPTH_UM, rel=0.15)
    assert [source["role"] for source in content["inputs"]] == ["frame"] * 4 + ["lights"]
    assert all(len(source["sha256"]) == 64 and "/" not in source["name"] for source in content["inputs"])


def test_the_sentence_says_what_was_written(
    frames: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["measure", frames[0], "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("Measured 1 frame (single-light, relative shading, not depth, uncalibrated)")
    assert str(tmp_path / "out") in said.out


def test_json_is_the_measurement(frames: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lights = str(Path(frames[0]).with_name("lights.lp"))
    assert main.main(["measure", *frames, "--lights", lights, "--out", str(tmp_path / "out"), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    written = json.loads((tmp_path / "out" / "measurement.json").read_text())
    assert printed.pop("out") == str(tmp_path / "out")
    assert set(printed.pop("files")) == set(FILES) - {"surface.x3p", "surface.gsf"}
    assert printed == written
    assert written["height_unit"] == "px"
    assert written["spacing_um"] is None


def test_mask_and_roi_are_honoured(frames: list[str], tmp_path: Path) -> None:
    mask = np.zeros((120, 160), dtype=np.uint8)
    mask[:, 20:] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    lights, out = str(Path(frames[0]).with_name("lights.lp")), tmp_path / "out"
    options = ["--mask", str(tmp_path / "mask.png"), "--roi", "10,30,110,150", "--spacing-um", "40,40"]
    assert main.main(["measure", *frames, "--lights", lights, *options, "--out", str(out)]) == 0
    height = tifffile.imread(out / "height.tif")
    assert np.isnan(height[:, :20]).all()
    assert np.isfinite(height[:, 30:]).all()
    assert json.loads((out / "measurement.json").read_text())["roi"] == [10, 30, 110, 150]


@pytest.mark.parametrize("scale", [255.0, 65535.0, 1e-4])
def test_float_frames_may_count_in_any_unit(frames: list[str], measured: Path, tmp_path: Path, scale: float) -> None:
    names = [str(tmp_path / f"{number}.tif") for number in range(len(frames))]
    for name, frame in zip(names, frames, strict=True):
        tifffile.imwrite(name, cv2.imread(frame, cv2.IMREAD_UNCHANGED).astype(np.float32) * scale / 65535)
    options = ["--lights", str(Path(frames[0]).with_name("lights.lp")), "--spacing-um", str(SPACING_UM)]
    assert main.main(["measure", *names, *options, "--out", str(tmp_path / "out")]) == 0
    one, other = (json.loads((folder / "measurement.json").read_text()) for folder in (measured, tmp_path / "out"))
    deepest = "deepest_mean_depth_um"
    assert other["wrinkles"][deepest] == pytest.approx(one["wrinkles"][deepest], rel=2e-3)


def test_frame_that_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "nowhere.png" in refused(capsys, tmp_path / "out", str(tmp_path / "nowhere.png"))


def test_frame_that_is_no_picture(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\ngarbage")
    assert "bad.png" in refused(capsys, tmp_path / "out", str(tmp_path / "bad.png"))


def test_a_folder_is_no_frame(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert str(tmp_path) in refused(capsys, tmp_path / "out", str(tmp_path))


def test_mixed_sizes_name_the_picture(frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    odd = write_grey(tmp_path / "odd.png", 60, 80)
    lights = str(Path(frames[0]).with_name("lights.lp"))
    said = refused(capsys, tmp_path / "out", *frames[:3], odd, "--lights", lights)
    assert "odd.png is 80 x 60" in said
    assert "160 x 120" in said


@pytest.mark.parametrize("count", [1, 2, 3])
def test_fewer_frames_than_lights(
    frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, count: int
) -> None:
    lights = str(Path(frames[0]).with_name("lights.lp"))
    said = refused(capsys, tmp_path / "out", *frames[:count], "--lights", lights)
    assert f"{count} frame" in said
    assert "4 lights" in said


def test_two_lights_are_too_few(frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "two.lp").write_text("2\na 0.6 0 0.8\nb 0 0.6 0.8\n")
    said = refused(capsys, tmp_path / "out", *frames[:2], "--lights", str(tmp_path / "two.lp"))
    assert "three or more" in said


@pytest.mark.parametrize("value", [1, 255])
@pytest.mark.parametrize("options", [["--spacing-um", "40"], []])
def test_black_or_overexposed_everywhere(
    value: int, options: list[str], frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lights = str(Path(frames[0]).with_name("lights.lp"))
    names = [str(tmp_path / f"{number}.png") for number in range(4)]
    for name in names:
        cv2.imwrite(name, np.full((60, 80, 3), value, np.uint8))
    said = refused(capsys, tmp_path / "out", *names, "--lights", lights, *options)
    assert "overexposed or black" in said


def test_several_frames_without_lights(frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "no lights" in refused(capsys, tmp_path / "out", *frames)


@pytest.mark.parametrize("content", ["garbage", "4\na 1 2\n", '{"model": "far"}', "", "3\na 0 0 0\nb 0 0 1\nc 0 0 1\n"])
def test_garbage_in_the_lights_file(
    frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str
) -> None:
    (tmp_path / "bad.lp").write_text(content)
    assert "bad.lp" in refused(capsys, tmp_path / "out", *frames, "--lights", str(tmp_path / "bad.lp"))


def test_near_lights_need_a_spacing(frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    positions = [[20, 0, 30], [0, 20, 30], [-20, 0, 30], [0, -20, 30]]
    (tmp_path / "near.json").write_text(json.dumps({"model": "near", "unit": "mm", "positions": positions}))
    said = refused(capsys, tmp_path / "out", *frames, "--lights", str(tmp_path / "near.json"))
    assert "spacing" in said


@pytest.mark.parametrize("spacing", ["0", "-25", "-25,-25", "25,0", "nan", "inf"])
def test_spacing_that_is_no_length(
    frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, spacing: str
) -> None:
    assert "spacing" in refused(capsys, tmp_path / "out", frames[0], "--spacing-um", spacing)


@pytest.mark.parametrize("roi", ["0,0,121,160", "-5,0,20,20", "50,50,50,60", "200,200,300,300", "0,0,1e12,5"])
def test_region_outside_the_picture(
    frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, roi: str
) -> None:
    assert "region" in refused(capsys, tmp_path / "out", frames[0], "--roi", roi)


def test_mask_of_another_size_or_black(frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    small = write_grey(tmp_path / "small.png", 10, 10)
    assert "small.png" in refused(capsys, tmp_path / "out", frames[0], "--mask", small)
    black = write_grey(tmp_path / "black.png", 120, 160, 0)
    assert "black all over" in refused(capsys, tmp_path / "out", frames[0], "--mask", black)


def test_out_that_is_a_file(frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    assert main.main(["measure", frames[0], "--out", str(tmp_path / "out")]) == 1
    assert "is a file" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_out_that_may_not_be_written(frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert "may not be written" in refused(capsys, locked / "out", frames[0])


def test_a_disk_that_fills_while_writing_leaves_the_earlier_results(
    frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert main.main(["measure", frames[0], "--out", str(out)]) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def fill(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(surface_files, "write_picture", fill)
    assert main.main(["measure", frames[0], "--out", str(out)]) == 1
    assert "disk is full" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_flat_fields_of_another_number(frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lights = str(Path(frames[0]).with_name("lights.lp"))
    said = refused(capsys, tmp_path / "out", *frames, "--lights", lights, "--flat-field", *frames[:2])
    assert "2 flat fields for 4 frames" in said


def device_file(folder: Path, shape: tuple[int, int] = (120, 160), valid_until: date | None = None) -> str:
    validity = Validity(date(2026, 1, 1), valid_until, 0.2)
    scale = ScaleCalibration(Spacing.square(SPACING_UM / 1000), shape, validity)
    lights = LightsCalibration(Lights("distant", LIGHTS), validity)
    flat = FlatFieldCalibration(tuple(f"flat{number}.png" for number in range(len(LIGHTS))), validity)
    for number, name in enumerate(flat.files):
        write_grey(folder / name, *shape, 100 + 10 * number)
    path = folder / "device.json"
    write_device_file(path, DeviceCalibration("046d:085c@usb-1", scale, lights, flat))
    return str(path)


def test_the_device_file_gives_spacing_lights_and_flat_field(frames: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main.main(["measure", *frames, "--calibration", device_file(tmp_path), "--out", str(out)]) == 0
    content = json.loads((out / "measurement.json").read_text())
    assert content["method"] == "photometric"
    assert content["spacing_um"] == [pytest.approx(SPACING_UM), pytest.approx(SPACING_UM)]
    assert content["calibration_state"] == "calibrated"
    roles = [source["role"] for source in content["inputs"]]
    assert roles == ["frame"] * 4 + ["calibration"] + ["flat field"] * 4


def test_positions_in_micrometres_are_said(
    frames: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lights = tmp_path / "lights.json"
    lights.write_text(json.dumps({"model": "near", "unit": "mm", "positions": (50_000 * LIGHTS).tolist()}))
    options = ["--lights", str(lights), "--spacing-um", str(SPACING_UM)]
    assert main.main(["measure", *frames, *options, "--out", str(tmp_path / "out")]) == 0
    assert "The nearest light is 50 m away: check that the positions" in capsys.readouterr().out


def test_white_fields_of_another_number_are_left_out_and_that_is_said(
    frames: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "three.lp").write_text("3\na 0.6 0 0.8\nb 0 0.6 0.8\nc -0.6 0 0.8\n")
    options = ["--lights", str(tmp_path / "three.lp"), "--calibration", device_file(tmp_path)]
    assert main.main(["measure", *frames[:3], *options, "--out", str(tmp_path / "out")]) == 0
    assert "The device file has 4 white fields for these 3 frames: they were left out" in capsys.readouterr().out


@pytest.mark.parametrize("spacing", [[], ["--spacing-um", str(SPACING_UM)]])
def test_an_expired_device_file_is_said(
    frames: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], spacing: list[str]
) -> None:
    """Its lights and flat field count also where the spacing is given beside it."""
    calibration, out = device_file(tmp_path, valid_until=date(2026, 1, 2)), tmp_path / "out"
    assert main.main(["measure", *frames, "--calibration", calibration, *spacing, "--out", str(out)]) == 0
    assert json.loads((out / "measurement.json").read_text())["calibration_state"] == "expired"
    assert "calibration expired" in capsys.readouterr().out


def test_a_single_frame_with_a_device_file_is_a_single_light(frames: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    calibration = device_file(tmp_path)
    assert main.main(["measure", frames[0], "--calibration", calibration, "--out", str(out)]) == 0
    assert json.loads((out / "measurement.json").read_text())["method"] == "single-light"


def test_a_device_file_of_another_camera_mode(
    frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = refused(capsys, tmp_path / "out", *frames, "--calibration", device_file(tmp_path, (240, 320)))
    assert "device.json" in said
    assert "320 x 240" in said


def test_a_device_file_that_is_none(frames: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "device.json").write_text("garbage")
    said = refused(capsys, tmp_path / "out", *frames, "--calibration", str(tmp_path / "device.json"))
    assert "device.json" in said


def test_real_sphere(test_data: Path, tmp_path: Path) -> None:
    """The matte sphere: normals within 6.2 degrees on average."""
    folder = test_data / "multi-light"
    frames = [str(folder / "gray" / f"gray.{number}.png") for number in range(12)]
    mask = folder / "gray" / "gray.mask.png"
    options = ["--lights", str(folder / "gray" / "lights.lp"), "--encoding", "linear", "--mask", str(mask)]
    assert main.main(["measure", *frames, *options, "--out", str(tmp_path)]) == 0
    normals = tifffile.imread(tmp_path / "normals.tif")
    inside = np.asarray(Image.open(mask).convert("L")) > 127
    rows, cols = np.nonzero(inside)
    centre_row, centre_col = (rows.min() + rows.max()) / 2, (cols.min() + cols.max()) / 2
    radius = (cols.max() - cols.min() + 1) / 2
    x, y = (cols - centre_col) / radius, -(rows - centre_row) / radius
    truth = np.column_stack([x, y, np.sqrt(np.clip(1 - x**2 - y**2, 0, 1))])
    truth /= np.linalg.norm(truth, axis=1, keepdims=True)
    cosine = (normals[inside] * truth).sum(axis=1)
    assert np.isfinite(cosine).mean() > 0.95
    assert np.degrees(np.arccos(np.clip(cosine[np.isfinite(cosine)], -1, 1))).mean() <= 6.2
