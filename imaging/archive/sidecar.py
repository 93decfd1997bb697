"""Sidecars: rows of the index as JSON beside the pictures, so that the index can be rebuilt from files.

`captures/<id>.json` holds all about one capture and, as they were then, its study, subject, consents and visit.
`subjects/<id>.json` and `studies/<id>.json` hold what belongs to no capture: consents, visits, regions, protocols;
`devices/<camera>.json` the checks of a device.
Codes only: no sidecar knows a person. Keys are the columns of `imaging.archive.tables`.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, unquote

from sqlalchemy import ColumnElement, inspect, select
from sqlalchemy.orm import Session

from imaging.archive.allocation_tables import AllocationRow, UnblindingRow
from imaging.archive.columns import Row
from imaging.archive.tables import (
    AcceptanceRow,
    AnnotationRow,
    AssignmentRow,
    CaptureRow,
    ConsentRow,
    DeviceCheckRow,
    DoubtRow,
    EnrolmentRow,
    MeasurementRow,
    NotDoneRow,
    OriginalRow,
    OverrideRow,
    ReadingRow,
    RoiRow,
    SiteRow,
    StudyRow,
    SubjectRow,
    VisitRow,
)
from imaging.errors import ArchiveError

VERSION = 1
Document = dict[str, Any]

OF_CAPTURE: tuple[type[Row], ...] = (
    CaptureRow, OriginalRow, AssignmentRow, AcceptanceRow, DoubtRow, ReadingRow, OverrideRow, AnnotationRow,
    MeasurementRow,
)  # fmt: skip
"""What only the capture's own sidecar holds."""
_OF_OTHERS: tuple[type[Row], ...] = (
    DeviceCheckRow, StudyRow, SiteRow, AllocationRow, UnblindingRow, SubjectRow, EnrolmentRow, ConsentRow, VisitRow,
    NotDoneRow, RoiRow,
)  # fmt: skip
_TABLES = {table.__tablename__: table for table in (*_OF_OTHERS, *OF_CAPTURE)}
"""Parents first."""


def capture_document(session: Session, capture_id: str) -> Document:
    """The sidecar of a capture."""
    capture = session.get_one(CaptureRow, capture_id)
    subject_id, study_id = capture.visit.subject_id, capture.visit.study_id
    context = [
        (StudyRow, [StudyRow.id == study_id]),
        (SiteRow, [SiteRow.study_id == study_id]),
        (SubjectRow, [SubjectRow.id == subject_id]),
        (EnrolmentRow, [EnrolmentRow.subject_id == subject_id, EnrolmentRow.study_id == study_id]),
        (ConsentRow, [ConsentRow.subject_id == subject_id]),
        (VisitRow, [VisitRow.id == capture.visit_id]),
    ]
    own = [(table, [table.id == capture_id]) if table is CaptureRow else _of(table, capture_id) for table in OF_CAPTURE]
    return _document("capture", session, [*context, *own])


def _of(table: Any, capture_id: str) -> tuple[type[Row], list[ColumnElement[bool]]]:
    return table, [table.capture_id == capture_id]


def subject_document(session: Session, subject_id: str) -> Document:
    """The sidecar of a subject: consents, enrolments, visits and regions."""
    own_visits = select(VisitRow.id).where(VisitRow.subject_id == subject_id)
    own_studies = select(EnrolmentRow.study_id).where(EnrolmentRow.subject_id == subject_id)
    parts: list[tuple[type[Row], list[ColumnElement[bool]]]] = [
        (StudyRow, [StudyRow.id.in_(own_studies)]),
        (SubjectRow, [SubjectRow.id == subject_id]),
        (EnrolmentRow, [EnrolmentRow.subject_id == subject_id]),
        (ConsentRow, [ConsentRow.subject_id == subject_id]),
        (VisitRow, [VisitRow.subject_id == subject_id]),
        (NotDoneRow, [NotDoneRow.visit_id.in_(own_visits)]),
        (RoiRow, [RoiRow.subject_id == subject_id]),
    ]
    return _document("subject", session, parts)


def study_document(session: Session, study_id: str) -> Document:
    """The sidecar of a study: its own copy of the protocol, the treated sides of its subjects."""
    own = [(table, [table.study_id == study_id]) for table in (SiteRow, AllocationRow, UnblindingRow)]
    return _document("study", session, [(StudyRow, [StudyRow.id == study_id]), *own])


def device_document(session: Session, stem: str) -> Document:
    """The sidecar of a device, by the name of its file: every check the archive was told of."""
    return _document("device", session, [(DeviceCheckRow, [DeviceCheckRow.device == unquote(stem)])])


def device_stem(device: str) -> str:
    """The identity of a camera as a file can be named."""
    return quote(device, safe="")


def _document(
    kind: str, session: Session, parts: Sequence[tuple[type[Row], Sequence[ColumnElement[bool]]]]
) -> Document:
    document: Document = {"format": f"rhytid-{kind}", "version": VERSION}
    for table, conditions in parts:
        keys = inspect(table).primary_key
        rows = session.scalars(select(table).where(*conditions).order_by(*keys)).unique()
        document[table.__tablename__] = [_values_of(row) for row in rows]
    return document


def document_bytes(document: Document) -> bytes:
    """As it stands in the file."""
    return (json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def parse_document(content: bytes, name: str) -> Document:
    """The document in a sidecar's bytes.

    Raises
    ------
    ArchiveError
        It is no sidecar, or one of a newer program. Names the file.
    """
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ArchiveError(f"The sidecar {name} is damaged: restore it from a backup of the archive.") from error
    if not isinstance(document, dict) or not str(document.get("format")).startswith("rhytid-"):
        raise ArchiveError(f"{name} is not a sidecar: move it out of the archive.")
    if document.get("version") != VERSION:
        raise ArchiveError(f"The sidecar {name} was written by a newer program: update this one.")
    return document


def rows_of(document: Document, name: str) -> Iterable[Row]:
    """The rows in a document.

    Raises
    ------
    ArchiveError
        A value is missing or of the wrong kind. Names the file.
    """
    try:
        return [_row_of(_TABLES[key], values) for key in _TABLES if key in document for values in document[key]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArchiveError(f"The sidecar {name} is damaged ({error}): restore it from a backup.") from error


def _values_of(row: Row) -> Document:
    return {column.key: _plain(getattr(row, column.key)) for column in inspect(type(row)).column_attrs}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _row_of(table: type[Row], values: Document) -> Row:
    columns = inspect(table).columns
    return table(**{column.key: _typed(column.type.python_type, values[column.key]) for column in columns})


def _typed(kind: type, value: Any) -> Any:
    if value is None:
        return None
    if issubclass(kind, datetime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if issubclass(kind, date) else value
