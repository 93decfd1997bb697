"""The index: opening it safely and bringing it to the newest schema."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

from imaging.errors import ArchiveError

NEWEST_REVISION = "0003"
"""Head of `migrations/versions`: compared before Alembic is imported, which takes a while."""
_BUSY_S = 30.0


def open_index(path: Path) -> Engine:
    """Open or create the index and migrate it. Call `dispose()` on the answer when done.

    Raises
    ------
    ArchiveError
        It was written by a newer program, or is no database.
    """
    engine = make_engine(path)
    try:
        _migrate(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return engine


def make_engine(path: Path) -> Engine:
    """An engine on an SQLite file: write-ahead log, full synchronisation, foreign keys.

    Transactions on `for_writing(engine)` take the write lock at once, so that what they read stays true until they
    commit.
    """
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": _BUSY_S})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def for_writing(engine: Engine) -> Engine:
    """The same engine, whose transactions begin with the write lock."""
    return engine.execution_options(takes_write_lock=True)


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin in _begin, not when sqlite3 sees fit
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    takes_lock = connection.get_execution_options().get("takes_write_lock", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if takes_lock else "BEGIN")


def _migrate(engine: Engine, path: Path) -> None:
    with engine.connect() as connection:
        is_newest = revision_of(connection) == NEWEST_REVISION
    if is_newest:
        return
    with for_writing(engine).begin() as connection:
        _upgrade(connection, path)


def revision_of(connection: Connection) -> str | None:
    """The schema an index has; None when it has none."""
    tables = connection.execute(text("SELECT name FROM sqlite_master WHERE name = 'alembic_version'"))
    if tables.first() is None:
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return str(row[0]) if row else None


def _upgrade(connection: Connection, path: Path) -> None:
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(migration_config(connection), "head")
    except CommandError as error:
        raise ArchiveError(f"The index {path} was written by a newer program: update this one.") from error


def migration_config(connection: Connection) -> Any:
    """Alembic's configuration, found beside this file (also inside a bundle), working on an open connection."""
    from alembic.config import Config

    config = Config()
    folder = Path(__file__).resolve().parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
