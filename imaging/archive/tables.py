"""The index as tables. Keys are natural or uuid4 as text, so that rows rebuilt from sidecars are the same rows.

What can change over time (consent, assignment, acceptance, annotation, ROI) is a history: numbered rows, newest counts.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from imaging.archive.columns import Json, JsonList, Row


class StudyRow(Row):
    __tablename__ = "study"

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    protocol: Mapped[Json]
    """The study's own copy; never changes when a template does."""
    created_at: Mapped[datetime]
    operator: Mapped[str]


class SiteRow(Row):
    """A site of a study's protocol, with its code, for questions asked in SQL."""

    __tablename__ = "site"

    study_id: Mapped[str] = mapped_column(ForeignKey("study.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    snomed: Mapped[str]


class SubjectRow(Row):
    __tablename__ = "subject"

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(index=True)
    birth_year: Mapped[int | None]
    sex: Mapped[str | None]
    phototype: Mapped[str | None]
    added_at: Mapped[datetime]
    operator: Mapped[str]


class EnrolmentRow(Row):
    __tablename__ = "enrolment"

    study_id: Mapped[str] = mapped_column(ForeignKey("study.id"), primary_key=True)
    subject_id: Mapped[str] = mapped_column(ForeignKey("subject.id"), primary_key=True)
    enrolled_at: Mapped[datetime]
    operator: Mapped[str]


class ConsentRow(Row):
    __tablename__ = "consent"

    subject_id: Mapped[str] = mapped_column(ForeignKey("subject.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    use: Mapped[str]
    answer: Mapped[str]
    form_version: Mapped[str]
    given_on: Mapped[date]
    recorded_at: Mapped[datetime]
    operator: Mapped[str]


class VisitRow(Row):
    __tablename__ = "visit"
    __table_args__ = (ForeignKeyConstraint(["study_id", "subject_id"], ["enrolment.study_id", "enrolment.subject_id"]),)

    id: Mapped[str] = mapped_column(primary_key=True)
    study_id: Mapped[str] = mapped_column(index=True)
    subject_id: Mapped[str] = mapped_column(index=True)
    week: Mapped[int | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    operator: Mapped[str]


class NotDoneRow(Row):
    __tablename__ = "not_done"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str]
    laterality: Mapped[str]
    reason: Mapped[str]
    noted_at: Mapped[datetime]
    operator: Mapped[str]


class RoiRow(Row):
    """Region of a subject's site in pixels of its baseline picture."""

    __tablename__ = "roi"
    __table_args__ = (ForeignKeyConstraint(["study_id", "subject_id"], ["enrolment.study_id", "enrolment.subject_id"]),)

    study_id: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(primary_key=True)
    laterality: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    row0: Mapped[int]
    col0: Mapped[int]
    row1: Mapped[int]
    col1: Mapped[int]
    drawn_at: Mapped[datetime]
    operator: Mapped[str]


class CaptureRow(Row):
    __tablename__ = "capture"

    id: Mapped[str] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    site: Mapped[str]
    """Where it was said to be when taken; the newest assignment counts."""
    laterality: Mapped[str]
    replicate: Mapped[int]
    taken_at: Mapped[datetime]
    camera_identity: Mapped[str]
    camera_name: Mapped[str]
    calibration: Mapped[Json | None]
    """The device file as it was."""
    added_at: Mapped[datetime]
    operator: Mapped[str]
    audit_head: Mapped[str]
    """Newest hash of the audit trail before this capture: a trail cut short or written anew does not have it."""

    visit: Mapped[VisitRow] = relationship(lazy="joined")
    originals: Mapped[list["OriginalRow"]] = relationship(lazy="selectin", order_by="OriginalRow.position")
    assignments: Mapped[list["AssignmentRow"]] = relationship(lazy="selectin", order_by="AssignmentRow.number")
    acceptances: Mapped[list["AcceptanceRow"]] = relationship(lazy="selectin", order_by="AcceptanceRow.number")
    doubts: Mapped[list["DoubtRow"]] = relationship(lazy="selectin", order_by="DoubtRow.number")
    readings: Mapped[list["ReadingRow"]] = relationship(lazy="selectin", order_by="ReadingRow.position")
    overrides: Mapped[list["OverrideRow"]] = relationship(lazy="selectin", order_by="OverrideRow.position")


class OriginalRow(Row):
    __tablename__ = "original"

    capture_id: Mapped[str] = mapped_column(ForeignKey("capture.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    byte_count: Mapped[int]
    role: Mapped[str]
    light: Mapped[str | None]
    sequence: Mapped[int]
    time_s: Mapped[float]
    encoding: Mapped[str]
    transport: Mapped[str | None]
    controls: Mapped[JsonList]
    """As the camera read them back, one object each."""


class AssignmentRow(Row):
    __tablename__ = "assignment"

    capture_id: Mapped[str] = mapped_column(ForeignKey("capture.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str]
    laterality: Mapped[str]
    assigned_at: Mapped[datetime]
    operator: Mapped[str]
    reason: Mapped[str]


class AcceptanceRow(Row):
    """Whether a capture counts; newest row. `is_excluded` is for a physical reason, never for a value."""

    __tablename__ = "acceptance"

    capture_id: Mapped[str] = mapped_column(ForeignKey("capture.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    is_accepted: Mapped[bool]
    is_excluded: Mapped[bool]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    operator: Mapped[str]


class DoubtRow(Row):
    """Whether the calibration a capture was taken with is in doubt; newest row."""

    __tablename__ = "doubt"

    capture_id: Mapped[str] = mapped_column(ForeignKey("capture.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    is_doubtful: Mapped[bool]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    operator: Mapped[str]


class DeviceCheckRow(Row):
    """The drift list of a device file, as far as this archive was told; never changes."""

    __tablename__ = "device_check"

    device: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    section: Mapped[str]
    quantity: Mapped[str]
    checked_at: Mapped[datetime]
    deviation: Mapped[float]
    limit: Mapped[float]
    unit: Mapped[str]
    is_new: Mapped[bool]
    recorded_at: Mapped[datetime]
    operator: Mapped[str]


class ReadingRow(Row):
    __tablename__ = "reading"

    capture_id: Mapped[str] = mapped_column(ForeignKey("capture.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    gate: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    value: Mapped[float | None]
    unit: Mapped[str]
    limit: Mapped[str]
    instruction: Mapped[str]
    sequence: Mapped[int]
    numbers: Mapped[Json]


class OverrideRow(Row):
    __tablename__ = "override"

    capture_id: Mapped[str] = mapped_column(ForeignKey("capture.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    gate: Mapped[str]
    reason: Mapped[str]


class AnnotationRow(Row):
    """All shapes on a capture as saved once; the newest version counts."""

    __tablename__ = "annotation"

    capture_id: Mapped[str] = mapped_column(ForeignKey("capture.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    shapes: Mapped[JsonList]
    saved_at: Mapped[datetime]
    operator: Mapped[str]


class MeasurementRow(Row):
    """One endpoint of one capture by one version of the engine: derived, can be made again."""

    __tablename__ = "measurement"

    capture_id: Mapped[str] = mapped_column(ForeignKey("capture.id"), primary_key=True)
    engine_version: Mapped[str] = mapped_column(primary_key=True)
    endpoint: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float | None]
    measured_at: Mapped[datetime]
    operator: Mapped[str]


class AuditRow(Row):
    """The trail. Triggers refuse any change (see `imaging.archive.audit`)."""

    __tablename__ = "audit"
    __table_args__ = (UniqueConstraint("hash"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    operator: Mapped[str]
    action: Mapped[str]
    ids: Mapped[Json]
    reason: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str]
