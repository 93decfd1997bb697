"""Reading and writing picture files without changing a number in them."""

import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.camera.png import encode_png
from imaging.errors import ExportError, MeasurementError
from imaging.files import write_whole
from imaging.model.arrays import Pixels

TIFF = (".tif", ".tiff")
OTHER = (".tga",)
"""Read with Pillow: OpenCV 5 has no TGA."""
_PNG, _PNG_END, _PNG_PROFILE = b"\x89PNG\r\n\x1a\n", b"IEND", b"iCCP"
_TIFF_KINDS, _PRINT = ("MINISBLACK", "MINISWHITE", "RGB"), {"SEPARATED": "CMYK"}
_READ_AT_ONCE = 2
READABLE = (".png", ".jpg", ".jpeg", ".bmp", *TIFF, *OTHER)


def read_picture(path: Path | str) -> Pixels:
    """Read a picture as it was stored: no scaling, no rotation by EXIF, alpha dropped.

    A rotation tag is ignored on purpose: lights and calibration belong to the sensor's rows and columns.

    Parameters
    ----------
    path : PNG, TIFF, JPEG, BMP or TGA

    Returns
    -------
    (rows, cols, 3) RGB or (rows, cols) grey; uint8, uint16 or float32 (wider floats are narrowed)

    Raises
    ------
    MeasurementError
        The file is missing, unreadable, empty or of another kind.
    """
    path = Path(path)
    if path.is_dir():
        raise MeasurementError(f"{path} is a folder, not a picture: name the pictures in it.")
    if not path.is_file():
        raise MeasurementError(f"{path} is not there: check the name of the picture.")
    if path.suffix.lower() not in READABLE:
        raise MeasurementError(f"{path} is not a picture this station reads: give PNG, TIFF, JPEG, BMP or TGA.")
    try:
        raw = _read_raw(path)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, IndexError, cv2.error) as error:
        why = "cannot be read as a picture" if path.stat().st_size else "is empty"
        raise MeasurementError(f"{path} {why}: give another copy of it.") from error
    return _as_pixels(raw, path)


def read_pictures(paths: Sequence[Path | str]) -> tuple[Pixels, ...]:
    """`read_picture` of each, two at a time.

    Raises
    ------
    MeasurementError
        as `read_picture`, for the first that cannot be read
    """
    with ThreadPoolExecutor(max_workers=_READ_AT_ONCE) as pool:
        return tuple(pool.map(read_picture, paths))


def _read_raw(path: Path) -> npt.NDArray[Any]:
    suffix = path.suffix.lower()
    if suffix in OTHER:
        return _read_with_pillow(path)
    if suffix in TIFF:
        with suppress(ValueError):  # compressions it does not know are left to OpenCV
            return _read_tiff(path)
    content = path.read_bytes()
    if content.startswith(_PNG):
        content = _sound_png(content)
    picture = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise ValueError("not decodable")
    return _blue_first_to_red_first(np.asarray(picture))


def _sound_png(content: bytes) -> bytes:
    """The file without its colour profile, of which libpng may complain on the terminal and nobody makes use.

    ValueError when a chunk's checksum is wrong (ISO/IEC 15948, clause 5.3): libpng would only complain of that too.
    """
    whole, at, profile = memoryview(content), len(_PNG), (0, 0)
    while bytes(whole[at + 4 : at + 8]) != _PNG_END:
        length = int.from_bytes(whole[at : at + 4])
        end = at + 8 + length
        if zlib.crc32(whole[at + 4 : end]) != int.from_bytes(whole[end : end + 4]) or end >= len(whole):
            raise ValueError("torn or garbled")
        if bytes(whole[at + 4 : at + 8]) == _PNG_PROFILE:
            profile = at, end + 4
        at = end + 4
    return content[: profile[0]] + content[profile[1] :] if profile[1] else content


def _read_tiff(path: Path) -> npt.NDArray[Any]:
    """Grey or RGB as stored; ValueError for what is left to OpenCV (palettes, YCbCr, some compressions)."""
    import tifffile

    with tifffile.TiffFile(path) as file:
        kind = tifffile.PHOTOMETRIC(file.pages[0].photometric)  # type: ignore[union-attr]
        if kind in (tifffile.PHOTOMETRIC.PALETTE, tifffile.PHOTOMETRIC.YCBCR):
            raise ValueError("colours are not stored as such")
        if kind.name not in _TIFF_KINDS:
            raise MeasurementError(f"{path} holds {_PRINT.get(kind.name, kind.name)} colours: save it as grey or RGB.")
        raw = np.asarray(file.asarray(key=0))
    if kind.name == "MINISWHITE" and raw.dtype.kind == "u":
        raw = np.iinfo(raw.dtype).max - raw
    is_planar = raw.ndim == 3 and raw.shape[0] in (3, 4) and raw.shape[2] not in (3, 4)
    return np.moveaxis(raw, 0, -1) if is_planar else raw


def _read_with_pillow(path: Path) -> npt.NDArray[Any]:
    from PIL import Image

    with Image.open(path) as picture:
        return np.asarray(picture if picture.mode in ("L", "RGB", "RGBA") else picture.convert("RGB"))


def _blue_first_to_red_first(picture: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if picture.ndim == 2 or picture.shape[2] < 3:
        return picture
    order = cv2.COLOR_BGRA2RGB if picture.shape[2] == 4 else cv2.COLOR_BGR2RGB
    return np.asarray(cv2.cvtColor(picture, order))


def _as_pixels(raw: npt.NDArray[Any], path: Path) -> Pixels:
    """Two axes or RGB, and one of the three number kinds."""
    if raw.ndim == 3 and raw.shape[2] in (1, 2):
        raw = raw[..., 0]
    if raw.ndim == 3 and raw.shape[2] == 4:
        raw = raw[..., :3]
    if raw.size == 0 or raw.ndim not in (2, 3) or (raw.ndim == 3 and raw.shape[2] != 3):
        raise MeasurementError(f"{path} has no picture of rows and columns in grey or RGB: give a plain picture.")
    if raw.dtype == np.bool_:
        raw = raw.astype(np.uint8) * np.uint8(255)
    if raw.dtype.kind == "f":
        with np.errstate(over="ignore"):  # too large a number is refused below
            raw = raw.astype(np.float32)
    if raw.dtype == np.float32 and not np.isfinite(raw).all():
        raise MeasurementError(
            f"{path} holds values that are no numbers (NaN or infinite): save it without them, and leave such places "
            "out with a mask."
        )
    if raw.dtype not in (np.dtype(np.uint8), np.dtype(np.uint16), np.dtype(np.float32)):
        raise MeasurementError(f"{path} has {raw.dtype} numbers: give 8-bit, 16-bit or float.")
    return np.ascontiguousarray(raw)


def write_png(path: Path | str, pixels: Pixels) -> None:
    """Write (rows, cols) grey, (rows, cols, 3) RGB or (rows, cols, 4) RGBA, uint8 or uint16, losslessly.

    Raises
    ------
    ExportError
        The folder cannot be written to, or the numbers are not 8- or 16-bit.
    """
    path = Path(path)
    if pixels.dtype not in (np.dtype(np.uint8), np.dtype(np.uint16)):
        raise ExportError(f"{path}: a PNG holds 8- or 16-bit numbers, not {pixels.dtype}.")
    write_whole(path, encode_png(pixels))
