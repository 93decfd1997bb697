"""Bringing index and sidecars together again after a crash.

What the index lacks is taken over from the sidecars; a sidecar that is lost, damaged or behind is written anew. Where
both have a row and differ, one of them was changed: that is left for `verify` to report.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from imaging.archive.audit import read_trail
from imaging.archive.columns import Row
from imaging.archive.folder import ArchiveFolder
from imaging.archive.people import PeopleVerbs
from imaging.archive.sidecar import (
    OF_CAPTURE,
    Document,
    capture_document,
    device_document,
    device_stem,
    document_bytes,
    parse_document,
    rows_of,
    study_document,
    subject_document,
)
from imaging.archive.tables import CaptureRow, DeviceCheckRow, StudyRow, SubjectRow
from imaging.errors import ArchiveError

TAKEN_OVER = "take over after a crash"
_OWN_PARTS = tuple(table.__tablename__ for table in OF_CAPTURE)


class ReconcileVerbs(PeopleVerbs):
    """Repair after a crash."""

    def reconcile(self) -> tuple[str, ...]:
        """Take over what only the sidecars know, write anew the sidecars that are lost, damaged or behind.

        Returns
        -------
        one plain sentence for each thing done; empty when nothing was to do
        """
        with self._writing("reconcile") as writing:
            documents, _ = read_sidecars(self.folder)
            done = list(_taken_over(adopt(writing.session, documents)))
            homes = {
                self.folder.studies: writing.studies,
                self.folder.subjects: writing.subjects,
                self.folder.captures: writing.captures,
                self.folder.devices: writing.devices,
            }
            for expected in expected_sidecars(writing.session, self.folder):
                if reason := expected.reason_to_write():
                    homes[expected.path.parent].add(expected.path.stem)
                    done.append(f"The sidecar {expected.path} was written anew: it {reason}.")
            writing.is_needed = bool(done)
        return tuple(done)

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


@dataclass(frozen=True)
class ExpectedSidecar:
    """What the index says that a sidecar should hold.

    Parameters
    ----------
    parts : those that are compared; of a capture, only its own
    """

    path: Path
    document: Document
    parts: Sequence[str]

    def differing(self, found: Document) -> list[str]:
        """Names of the parts that are not as the index says."""
        return [part for part in self.parts if found.get(part, []) != self.document[part]]

    def reason_to_write(self) -> str:
        """Why the sidecar should be written anew without losing anything; empty when it should not."""
        if not self.path.is_file():
            return "was missing"
        try:
            found = parse_document(self.path.read_bytes(), str(self.path))
        except (ArchiveError, OSError):
            return "was damaged"
        parts = self.differing(found)
        is_behind = all(row in self.document[part] for part in parts for row in found.get(part) or ())
        return "was behind the index" if parts and is_behind else ""


def expected_sidecars(session: Session, folder: ArchiveFolder) -> Iterator[ExpectedSidecar]:
    """One for each device, study, subject and capture in the index."""
    kinds = (
        (folder.studies, StudyRow.id, study_document, None),
        (folder.subjects, SubjectRow.id, subject_document, None),
        (folder.captures, CaptureRow.id, capture_document, _OWN_PARTS),
    )
    for device in session.scalars(select(DeviceCheckRow.device).distinct().order_by(DeviceCheckRow.device)):
        document = json.loads(document_bytes(device_document(session, device_stem(device))))
        yield ExpectedSidecar(folder.devices / f"{device_stem(device)}.json", document, tuple(document))
    for home, identifiers, document_of, parts in kinds:
        for identifier in sorted(session.scalars(select(identifiers))):
            document = json.loads(document_bytes(document_of(session, identifier)))
            yield ExpectedSidecar(home / f"{identifier}.json", document, parts or tuple(document))


def _taken_over(rows: Sequence[Row]) -> Iterator[str]:
    """A sentence for each study, subject and capture taken over, and one for all the rest."""
    named = {StudyRow: "study", SubjectRow: "subject", CaptureRow: "capture"}
    for row in rows:
        if isinstance(row, StudyRow | SubjectRow | CaptureRow):
            yield f"The {named[type(row)]} {row.id} was taken over from its sidecar: the index did not know it."
    if rows and not any(type(row) in named for row in rows):
        yield f"{len(rows)} entries that the index lacked were taken over from the sidecars."


def _unfinished(session: Session, folder: ArchiveFolder) -> list[Path]:
    known = {
        folder.studies: set(session.scalars(select(StudyRow.id))),
        folder.subjects: set(session.scalars(select(SubjectRow.id))),
        folder.captures: set(session.scalars(select(CaptureRow.id))),
        folder.devices: {device_stem(device) for device in session.scalars(select(DeviceCheckRow.device))},
    }
    unknown = [path for home, names in known.items() for path in sidecar_paths(home) if path.stem not in names]
    entered = {identifier for row in read_trail(session) for identifier in row.ids.values()} if unknown else set()
    return [path for path in _parsable(unknown) if path.stem not in entered]


def sidecar_paths(home: Path) -> list[Path]:
    """Every sidecar in a folder of them, by name."""
    return sorted(home.glob("*.json")) if home.is_dir() else []


def read_sidecars(place: ArchiveFolder) -> tuple[list[Document], list[str]]:
    """All sidecars that can be read, those that know most first, and a sentence for each that cannot."""
    return _parsed([path for home in place.sidecar_homes for path in sidecar_paths(home)])


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


def adopt(session: Session, documents: Iterable[Document]) -> list[Row]:
    """Add every row of the documents that the index lacks, and return these; of two, the first document's counts."""
    rows: dict[type[Row], dict[tuple[object, ...], Row]] = {}
    for document in documents:
        for row in rows_of(document, "sidecar"):
            key = tuple(inspect(type(row)).primary_key_from_instance(row))
            rows.setdefault(type(row), {}).setdefault(key, row)
    by_table = {table.__table__: found for table, found in rows.items()}
    added = []
    for table in Row.metadata.sorted_tables:
        for key, row in by_table.get(table, {}).items():
            if session.get(type(row), key) is None:
                session.add(row)
                added.append(row)
        session.flush()
    return added
