"""The trail: one row for every write, chained by hashes, in the same transaction as the write itself.

A row's hash covers all its columns and the hash before it, so a changed, removed or inserted row breaks the chain.
The first row chains to the archive's identifier. Sidecars carry the newest hash of their time: a trail that was cut
short or written anew lacks it. Triggers in the index refuse UPDATE and DELETE (see the first migration).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from imaging.archive.tables import AuditRow
from imaging.model.audit import AuditEntry


@dataclass(frozen=True)
class Deed:
    """What is to be entered into the trail. `ids` holds identifiers only, never a code or a name."""

    at: datetime
    operator: str
    action: str
    ids: Mapping[str, str]
    reason: str = ""


def genesis_hash(identifier: str) -> str:
    """What the first row of an archive's trail chains to."""
    return hashlib.sha256(f"rhytid audit {identifier}".encode()).hexdigest()


def newest_hash(session: Session, identifier: str) -> str:
    """Head of the chain."""
    newest = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).first()
    return newest.hash if newest else genesis_hash(identifier)


def append_deed(session: Session, identifier: str, deed: Deed) -> None:
    """Enter a deed at the end of the chain; the transaction must hold the write lock."""
    newest = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).first()
    row = AuditRow(
        number=newest.number + 1 if newest else 1,
        at=deed.at.astimezone(UTC),
        operator=deed.operator,
        action=deed.action,
        ids=dict(deed.ids),
        reason=deed.reason,
        previous_hash=newest.hash if newest else genesis_hash(identifier),
    )
    row.hash = hash_of(row)
    session.add(row)
    session.flush()


def hash_of(row: AuditRow) -> str:
    """SHA-256 over the row's columns, its own hash excepted, as canonical JSON."""
    columns = [row.number, row.at.isoformat(), row.operator, row.action, row.ids, row.reason, row.previous_hash]
    text = json.dumps(columns, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_trail(session: Session) -> tuple[AuditRow, ...]:
    """All rows, oldest first."""
    return tuple(session.scalars(select(AuditRow).order_by(AuditRow.number)))


def entry_of(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        row.number, row.at, row.operator, row.action, dict(row.ids), row.reason, row.previous_hash, row.hash
    )


def chain_problems(rows: Iterable[AuditRow], identifier: str) -> Iterator[str]:
    """One plain sentence for each row that is not what was written."""
    expected_number, expected_hash = 1, genesis_hash(identifier)
    for row in rows:
        if row.number != expected_number:
            yield f"Audit entry {expected_number} is missing: entry {row.number} follows instead."
        elif row.previous_hash != expected_hash:
            yield f"Audit entry {row.number} does not follow from the entry before it: one of them was changed."
        if hash_of(row) != row.hash:
            yield f"Audit entry {row.number} was changed after it was written."
        expected_number, expected_hash = row.number + 1, row.hash
