"""Adding a capture: originals first, checked on the disk, then sidecar, index row and trail in one transaction."""

from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from imaging.archive.audit import newest_hash
from imaging.archive.captures import CaptureVerbs
from imaging.archive.durable import archive_errors, require_room
from imaging.archive.objects import EncodedOriginal, encode_stack, encode_white_fields, keep_originals
from imaging.archive.protocols import protocol_from_values
from imaging.archive.rows import capture_of, original_rows, override_rows, reading_rows
from imaging.archive.shelf import Writing
from imaging.archive.tables import AcceptanceRow, AssignmentRow, CaptureRow, ConsentRow, StudyRow, VisitRow
from imaging.calibration.device_file import calibration_to_json
from imaging.errors import ArchiveError
from imaging.model.light_stack import LightStack
from imaging.model.protocol import StudyProtocol
from imaging.model.reading import GateKind
from imaging.model.visit import Capture, CaptureFacts, ConsentAnswer, ConsentUse, SiteKey

_WORK = "The capture was not archived"
_NOT_YET = "overridden, not yet accepted"


class ShotVerbs(CaptureVerbs):
    """The one way a picture comes into the archive."""

    def add_capture(self, stack: LightStack, facts: CaptureFacts) -> Capture:
        """Archive a shot. When this returns, the originals are on the disk and were read back.

        The white fields of its calibration are kept with it, once a subject for each version of the device file.
        A capture for which a gate of the kind `stop` was overridden stays out of the endpoints until it is accepted.

        Raises
        ------
        ArchiveError
            Consent is missing, the site is not in the study's protocol, the visit is unknown, or the disk is full or
            may not be written. Then nothing of the capture is left.
        """
        subject_id = self._subject_who_may(facts)
        calibration = facts.calibration
        originals = (*encode_stack(stack), *encode_white_fields(calibration.flat_field if calibration else None))
        needed = sum(len(original.content) for original in originals)
        with self._one_shot, archive_errors(_WORK, self.folder.root, needed):
            require_room(_WORK, self.folder.root, needed)
            with keep_originals(self.folder, subject_id, originals):
                return self._enter(facts, originals, subject_id)

    def _subject_who_may(self, facts: CaptureFacts) -> str:
        _refuse_impossible(facts)
        with self._reading() as session:
            visit = self._found(session, VisitRow, facts.visit_id, "visit")
            study = self._found(session, StudyRow, visit.study_id, "study")
            protocol = protocol_from_values(study.protocol)
            refuse_unknown_site(protocol, facts.site)
            _refuse_without_consent(session, visit.subject_id, protocol)
            return visit.subject_id

    def _enter(self, facts: CaptureFacts, originals: tuple[EncodedOriginal, ...], subject_id: str) -> Capture:
        with self._writing("add capture", subject=subject_id, visit=facts.visit_id) as writing:
            row = self._new_row(writing, facts)
            row.originals = original_rows(row.id, originals)
            row.readings = reading_rows(row.id, facts.readings)
            row.overrides = override_rows(row.id, facts.overrides)
            row.assignments = [self._first_assignment(row)]
            row.acceptances = [self._first_acceptance(row, facts)]
            writing.session.add(row)
            writing.session.flush()
            writing.captures.add(row.id)
            writing.ids["capture"] = row.id
            return capture_of(row)

    def _new_row(self, writing: Writing, facts: CaptureFacts) -> CaptureRow:
        return CaptureRow(
            id=str(uuid4()),
            visit=self._found(writing.session, VisitRow, facts.visit_id, "visit"),
            site=facts.site.site,
            laterality=facts.site.laterality.value,
            replicate=facts.replicate,
            taken_at=facts.taken_at,
            camera_identity=facts.camera_identity,
            camera_name=facts.camera_name,
            calibration=calibration_to_json(facts.calibration) if facts.calibration else None,
            added_at=writing.at,
            operator=self.operator,
            audit_head=newest_hash(writing.session, self.folder.identifier),
        )

    def _first_assignment(self, row: CaptureRow) -> AssignmentRow:
        return AssignmentRow(
            number=1,
            site=row.site,
            laterality=row.laterality,
            assigned_at=row.added_at,
            operator=self.operator,
            reason="",
        )

    def _first_acceptance(self, row: CaptureRow, facts: CaptureFacts) -> AcceptanceRow:
        is_accepted = not has_overridden_stop(facts)
        return AcceptanceRow(
            number=1,
            is_accepted=is_accepted,
            is_excluded=False,
            reason="" if is_accepted else _NOT_YET,
            decided_at=row.added_at,
            operator=self.operator,
        )


def has_overridden_stop(facts: CaptureFacts) -> bool:
    """Was the shutter pressed although a gate of the kind `stop` was red?"""
    stops = {reading.gate for reading in facts.readings if reading.kind is GateKind.STOP}
    return any(override.gate in stops for override in facts.overrides)


def refuse_unknown_site(protocol: StudyProtocol, key: SiteKey) -> None:
    """ArchiveError when the protocol does not have this site on this side."""
    if any(site.code == key.site and key.laterality in site.sides for site in protocol.sites):
        return
    raise ArchiveError(f"The protocol {protocol.name} has no site {key}: choose one of its sites and sides.")


def _refuse_without_consent(session: Session, subject_id: str, protocol: StudyProtocol) -> None:
    use = ConsentUse.TRIAL if protocol.kind == "study" else ConsentUse.CARE
    answers = select(ConsentRow).where(ConsentRow.subject_id == subject_id, ConsentRow.use == use.value)
    newest = session.scalars(answers.order_by(ConsentRow.number.desc()).limit(1)).first()
    if newest is None or newest.answer != ConsentAnswer.GIVEN.value:
        raise ArchiveError(
            f"This subject has not given consent for {use.value}: record the consent before taking a picture."
        )


def _refuse_impossible(facts: CaptureFacts) -> None:
    if facts.replicate < 1:
        raise ArchiveError(f"The replicate {facts.replicate} is not possible: count from 1.")
    if facts.taken_at.tzinfo is None:
        raise ArchiveError(f"The time {facts.taken_at} has no time zone: give it in UTC.")
