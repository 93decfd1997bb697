"""Studies: each with its own copy of a protocol."""

from uuid import uuid4

from sqlalchemy import select

from imaging.archive.protocols import protocol_from_values, protocol_to_values
from imaging.archive.rows import study_of
from imaging.archive.shelf import Shelf
from imaging.archive.tables import SiteRow, StudyRow
from imaging.errors import ArchiveError
from imaging.model.protocol import StudyProtocol
from imaging.model.visit import Study


class StudyVerbs(Shelf):
    """Create and list studies."""

    def studies(self) -> tuple[Study, ...]:
        """All studies, oldest first."""
        with self._reading() as session:
            rows = session.scalars(select(StudyRow).order_by(StudyRow.created_at, StudyRow.code))
            return tuple(study_of(row) for row in rows)

    def create_study(self, code: str, name: str, protocol: StudyProtocol) -> Study:
        """A new study with its own copy of `protocol`.

        Raises
        ------
        ArchiveError
            The code is empty or taken.
        """
        code, name = code.strip(), name.strip()
        if not code or not name:
            raise ArchiveError("A study needs a code and a name: fill in both.")
        with self._writing("create study") as writing:
            if writing.session.scalar(select(StudyRow.id).where(StudyRow.code == code)) is not None:
                raise ArchiveError(f"There is already a study {code}: choose another code.")
            row = StudyRow(
                id=str(uuid4()),
                code=code,
                name=name,
                protocol=protocol_to_values(protocol),
                created_at=writing.at,
                operator=self.operator,
            )
            writing.session.add(row)
            writing.session.flush()
            writing.session.add_all(
                SiteRow(study_id=row.id, code=site.code, name=site.name, snomed=site.snomed) for site in protocol.sites
            )
            writing.studies.add(row.id)
            writing.ids["study"] = row.id
            return study_of(row)

    def protocol_of(self, study_id: str) -> StudyProtocol:
        """The study's own copy of its protocol."""
        with self._reading() as session:
            return protocol_from_values(self._found(session, StudyRow, study_id, "study").protocol)
