"""The archive: everything a station keeps, behind its verbs."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType

from imaging.archive.database import open_index
from imaging.archive.durable import REPAIR, archive_errors
from imaging.archive.folder import ArchiveFolder, find_archive_folder, make_archive_folder
from imaging.archive.leftovers import remove_leftovers
from imaging.archive.shelf import utc_now
from imaging.archive.verification import VerifyVerbs
from imaging.errors import ArchiveError
from imaging.files import remove


class Archive(VerifyVerbs):
    """All verbs on one archive. Open it with `open_archive` or `create_archive`; close it when done."""

    @property
    def path(self) -> Path:
        return self.folder.root

    @property
    def identifier(self) -> str:
        """uuid4 as text, the same for as long as the archive lives."""
        return self.folder.identifier

    def enter_creation(self) -> None:
        """The first entry of the trail."""
        with self._writing("create archive", archive=self.identifier):
            pass

    def close(self) -> None:
        """Let go of the files; a second call changes nothing."""
        self._is_closed = True
        self._engine.dispose()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def create_archive(folder: Path, operator: str, *, clock: Callable[[], datetime] = utc_now) -> Archive:
    """Make a new, empty archive in a folder that is empty or not there yet.

    Parameters
    ----------
    operator : whose name stands in the trail
    clock : gives the time, aware; for simulations and tests

    Raises
    ------
    ArchiveError
        The folder is a file, not empty, on a network share, or may not be written.
    """
    place = make_archive_folder(Path(folder), clock())
    try:
        archive = _opened(place, operator, clock)
        archive.enter_creation()
    except BaseException:
        for path in (place.marker, *place.index_files):
            remove(path)
        raise
    return archive


def open_archive(folder: Path, operator: str, *, clock: Callable[[], datetime] = utc_now) -> Archive:
    """Open an existing archive, bringing its index to the newest schema.

    Parameters
    ----------
    operator : whose name stands in the trail
    clock : gives the time, aware; for simulations and tests

    Raises
    ------
    ArchiveError
        It is not an archive, was written by a newer program, has lost its index, or lies on a network share.
    """
    place = find_archive_folder(Path(folder))
    if not place.index.is_file():
        raise ArchiveError(f"The archive {folder} has lost its index: {REPAIR}.")
    archive = _opened(place, operator, clock)
    archive.adopt_unfinished()
    remove_leftovers(place)
    return archive


def _opened(place: ArchiveFolder, operator: str, clock: Callable[[], datetime]) -> Archive:
    with archive_errors("The archive was not opened", place.root):
        return Archive(place, open_index(place.index), operator, clock)
