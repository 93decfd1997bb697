"""Rows of the index as values of `imaging.model`, and back."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache

from imaging.archive.objects import EncodedOriginal
from imaging.archive.tables import (
    AssignmentRow,
    CaptureRow,
    ConsentRow,
    DeviceCheckRow,
    DoubtRow,
    NotDoneRow,
    OriginalRow,
    OverrideRow,
    ReadingRow,
    StudyRow,
    SubjectRow,
    VisitRow,
)
from imaging.calibration.device_file import calibration_from_json
from imaging.model.calibration import Check, DeviceCalibration
from imaging.model.frame import ControlReading, Encoding
from imaging.model.protocol import Laterality
from imaging.model.reading import GateKind, GateReading, GateState
from imaging.model.visit import (
    Assignment,
    Capture,
    CaptureFacts,
    Consent,
    ConsentAnswer,
    ConsentUse,
    Doubt,
    NotDone,
    Original,
    Override,
    SiteKey,
    Study,
    Subject,
    Visit,
)


def study_of(row: StudyRow) -> Study:
    return Study(row.id, row.code, row.name, str(row.protocol.get("code", "")), row.created_at)


def subject_of(row: SubjectRow, consents: Sequence[ConsentRow]) -> Subject:
    """A subject with the newest answer for each use; `consents` oldest first."""
    newest = {consent.use: consent for consent in consents}
    return Subject(row.id, row.code, row.birth_year, tuple(map(consent_of, newest.values())), row.sex, row.phototype)


def consent_of(row: ConsentRow) -> Consent:
    return Consent(ConsentUse(row.use), ConsentAnswer(row.answer), row.form_version, row.given_on)


def visit_of(row: VisitRow) -> Visit:
    return Visit(row.id, row.subject_id, row.study_id, row.week, row.started_at, row.operator, row.finished_at)


def not_done_of(row: NotDoneRow) -> NotDone:
    return NotDone(row.visit_id, site_key(row), row.reason, row.noted_at, row.operator)


def doubt_of(row: DoubtRow) -> Doubt:
    return Doubt(row.capture_id, row.is_doubtful, row.reason, row.decided_at, row.operator)


def check_of(row: DeviceCheckRow) -> Check:
    return Check(row.section, row.checked_at, row.deviation, row.limit, row.unit, row.is_new, row.quantity)


def assignment_of(row: AssignmentRow) -> Assignment:
    return Assignment(row.capture_id, site_key(row), row.assigned_at, row.operator, row.reason)


def site_key(row: CaptureRow | AssignmentRow | NotDoneRow) -> SiteKey:
    return SiteKey(row.site, Laterality(row.laterality))


def capture_of(row: CaptureRow) -> Capture:
    """A capture as it stands: its site from the newest assignment, its acceptance from the newest decision."""
    first, decision = row.originals[0], row.acceptances[-1]
    return Capture(
        identifier=row.id,
        subject_id=row.visit.subject_id,
        site=current_site(row),
        facts=_facts_of(row),
        operator=row.operator,
        originals=tuple(Original(o.sha256, o.role, o.light, o.byte_count) for o in row.originals),
        encoding=encoding_of(first),
        transport=first.transport,
        controls=controls_of(first),
        is_accepted=decision.is_accepted and not decision.is_excluded,
        excluded_reason=decision.reason if decision.is_excluded else "",
        doubt=row.doubts[-1].reason if row.doubts and row.doubts[-1].is_doubtful else "",
    )


def current_site(row: CaptureRow) -> SiteKey:
    """Where the newest assignment says the capture belongs."""
    return site_key(row.assignments[-1])


def _facts_of(row: CaptureRow) -> CaptureFacts:
    return CaptureFacts(
        visit_id=row.visit_id,
        site=site_key(row),
        replicate=row.replicate,
        taken_at=row.taken_at,
        camera_identity=row.camera_identity,
        camera_name=row.camera_name,
        readings=tuple(_reading_of(reading) for reading in row.readings),
        overrides=tuple(Override(override.gate, override.reason) for override in row.overrides),
        calibration=_calibration(json.dumps(row.calibration)) if row.calibration else None,
    )


@lru_cache(maxsize=64)
def _calibration(text: str) -> DeviceCalibration:
    """One value for one text: lights compare by identity, and a capture read twice should equal itself."""
    return calibration_from_json(json.loads(text))


def encoding_of(row: OriginalRow) -> Encoding:
    return "linear" if row.encoding == "linear" else "srgb"


def controls_of(row: OriginalRow) -> tuple[ControlReading, ...]:
    return tuple(ControlReading(**control) for control in row.controls)


def _reading_of(row: ReadingRow) -> GateReading:
    return GateReading(
        gate=row.gate,
        kind=GateKind(row.kind),
        state=GateState(row.state),
        value=row.value,
        unit=row.unit,
        limit=row.limit,
        instruction=row.instruction,
        sequence=row.sequence,
        values=tuple((name, float(number)) for name, number in row.numbers.items()),
    )


def original_rows(capture_id: str, originals: Sequence[EncodedOriginal]) -> list[OriginalRow]:
    return [_original_row(capture_id, position, original) for position, original in enumerate(originals)]


def _original_row(capture_id: str, position: int, original: EncodedOriginal) -> OriginalRow:
    frame = original.frame
    return OriginalRow(
        capture_id=capture_id,
        position=position,
        sha256=original.sha256,
        byte_count=len(original.content),
        role=original.role,
        light=frame.light if frame else None,
        sequence=frame.sequence if frame else 0,
        time_s=float(frame.time_s) if frame else 0.0,
        encoding=original.encoding,
        transport=frame.transport if frame else None,
        controls=[_plain_control(control) for control in frame.controls] if frame else [],
    )


def _plain_control(control: ControlReading) -> dict[str, str | float | None]:
    return {key: _finite_or_text(value) for key, value in asdict(control).items()}


def reading_rows(capture_id: str, readings: Sequence[GateReading]) -> list[ReadingRow]:
    return [_reading_row(capture_id, position, reading) for position, reading in enumerate(readings)]


def _reading_row(capture_id: str, position: int, reading: GateReading) -> ReadingRow:
    return ReadingRow(
        capture_id=capture_id,
        position=position,
        gate=reading.gate,
        kind=reading.kind.value,
        state=reading.state.value,
        value=finite(reading.value),
        unit=reading.unit,
        limit=reading.limit,
        instruction=reading.instruction,
        sequence=reading.sequence,
        numbers={name: finite(number) for name, number in reading.values if finite(number) is not None},
    )


def override_rows(capture_id: str, overrides: Sequence[Override]) -> list[OverrideRow]:
    return [
        OverrideRow(capture_id=capture_id, position=position, gate=override.gate, reason=override.reason)
        for position, override in enumerate(overrides)
    ]


def finite(value: float | None) -> float | None:
    """A plain number, or None for what was not measured (None, NaN, infinity)."""
    return float(value) if value is not None and math.isfinite(value) else None


def _finite_or_text(value: str | float | None) -> str | float | None:
    return value if isinstance(value, str | bool) else finite(value)
