"""Files that survive a power cut: written beside, flushed to the disk with their folder, renamed, read back."""

import errno
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError

from imaging.errors import ArchiveError

PART = ".part"
RESERVE_BYTES = 16 * 1024 * 1024
"""Room left for the index and the sidecars beside the originals."""
_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))


@contextmanager
def plain_errors(work: str, folder: Path, needed_bytes: int = 0) -> Iterator[None]:
    """Turn what the disk or the database says into one plain sentence.

    Parameters
    ----------
    work : what was not done, for example "The capture was not archived"
    folder : the archive
    needed_bytes : how much room the work takes, for a full disk

    Raises
    ------
    ArchiveError
        instead of any error of the file system or the database inside
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise ArchiveError(full_disk_sentence(work, folder, needed_bytes)) from error
        named = error.filename or folder
        raise ArchiveError(f"{work}: {named} gave an error ({error.strerror or error}). Check the folder.") from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise ArchiveError(_database_sentence(work, folder, str(getattr(error, "orig", error)))) from error


def _database_sentence(work: str, folder: Path, said: str) -> str:
    if "full" in said:
        return full_disk_sentence(work, folder, 0)
    if "locked" in said:
        return f"{work}: another program is writing to the archive {folder}. Repeat in a moment."
    if "readonly" in said or "read-only" in said:
        return f"{work}: the archive {folder} may not be written. Ask for the right to write there."
    if "not a database" in said or "malformed" in said or "no such" in said:
        return f"{work}: the index of the archive {folder} is damaged ({said}). Rebuild it from the sidecars."
    return f"{work}: the index of the archive {folder} gave an error ({said}). Verify the archive."


def full_disk_sentence(work: str, folder: Path, needed_bytes: int) -> str:
    """What to say when there is no room."""
    needed = f"{_megabytes(needed_bytes)} are needed and " if needed_bytes else ""
    free = _megabytes(shutil.disk_usage(folder).free)
    return f"{work}: the disk is full, {needed}{free} are free in {folder}. Free some space, then repeat."


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"


def require_room(work: str, folder: Path, needed_bytes: int) -> None:
    """Refuse before anything is written when the disk has no room for `needed_bytes` and the index.

    Raises
    ------
    ArchiveError
        Says how much is needed and how much is free.
    """
    wanted = needed_bytes + RESERVE_BYTES
    if shutil.disk_usage(folder).free < wanted:
        raise ArchiveError(full_disk_sentence(work, folder, wanted))


def sha256_of(content: bytes) -> str:
    """Checksum as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def write_durably(path: Path, content: bytes, *, is_immutable: bool = False) -> None:
    """Write a file so that it is there whole, or not at all, whatever happens.

    Parameters
    ----------
    is_immutable : take away the right to write from everyone

    Raises
    ------
    OSError
        The disk is full or may not be written; no new file is left.
    ArchiveError
        The disk gave back other bytes than it was given.
    """
    make_folder(path.parent)
    beside = path.with_name(f".{path.name}.{uuid4().hex[:8]}{PART}")
    is_new = not path.exists()
    try:
        _write_flushed(beside, content, 0o444 if is_immutable else 0o644)
        if os.name == "nt" and not is_new:
            path.chmod(0o644)  # Windows replaces no read-only file
        beside.replace(path)
        flush_folder(path.parent)
        if read_back(path) != content:
            raise ArchiveError(f"The disk gave back other bytes than were written to {path}: replace this disk.")
    except BaseException:
        remove(beside)
        if is_new:
            remove(path)
        raise


def _write_flushed(path: Path, content: bytes, mode: int) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(mode)


def read_back(path: Path) -> bytes:
    """The bytes on the disk itself, where the system lets its cache be dropped."""
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return file.read()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each flushed into its parent."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    flush_folder(folder.parent)


def flush_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut. Windows flushes folders by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a file, also a read-only one; nothing happens when it is not there or cannot be removed."""
    with suppress(OSError):
        path.chmod(0o644)  # Windows keeps read-only files
    with suppress(OSError):
        path.unlink()
