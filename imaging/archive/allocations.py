"""Which side is treated: recorded by subject code, corrected with a reason, hidden while a study is blinded.

The trail says who recorded what for whom, never the side: whoever captures may read it.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from imaging.archive.allocation_tables import AllocationRow, UnblindingRow
from imaging.archive.protocols import protocol_from_values
from imaging.archive.shelf import Writing
from imaging.archive.studies import StudyVerbs
from imaging.archive.tables import EnrolmentRow, StudyRow, SubjectRow
from imaging.errors import ArchiveError
from imaging.model.allocation import Allocation, Treated

_COLUMNS = ("subject", "treated")


class AllocationVerbs(StudyVerbs):
    """Record, correct and tell the treated sides of a study."""

    def allocate(self, study_id: str, treated: Mapping[str, Treated], reason: str = "") -> int:
        """Record the treated side of subjects by their code, all or none; who has not come yet has it from the start.

        Parameters
        ----------
        reason : why an earlier record is corrected

        Returns
        -------
        how many were new or corrected

        Raises
        ------
        ArchiveError
            The study is unknown, or a subject has another record and no reason for the correction is given.
        """
        with self._writing("record allocation", reason.strip(), study=study_id) as writing:
            study = self._found(writing.session, StudyRow, study_id, "study")
            known = _newest(writing.session, study_id)
            news = {code: side for code, side in treated.items() if code not in known or known[code].treated != side}
            corrected = sorted(code for code in news if code in known)
            if corrected and not reason.strip():
                raise ArchiveError(
                    f"Another treated side is recorded for {', '.join(corrected)} in study {study.code}: "
                    "give the reason for the correction."
                )
            writing.session.add_all(self._row(writing, study_id, item, known) for item in sorted(news.items()))
            writing.studies.add(study_id)
            writing.ids |= {"subjects": _identifiers(writing.session, study_id, news), "count": str(len(news))}
            writing.is_needed = bool(news)
        return len(news)

    def allocation(self, study_id: str, subject_code: str) -> Allocation:
        """What may be known of a subject's treatment now: while the study is blinded, only whether it is recorded."""
        with self._reading() as session:
            row = _newest(session, study_id).get(subject_code)
            if row is None:
                return Allocation()
            if _is_blinded(self._found(session, StudyRow, study_id, "study"), session):
                return Allocation(is_hidden=True)
            return Allocation(treated=Treated(row.treated))

    def is_blinded(self, study_id: str) -> bool:
        """The treated sides of this study are told to nobody yet."""
        with self._reading() as session:
            return _is_blinded(self._found(session, StudyRow, study_id, "study"), session)

    def unblind(self, study_id: str, reason: str) -> None:
        """From now on everybody may know the treated sides of a blinded study; this cannot be taken back.

        Raises
        ------
        ArchiveError
            The study is unknown, is not blinded, or no reason is given.
        """
        with self._writing("unblind study", reason.strip(), study=study_id) as writing:
            study = self._found(writing.session, StudyRow, study_id, "study")
            if not _is_blinded(study, writing.session):
                raise ArchiveError(f"Study {study.code} is not blinded (any more): there is nothing to unblind.")
            if not reason.strip():
                raise ArchiveError(f"Give the reason for unblinding study {study.code}: it cannot be taken back.")
            row = UnblindingRow(
                study_id=study_id, reason=reason.strip(), unblinded_at=writing.at, operator=self.operator
            )
            writing.session.add(row)
            writing.studies.add(study_id)

    def _row(
        self, writing: Writing, study_id: str, item: tuple[str, Treated], known: Mapping[str, AllocationRow]
    ) -> AllocationRow:
        code, side = item
        number = known[code].number + 1 if code in known else 1
        return AllocationRow(
            study_id=study_id,
            subject_code=code,
            number=number,
            treated=side.value,
            recorded_at=writing.at,
            operator=self.operator,
        )


def _newest(session: Session, study_id: str) -> dict[str, AllocationRow]:
    """By subject code."""
    rows = select(AllocationRow).where(AllocationRow.study_id == study_id).order_by(AllocationRow.number)
    return {row.subject_code: row for row in session.scalars(rows)}


def _is_blinded(study: StudyRow, session: Session) -> bool:
    return protocol_from_values(study.protocol).is_blinded and session.get(UnblindingRow, study.id) is None


def _identifiers(session: Session, study_id: str, codes: Mapping[str, object]) -> str:
    """Of those who are enrolled already: the trail holds identifiers only."""
    found = (
        select(SubjectRow.id)
        .join(EnrolmentRow, EnrolmentRow.subject_id == SubjectRow.id)
        .where(EnrolmentRow.study_id == study_id, SubjectRow.code.in_(codes))
        .order_by(SubjectRow.code)
    )
    return " ".join(session.scalars(found))
