"""Mending an archive from what is there: the index made anew from the sidecars, orphans taken over."""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from imaging.archive.audit import Deed, append_deed, read_trail
from imaging.archive.database import for_writing, make_engine, open_index, revision_of
from imaging.archive.durable import archive_errors
from imaging.archive.folder import ArchiveFolder, find_archive_folder
from imaging.archive.reconciling import adopt, read_sidecars
from imaging.archive.shelf import utc_now
from imaging.archive.sidecar import Document
from imaging.archive.store import open_archive
from imaging.archive.tables import AuditRow
from imaging.archive.verification import REBUILT, damage_in, rows_without_owner
from imaging.files import flush_folder


def repair_archive(folder: Path, operator: str, *, clock: Callable[[], datetime] = utc_now) -> tuple[str, ...]:
    """Make a lost or damaged index anew, take over what only the sidecars know, write lost sidecars anew.

    No other program may have the archive open. What cannot be mended, such as a lost original, stays for `verify`.

    Returns
    -------
    one plain sentence for each thing done; empty when nothing was to do

    Raises
    ------
    ArchiveError
        The folder is not an archive, was written by a newer program, or may not be written.
    """
    place = find_archive_folder(Path(folder))
    done = _rebuilt_if(damaged_file, place, operator, clock)
    with open_archive(place.root, operator, clock=clock) as archive:
        done += archive.reconcile()
    return done + _rebuilt_if(damaged_links, place, operator, clock)


def _rebuilt_if(
    damage_in: Callable[[Path], str], place: ArchiveFolder, operator: str, clock: Callable[[], datetime]
) -> tuple[str, ...]:
    with archive_errors("The archive was not repaired", place.root):
        damage = damage_in(place.index)
    if not damage:
        return ()
    unreadable = rebuild_index(place.root, operator, clock=clock)
    return f"The index {damage}: it was made anew from the sidecars.", *unreadable


def damaged_file(index: Path) -> str:
    """Why the file of an index is of no use, for example "was damaged"; empty when it is. A locked one is an error."""
    if not index.is_file():
        return "was lost"
    engine = make_engine(index)
    try:
        with Session(engine) as session:
            if revision_of(session.connection()) is None:
                return "was empty"
            return "was damaged" if any(damage_in(session)) else ""
    except (SQLAlchemyError, sqlite3.Error) as error:
        if isinstance(getattr(error, "orig", error), sqlite3.OperationalError):
            raise
        return "was damaged"
    finally:
        engine.dispose()


def damaged_links(index: Path) -> str:
    """Whether rows of a readable index point at rows that no sidecar knows; empty when not."""
    engine = make_engine(index)
    try:
        with Session(engine) as session:
            return "had rows without an owner" if any(rows_without_owner(session)) else ""
    finally:
        engine.dispose()


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
