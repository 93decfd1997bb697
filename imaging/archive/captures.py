"""Looking at captures: lists, pictures, the baseline of a site."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from imaging.archive.objects import FLAT_FIELD, FRAME, OVERVIEW, read_original
from imaging.archive.rows import capture_of, controls_of, current_site, encoding_of
from imaging.archive.tables import CaptureRow, OriginalRow, VisitRow
from imaging.archive.visits import VisitVerbs
from imaging.model.arrays import Pixels
from imaging.model.frame import Frame
from imaging.model.light_stack import LightStack
from imaging.model.visit import Capture, Original, SiteKey

_READ_AT_ONCE = 2


class CaptureVerbs(VisitVerbs):
    """Find captures and read their originals."""

    def capture(self, capture_id: str) -> Capture:
        """One capture; ArchiveError when there is none with this identifier."""
        with self._reading() as session:
            return capture_of(self._found(session, CaptureRow, capture_id, "capture"))

    def captures(
        self,
        visit_id: str | None = None,
        subject_id: str | None = None,
        study_id: str | None = None,
        site: SiteKey | None = None,
    ) -> tuple[Capture, ...]:
        """Captures that meet every condition given, in the order they were taken, the excluded ones too.

        Parameters
        ----------
        site : where the newest assignment says a capture belongs
        """
        found = select(CaptureRow).join(VisitRow).order_by(CaptureRow.taken_at, CaptureRow.added_at, CaptureRow.id)
        conditions = ((CaptureRow.visit_id, visit_id), (VisitRow.subject_id, subject_id), (VisitRow.study_id, study_id))
        for column, wanted in conditions:
            found = found.where(column == wanted) if wanted is not None else found
        with self._reading() as session:
            rows = session.scalars(found).unique()
            return tuple(capture_of(row) for row in rows if site is None or current_site(row) == site)

    def read_stack(self, capture: Capture) -> LightStack:
        """The originals of a capture as the frames they were, each checksum compared on the way.

        Raises
        ------
        ArchiveError
            A file is missing or damaged; it is named.
        """
        with self._reading() as session:
            rows = _originals(session, capture.identifier)
            files = [self.folder.original(capture.subject_id, row.sha256) for row in rows]
            with ThreadPoolExecutor(max_workers=_READ_AT_ONCE) as pool:
                pixels = pool.map(read_original, files)
                frames = [(row.role, _frame(row, one)) for row, one in zip(rows, pixels, strict=True)]
        overview = [frame for role, frame in frames if role == OVERVIEW]
        lit = tuple(frame for role, frame in frames if role == FRAME)
        white = tuple(frame.pixels for role, frame in frames if role == FLAT_FIELD)
        return LightStack(lit, overview[0] if overview else None, white)

    def original_path(self, capture: Capture, original: Original) -> Path:
        """Where the file of an original lies."""
        return self.folder.original(capture.subject_id, original.sha256)

    def baseline(self, subject_id: str, study_id: str, site: SiteKey) -> Capture | None:
        """The first accepted capture of a site in the first visit that has one: what later visits are compared with."""
        taken = [c for c in self.captures(subject_id=subject_id, study_id=study_id, site=site) if c.is_accepted]
        order = [visit.identifier for visit in self.visits(subject_id, study_id)]
        return min(taken, key=lambda capture: order.index(capture.facts.visit_id), default=None)


def _frame(row: OriginalRow, pixels: Pixels) -> Frame:
    return Frame(
        pixels=pixels,
        sequence=row.sequence,
        time_s=row.time_s,
        light=row.light,
        encoding=encoding_of(row),
        transport=row.transport,
        controls=controls_of(row),
    )


def _originals(session: Session, capture_id: str) -> list[OriginalRow]:
    found = select(OriginalRow).where(OriginalRow.capture_id == capture_id).order_by(OriginalRow.position)
    return list(session.scalars(found))
