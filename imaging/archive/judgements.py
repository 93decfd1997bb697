"""What people decide about captures afterwards. Originals never change; each decision is a new row with a reason."""

from collections.abc import Iterator
from contextlib import contextmanager

from imaging.archive.protocols import protocol_from_values
from imaging.archive.rows import assignment_of
from imaging.archive.shelf import Writing
from imaging.archive.shots import ShotVerbs, refuse_unknown_site
from imaging.archive.tables import AcceptanceRow, AssignmentRow, CaptureRow, StudyRow
from imaging.errors import ArchiveError
from imaging.model.visit import Assignment, Capture, SiteKey


class JudgementVerbs(ShotVerbs):
    """Move a capture to another site, accept it, exclude it."""

    def reassign(self, capture_id: str, site: SiteKey, reason: str) -> Capture:
        """Say that a capture belongs to another site; the original stays where it is.

        Raises
        ------
        ArchiveError
            The reason is empty, or the study's protocol has no such site.
        """
        with self._judging("reassign capture", capture_id, reason) as (writing, row):
            study = self._found(writing.session, StudyRow, row.visit.study_id, "study")
            refuse_unknown_site(protocol_from_values(study.protocol), site)
            row.assignments.append(
                AssignmentRow(
                    number=len(row.assignments) + 1,
                    site=site.site,
                    laterality=site.laterality.value,
                    assigned_at=writing.at,
                    operator=self.operator,
                    reason=reason,
                )
            )
        return self.capture(capture_id)

    def set_accepted(self, capture_id: str, is_accepted: bool, reason: str = "") -> Capture:
        """Let a capture count or not; accepting also takes back an exclusion.

        Raises
        ------
        ArchiveError
            It is not to count, and the reason is empty.
        """
        return self._decide("accept capture" if is_accepted else "reject capture", capture_id, reason, is_accepted)

    def exclude(self, capture_id: str, reason: str) -> Capture:
        """Take a capture out for a physical reason (moved, hair, glare, wrong place), never for its value."""
        return self._decide("exclude capture", capture_id, reason, False)

    def assignments(self, capture_id: str) -> tuple[Assignment, ...]:
        """Where a capture belonged, oldest first; the last one counts."""
        with self._reading() as session:
            row = self._found(session, CaptureRow, capture_id, "capture")
            return tuple(assignment_of(assignment) for assignment in row.assignments)

    def _decide(self, action: str, capture_id: str, reason: str, is_accepted: bool) -> Capture:
        with self._judging(action, capture_id, reason or ("accepted" if is_accepted else "")) as (writing, row):
            row.acceptances.append(
                AcceptanceRow(
                    number=len(row.acceptances) + 1,
                    is_accepted=is_accepted,
                    is_excluded=action == "exclude capture",
                    reason=reason,
                    decided_at=writing.at,
                    operator=self.operator,
                )
            )
        return self.capture(capture_id)

    @contextmanager
    def _judging(self, action: str, capture_id: str, reason: str) -> Iterator[tuple[Writing, CaptureRow]]:
        if not reason.strip():
            raise ArchiveError("This decision needs a reason: choose one.")
        with self._writing(action, reason=reason, capture=capture_id) as writing:
            yield writing, self._found(writing.session, CaptureRow, capture_id, "capture")
            writing.captures.add(capture_id)
