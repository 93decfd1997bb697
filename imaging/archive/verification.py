"""Is everything still as it was written? Every checksum, every link, the trail."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from imaging.archive.audit import chain_problems, entry_of, genesis_hash, read_trail
from imaging.archive.bridging import KEPT_BRIDGE, SAME_CAMERA
from imaging.archive.durable import REPAIR
from imaging.archive.folder import ArchiveFolder
from imaging.archive.leftovers import leftovers
from imaging.archive.objects import is_whole
from imaging.archive.reconciling import (
    TAKEN_OVER,
    ExpectedSidecar,
    ReconcileVerbs,
    expected_sidecars,
    sidecar_paths,
)
from imaging.archive.repeatability import KEPT
from imaging.archive.sidecar import parse_document
from imaging.archive.tables import AuditRow, CaptureRow, OriginalRow, VisitRow
from imaging.errors import ArchiveError
from imaging.files import PART
from imaging.model.audit import AuditEntry, VerifyReport

REBUILT = "rebuild index"
"""What the trail says when an index was made anew."""


class VerifyVerbs(ReconcileVerbs):
    """Read the trail; check the whole archive."""

    def audit_trail(self) -> tuple[AuditEntry, ...]:
        """Every write since the archive was created, oldest first."""
        with self._reading() as session:
            return tuple(entry_of(row) for row in read_trail(session))

    def verify(self) -> VerifyReport:
        """Check originals, sidecars, index and trail against each other. Changes nothing; reads every file."""
        with self._reading() as session:
            trail = read_trail(session)
            originals = _referenced(session, self.folder)
            captures = list(session.scalars(select(CaptureRow.id).order_by(CaptureRow.added_at)))
            problems = (
                *_index_problems(session),
                *chain_problems(trail, self.folder.identifier),
                *_anchor_problems(session, trail, self.folder.identifier),
                *_original_problems(originals),
                *_sidecar_problems(session, self.folder),
                *_stray_originals(self.folder, set(originals)),
                *_study_problems(trail, self.folder),
            )
        sidecars = sum(len(sidecar_paths(home)) for home in self.folder.sidecar_homes)
        notes = (*_repair_notes(trail), *_leftovers(self.folder))
        return VerifyReport(len(captures), len(originals), sidecars, len(trail), problems, notes)


def _referenced(session: Session, folder: ArchiveFolder) -> tuple[Path, ...]:
    """File of every original that a capture names, each once."""
    found = (
        select(VisitRow.subject_id, OriginalRow.sha256)
        .join(CaptureRow, CaptureRow.id == OriginalRow.capture_id)
        .join(VisitRow, VisitRow.id == CaptureRow.visit_id)
        .order_by(CaptureRow.added_at, OriginalRow.position)
    )
    return tuple(dict.fromkeys(folder.original(subject, sha256) for subject, sha256 in session.execute(found)))


def _index_problems(session: Session) -> Iterator[str]:
    for said in damage_in(session):
        yield f"The index is damaged ({said}): {REPAIR}."
    for table in rows_without_owner(session):
        yield f"The index has a row of {table} whose owner is missing: {REPAIR}."


def damage_in(session: Session) -> Iterator[str]:
    """What SQLite finds wrong with the file of the index, in its own words."""
    return (said for (said,) in session.execute(text("PRAGMA integrity_check")) if said != "ok")


def rows_without_owner(session: Session) -> Iterator[str]:
    """The table of each row that points at a row which is not there."""
    return (str(table) for table, *_ in session.execute(text("PRAGMA foreign_key_check")))


def _anchor_problems(session: Session, trail: Sequence[AuditRow], identifier: str) -> Iterator[str]:
    """Captures whose newest hash of their time is not in the trail: it was cut short or written anew."""
    known = {genesis_hash(identifier), *(row.hash for row in trail)}
    lost_before = trail[0].at if trail and trail[0].action == REBUILT else None
    for capture in session.scalars(select(CaptureRow).order_by(CaptureRow.added_at)).unique():
        is_excused = lost_before is not None and capture.added_at < lost_before
        if capture.audit_head not in known and not is_excused:
            yield f"Audit entries from before capture {capture.id} are missing: the trail was cut or written anew."


def _original_problems(originals: Iterable[Path]) -> Iterator[str]:
    for path in originals:
        try:
            if not path.is_file():
                yield f"The original {path} is missing: restore it from a backup."
            elif not is_whole(path):
                yield f"The original {path} is damaged (its checksum differs): restore it from a backup."
        except OSError as error:
            yield f"The original {path} cannot be read ({error.strerror}): check the disk."


def _stray_originals(folder: ArchiveFolder, named: set[Path]) -> Iterator[str]:
    for path in sorted(folder.originals.rglob("*")):
        if path.is_file() and path not in named and path.suffix != PART:
            yield f"The file {path} belongs to no capture: move it out of the archive."


def _study_problems(trail: Sequence[AuditRow], folder: ArchiveFolder) -> Iterator[str]:
    """Files of repeatability studies and bridging sets that are not as they were kept: verdicts rest on them."""
    homes = {KEPT: ("repeatability", folder.repeatability), KEPT_BRIDGE: ("bridging", folder.bridging)}
    homes[SAME_CAMERA] = homes[KEPT_BRIDGE]
    for row in trail:
        if row.action not in homes:
            continue
        kind, home = homes[row.action]
        path = home / row.ids["file"]
        if not path.is_file():
            yield f"The {kind} file {path} is missing: restore it from a backup."
        elif hashlib.sha256(path.read_bytes()).hexdigest() != row.ids["sha256"]:
            yield f"The {kind} file {path} was changed: restore it from a backup."


def _sidecar_problems(session: Session, folder: ArchiveFolder) -> Iterator[str]:
    """Sidecars that are missing, damaged, unknown to the index or unlike it."""
    known = set()
    for expected in expected_sidecars(session, folder):
        known.add(expected.path)
        yield from _sidecar_problem(expected)
    for home in folder.sidecar_homes:
        for path in sorted(home.glob("*")):
            if path.suffix != PART and path not in known:
                yield f"The file {path} is not in the index: take it over (main.py verify --repair) or move it away."


def _sidecar_problem(expected: ExpectedSidecar) -> Iterator[str]:
    if not expected.path.is_file():
        yield f"The sidecar {expected.path} is missing: write it anew (main.py verify --repair)."
        return
    try:
        differing = expected.differing(parse_document(expected.path.read_bytes(), str(expected.path)))
    except (ArchiveError, OSError) as error:
        yield str(error)
        return
    if differing:
        yield f"The sidecar {expected.path} and the index differ ({', '.join(differing)}): one of them was changed."


def _repair_notes(trail: Sequence[AuditRow]) -> Iterator[str]:
    for row in trail:
        if row.action == REBUILT:
            yield f"The index was rebuilt on {row.at:%Y-%m-%d %H:%M} UTC by {row.operator} ({row.reason})."
        if row.action == TAKEN_OVER:
            yield f"A capture cut off by a crash was taken over on {row.at:%Y-%m-%d %H:%M} UTC: check it is wanted."


def _leftovers(folder: ArchiveFolder) -> Iterator[str]:
    for path in leftovers(folder):
        yield f"{path} was left by an interrupted write: it may be deleted."
