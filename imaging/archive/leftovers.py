"""What an interrupted write leaves behind: hidden files that never became anything."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from imaging.archive.folder import ArchiveFolder
from imaging.files import PART, remove

OLD_S = 3600.0
"""A younger one may be another program's, still being written."""


def leftovers(folder: ArchiveFolder) -> Iterator[Path]:
    """Everywhere in the archive, also inside results; walks all of it."""
    yield from sorted(folder.root.rglob(f".*{PART}"))


def remove_leftovers(folder: ArchiveFolder, older_than_s: float = OLD_S) -> int:
    """Take away the old ones beside records and originals; returns how many there were.

    Results are left to `verify`, which names what lies there: they are many folders, and can be made again.
    """
    subjects = folder.originals.iterdir() if folder.originals.is_dir() else ()
    count = 0
    for home in (folder.root, folder.repeatability, folder.bridging, *folder.sidecar_homes, *subjects):
        for path in home.glob(f".*{PART}"):
            count += _remove_old(path, older_than_s)
    return count


def _remove_old(path: Path, older_than_s: float) -> bool:
    with suppress(OSError):
        if path.is_file() and time.time() - path.stat().st_mtime > older_than_s:
            remove(path)
            return True
    return False
