"""The key from subjects to people: a file of its own, readable by its owner only, made when first used.

Nothing of it goes into the index, a sidecar, a log or an export; the trail only says that a person was named.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import URL, NullPool, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from imaging.archive.durable import archive_errors
from imaging.archive.results import ResultVerbs
from imaging.archive.tables import SubjectRow
from imaging.errors import ArchiveError
from imaging.model.person import Person


class _PeopleRow(DeclarativeBase):
    pass


class PersonRow(_PeopleRow):
    __tablename__ = "person"

    subject_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    record_number: Mapped[str]
    born_on: Mapped[date | None]


class PeopleVerbs(ResultVerbs):
    """Who a code stands for: for the screen of those who may know, and nowhere else."""

    def name_person(self, subject_id: str, name: str, record_number: str = "", born_on: date | None = None) -> Person:
        """Say who a subject is; replaces what was said before."""
        if not name.strip():
            raise ArchiveError("A person needs a name: fill it in.")
        row = PersonRow(subject_id=subject_id, name=name.strip(), record_number=record_number.strip(), born_on=born_on)
        with self._people() as people:
            with self._writing("name person", subject=subject_id) as writing:
                self._found(writing.session, SubjectRow, subject_id, "subject")
                row = people.merge(row)
                people.flush()
            people.commit()
            return _person(row)

    def person(self, subject_id: str) -> Person | None:
        """Who a subject is; None when nobody said."""
        if not self.folder.people.exists():
            return None
        with self._people() as people:
            row = people.get(PersonRow, subject_id)
            return _person(row) if row else None

    def find_people(self, text: str) -> tuple[Person, ...]:
        """People whose name or record number contains a text, by name."""
        if not self.folder.people.exists() or not text.strip():
            return ()
        wanted = text.strip().casefold()
        with self._people() as people:
            rows = people.scalars(select(PersonRow).order_by(PersonRow.name))
            return tuple(_person(row) for row in rows if wanted in f"{row.name}\n{row.record_number}".casefold())

    @contextmanager
    def _people(self) -> Iterator[Session]:
        self._refuse_closed()
        with archive_errors("The key to people was not used", self.folder.root):
            _make_private(self.folder.people)
            engine = create_engine(URL.create("sqlite", database=str(self.folder.people)), poolclass=NullPool)
            event.listen(engine, "connect", _keep_no_traces)
            try:
                _PeopleRow.metadata.create_all(engine)
                with Session(engine, expire_on_commit=False) as session:
                    yield session
            finally:
                engine.dispose()


def _make_private(path: Path) -> None:
    """Nobody but the owner may read the file, from its first moment on."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _keep_no_traces(connection: object, _record: object) -> None:
    """Deleted names are overwritten in the file."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("secure_delete = ON", "synchronous = FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _person(row: PersonRow) -> Person:
    return Person(row.subject_id, row.name, row.record_number, row.born_on)
