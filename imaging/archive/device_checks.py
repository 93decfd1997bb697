"""What checks of a device mean for the captures taken with it: those since the last pass are in doubt."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from imaging.archive.judgements import JudgementVerbs
from imaging.archive.rows import capture_of, check_of, doubt_of
from imaging.archive.shelf import Writing
from imaging.archive.sidecar import device_stem
from imaging.archive.tables import CaptureRow, DeviceCheckRow, DoubtRow, VisitRow
from imaging.calibration.state import check_words, section_words
from imaging.calibration.verification import last_pass
from imaging.errors import ArchiveError
from imaging.model.calibration import Check, DeviceCalibration
from imaging.model.visit import Capture, Doubt


class DeviceCheckVerbs(JudgementVerbs):
    """Keep checks of devices; mark captures doubtful because of them, and clear them."""

    def record_checks(self, calibration: DeviceCalibration) -> tuple[Capture, ...]:
        """Take over what is new in the drift list of a device file.

        For each failed check among it, all captures of that device since the last pass before it (up to the next pass)
        become "calibration doubtful", each with an entry of its own in the trail. A later pass clears none of them.

        Returns
        -------
        the captures that are in doubt because of these checks, in the order they were taken
        """
        device = calibration.device
        with self._writing("record device checks", device=device_stem(device)) as writing:
            known = list(writing.session.scalars(_checks_of(device)))
            new = _not_yet(calibration.checks, [check_of(row) for row in known])
            writing.is_needed = bool(new)
            writing.session.add_all(self._check_rows(device, new, len(known), writing.at))
            writing.devices.add(device_stem(device))
            doubted = {
                capture.id: capture
                for failed in new
                if not failed.passed
                for capture in self._put_in_doubt(writing, calibration, failed)
            }
            writing.session.flush()
            return tuple(sorted(map(capture_of, doubted.values()), key=lambda capture: capture.facts.taken_at))

    def device_checks(self, device: str) -> tuple[Check, ...]:
        """Every check of a device that this archive was told of, oldest first."""
        with self._reading() as session:
            return tuple(check_of(row) for row in session.scalars(_checks_of(device)))

    def doubtful_captures(self, device: str | None = None, study_id: str | None = None) -> tuple[Capture, ...]:
        """Captures that are "calibration doubtful" now, in the order they were taken."""
        found = select(CaptureRow).join(VisitRow).join(DoubtRow, DoubtRow.capture_id == CaptureRow.id)
        if device is not None:
            found = found.where(CaptureRow.camera_identity == device)
        if study_id is not None:
            found = found.where(VisitRow.study_id == study_id)
        with self._reading() as session:
            rows = session.scalars(found.order_by(CaptureRow.taken_at, CaptureRow.id)).unique()
            return tuple(capture for capture in map(capture_of, rows) if capture.doubt)

    def clear_doubt(self, capture_ids: Sequence[str], reason: str) -> tuple[Capture, ...]:
        """Say why captures may be trusted all the same; for investigators.

        Raises
        ------
        ArchiveError
            The reason is empty, or one of them is not in doubt; then none is cleared.
        """
        if not reason.strip():
            raise ArchiveError("Clearing a doubt needs a reason: say why the captures may be trusted.")
        cleared = []
        with self._writing("clear doubts", reason=reason) as writing:
            for identifier in dict.fromkeys(capture_ids):
                row = self._found(writing.session, CaptureRow, identifier, "capture")
                if not capture_of(row).doubt:
                    raise ArchiveError(f"The calibration of capture {identifier} is not in doubt: choose another one.")
                self._decide_doubt(writing, row, False, reason)
                cleared.append(row)
            writing.is_needed = bool(cleared)
            writing.session.flush()
            return tuple(capture_of(row) for row in cleared)

    def doubts(self, capture_id: str) -> tuple[Doubt, ...]:
        """When a capture's calibration came into doubt and was cleared, oldest first."""
        with self._reading() as session:
            return tuple(doubt_of(row) for row in self._found(session, CaptureRow, capture_id, "capture").doubts)

    def _check_rows(self, device: str, checks: Sequence[Check], earlier: int, at: datetime) -> Iterator[DeviceCheckRow]:
        for number, check in enumerate(checks, start=earlier + 1):
            yield DeviceCheckRow(
                device=device,
                number=number,
                section=check.section,
                quantity=check.quantity,
                checked_at=check.checked_at,
                deviation=float(check.deviation),
                limit=float(check.limit),
                unit=check.unit,
                is_new=check.is_new,
                recorded_at=at,
                operator=self.operator,
            )

    def _put_in_doubt(self, writing: Writing, calibration: DeviceCalibration, failed: Check) -> list[CaptureRow]:
        since = last_pass(calibration.checks, failed)
        until = _next_pass(calibration.checks, failed)
        reason = _reason(failed, since)
        rows = _captures_between(writing.session, calibration.device, since, until)
        for row in rows:
            if not (row.doubts and row.doubts[-1].is_doubtful):
                self._decide_doubt(writing, row, True, reason)
        return rows

    def _decide_doubt(self, writing: Writing, row: CaptureRow, is_doubtful: bool, reason: str) -> None:
        row.doubts.append(
            DoubtRow(
                number=len(row.doubts) + 1,
                is_doubtful=is_doubtful,
                reason=reason,
                decided_at=writing.at,
                operator=self.operator,
            )
        )
        writing.captures.add(row.id)
        action = "doubt calibration of capture" if is_doubtful else "clear doubt of capture"
        writing.consequences.append((action, reason, {"capture": row.id}))


def _checks_of(device: str) -> Select[DeviceCheckRow]:
    return select(DeviceCheckRow).where(DeviceCheckRow.device == device).order_by(DeviceCheckRow.number)


def _not_yet(checks: Sequence[Check], known: Sequence[Check]) -> list[Check]:
    """Checks that the archive does not know, in their order."""
    names = {(check.section, check.quantity, check.checked_at) for check in known}
    return [c for c in checks if (c.section, c.quantity, c.checked_at) not in names]


def _next_pass(checks: Sequence[Check], failed: Check) -> datetime | None:
    later = [c for c in checks if c.section == failed.section and c.checked_at > failed.checked_at]
    off = {c.checked_at for c in later if not c.passed}
    return min((c.checked_at for c in later if c.checked_at not in off), default=None)


def _captures_between(
    session: Session, device: str, since: datetime | None, until: datetime | None
) -> list[CaptureRow]:
    """Captures taken with a calibration of this device; without one there is nothing to doubt."""
    found = select(CaptureRow).where(CaptureRow.camera_identity == device, CaptureRow.calibration.is_not(None))
    if since is not None:
        found = found.where(CaptureRow.taken_at > since)
    if until is not None:
        found = found.where(CaptureRow.taken_at < until)
    return list(session.scalars(found.order_by(CaptureRow.taken_at)).unique())


def _reason(failed: Check, since: datetime | None) -> str:
    passed = f"last passed on {since:%Y-%m-%d %H:%M} UTC" if since else "never passed before"
    name = section_words(failed.section)
    return f"the {name} failed its check on {failed.checked_at:%Y-%m-%d %H:%M} UTC ({check_words(failed)}), {passed}."
