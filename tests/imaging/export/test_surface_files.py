"""What `measure` writes is read back with readers that are not ours."""

import hashlib
import json
import struct
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
import surfalize
import tifffile
from PIL import Image

from imaging.errors import MeasurementError
from imaging.export.measurement_json import InputFile, MeasureRecord
from imaging.export.surface_files import FILES, MeasuredFolder, label_picture, read_measured, write_measured
from imaging.model.calibration import DepthCalibration, Validity
from imaging.model.measurement import DEPRESSION_KEYS, TEXTURE_KEYS, WRINKLE_KEYS
from imaging.version import __version__
from tests.imaging.export.captures import SPACING, measured

BESIDE = MeasuredFolder(
    MeasureRecord((InputFile("frame", "a.png", "00" * 32),), {"encoding": "linear"}, datetime(2026, 2, 3, tzinfo=UTC))
)


def written(folder: Path) -> dict:
    return json.loads((folder / "measurement.json").read_text())


def test_every_promised_file_is_there_and_nothing_else(tmp_path: Path) -> None:
    names = write_measured(tmp_path / "out", measured(), BESIDE)
    assert set(names) == set(FILES)
    assert {path.name for path in tmp_path.rglob("*")} == {"out", *FILES}


@pytest.mark.parametrize("name", ["height.tif", "height_full.tif", "uncertainty.tif"])
def test_height_tiff_is_float_with_spacing_and_unit(tmp_path: Path, name: str) -> None:
    capture = measured()
    write_measured(tmp_path, capture, BESIDE)
    with tifffile.TiffFile(tmp_path / name) as tiff:
        page = tiff.pages[0]
        heights = page.asarray()
        x, y = (page.tags[tag].value for tag in ("XResolution", "YResolution"))
        assert tiff.is_ome
        assert 'PhysicalSizeX="20.0"' in tiff.ome_metadata
        assert 'PhysicalSizeY="30.0"' in tiff.ome_metadata
        assert "in µm" in tiff.ome_metadata
        assert page.tags["ResolutionUnit"].value == 3
    assert heights.dtype == np.float32
    assert np.isnan(heights[:, :3]).all()
    expected = {"height.tif": "height", "height_full.tif": "height_full"}.get(name, "uncertainty")
    np.testing.assert_array_equal(heights, getattr(capture.surface, expected))
    assert x[0] / x[1] == pytest.approx(10 / SPACING.col_mm, rel=1e-6)
    assert y[0] / y[1] == pytest.approx(10 / SPACING.row_mm, rel=1e-6)


def test_normals_keep_shape_and_axis_order(tmp_path: Path) -> None:
    write_measured(tmp_path, measured(), BESIDE)
    normals = tifffile.imread(tmp_path / "normals.tif")
    assert normals.shape == (48, 64, 3)
    np.testing.assert_array_equal(normals[10, 10], [0, 0, 1])
    blue_first = cv2.imread(str(tmp_path / "normals.tif"), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(blue_first[10, 10], [1, 0, 0])


def test_pictures(tmp_path: Path) -> None:
    write_measured(tmp_path, measured(), BESIDE)
    albedo = cv2.imread(str(tmp_path / "albedo.png"), cv2.IMREAD_UNCHANGED)
    assert albedo.dtype == np.uint16
    assert albedo[10, 10, 0] == 32768
    assert np.asarray(Image.open(tmp_path / "photograph.png"))[0, 0].tolist() == [200, 150, 120]
    mask = np.asarray(Image.open(tmp_path / "mask.png"))
    assert mask[:, :3].max() == 0
    assert mask[:, 3:].min() == 255
    labels = np.asarray(Image.open(tmp_path / "wrinkles.png"))
    assert labels.dtype == np.uint8
    assert labels[24, 20] == 1


def test_many_labels_need_16_bit() -> None:
    assert label_picture(np.full((2, 2), 255, np.int32)).dtype == np.uint8
    assert label_picture(np.full((2, 2), 256, np.int32)).dtype == np.uint16


@pytest.mark.filterwarnings("ignore:The surface has different pixel size")
def test_x3p_is_read_by_surfalize(tmp_path: Path) -> None:
    capture = measured()
    write_measured(tmp_path, capture, BESIDE)
    read = surfalize.Surface.load(tmp_path / "surface.x3p")
    np.testing.assert_allclose(read.data, capture.surface.height, rtol=1e-6, atol=1e-6)
    assert (read.step_x, read.step_y) == (pytest.approx(20), pytest.approx(30))


def test_x3p_checksums(tmp_path: Path) -> None:
    write_measured(tmp_path, measured(), BESIDE)
    with zipfile.ZipFile(tmp_path / "surface.x3p") as archive:
        main, heights = archive.read("main.xml"), archive.read("bindata/data.bin")
        assert archive.read("md5checksum.hex").split()[0].decode() == hashlib.md5(main).hexdigest()
    assert hashlib.md5(heights).hexdigest().encode() in main


def test_gsf_follows_its_definition(tmp_path: Path) -> None:
    capture = measured()
    write_measured(tmp_path, capture, BESIDE)
    content = (tmp_path / "surface.gsf").read_bytes()
    end = content.index(b"\0")
    lines = content[:end].decode().splitlines()
    fields = dict(line.split(" = ") for line in lines[1:])
    start = end + 4 - end % 4
    assert lines[0] == "Gwyddion Simple Field 1.0"
    assert content[end:start] == b"\0" * (start - end)
    assert float(fields["XReal"]) == pytest.approx(64 * 20e-6)
    assert float(fields["YReal"]) == pytest.approx(48 * 30e-6)
    values = np.array(struct.unpack(f"<{48 * 64}f", content[start:])).reshape(int(fields["YRes"]), int(fields["XRes"]))
    np.testing.assert_allclose(values, capture.surface.height * 1e-6, rtol=1e-6)


def test_measurement_json_has_every_key(tmp_path: Path) -> None:
    write_measured(tmp_path, measured(), BESIDE)
    content = written(tmp_path)
    assert content["method"] == "photometric"
    assert content["is_calibrated"] is True
    assert content["height_unit"] == "um"
    assert content["spacing_um"] == [pytest.approx(30), pytest.approx(20)]
    assert content["software_version"] == __version__
    assert content["inputs"] == [{"role": "frame", "name": "a.png", "sha256": "00" * 32}]
    assert content["warnings"] == ["dim frame", "few pixels"]
    assert content["uncertainty_um"] == {"depth": 6.5, "contains": ["noise", "scale"]}
    assert (content["l_filter_mm"], content["s_filter_um"]) == (0.5, 90.0)
    assert (content["texture"]["l_filter_mm"], content["texture"]["s_filter_um"]) == (0.5, 90.0)
    for group, keys in (("wrinkles", WRINKLE_KEYS), ("depressions", DEPRESSION_KEYS), ("texture", TEXTURE_KEYS)):
        assert {name for key in keys for name in (key, f"u_{key}")} <= set(content[group])
    item = content["wrinkles"]["items"][0]
    assert item["label"] == 1
    assert item["mean_depth_um"] == 80.0
    assert item["centre_line"][0] == [24.0, 4.0]


def test_without_spacing_no_length_and_no_metrology_file(tmp_path: Path) -> None:
    write_measured(tmp_path, measured(), BESIDE)
    names = write_measured(tmp_path, measured(spacing=None), BESIDE)
    assert set(names) == set(FILES) - {"surface.x3p", "surface.gsf"}
    assert not (tmp_path / "surface.x3p").exists(), "an earlier run's file would belong to other numbers"
    content = written(tmp_path)
    assert content["height_unit"] == "px"
    assert content["spacing_um"] is None
    assert not [key for key, value in lengths(content) if value is not None]
    with tifffile.TiffFile(tmp_path / "height.tif") as tiff:
        assert "in px (uncalibrated)" in tiff.ome_metadata
        assert "PhysicalSize" not in tiff.ome_metadata
        assert tiff.pages[0].tags["XResolution"].value == (1, 1)
        assert tiff.pages[0].tags["ResolutionUnit"].value == 1
    with Image.open(tmp_path / "annotated.png") as picture:
        assert "dpi" not in picture.info


def lengths(content: dict) -> list[tuple[str, object]]:
    found = []
    for key, value in content.items():
        if isinstance(value, dict):
            found += lengths(value)
        elif key.endswith(("_mm", "_um", "_mm2", "_mm3")):
            found.append((key, value))
    return found


def test_single_light_is_relative(tmp_path: Path) -> None:
    names = write_measured(tmp_path, measured(method="single-light"), BESIDE)
    content = written(tmp_path)
    assert content["method"] == "single-light"
    assert content["height_unit"] == "rel"
    assert content["depressions"] is None
    assert content["texture"] is None
    assert content["wrinkles"]["volume_mm3"] is None
    assert content["wrinkles"]["mean_depth_rel"] == 1.5
    assert content["wrinkles"]["u_deepest_max_depth_rel"] == 0.25
    assert not [key for key in content["wrinkles"] if key.endswith("depth_um")]
    assert content["wrinkles"]["items"][0]["max_depth_rel"] == 82.5
    assert "surface.x3p" not in names


@pytest.mark.parametrize(
    ("spacing", "method"), [(SPACING, "photometric"), (None, "photometric"), (SPACING, "single-light")]
)
def test_read_back_is_what_was_written(tmp_path: Path, spacing: object, method: str) -> None:
    capture = measured(spacing, method)
    write_measured(tmp_path, capture, BESIDE)
    again = read_measured(tmp_path)
    for name in ("height", "height_full", "uncertainty", "normals", "photograph", "valid"):
        np.testing.assert_array_equal(getattr(again.surface, name), getattr(capture.surface, name))
    np.testing.assert_allclose(again.surface.albedo, capture.surface.albedo, atol=1e-5)
    np.testing.assert_array_equal(again.measurement.labels, capture.measurement.labels)
    assert again.surface.spacing == spacing
    assert again.measurement.limits == capture.measurement.limits
    assert again.measurement.roi == capture.measurement.roi
    assert again.light_set == capture.light_set
    written_values = {key: value for key, value in again.measurement.wrinkles.items() if value is not None}
    assert written_values == {k: v for k, v in capture.measurement.wrinkles.items() if v is not None}
    assert again.origin == tmp_path.name


def test_depth_calibration_survives(tmp_path: Path) -> None:
    depth = DepthCalibration(12.5, 0.5, Validity(date(2026, 1, 2), None, 0.01))
    capture = measured(method="single-light")
    write_measured(tmp_path, replace(capture, surface=replace(capture.surface, depth=depth)), BESIDE)
    assert read_measured(tmp_path).surface.depth == depth


def test_nan_is_null(tmp_path: Path) -> None:
    capture = measured()
    wrinkles = dict(capture.measurement.wrinkles) | {"mean_spacing_mm": float("nan")}
    write_measured(tmp_path, replace(capture, measurement=replace(capture.measurement, wrinkles=wrinkles)), BESIDE)
    assert written(tmp_path)["wrinkles"]["mean_spacing_mm"] is None


@pytest.mark.parametrize("name", ["measurement.json", "height.tif", "wrinkles.png"])
def test_what_is_missing_is_named(tmp_path: Path, name: str) -> None:
    write_measured(tmp_path, measured(), BESIDE)
    (tmp_path / name).unlink()
    with pytest.raises(MeasurementError, match=name):
        read_measured(tmp_path)


@pytest.mark.parametrize("name", ["measurement.json", "height.tif", "mask.png"])
def test_a_damaged_file_is_refused(tmp_path: Path, name: str) -> None:
    write_measured(tmp_path, measured(), BESIDE)
    (tmp_path / name).write_bytes(b"garbage")
    with pytest.raises(MeasurementError, match="damaged"):
        read_measured(tmp_path)


def test_other_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MeasurementError, match="a folder that measure wrote"):
        read_measured(tmp_path)
    with pytest.raises(MeasurementError, match="not a folder"):
        read_measured(tmp_path / "nowhere")
