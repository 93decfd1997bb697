"""Looking at captures: read, measure, annotate."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from gui.bridge.tasks import Tasks
from gui.session.blinding import HIDDEN
from gui.session.capture.site_pictures import evenly_lit
from gui.session.chosen import Chosen
from gui.session.colours import depth_picture, preview_picture
from gui.session.looking import DepthPicture, Looking, standing_of
from gui.session.originals import Originals
from gui.session.visit import VisitSession
from imaging.archive.store import Archive
from imaging.errors import ImagingError
from imaging.model.annotation import Annotation
from imaging.model.arrays import Pixels
from imaging.model.geometry import Roi
from imaging.model.measurement import MeasuredCapture, MeasureLimits
from imaging.model.visit import Capture, SiteKey, Visit

if TYPE_CHECKING:
    from imaging.surface.preview import Preview

_MEASURE, _READ = "review: measure", "review: read"


class ReviewSession(QObject):
    """One capture at a time: its picture at once, its measurement as soon as it is made."""

    changed = Signal(object)
    """The new `Looking`."""
    failed = Signal(str)
    _previewed = Signal(str, object)
    """Capture and `DepthPicture`, from the thread that goes on to measure."""

    def __init__(self, visit: VisitSession, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._tasks = tasks
        self._is_open = False
        self._originals = Originals()
        self.looking = Looking()
        visit.changed.connect(self._follow)
        self._previewed.connect(self._show_preview, Qt.ConnectionType.QueuedConnection)

    def enter(self) -> None:
        """From now on follow what is chosen, and measure what is looked at."""
        self._is_open = True
        self._follow(self._visit.chosen)

    def leave(self) -> None:
        self._is_open = False

    def choose_visit(self, visit_id: str) -> None:
        """Look at another visit of the subject, at the same site if it was photographed there."""
        visit = next(v for v in self._visit.chosen.history if v.identifier == visit_id)
        self._look(visit, self.looking.site)

    def choose_site(self, site: SiteKey) -> None:
        if self.looking.visit is not None:
            self._look(self.looking.visit, site)

    def choose(self, capture_id: str) -> None:
        """Look at one capture, of any visit of the subject."""
        looking = self.looking
        found = next((c for c in looking.captures if c.identifier == capture_id), None)
        if found is None and self._visit.archive is not None:
            found = self._visit.archive.capture(capture_id)
            visit = next(v for v in self._visit.chosen.history if v.identifier == found.facts.visit_id)
            captures = self._visit.archive.captures(visit.identifier)
            self._show(Looking(visit=visit, captures=captures))
        if found is not None:
            self._take(found)

    def set_annotations(self, annotations: tuple[Annotation, ...]) -> None:
        """Keep what was drawn with the capture; what cannot be kept does not stay on the screen as if it were."""
        archive, capture = self._visit.archive, self.looking.capture
        if archive is None or capture is None or annotations == self.looking.annotations:
            return
        try:
            archive.save_annotations(capture.identifier, annotations)
        except ImagingError as error:
            self.failed.emit(f"{error} The last drawing was not kept: draw it again.")
            self.changed.emit(self.looking)
            return
        self._show(replace(self.looking, annotations=annotations))

    def set_region(self, region: Roi) -> None:
        """Take endpoints of this site in another region from now on; drawn on its baseline, carried to all others."""
        archive, capture = self._visit.archive, self.looking.capture
        if archive is None or capture is None or not self.looking.is_baseline:
            return
        try:
            archive.set_roi(capture.subject_id, self._study_id, capture.site, region)
        except ImagingError as error:
            self.failed.emit(str(error))
            return
        self._show(replace(self.looking, region=region, is_busy=True))
        self._measure(archive, capture)
        self._visit.outdated.emit()

    # -- within ----------------------------------------------------------------------------------

    @property
    def _study_id(self) -> str:
        return self.looking.visit.study_id if self.looking.visit else ""

    def _is_baseline(self, archive: Archive, capture: Capture) -> bool:
        baseline = archive.baseline(capture.subject_id, self._study_id, capture.site)
        return baseline is not None and baseline.identifier == capture.identifier

    def _follow(self, chosen: Chosen) -> None:
        if not self._is_open:
            return
        if chosen.hides_results and (self.looking.measured is not None or self.looking.is_busy):
            self._drop()  # seen by this person before the first picture, or about to be
        history = {visit.identifier: visit for visit in chosen.history}
        known = self.looking.visit
        if known is not None and known.identifier in history and chosen.visit is None:
            self._look(history[known.identifier], self.looking.site)
        elif chosen.visit is not None and chosen.captures:
            self._look(chosen.visit, self.looking.site)
        else:
            self._look(self._newest_with_captures(chosen), self.looking.site)

    def _newest_with_captures(self, chosen: Chosen) -> Visit | None:
        archive = self._visit.archive
        if archive is None:
            return None
        return next((v for v in reversed(chosen.history) if archive.captures(v.identifier)), None)

    def _look(self, visit: Visit | None, site: SiteKey | None) -> None:
        archive = self._visit.archive
        if visit is None or archive is None:
            self._drop()
            return
        captures = archive.captures(visit.identifier)
        kept, was = self.looking.capture, self.looking
        is_kept = kept is not None and kept.site == site and kept.identifier in {c.identifier for c in captures}
        is_same = was.visit == visit and standing_of(was.captures) == standing_of(captures)
        if is_same and is_kept and not was.message:
            return
        pictures = {c.identifier: was.pictures[c.identifier] for c in captures if c.identifier in was.pictures}
        self._show(Looking(visit=visit, captures=captures, pictures=pictures))
        again = next((c for c in captures if kept is not None and c.identifier == kept.identifier), None)
        capture = again if is_kept else _newest(captures, site)
        if capture is not None:
            self._take(capture)

    def _take(self, capture: Capture) -> None:
        """Its picture and annotations at once, its measurement later."""
        archive = self._visit.archive
        if archive is None or capture is self.looking.capture:
            return
        annotations = tuple(archive.annotations(capture.identifier))
        hides = self._visit.chosen.hides_results
        self._show(
            replace(
                self.looking,
                capture=capture,
                measured=None,
                depth=None,
                preview=None,
                annotations=annotations,
                is_baseline=self._is_baseline(archive, capture),
                region=archive.roi(capture.subject_id, self._study_id, capture.site),
                is_busy=not hides,
                message=HIDDEN if hides else "",
            )
        )
        self._read(archive)
        if not hides:
            self._measure(archive, capture)

    def _measure(self, archive: Archive, capture: Capture) -> None:
        protocol = self._visit.chosen.protocol
        limit_um = protocol.heat_map_limit_um if protocol else 200.0
        reference_mm = (protocol.limits if protocol else MeasureLimits()).depression_reference_mm

        def preview(quick: "Preview") -> None:
            self._previewed.emit(capture.identifier, preview_picture(quick, limit_um, reference_mm))

        def measured() -> tuple[MeasuredCapture, DepthPicture]:
            from imaging.pipeline import measure_capture

            is_looked_at = self.looking.capture is capture and self.looking.measured is None
            read = partial(self._originals.read, archive)
            measured = measure_capture(archive, capture, show=preview if is_looked_at else None, read=read)
            return measured, depth_picture(measured, limit_um)

        self._tasks.forget(_MEASURE)
        self._tasks.run(_MEASURE, measured, self._measured, self._not_measured)

    def _show_preview(self, capture_id: str, preview: DepthPicture) -> None:
        """Only over the capture it is of, and only while its measurement is awaited."""
        looking = self.looking
        is_awaited = looking.is_busy and looking.measured is None and not self._visit.chosen.hides_results
        if is_awaited and looking.capture is not None and looking.capture.identifier == capture_id:
            self._show(replace(looking, preview=preview))
            self._read_rest()

    def _read(self, archive: Archive) -> None:
        """The picture that is looked at first, then those beside it."""
        looking, originals = self.looking, self._originals
        missing = [c for c in looking.replicates if c.identifier not in looking.pictures]
        seen = looking.capture

        def pictures() -> dict[str, Pixels]:
            if seen is not None and seen in missing:
                return {seen.identifier: evenly_lit(originals.read(archive, seen))}
            return {capture.identifier: evenly_lit(archive.read_stack(capture)) for capture in missing}

        if missing:
            self._tasks.run(_READ, pictures, self._pictured, self.failed.emit)

    def _read_rest(self) -> None:
        """What waited until there is something to see on this capture."""
        if self._visit.archive is not None and not self._tasks.is_busy(_READ):
            self._read(self._visit.archive)

    def _pictured(self, pictures: Mapping[str, Pixels]) -> None:
        self._show(replace(self.looking, pictures={**self.looking.pictures, **pictures}))
        if self.looking.seen_depth is not None or not self.looking.is_busy:
            self._read_rest()

    def _measured(self, answer: tuple[MeasuredCapture, DepthPicture]) -> None:
        self._originals.forget()
        self._show(replace(self.looking, measured=answer[0], depth=answer[1], preview=None, is_busy=False))
        self._read_rest()

    def _not_measured(self, message: str) -> None:
        self._originals.forget()
        self._show(replace(self.looking, preview=None, is_busy=False, message=message))
        self._read_rest()

    def _drop(self) -> None:
        self._tasks.forget(_MEASURE)
        self._tasks.forget(_READ)
        self._show(Looking())

    def _show(self, looking: Looking) -> None:
        self.looking = looking
        self.changed.emit(looking)


def _newest(captures: tuple[Capture, ...], site: SiteKey | None) -> Capture | None:
    """The last accepted capture of a site, of any site when this one was not photographed."""
    for wanted in (site, None):
        for accepted in (True, False):
            found = [c for c in captures if (wanted is None or c.site == wanted) and c.is_accepted >= accepted]
            if found:
                return found[-1]
    return None
