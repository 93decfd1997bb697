"""`calibrate` with what it cannot use: one plain sentence, and nothing written."""

import shutil
from pathlib import Path

import cv2
import pytest
from skimage import data

import main
from tests.imaging.commands.targets import calibrate, listed, refused

BALLS = [f"ball{number}.png" for number in range(4)]
MIRROR = ["--ball", "mirror", "--mask", "mask.png"]


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
        ("scale", ["board.png"], ["--printed-mm", "100,100,100"], "has 3 numbers"),
        ("scale", ["board.png"], ["--device", " "], "identity of the camera is empty"),
        *(("lights", BALLS, [*MIRROR, "--spacing-um", um], "spacing") for um in ("0.002", "0", "-5", "nan", "1e9")),
        *(("lights", BALLS, [*MIRROR, "--ball-height-mm", mm], "mm high") for mm in ("0", "-1", "nan", "inf", "1e9")),
        *(("lights", BALLS, ["--ball", "mirror", "--places", n], "places") for n in ("0", "-2", "3")),
        ("lights", BALLS, [*MIRROR, "--out", "lights.lp", "--valid-days", "0"], "not a period"),
        ("lights", ["white0.png"] * 3, ["--ball", "matte"], "No ball can be seen"),
        ("verify-lights", BALLS, MIRROR, "no section lights"),
        ("verify-depth", ["nowhere=100"], [], "no section depth"),
    ],
)
def test_what_cannot_be_used_is_a_sentence_and_no_file(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, names: list[str], options: list[str],
    words: str,
) -> None:  # fmt: skip
    out = tmp_path / ("lights.lp" if "lights.lp" in options else "device.json")
    here = [str(pictures / name) for name in names]
    there = [str(pictures / option) if option.endswith(".png") else option for option in options]
    assert words in refused(capsys, kind, *here, *(o for o in there if o not in ("--out", "lights.lp")), "--out", out)
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
    assert "holds no text: give one" in refused(
        capsys, "scale", pictures / "board.png", "--out", tmp_path / "picture.json"
    )
    assert out.read_bytes() == before


def test_one_measurement_given_twice_is_not_two_targets(
    grooves: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, copy = tmp_path / "device.json", tmp_path / "copy"
    shutil.copytree(grooves / "deep-measured", copy)
    for second in (grooves / "deep-measured", copy):
        twice = [f"{grooves}/deep-measured=150", f"{second}=150"]
        assert "are the same measurement" in refused(capsys, "depth", *twice, "--out", out)
    assert not out.exists()


def test_a_face_is_no_groove(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cv2.imwrite(str(tmp_path / "face.png"), data.astronaut()[..., ::-1])
    measured = str(tmp_path / "face")
    assert main.main(["measure", str(tmp_path / "face.png"), "--spacing-um", "100", "--out", measured]) == 0
    assert "shows no depth target" in refused(capsys, "depth", f"{measured}=100", "--out", tmp_path / "device.json")


@pytest.mark.parametrize(
    "arguments",
    [["calibrate"], ["calibrate", "taste"], ["calibrate", "depth", "x", "--out", "y"], ["calibrate", "scale", "x"]],
)
def test_wrong_usage(arguments: list[str]) -> None:
    assert main.main(arguments) == 2


def test_a_frame_that_does_not_do_is_named(pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, balls = tmp_path / "device.json", [*listed(pictures, "ball"), str(pictures / "mask.png")]
    said = refused(capsys, "lights", *balls, "--ball", "mirror", "--mask", pictures / "mask.png", "--out", out)
    assert said.startswith("Frame 5 (mask.png): No highlight")
    whites = [*listed(pictures, "white"), str(pictures / "mask.png")]
    assert refused(capsys, "flat-field", *whites, "--out", out).startswith("White field 5 (mask.png) ")
    assert not out.exists()
