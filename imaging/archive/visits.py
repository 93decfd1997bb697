"""Visits, sites left out, and who is expected."""

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import func, select

from imaging.archive.allocations import AllocationVerbs
from imaging.archive.due import plan_of_subject
from imaging.archive.rows import not_done_of, visit_of
from imaging.archive.subjects import SubjectVerbs
from imaging.archive.tables import EnrolmentRow, NotDoneRow, VisitRow
from imaging.errors import ArchiveError
from imaging.model.due import DueVisit
from imaging.model.visit import NotDone, SiteKey, Visit


class VisitVerbs(AllocationVerbs, SubjectVerbs):
    """Start, finish and list visits."""

    def start_visit(
        self, subject_id: str, study_id: str, week: int | None = None, *, started_at: datetime | None = None
    ) -> Visit:
        """A new visit of an enrolled subject.

        Parameters
        ----------
        week : the planned week; None outside a plan
        started_at : for a visit that is entered later; UTC, now when None

        Raises
        ------
        ArchiveError
            The subject is not enrolled in the study.
        """
        with self._writing("start visit", subject=subject_id, study=study_id) as writing:
            if writing.session.get(EnrolmentRow, (study_id, subject_id)) is None:
                raise ArchiveError("This subject is not enrolled in this study: enrol it first.")
            row = VisitRow(
                id=str(uuid4()),
                study_id=study_id,
                subject_id=subject_id,
                week=week,
                started_at=started_at or writing.at,
                operator=self.operator,
            )
            writing.session.add(row)
            writing.session.flush()
            writing.subjects.add(subject_id)
            writing.ids["visit"] = row.id
            return visit_of(row)

    def finish_visit(self, visit_id: str, *, finished_at: datetime | None = None) -> Visit:
        """Close a visit; a second call changes nothing."""
        visit = self.visit(visit_id)
        if visit.finished_at is not None:
            return visit
        with self._writing("finish visit", visit=visit_id) as writing:
            row = self._found(writing.session, VisitRow, visit_id, "visit")
            row.finished_at = finished_at or writing.at
            writing.subjects.add(row.subject_id)
        return self.visit(visit_id)

    def visit(self, visit_id: str) -> Visit:
        """One visit; ArchiveError when there is none with this identifier."""
        with self._reading() as session:
            return visit_of(self._found(session, VisitRow, visit_id, "visit"))

    def visits(self, subject_id: str | None = None, study_id: str | None = None) -> tuple[Visit, ...]:
        """Visits of a subject, of a study or of both, oldest first."""
        found = select(VisitRow).order_by(VisitRow.started_at, VisitRow.id)
        if subject_id is not None:
            found = found.where(VisitRow.subject_id == subject_id)
        if study_id is not None:
            found = found.where(VisitRow.study_id == study_id)
        with self._reading() as session:
            return tuple(visit_of(row) for row in session.scalars(found))

    def due_visits(self, study_id: str, today: date) -> tuple[DueVisit, ...]:
        """Every planned visit of every subject of a study and how it stands today, by subject and week."""
        windows, visits = self.protocol_of(study_id).visits, self.visits(study_id=study_id)
        return tuple(
            due
            for subject in self.subjects(study_id)
            for due in plan_of_subject(
                subject, windows, [v for v in visits if v.subject_id == subject.identifier], today
            )
        )

    def mark_not_done(self, visit_id: str, site: SiteKey, reason: str) -> None:
        """Say that a site is left out at a visit, and why; the newest reason counts."""
        if not reason.strip():
            raise ArchiveError("A site that is left out needs a reason: choose one.")
        with self._writing("mark site not done", reason=reason, visit=visit_id) as writing:
            visit = self._found(writing.session, VisitRow, visit_id, "visit")
            count = writing.session.scalar(select(func.count()).where(NotDoneRow.visit_id == visit_id)) or 0
            row = NotDoneRow(
                visit_id=visit_id,
                number=count + 1,
                site=site.site,
                laterality=site.laterality.value,
                reason=reason,
                noted_at=writing.at,
                operator=self.operator,
            )
            writing.session.add(row)
            writing.subjects.add(visit.subject_id)

    def not_done(self, visit_id: str) -> tuple[NotDone, ...]:
        """The sites left out at a visit, one entry each."""
        found = select(NotDoneRow).where(NotDoneRow.visit_id == visit_id).order_by(NotDoneRow.number)
        with self._reading() as session:
            newest = {(row.site, row.laterality): row for row in session.scalars(found)}
            return tuple(not_done_of(row) for row in newest.values())
