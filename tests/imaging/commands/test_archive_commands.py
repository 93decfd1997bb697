"""`verify` and `export` on a real archive; `cameras` on this machine."""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import main
from imaging.archive.protocols import read_protocol
from imaging.archive.store import create_archive
from imaging.commands.cameras import as_json, as_text
from imaging.model.calibration import DeviceCalibration, LightsCalibration, ScaleCalibration, Validity
from imaging.model.camera import CameraInfo, CameraMode
from imaging.model.frame import ControlReading, Frame
from imaging.model.geometry import Spacing
from imaging.model.light_stack import LightStack
from imaging.model.lights import Lights
from imaging.model.protocol import Laterality
from imaging.model.visit import CaptureFacts, Consent, ConsentAnswer, ConsentUse, Override, SiteKey
from tests.imaging.commands.pictures import LIGHTS, SPACING_UM, write_skin

TAKEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PROTOCOL = Path(__file__).parents[3] / "resources" / "protocols" / "four-week.toml"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Subjects A1 (one capture of each side, one of them not accepted) and A2 (no consent to teaching)."""
    root = tmp_path_factory.mktemp("archive")
    calibration = _calibration()
    with create_archive(root / "archive", "technician") as archive:
        study = archive.create_study("TOPICAL", "Topical study", read_protocol(PROTOCOL))
        for number, uses in enumerate(((ConsentUse.TRIAL, ConsentUse.TEACHING), (ConsentUse.TRIAL,)), start=1):
            consents = tuple(Consent(use, ConsentAnswer.GIVEN, "form 3", date(2026, 3, 1)) for use in uses)
            subject = archive.add_subject(study.identifier, f"A{number}", 1971, consents)
            visit = archive.start_visit(subject.identifier, study.identifier, 0, started_at=TAKEN)
            stack = _stack(write_skin(root / f"skin{number}", seed=number))
            for side in (Laterality.LEFT, Laterality.RIGHT)[: 3 - number]:
                overrides = (Override("focus", "could not hold still"),)
                facts = CaptureFacts(
                    visit.identifier, SiteKey("crows-feet", side), 1, TAKEN, "simulated", "Simulated camera",
                    overrides=overrides, calibration=calibration,
                )  # fmt: skip
                archive.add_capture(stack, facts)
    return root / "archive"


def _calibration() -> DeviceCalibration:
    validity = Validity(date(2026, 1, 1), date(2027, 1, 1), 0.2)
    scale = ScaleCalibration(Spacing.square(SPACING_UM / 1000), (240, 320), validity)
    return DeviceCalibration("simulated", scale, LightsCalibration(Lights("distant", LIGHTS), validity))


def _stack(names: list[str]) -> LightStack:
    grey = [cv2.imread(name, cv2.IMREAD_UNCHANGED) for name in names]
    frames = [np.repeat(pixels[:, :, None], 3, axis=2) for pixels in grey]
    return LightStack(
        tuple(Frame(pixels, number, number / 30, f"L{number}", "linear") for number, pixels in enumerate(frames))
    )


def test_a_sound_archive(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["verify", "--archive", str(archive)]) == 0
    said = capsys.readouterr()
    assert "is sound: 3 captures" in said.out
    assert said.err == ""
    assert main.main(["verify", "--archive", str(archive), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["is_sound"] is True


def test_a_changed_original_is_found(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = Path(shutil.copytree(archive, tmp_path / "copy"))
    original = next((copy / "originals").rglob("*.png"))
    original.chmod(0o644)
    original.write_bytes(original.read_bytes()[:-1] + b"\0")
    assert main.main(["verify", "--archive", str(copy)]) == 1
    said = capsys.readouterr()
    assert original.name[:12] in said.out + said.err
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    assert main.main(["verify", "--archive", str(copy), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["is_sound"] is False


def test_a_lost_index_is_repaired_and_said(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = Path(shutil.copytree(archive, tmp_path / "copy"))
    for index in copy.glob("index.sqlite*"):
        index.unlink()
    assert main.main(["verify", "--archive", str(copy)]) == 1
    assert "verify --repair" in capsys.readouterr().err
    assert main.main(["verify", "--archive", str(copy), "--repair"]) == 0
    said = capsys.readouterr().out
    assert "The index was lost: it was made anew from the sidecars" in said
    assert "is sound: 3 captures" in said
    assert "earlier entries lost" in said
    assert main.main(["verify", "--archive", str(copy), "--repair", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["repairs"] == []


@pytest.mark.parametrize("command", [["verify"], ["verify", "--repair"], ["export", "--out", "OUT"]])
def test_a_folder_that_is_no_archive(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "here").mkdir()
    arguments = [part if part != "OUT" else str(tmp_path / "out") for part in command]
    assert main.main([*arguments, "--archive", str(tmp_path / "here")]) == 1
    said = capsys.readouterr()
    assert "not an archive" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
    assert list((tmp_path / "here").iterdir()) == []


def test_export_writes_each_picture_by_code(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main.main(["export", "--archive", str(archive), "--out", str(out)]) == 0
    assert "Wrote 3 pictures" in capsys.readouterr().out
    assert sorted(path.name for path in out.iterdir()) == [
        "TOPICAL_A1_crows-feet_left_week0_1.png",
        "TOPICAL_A1_crows-feet_right_week0_1.png",
        "TOPICAL_A2_crows-feet_left_week0_1.png",
    ]
    with Image.open(out / "TOPICAL_A1_crows-feet_left_week0_1.png") as picture:
        assert picture.height > 240
        assert picture.info["dpi"][0] == pytest.approx(25400 / SPACING_UM, rel=1e-3)


def test_export_chooses(archive: Path, tmp_path: Path) -> None:
    options = ["--subject", "A1", "--side", "right", "--site", "crows-feet", "--visit", "0", "--study", "TOPICAL"]
    arguments = ["export", "--archive", str(archive), "--out", str(tmp_path), *options]
    assert main.main([*arguments, "--format", "tiff", "--no-heat-map"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["TOPICAL_A1_crows-feet_right_week0_1.tif"]


def test_export_without_heat_map_shows_the_skin(archive: Path, tmp_path: Path) -> None:
    arguments = ["export", "--archive", str(archive), "--subject", "A2"]
    assert main.main([*arguments, "--out", str(tmp_path / "with")]) == 0
    assert main.main([*arguments, "--out", str(tmp_path / "without"), "--no-heat-map"]) == 0
    name = "TOPICAL_A2_crows-feet_left_week0_1.png"
    with Image.open(tmp_path / "with" / name) as first, Image.open(tmp_path / "without" / name) as second:
        coloured, plain = (np.asarray(picture)[20:100, 160:180].astype(int) for picture in (first, second))
    assert np.ptp(plain, axis=2).max() <= 2, "a grey skin stays grey"
    assert np.ptp(coloured, axis=2).mean() > 10


def test_export_asks_for_consent(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["export", "--archive", str(archive), "--out", str(tmp_path / "out"), "--use", "teaching"]
    assert main.main(arguments) == 0
    assert "1 left out for lack of consent" in capsys.readouterr().out
    assert not [path for path in (tmp_path / "out").iterdir() if "A2" in path.name]
    assert main.main([*arguments[:-2], "--subject", "A2", "--use", "publication"]) == 1
    assert "A2 has not consented to publication" in capsys.readouterr().err


def test_export_of_nothing(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main.main(["export", "--archive", str(archive), "--out", str(out), "--subject", "nobody"]) == 1
    assert "No accepted capture" in capsys.readouterr().err
    assert not out.exists()


def test_cameras_answers_without_a_camera(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["cameras", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert main.main(["cameras"]) == (0 if found else 1)
    said = capsys.readouterr()
    assert len(found) == said.out.count("opened at")
    assert found or "No camera is connected" in said.err


def test_a_camera_in_words_and_json() -> None:
    mode = CameraMode(960, 1280, 30.0, "MJPG")
    info = CameraInfo("046d:085c@usb-1.2", "Dermo", "usb", "046d:085c", "/dev/video2", (mode,))
    controls = (ControlReading("exposure", None, 120.0, 1.0, 5000.0),)
    text, values = as_text(info, controls, ""), as_json(info, controls, "")
    assert "MJPG 1280x960 30/s" in text
    assert "exposure 120 (1 to 5000)" in text
    assert values["id"] == "046d:085c@usb-1.2"
    assert values["modes"][0]["rows"] == 960
    assert values["controls"][0]["read_back"] == 120.0
    json.dumps(values)
