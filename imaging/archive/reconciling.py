"""Bringing index and sidecars together again after a crash, or the index back from the sidecars alone.

What the index lacks is taken over from the sidecars; what both have, the index knows better.
"""

from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from imaging.archive.audit import Deed, append_deed, read_trail
from imaging.archive.database import for_writing, make_engine, open_index
from imaging.archive.durable import archive_errors
from imaging.archive.folder import ArchiveFolder, find_archive_folder
from imaging.archive.people import PeopleVerbs
from imaging.archive.shelf import Writing, utc_now
from imaging.archive.sidecar import Document, parse_document, rows_of
from imaging.archive.tables import AuditRow, CaptureRow, Row, StudyRow, SubjectRow
from imaging.errors import ArchiveError
from imaging.files import flush_folder

REBUILT = "rebuild index"
TAKEN_OVER = "take over after a crash"


class ReconcileVerbs(PeopleVerbs):
    """Repair after a crash."""

    def reconcile(self) -> tuple[str, ...]:
        """Take over what only the sidecars know, write anew the sidecars that differ from the index.

        Returns
        -------
        one plain sentence for each sidecar that cannot be read
        """
        with self._writing("reconcile") as writing:
            documents, unreadable = read_sidecars(self.folder)
            adopt(writing.session, documents)
            writing.session.flush()
            self._touch_everything(writing)
        return tuple(unreadable)

    def adopt_unfinished(self) -> int:
        """Take over what a crash cut off before its last step, the index; returns how many sidecars that were.

        A sidecar that the trail knows was in the index once: somebody took it out, and `verify` shall say so.
        """
        with self._reading() as session:
            if not _unfinished(session, self.folder):
                return 0
        with self._writing(TAKEN_OVER) as writing:
            documents, _ = _parsed(_unfinished(writing.session, self.folder))
            adopt(writing.session, documents)
            writing.is_needed = bool(documents)  # another program may have finished its own work meanwhile
        return len(documents)

    def _touch_everything(self, writing: Writing) -> None:
        writing.studies.update(writing.session.scalars(select(StudyRow.id)))
        writing.subjects.update(writing.session.scalars(select(SubjectRow.id)))
        writing.captures.update(writing.session.scalars(select(CaptureRow.id)))


def _unfinished(session: Session, folder: ArchiveFolder) -> list[Path]:
    known = {
        folder.studies: set(session.scalars(select(StudyRow.id))),
        folder.subjects: set(session.scalars(select(SubjectRow.id))),
        folder.captures: set(session.scalars(select(CaptureRow.id))),
    }
    unknown = [path for home, names in known.items() for path in sidecar_paths(home) if path.stem not in names]
    entered = {identifier for row in read_trail(session) for identifier in row.ids.values()} if unknown else set()
    return [path for path in _parsable(unknown) if path.stem not in entered]


def rebuild_index(folder: Path, operator: str, *, clock: Callable[[], datetime] = utc_now) -> tuple[str, ...]:
    """Make the index anew from the sidecars; the old one is kept beside, its trail is carried over if it can be read.

    No other program may have the archive open.

    Returns
    -------
    one plain sentence for each sidecar that could not be read

    Raises
    ------
    ArchiveError
        The folder is not an archive, or the disk is full.
    """
    place = find_archive_folder(Path(folder))
    at = clock()
    beside = place.root / f"{place.index.name}.new"
    with archive_errors("The index was not rebuilt", place.root):
        documents, unreadable = read_sidecars(place)
        trail = _earlier_trail(place.index)
        _remove_database(beside)
        try:
            _fill(beside, documents, trail, _deed(at, operator, documents, trail), place)
            _set_aside(place.index, at)
            beside.replace(place.index)
            flush_folder(place.root)
        finally:
            _remove_database(beside)
    return tuple(unreadable)


def _deed(at: datetime, operator: str, documents: list[Document], trail: list[AuditRow]) -> Deed:
    kept = f"{len(trail)} earlier entries kept" if trail else "earlier entries lost"
    return Deed(at, operator, REBUILT, {}, f"from {len(documents)} sidecars, {kept}")


def _fill(beside: Path, documents: list[Document], trail: list[AuditRow], deed: Deed, place: ArchiveFolder) -> None:
    engine = open_index(beside)
    try:
        with Session(for_writing(engine)) as session:
            adopt(session, documents)
            session.add_all(trail)
            session.flush()
            append_deed(session, place.identifier, deed)
            session.commit()
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    finally:
        engine.dispose()


def _earlier_trail(index: Path) -> list[AuditRow]:
    """The trail of an index, as far as it can still be read; nothing is corrected."""
    if not index.is_file():
        return []
    engine = make_engine(index)
    try:
        with Session(engine) as session:
            return [_copy(row) for row in read_trail(session)]
    except (SQLAlchemyError, ValueError, TypeError):
        return []
    finally:
        engine.dispose()


def _copy(row: AuditRow) -> AuditRow:
    return AuditRow(**{column.key: getattr(row, column.key) for column in inspect(AuditRow).columns})


def _set_aside(index: Path, at: datetime) -> None:
    stamp = at.strftime("%Y%m%dT%H%M%S%f")
    for suffix in ("", "-wal", "-shm"):
        path = index.with_name(index.name + suffix)
        if path.exists():
            path.replace(index.with_name(f"{index.stem}.{stamp}{index.suffix}{suffix}"))


def _remove_database(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()


def sidecar_paths(home: Path) -> list[Path]:
    """Every sidecar in a folder of them, by name."""
    return sorted(home.glob("*.json")) if home.is_dir() else []


def read_sidecars(place: ArchiveFolder) -> tuple[list[Document], list[str]]:
    """All sidecars that can be read, those that know most first, and a sentence for each that cannot."""
    return _parsed([path for home in (place.studies, place.subjects, place.captures) for path in sidecar_paths(home)])


def _parsable(paths: Iterable[Path]) -> list[Path]:
    return [path for path in paths if _parsed([path])[0]]


def _parsed(paths: Iterable[Path]) -> tuple[list[Document], list[str]]:
    documents, unreadable = [], []
    for path in paths:
        try:
            document = parse_document(path.read_bytes(), str(path))
            rows_of(document, str(path))
            documents.append(document)
        except (ArchiveError, OSError) as error:
            unreadable.append(str(error))
    return documents, unreadable


def adopt(session: Session, documents: Iterable[Document]) -> None:
    """Add every row of the documents that the index lacks; of two, the first document's counts."""
    rows: dict[type[Row], dict[tuple[object, ...], Row]] = {}
    for document in documents:
        for row in rows_of(document, "sidecar"):
            key = tuple(inspect(type(row)).primary_key_from_instance(row))
            rows.setdefault(type(row), {}).setdefault(key, row)
    by_table = {table.__table__: found for table, found in rows.items()}
    for table in Row.metadata.sorted_tables:
        for key, row in by_table.get(table, {}).items():
            if session.get(type(row), key) is None:
                session.add(row)
        session.flush()
