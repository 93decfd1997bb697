"""Pictures come back number for number."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from imaging.camera.pictures import read_picture, read_pictures, write_png
from imaging.errors import ExportError, MeasurementError

RGB = np.random.default_rng(5).integers(0, 255, (7, 9, 3), dtype=np.uint8)
GREY16 = np.random.default_rng(6).integers(0, 65535, (7, 9), dtype=np.uint16)


@pytest.mark.parametrize("pixels", [RGB, RGB[..., 0], GREY16, np.dstack([GREY16] * 3)])
def test_png_there_and_back(tmp_path: Path, pixels: np.ndarray) -> None:
    write_png(tmp_path / "a.png", pixels)
    back = read_picture(tmp_path / "a.png")
    assert back.dtype == pixels.dtype
    assert np.array_equal(back, pixels)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.parametrize("name", ["a.tga", "a.bmp", "a.png", "a.tif"])
def test_red_comes_first_in_every_format(tmp_path: Path, name: str) -> None:
    Image.fromarray(RGB).save(tmp_path / name)
    assert np.array_equal(read_picture(tmp_path / name), RGB)


def test_jpeg(tmp_path: Path) -> None:
    flat = np.full((16, 16, 3), (200, 120, 60), dtype=np.uint8)
    Image.fromarray(flat).save(tmp_path / "a.jpg", quality=95)
    assert np.abs(read_picture(tmp_path / "a.jpg").astype(int) - flat).max() <= 3


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint16])
def test_tiff_keeps_wide_numbers(tmp_path: Path, dtype: type) -> None:
    values = (np.random.default_rng(7).random((5, 6, 3)) * 60000).astype(dtype)
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="rgb")
    back = read_picture(tmp_path / "a.tif")
    assert back.dtype == (np.uint16 if dtype is np.uint16 else np.float32)
    assert np.allclose(back, values)


def test_planar_and_compressed_tiff(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "planar.tif", np.moveaxis(RGB, 2, 0), photometric="rgb", planarconfig="separate")
    cv2.imwrite(str(tmp_path / "lzw.tif"), RGB[..., ::-1], [cv2.IMWRITE_TIFF_COMPRESSION, 5])
    assert np.array_equal(read_picture(tmp_path / "planar.tif"), RGB)
    assert np.array_equal(read_picture(tmp_path / "lzw.tif"), RGB)


def test_tiff_of_a_scanner_or_a_paint_program(tmp_path: Path) -> None:
    """White stored as 0, and numbers of a palette: what they mean is read, not what is stored."""
    tifffile.imwrite(tmp_path / "white8.tif", 255 - RGB[..., 0], photometric="miniswhite")
    tifffile.imwrite(tmp_path / "white16.tif", 65535 - GREY16, photometric="miniswhite")
    few = Image.fromarray(RGB // 128 * 255)
    few.quantize(8).save(tmp_path / "palette.tif")
    assert np.array_equal(read_picture(tmp_path / "white8.tif"), RGB[..., 0])
    assert np.array_equal(read_picture(tmp_path / "white16.tif"), GREY16)
    assert np.array_equal(read_picture(tmp_path / "palette.tif"), np.asarray(few))


def test_a_tiff_for_print_is_refused(tmp_path: Path) -> None:
    Image.fromarray(RGB).convert("CMYK").save(tmp_path / "a.tif")
    with pytest.raises(MeasurementError, match=r"a\.tif holds CMYK colours"):
        read_picture(tmp_path / "a.tif")


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_values_that_are_no_numbers_are_refused(tmp_path: Path, value: float) -> None:
    values = np.ones((5, 6))
    values[2, 3] = value
    tifffile.imwrite(tmp_path / "a.tif", values)
    with pytest.raises(MeasurementError, match=r"a\.tif holds values that are no numbers"):
        read_picture(tmp_path / "a.tif")


def test_alpha_is_dropped(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", np.dstack([RGB, np.full(RGB.shape[:2], 7, np.uint8)]))
    assert np.array_equal(read_picture(tmp_path / "a.png"), RGB)


def test_the_sensor_rows_stay_rows_whatever_exif_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(RGB).save(tmp_path / "a.jpg", exif=exif)
    assert read_picture(tmp_path / "a.jpg").shape == RGB.shape


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.tga", "a.jpg"])
def test_what_is_no_picture_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"garbage that is no picture at all")
    with pytest.raises(MeasurementError, match=name.replace(".", r"\.")):
        read_picture(tmp_path / name)


@pytest.mark.parametrize("harm", [lambda png: png[: len(png) // 2], lambda png: png[:-20] + b"x" + png[-19:]])
def test_a_torn_or_garbled_png_is_named_and_nothing_else_is_said(
    tmp_path: Path, harm: Callable[[bytes], bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    write_png(tmp_path / "a.png", RGB)
    (tmp_path / "a.png").write_bytes(harm((tmp_path / "a.png").read_bytes()))
    with pytest.raises(MeasurementError, match=r"a\.png cannot be read"):
        read_picture(tmp_path / "a.png")
    assert capfd.readouterr().err == ""


def test_a_png_with_a_strange_colour_profile_is_read_in_silence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Image.fromarray(RGB).save(tmp_path / "a.png", icc_profile=b"no profile at all" * 20)
    assert np.array_equal(read_picture(tmp_path / "a.png"), RGB)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", ["missing.png", "notes.txt"])
def test_missing_or_of_another_kind(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(MeasurementError, match=name.replace(".", r"\.")):
        read_picture(tmp_path / name)


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(MeasurementError, match=r"a\.png is a folder"):
        read_picture(tmp_path / "a.png")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    with pytest.raises(MeasurementError, match="is empty"):
        read_picture(tmp_path / "a.png")


def test_unwritable_folder_and_wrong_numbers(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="a file lies where a folder is needed"):
        write_png(tmp_path / "file" / "a.png", RGB)
    with pytest.raises(ExportError, match="8- or 16-bit"):
        write_png(tmp_path / "a.png", RGB.astype(np.float32))


def test_several_come_back_in_their_order(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.png" for number in range(5)]
    for number, path in enumerate(paths):
        write_png(path, RGB + np.uint8(number))
    assert [int(pixels[0, 0, 0]) for pixels in read_pictures(paths)] == [RGB[0, 0, 0] + number for number in range(5)]
    (tmp_path / "3.png").write_bytes(b"no picture")
    with pytest.raises(MeasurementError, match=r"3\.png"):
        read_pictures(paths)
