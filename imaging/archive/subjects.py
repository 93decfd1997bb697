"""Subjects by code, their enrolments and consents."""

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from imaging.archive.rows import consent_of, subject_of
from imaging.archive.shelf import Shelf, Writing
from imaging.archive.tables import ConsentRow, EnrolmentRow, StudyRow, SubjectRow
from imaging.errors import ArchiveError
from imaging.model.visit import Consent, Subject

SEXES = ("female", "male", "other")
PHOTOTYPES = ("I", "II", "III", "IV", "V", "VI")
_OLDEST = 130
_LONGEST_CODE = 64


@dataclass(frozen=True)
class NewSubject:
    """What is known about a subject when it is enrolled; never a name."""

    code: str
    birth_year: int | None = None
    consents: tuple[Consent, ...] = ()
    sex: str | None = None
    phototype: str | None = None

    def refuse_impossible(self, this_year: int) -> None:
        """ArchiveError naming the value that is not possible."""
        if not self.code or not self.code.isprintable() or len(self.code) > _LONGEST_CODE:
            raise ArchiveError(f"{self.code!r} cannot be a subject code: give up to {_LONGEST_CODE} characters.")
        if self.birth_year is not None and not this_year - _OLDEST <= self.birth_year <= this_year:
            raise ArchiveError(f"The birth year {self.birth_year} is not possible: correct it or leave it empty.")
        if self.sex is not None and self.sex not in SEXES:
            raise ArchiveError(f"The sex {self.sex!r} is not known: choose one of {', '.join(SEXES)}.")
        if self.phototype is not None and self.phototype not in PHOTOTYPES:
            raise ArchiveError(f"The phototype {self.phototype!r} is not known: choose one of I to VI.")


class SubjectVerbs(Shelf):
    """Enrol and find subjects; record what they consented to."""

    def add_subject(
        self, study_id: str, code: str, birth_year: int | None = None, consents: tuple[Consent, ...] = ()
    ) -> Subject:
        """Enrol a new subject in a study, together with the consents it brings.

        Raises
        ------
        ArchiveError
            The code is taken in this study or cannot be one, or the birth year is not possible.
        """
        return self.enrol_new(study_id, NewSubject(code.strip(), birth_year, consents))

    def enrol_new(self, study_id: str, new: NewSubject) -> Subject:
        """As `add_subject`, with all that may be known about a subject."""
        new.refuse_impossible(self._clock().year)
        with self._writing("add subject", study=study_id) as writing:
            self._refuse_taken(writing.session, study_id, new.code)
            row = SubjectRow(
                id=str(uuid4()),
                code=new.code,
                birth_year=new.birth_year,
                sex=new.sex,
                phototype=new.phototype,
                added_at=writing.at,
                operator=self.operator,
            )
            writing.session.add(row)
            writing.session.flush()
            self._enrol(writing, study_id, row.id)
            self._add_consents(writing, row.id, new.consents)
            return _subject(writing.session, row)

    def enrol_subject(self, study_id: str, subject_id: str) -> None:
        """Let a subject of another study take part in this one too, under the same code.

        Raises
        ------
        ArchiveError
            Study or subject are unknown, or the code is taken in this study.
        """
        with self._writing("enrol subject", study=study_id) as writing:
            row = self._found(writing.session, SubjectRow, subject_id, "subject")
            self._refuse_taken(writing.session, study_id, row.code)
            self._enrol(writing, study_id, subject_id)

    def subjects(self, study_id: str) -> tuple[Subject, ...]:
        """Subjects enrolled in a study, by code."""
        with self._reading() as session:
            found = (
                select(SubjectRow)
                .join(EnrolmentRow, EnrolmentRow.subject_id == SubjectRow.id)
                .where(EnrolmentRow.study_id == study_id)
                .order_by(SubjectRow.code)
            )
            return _subjects(session, list(session.scalars(found)))

    def subject(self, subject_id: str) -> Subject:
        """One subject; ArchiveError when there is none with this identifier."""
        with self._reading() as session:
            return _subject(session, self._found(session, SubjectRow, subject_id, "subject"))

    def record_consent(self, subject_id: str, consent: Consent) -> Subject:
        """Add an answer to the subject's history; from now on it counts for its use."""
        with self._writing("record consent", subject=subject_id) as writing:
            row = self._found(writing.session, SubjectRow, subject_id, "subject")
            self._add_consents(writing, subject_id, (consent,))
            return _subject(writing.session, row)

    def consent_history(self, subject_id: str) -> tuple[Consent, ...]:
        """Every answer a subject ever gave, oldest first."""
        with self._reading() as session:
            return tuple(consent_of(row) for row in _consents(session, [subject_id]))

    def _refuse_taken(self, session: Session, study_id: str, code: str) -> None:
        study = self._found(session, StudyRow, study_id, "study")
        taken = (
            select(SubjectRow.id)
            .join(EnrolmentRow, EnrolmentRow.subject_id == SubjectRow.id)
            .where(EnrolmentRow.study_id == study_id, SubjectRow.code == code)
        )
        if session.scalar(taken) is not None:
            raise ArchiveError(f"Study {study.code} already has a subject {code}: choose another code.")

    def _enrol(self, writing: Writing, study_id: str, subject_id: str) -> None:
        row = EnrolmentRow(study_id=study_id, subject_id=subject_id, enrolled_at=writing.at, operator=self.operator)
        writing.session.add(row)
        writing.session.flush()
        writing.subjects.add(subject_id)
        writing.ids["subject"] = subject_id

    def _add_consents(self, writing: Writing, subject_id: str, consents: tuple[Consent, ...]) -> None:
        earlier = select(func.count()).where(ConsentRow.subject_id == subject_id)
        count = writing.session.scalar(earlier) or 0
        writing.session.add_all(
            ConsentRow(
                subject_id=subject_id,
                number=number,
                use=consent.use.value,
                answer=consent.answer.value,
                form_version=consent.form_version,
                given_on=consent.given_on,
                recorded_at=writing.at,
                operator=self.operator,
            )
            for number, consent in enumerate(consents, start=count + 1)
        )
        writing.subjects.add(subject_id)


def _subject(session: Session, row: SubjectRow) -> Subject:
    return subject_of(row, _consents(session, [row.id]))


def _subjects(session: Session, rows: list[SubjectRow]) -> tuple[Subject, ...]:
    consents = _consents(session, [row.id for row in rows])
    return tuple(subject_of(row, [c for c in consents if c.subject_id == row.id]) for row in rows)


def _consents(session: Session, subject_ids: list[str]) -> list[ConsentRow]:
    found = select(ConsentRow).where(ConsentRow.subject_id.in_(subject_ids)).order_by(ConsentRow.number)
    return list(session.scalars(found))
