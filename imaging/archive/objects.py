"""Originals: lossless, named by their checksum, one folder a subject, never changed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from imaging.archive.durable import read_back, sha256_of, write_durably
from imaging.archive.folder import ArchiveFolder
from imaging.camera.pictures import read_picture
from imaging.camera.png import encode_png
from imaging.errors import ArchiveError, MeasurementError
from imaging.files import remove
from imaging.model.arrays import Pixels
from imaging.model.calibration import FlatFieldCalibration
from imaging.model.frame import Encoding, Frame
from imaging.model.light_stack import LightStack

OVERVIEW = "overview"
FRAME = "frame"
FLAT_FIELD = "flat field"
_DIGITS_IN_NAME = 10
"""Of the checksum, at the end of a white field's name."""
_PNG_BITS = 24
"""Where a PNG says how many bits a sample has."""


@dataclass(frozen=True, eq=False)
class EncodedOriginal:
    """A picture as the bytes of its file; a white field has no frame of its own."""

    frame: Frame | None
    role: str
    content: bytes
    sha256: str
    encoding: Encoding


def encode_stack(stack: LightStack) -> tuple[EncodedOriginal, ...]:
    """The files of a stack: its frames in the order of the lights, then the overview.

    Raises
    ------
    ArchiveError
        The pixels cannot be kept without loss (neither 8- nor 16-bit).
    """
    frames = [(frame, FRAME) for frame in stack.frames]
    overview = [(stack.overview, OVERVIEW)] if stack.overview is not None else []
    return tuple(_encoded(frame, role) for frame, role in (*frames, *overview))


def _encoded(frame: Frame, role: str) -> EncodedOriginal:
    if frame.pixels.dtype not in (np.dtype(np.uint8), np.dtype(np.uint16)):
        raise ArchiveError(f"A frame of {frame.pixels.dtype} numbers cannot be archived: take it with 8 or 16 bit.")
    content = encode_png(frame.pixels)
    return EncodedOriginal(frame, role, content, sha256_of(content), frame.encoding)


def encode_white_fields(flat_field: FlatFieldCalibration | None) -> tuple[EncodedOriginal, ...]:
    """The files of a device's white fields, in the order of the lights; none when they are not all there as they were.

    A shot is never lost for its white fields: what was not kept is said when it is measured.
    """
    if flat_field is None or flat_field.folder is None:
        return ()
    try:
        return tuple(_white_field(flat_field.folder / name) for name in flat_field.files)
    except (OSError, ValueError, MeasurementError):
        return ()


def _white_field(path: Path) -> EncodedOriginal:
    content = path.read_bytes()
    if not path.stem.endswith(sha256_of(content)[:_DIGITS_IN_NAME]):
        raise ValueError("the white field was changed after it was taken")
    if path.suffix != ".png":
        content = encode_png(_as_integers(read_picture(path)))
    is_deep = content[_PNG_BITS] == 16
    return EncodedOriginal(None, FLAT_FIELD, content, sha256_of(content), "linear" if is_deep else "srgb")


def _as_integers(pixels: Pixels) -> Pixels:
    """Floats in 65535 steps, which is finer than any sensor."""
    if np.issubdtype(pixels.dtype, np.integer):
        return pixels
    values = np.asarray(pixels, dtype=np.float32)
    return np.asarray(np.round(np.clip(values, 0, 1) * 65535), dtype=np.uint16)


@contextmanager
def keep_originals(folder: ArchiveFolder, subject_id: str, originals: Sequence[EncodedOriginal]) -> Iterator[None]:
    """Write originals to the disk, checked, before the block; take the new ones away again if the block fails.

    Raises
    ------
    OSError
        The disk is full or may not be written; nothing new is left.
    """
    home = folder.originals / subject_id
    had_home = home.is_dir()
    added: list[Path] = []
    try:
        for original in originals:
            path = folder.original(subject_id, original.sha256)
            if not is_whole(path):
                is_new = not path.exists()
                write_durably(path, original.content, is_immutable=True)
                added += [path] if is_new else []
        yield
    except BaseException:
        for path in added:
            remove(path)
        _remove_if_new(home, had_home)
        raise


def _remove_if_new(home: Path, had_home: bool) -> None:
    if not had_home and home.is_dir() and not any(home.iterdir()):
        home.rmdir()


def is_whole(path: Path) -> bool:
    """Does the file exist, and does the disk itself give back the content its name promises?"""
    return path.is_file() and sha256_of(read_back(path)) == path.stem


def read_original(path: Path) -> Pixels:
    """The pixels of an original, (rows, cols, 3) RGB or (rows, cols), after comparing its checksum.

    Raises
    ------
    ArchiveError
        The file is missing, damaged or unreadable; it is named.
    """
    if not path.is_file():
        raise ArchiveError(f"The original {path} is missing: restore it from a backup of the archive.")
    try:
        if sha256_of(path.read_bytes()) == path.stem:
            return read_picture(path)
    except (OSError, MeasurementError) as error:
        raise ArchiveError(f"The original {path} cannot be read ({error}): restore it from a backup.") from error
    raise ArchiveError(
        f"The original {path} is damaged (its checksum differs): restore it from a backup of the archive."
    )
