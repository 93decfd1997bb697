"""`compare` on folders that `measure` wrote."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

import main
from imaging.camera.pictures import read_picture
from imaging.export.comparison_files import FILES
from tests.imaging.commands.pictures import write_skin

SHIFT = (6, -9)


def measured(folder: Path, frames: list[str], *options: str) -> str:
    lights = str(Path(frames[0]).with_name("lights.lp"))
    out = folder / f"{Path(frames[0]).parent.name}-measured"
    assert main.main(["measure", *frames, "--lights", lights, "--out", str(out), *options]) == 0
    return str(out)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Measured folders: before, after (moved, the groove shallower), other skin, and before without spacing."""
    root, spacing = tmp_path_factory.mktemp("visits"), ("--spacing-um", "40")
    before = write_skin(root / "before")
    made = {"before": before, "after": write_skin(root / "after", SHIFT, depth=0.6)}
    made["other"] = write_skin(root / "other", seed=2)
    found = {name: measured(root, frames, *spacing) for name, frames in made.items()}
    (root / "px").mkdir()
    return found | {"uncalibrated": measured(root / "px", before)}


@pytest.fixture(scope="module")
def compared(folders: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("compared") / "out"
    assert main.main(["compare", folders["before"], folders["after"], "--out", str(out)]) == 0
    return out


def test_every_promised_file(compared: Path) -> None:
    assert {path.name for path in compared.iterdir()} == set(FILES)


def test_displacement_is_absolute_row_then_column(compared: Path) -> None:
    displacement = tifffile.imread(compared / "displacement.tif")
    assert displacement.shape == (240, 320, 2)
    assert displacement.dtype == np.float32
    rows, cols = np.mgrid[0:240, 0:320]
    found = displacement - np.stack([rows, cols], axis=-1)
    assert np.nanmedian(found[..., 0]) == pytest.approx(-SHIFT[0], abs=0.3)
    assert np.nanmedian(found[..., 1]) == pytest.approx(-SHIFT[1], abs=0.3)
    assert np.isnan(displacement[:3, :, 0]).mean() > 0.9, "the moving picture does not show these rows"


def test_change_is_moving_minus_reference(compared: Path) -> None:
    change = tifffile.imread(compared / "change.tif")
    assert change.shape == (240, 320)
    at_groove, beside = change[40:200, 168:173], change[40:200, 40:80]
    assert np.nanmedian(at_groove) - np.nanmedian(beside) > 30, "a shallower groove is higher than before"
    significant = np.asarray(Image.open(compared / "significant.png"))
    assert set(np.unique(significant)) <= {0, 255}
    assert significant.shape == change.shape


def test_registration_json(compared: Path) -> None:
    content = json.loads((compared / "registration.json").read_text())
    keys = {"matrix", "model", "inliers", "residual_px", "overlap_fraction", "elastic_rms_px", "verdict", "reason"}
    assert set(content) == keys
    assert content["verdict"] == "trusted"
    np.testing.assert_allclose(np.array(content["matrix"])[:2, 2], [SHIFT[1], SHIFT[0]], atol=0.6)


def test_comparison_json(compared: Path) -> None:
    content = json.loads((compared / "comparison.json").read_text())
    headline = content["endpoints"][content["headline"]]
    keys = {"reference", "moving", "change", "change_pct", "mdc95", "mdc95_source", "mdc95_df", "verdict", "reason"}
    assert set(headline) == keys
    assert headline["verdict"] == "cannot judge"
    assert headline["mdc95_source"] == "propagated"
    assert headline["change"] == pytest.approx(headline["moving"] - headline["reference"])
    assert headline["change_pct"] == pytest.approx(-40, abs=8)
    assert (content["n_reference"], content["n_moving"]) == (1, 1)
    assert content["common_area_fraction"] > 0.9
    assert len(content["roi"]) == 4
    assert content["wrinkles"][0]["reference_depth_um"] > content["wrinkles"][0]["moving_depth_um"]


def test_comparison_picture_is_three_wide(compared: Path) -> None:
    with Image.open(compared / "comparison.png") as picture:
        assert picture.width > 3 * 320
        assert picture.height > 240


def test_the_sentence_and_json(folders: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["compare", folders["before"], folders["before"], "--out", str(tmp_path / "out")]
    capsys.readouterr()
    assert main.main(arguments) == 0
    assert "Minimal detectable change" in capsys.readouterr().out
    assert main.main([*arguments, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["endpoints"][printed["headline"]]["change"] == pytest.approx(0, abs=1e-3)


def test_replicates_are_counted(folders: dict[str, str], tmp_path: Path) -> None:
    arguments = ["compare", folders["before"], folders["after"], "--out", str(tmp_path)]
    assert main.main([*arguments, "--moving", folders["after"], "--moving", folders["after"]]) == 0
    content = json.loads((tmp_path / "comparison.json").read_text())
    assert (content["n_reference"], content["n_moving"]) == (1, 3)
    assert [source["role"] for source in content["inputs"]] == ["reference", "moving", "moving", "moving"]


def test_one_replicate_given_twice_is_said(
    folders: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both, again = [folders["before"], folders["after"]], f"{folders['before']}/../{Path(folders['before']).name}"
    capsys.readouterr()
    assert main.main(["compare", *both, "--reference", again, "--out", str(tmp_path / "out")]) == 0
    assert "before-measured was given more than once for one visit" in capsys.readouterr().out


def test_other_skin_is_refused_with_everything_written(
    folders: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    capsys.readouterr()
    assert main.main(["compare", folders["before"], folders["other"], "--out", str(out)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Not compared: ")
    assert said.err.count("\n") == 1
    assert {path.name for path in out.iterdir()} == set(FILES)
    registration = json.loads((out / "registration.json").read_text())
    assert registration["verdict"] == "refused"
    assert registration["reason"]
    assert np.isnan(tifffile.imread(out / "change.tif")).all()


def test_unlike_calibration_is_refused(
    folders: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["compare", folders["before"], folders["uncalibrated"], "--out", str(tmp_path)]) == 1
    assert "calibrated" in capsys.readouterr().err


def test_uncalibrated_captures_are_still_registered(folders: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main.main(["compare", folders["uncalibrated"], folders["uncalibrated"], "--out", str(out)]) == 0
    assert json.loads((out / "registration.json").read_text())["verdict"] == "trusted"
    with tifffile.TiffFile(out / "change.tif") as tiff:
        assert "px (uncalibrated)" in tiff.ome_metadata


@pytest.mark.parametrize("which", ["nowhere", "empty"])
def test_missing_folders_are_named(
    folders: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], which: str
) -> None:
    (tmp_path / "empty").mkdir()
    out = tmp_path / "out"
    for arguments in ([folders["before"], str(tmp_path / which)], [str(tmp_path / which), folders["before"]]):
        assert main.main(["compare", *arguments, "--out", str(out)]) == 1
        said = capsys.readouterr().err
        assert which in said
        assert said.count("\n") == 1
        assert not out.exists()


def test_a_repeatability_file_that_is_none(
    folders: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r.json").write_text("garbage")
    arguments = ["compare", folders["before"], folders["after"], "--out", str(tmp_path / "out")]
    assert main.main([*arguments, "--repeatability", str(tmp_path / "r.json")]) == 1
    assert "r.json" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_expired_calibration_is_said(folders: dict[str, str], tmp_path: Path) -> None:
    """On the picture too; what it was on the day of the measurement counts."""
    old, out = tmp_path / "old", tmp_path / "out"
    shutil.copytree(folders["before"], old)
    content = json.loads((old / "measurement.json").read_text())
    (old / "measurement.json").write_text(json.dumps(content | {"calibration_state": "expired"}))
    assert main.main(["compare", str(old), folders["after"], "--out", str(out)]) == 0
    warnings = json.loads((out / "comparison.json").read_text())["warnings"]
    assert "The calibration had expired when old was measured." in warnings
    plain = tmp_path / "plain"
    assert main.main(["compare", folders["before"], folders["after"], "--out", str(plain)]) == 0
    said, silent = (read_picture(folder / "comparison.png") for folder in (out, plain))
    strip = np.s_[240:, : said.shape[1] // 3]
    assert (said[strip] != silent[strip]).any(), "a line more below the picture of the visit before"


def test_gloss_found_anew_is_said_with_what_to_do(
    folders: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder does not know its baseline: what was measured without it may look like a change."""
    frames = write_skin(tmp_path / "after", SHIFT, depth=0.6)
    again = measured(tmp_path, frames, "--spacing-um", "40", "--baseline", folders["before"])
    capsys.readouterr()
    said = {}
    for name, moving in (("anew", folders["after"]), ("taken over", again)):
        assert main.main(["compare", folders["before"], moving, "--out", str(tmp_path / name)]) == 0
        said[name] = capsys.readouterr().out
    words = "measure it again from the frames with --baseline"
    assert words in said["anew"] and words not in said["taken over"]
    assert words in (tmp_path / "anew" / "comparison.json").read_text()
