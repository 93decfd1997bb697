"""Following a subject over all its visits: what the archive has recorded, and measuring what is not yet."""

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.bridge.tasks import Tasks
from gui.session.calibration.replacing import same_cameras
from gui.session.chosen import Chosen
from gui.session.compare.following import Following, Named
from gui.session.looking import standing_of
from gui.session.visit import VisitSession
from imaging.archive.store import Archive
from imaging.errors import ImagingError
from imaging.model.visit import Capture
from imaging.version import __version__

if TYPE_CHECKING:
    from imaging.comparison.repeatability import Repeatability

_TOPIC = "course"


class CourseSession(QObject):
    """One subject at a time; captures are measured one after the other while somebody looks."""

    changed = Signal(object)
    """The new `Following`."""

    def __init__(self, visit: VisitSession, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._tasks = tasks
        self._is_open = False
        self.following = Following()
        visit.changed.connect(self._follow)
        visit.outdated.connect(self._start_over)

    def enter(self) -> None:
        """From now on follow what is chosen, and measure what is missing."""
        self._is_open = True
        self._follow(self._visit.chosen)

    def leave(self) -> None:
        """What is being measured is still kept; nothing further is begun."""
        self._is_open = False

    def choose_endpoint(self, key: str) -> None:
        self._show(replace(self.following, endpoint=key))

    # -- within ----------------------------------------------------------------------------------

    def _start_over(self) -> None:
        self._tasks.forget(_TOPIC)
        self.following = Following(endpoint=self.following.endpoint)
        self._follow(self._visit.chosen)

    def _follow(self, chosen: Chosen) -> None:
        archive = self._visit.archive
        if not self._is_open:
            return
        if archive is None or chosen.subject is None:
            self._tasks.forget(_TOPIC)
            self._show(Following(endpoint=self.following.endpoint))
            return
        by_visit = {v.identifier: [c for c in archive.captures(v.identifier) if c.is_accepted] for v in chosen.history}
        visits = tuple(v for v in chosen.history if by_visit[v.identifier])
        captures = tuple(c for v in visits for c in by_visit[v.identifier])
        was = self.following
        if visits != was.visits or standing_of(captures) != standing_of(was.captures):
            self._tasks.forget(_TOPIC)
            new = Following(visits, captures, endpoint=was.endpoint, engine=__version__, studies=was.studies)
            self._show(_with_recorded(archive, new, was))
        same = same_cameras(archive, captures)
        self._show(replace(self.following, studies=_studies(archive, captures), same_camera=same))
        self._measure_next(archive)

    def _measure_next(self, archive: Archive) -> None:
        missing = self.following.missing
        if self._tasks.is_busy(_TOPIC) or not self._is_open:
            return
        self._show(replace(self.following, is_busy=bool(missing)))
        if missing:
            capture = missing[0]
            self._tasks.run(
                _TOPIC,
                lambda: _measured(archive, capture),
                lambda named: self._take(archive, self._with(capture, named)),
                lambda words: self._take(archive, replace(self.following, failures=self._without(capture, words))),
            )

    def _with(self, capture: Capture, named: Named) -> Following:
        values = {**self.following.values, capture.identifier: named}
        engines = {key: engine for key, engine in self.following.engines.items() if key != capture.identifier}
        return replace(self.following, values=values, engines=engines)

    def _without(self, capture: Capture, words: str) -> dict[str, str]:
        return {**self.following.failures, capture.identifier: words}

    def _take(self, archive: Archive, following: Following) -> None:
        self._show(following)
        if archive is self._visit.archive:
            self._measure_next(archive)

    def _show(self, following: Following) -> None:
        self.following = following
        self.changed.emit(following)


def _with_recorded(archive: Archive, new: Following, was: Following) -> Following:
    """What this version measured; where it did not yet, what an earlier one did."""
    values: dict[str, Named] = {}
    engines: dict[str, str] = {}
    for capture in new.captures:
        key = capture.identifier
        found: Named = dict(archive.measurements(key, __version__)) or was.values.get(key, {})
        earlier = "" if found else archive.measured_by(key)
        named = found or (dict(archive.measurements(key, earlier)) if earlier else {})
        if named:
            values[key] = named
        if earlier:
            engines[key] = earlier
    return replace(new, values=values, engines=engines)


def _studies(archive: Archive, captures: tuple[Capture, ...]) -> dict[str, "Repeatability"]:
    """A damaged file is no study: the comparison of two visits says so."""
    found = {}
    for camera in {capture.facts.camera_identity for capture in captures}:
        with suppress(ImagingError):
            study = archive.repeatability(camera)
            if study is not None:
                found[camera] = study
    return found


def _measured(archive: Archive, capture: Capture) -> Named:
    from imaging.pipeline import endpoints_of, measure_capture

    return endpoints_of(measure_capture(archive, capture))
