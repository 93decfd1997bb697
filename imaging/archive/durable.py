"""Archived files: there whole or not at all, read back from the disk, and errors as one plain sentence."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from imaging.errors import ArchiveError
from imaging.files import free_bytes, full_disk_sentence, plain_errors, remove, written_beside

REPAIR = "rebuild it from the sidecars (main.py verify --repair)"
"""What to do about an index that is lost or damaged."""
RESERVE_BYTES = 16 * 1024 * 1024
"""Room left for the index and the sidecars beside the originals."""


@contextmanager
def archive_errors(work: str, folder: Path, needed_bytes: int = 0) -> Iterator[None]:
    """Turn what the disk or the database says into one plain sentence; parameters as of `files.plain_errors`.

    Raises
    ------
    ArchiveError
        instead of any error of the file system or the database inside
    """
    try:
        with plain_errors(ArchiveError, work, folder, needed_bytes):
            yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise ArchiveError(_database_sentence(work, folder, str(getattr(error, "orig", error)))) from error


def _database_sentence(work: str, folder: Path, said: str) -> str:
    if "full" in said:
        return full_disk_sentence(work, folder)
    if "locked" in said:
        return f"{work}: another program is writing to the archive {folder}; repeat in a moment."
    if "readonly" in said or "read-only" in said:
        return f"{work}: the archive {folder} may not be written; ask for the right to write there."
    if "not a database" in said or "malformed" in said or "no such" in said:
        return f"{work}: the index of the archive {folder} is damaged ({said}); {REPAIR}."
    return f"{work}: the index of the archive {folder} gave an error ({said}); verify the archive."


def require_room(work: str, folder: Path, needed_bytes: int) -> None:
    """Refuse before anything is written when the disk has no room for `needed_bytes` and the index.

    Raises
    ------
    ArchiveError
        Says how much is needed and how much is free.
    """
    wanted = needed_bytes + RESERVE_BYTES
    if free_bytes(folder) < wanted:
        raise ArchiveError(full_disk_sentence(work, folder, wanted))


def sha256_of(content: bytes) -> str:
    """Checksum as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def write_durably(path: Path, content: bytes, *, is_immutable: bool = False) -> None:
    """Write a file so that it is there whole, or not at all, whatever happens; then ask the disk for it.

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
    is_new = not path.exists()
    with written_beside(path, is_immutable=is_immutable) as beside:
        beside.write_bytes(content)
    if read_back(path) != content:
        if is_new:
            remove(path)
        raise ArchiveError(f"The disk gave back other bytes than were written to {path}: replace this disk.")


def read_back(path: Path) -> bytes:
    """The bytes on the disk itself, where the system lets its cache be dropped."""
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return file.read()
