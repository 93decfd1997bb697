"""How every verb of the archive reads and writes: a short session each, and no write without its entry in the trail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from imaging.archive.audit import Deed, append_deed
from imaging.archive.columns import Row
from imaging.archive.database import for_writing
from imaging.archive.durable import archive_errors, write_durably
from imaging.archive.folder import ArchiveFolder
from imaging.archive.sidecar import (
    capture_document,
    device_document,
    document_bytes,
    study_document,
    subject_document,
)
from imaging.errors import ArchiveError
from imaging.files import remove

_Table = TypeVar("_Table", bound=Row)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Writing:
    """One write under way: its session, what it touches (for the sidecars), and what the trail will say."""

    session: Session
    at: datetime
    ids: dict[str, str] = field(default_factory=dict)
    captures: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)
    studies: set[str] = field(default_factory=set)
    devices: set[str] = field(default_factory=set)
    """Names of their sidecars, see `device_stem`."""
    files: dict[Path, bytes] = field(default_factory=dict)
    """Further files that stand or fall with this write."""
    consequences: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    """Action, reason and identifiers of what follows from this write; each gets its own entry before it."""
    is_needed: bool = True
    """False: nothing was to do after all; nothing is committed."""

    def documents(self, folder: ArchiveFolder) -> Iterator[tuple[Path, bytes]]:
        """Path and content of every sidecar that this write changes."""
        for home, identifiers, document in (
            (folder.studies, self.studies, study_document),
            (folder.subjects, self.subjects, subject_document),
            (folder.captures, self.captures, capture_document),
            (folder.devices, self.devices, device_document),
        ):
            for identifier in sorted(identifiers):
                yield home / f"{identifier}.json", document_bytes(document(self.session, identifier))
        yield from self.files.items()


class Shelf:
    """What the verbs share. Safe to call from several threads: each call has its own session."""

    def __init__(self, folder: ArchiveFolder, engine: Engine, operator: str, clock: Callable[[], datetime]) -> None:
        self.folder = folder
        self.operator = operator
        self._engine = engine
        self._clock = clock
        self._one_writer = Lock()
        self._one_shot = Lock()
        self._is_closed = False

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        self._refuse_closed()
        with archive_errors("The archive was not read", self.folder.root), Session(self._engine) as session:
            yield session

    @contextmanager
    def _writing(self, action: str, reason: str = "", **ids: str) -> Iterator[Writing]:
        """A transaction that ends in an entry of the trail, the changed sidecars, and the commit: all or nothing."""
        self._refuse_closed()
        work = f"Nothing was written ({action})"
        with archive_errors(work, self.folder.root), self._one_writer, Session(for_writing(self._engine)) as session:
            writing = Writing(session, self._clock(), dict(ids))
            yield writing
            if not writing.is_needed:
                return
            session.flush()
            for what, why, whose in (*writing.consequences, (action, reason, writing.ids)):
                append_deed(session, self.folder.identifier, Deed(writing.at, self.operator, what, whose, why))
            with _sidecars_written(list(writing.documents(self.folder))):
                session.commit()

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise ArchiveError(f"The archive {self.folder.root} is closed: open it again.")

    def _found(self, session: Session, table: type[_Table], identifier: str, what: str) -> _Table:
        """The row with this identifier; ArchiveError when there is none."""
        row = session.get(table, identifier)
        if row is None:
            raise ArchiveError(f"The archive {self.folder.root} has no {what} {identifier}: choose another one.")
        return row


@contextmanager
def _sidecars_written(documents: list[tuple[Path, bytes]]) -> Iterator[None]:
    """Write sidecars before the block; put the earlier ones back if the block fails."""
    earlier = [(path, path.read_bytes() if path.exists() else None) for path, _ in documents]
    try:
        for path, content in documents:
            write_durably(path, content)
        yield
    except BaseException:
        for path, content_before in earlier:
            with suppress(OSError):  # on a dead disk the index still holds the truth: `reconcile` writes them anew
                _put_back(path, content_before)
        raise


def _put_back(path: Path, content: bytes | None) -> None:
    if content is None:
        remove(path)
    elif path.read_bytes() != content:
        write_durably(path, content)
