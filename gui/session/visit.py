"""Who sits in the chair: the subject and the visit that are chosen, who is expected, who has arrived."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gui.session.blinding import hides_results
from gui.session.capture.replicates import ReplicateSpreads
from gui.session.capture.site_pictures import LiveCamera
from gui.session.chosen import Chosen
from gui.session.expected import Attendance, Expected, expected_today
from gui.session.study import StudySession
from imaging.archive.randomisation_list import read_randomisation
from imaging.archive.store import Archive
from imaging.errors import ImagingError
from imaging.model.allocation import Treated
from imaging.model.settings import StationSettings
from imaging.model.visit import Capture, Consent, SiteKey, Subject, Visit


class VisitSession(QObject):
    """The one value every page looks at, `chosen`, and the verbs that change it."""

    changed = Signal(object)
    """The new `Chosen`."""
    finished = Signal(object)
    """The `Chosen` of a visit that was just finished."""
    outdated = Signal()
    """What was measured of the chosen subject no longer holds: look at it anew."""
    failed = Signal(str)

    def __init__(self, study: StudySession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self.day = study.day
        self._subject: Subject | None = None
        self._visit: Visit | None = None
        self.chosen = Chosen(operator=study.station.operator)
        self.settings_changed = study.settings_changed
        self.replicates = ReplicateSpreads(self)
        self.replicates.changed.connect(lambda _: self.refresh())
        self.replicates.failed.connect(self.failed)
        study.changed.connect(self._start_over)

    @property
    def archive(self) -> Archive | None:
        return self._study.archive

    @property
    def now(self) -> datetime:
        return self._study.station.now()

    @property
    def settings(self) -> StationSettings:
        return self._study.settings

    def live_camera(self) -> LiveCamera:
        """The camera of the settings with its device file; reads a file, so never on the GUI thread."""
        identity = self.settings.camera
        return LiveCamera(identity, self._study.station.readable_calibration(identity)) if identity else LiveCamera()

    def close(self) -> None:
        self.replicates.close()

    # -- looking ---------------------------------------------------------------------------------

    def subjects(self, search: str = "") -> tuple[Subject, ...]:
        """Subjects of the chosen study whose code contains `search`."""
        if self.archive is None or self._study.study is None:
            return ()
        found = self.archive.subjects(self._study.study.identifier)
        return tuple(s for s in found if search.strip().lower() in s.code.lower())

    def expected(self) -> tuple[Expected, ...]:
        """Who is on today's list."""
        archive, study, protocol = self.archive, self._study.study, self._study.protocol
        if archive is None or study is None or protocol is None:
            return ()
        dues = archive.due_visits(study.identifier, self.now.date())
        return expected_today(
            Attendance(self.subjects(), dues, self.visits_of, self.day.arrivals, has_plan=bool(protocol.visits))
        )

    def week_due(self, subject: Subject) -> int | None:
        """The planned week a visit started now belongs to; None outside a plan."""
        entry = next((e for e in self.expected() if e.subject.identifier == subject.identifier), None)
        return entry.due.week if entry and entry.due else None

    def visits_of(self, subject: Subject) -> tuple[Visit, ...]:
        """Visits of a subject in the chosen study, oldest first."""
        if self.archive is None or self._study.study is None:
            return ()
        return self.archive.visits(subject.identifier, self._study.study.identifier)

    def arrived_at(self, subject: Subject) -> datetime | None:
        return self.day.arrivals.get(subject.identifier)

    # -- acting ----------------------------------------------------------------------------------

    def arrive(self, subject: Subject) -> None:
        """The subject came in: acclimatisation starts. A second call changes nothing."""
        self.day.arrive(subject.identifier)
        self.refresh()

    def arrive_by_code(self, code: str) -> bool:
        """As `arrive`, for a code that was typed or scanned; False when nobody in the study has it."""
        wanted = code.strip().lower()
        subject = next((s for s in self.subjects(code) if s.code.lower() == wanted), None)
        if subject is not None:
            self.arrive(subject)
        return subject is not None

    def add_subject(self, code: str, birth_year: int | None, consents: Sequence[Consent]) -> bool:
        """Enrol a new subject in the chosen study and choose it."""
        if self.archive is None or self._study.study is None:
            self.failed.emit("There is no study yet: create one first.")
            return False
        try:
            subject = self.archive.add_subject(self._study.study.identifier, code, birth_year, tuple(consents))
        except ImagingError as error:
            self.failed.emit(str(error))
            return False
        self.choose_subject(subject)
        return True

    def set_treated(self, treated: Treated, reason: str = "") -> bool:
        """Record which side of the chosen subject is treated; `reason` says why an earlier record is corrected."""
        archive, study, subject = self.archive, self._study.study, self._subject
        if archive is None or study is None or subject is None:
            return False
        return self._write(lambda: archive.allocate(study.identifier, {subject.code: treated}, reason))

    def read_randomisation(self, path: Path, reason: str = "") -> bool:
        """Record the treated sides of a list for the chosen study; `reason` says why earlier ones are corrected."""
        archive, study = self.archive, self._study.study
        if archive is None or study is None:
            return False
        return self._write(lambda: archive.allocate(study.identifier, read_randomisation(path), reason))

    def unblind(self, reason: str) -> bool:
        """From now on everybody may know the treated sides of the chosen study."""
        archive, study = self.archive, self._study.study
        if archive is None or study is None:
            return False
        return self._write(lambda: archive.unblind(study.identifier, reason))

    def choose_subject(self, subject: Subject | None) -> None:
        """Look at a subject; its open visit, if there is one, comes with it."""
        self._subject = subject
        open_visits = [v for v in (self.visits_of(subject) if subject else ()) if v.finished_at is None]
        self._visit = open_visits[-1] if open_visits else None
        self.refresh()

    def choose_visit(self, visit: Visit) -> None:
        self._visit = visit
        self.refresh()

    def start_visit(self, week: int | None = None) -> bool:
        """Start a visit of the chosen subject; arriving is part of it."""
        archive, study, subject = self.archive, self._study.study, self._subject
        if archive is None or study is None or subject is None:
            self.failed.emit("Choose a subject first.")
            return False
        self.day.arrive(subject.identifier)
        return self._write(lambda: self._take(archive.start_visit(subject.identifier, study.identifier, week)))

    def finish_visit(self) -> bool:
        archive, visit = self.archive, self._visit
        if archive is None or visit is None:
            return False
        if not self._write(lambda: archive.finish_visit(visit.identifier)):
            return False
        self.day.leave(visit.subject_id)
        self._visit = archive.visit(visit.identifier)
        self.refresh()
        self.finished.emit(self.chosen)
        return True

    def refresh(self) -> None:
        """Read again what is chosen and say so."""
        try:
            self.chosen = self._read()
        except ImagingError as error:
            self.failed.emit(str(error))
            return
        self.changed.emit(self.chosen)

    def compare_replicates(self, is_on: bool) -> None:
        """Find out how far the replicates of the open visit differ, after every picture, from now on or no more."""
        self.replicates.is_on = is_on
        if is_on:
            self.refresh()

    def skip_site(self, site: SiteKey, reason: str) -> bool:
        """Say that a site is not photographed at this visit, and why."""
        archive, visit = self.archive, self._visit
        if archive is None or visit is None:
            return False
        return self._write(lambda: archive.mark_not_done(visit.identifier, site, reason))

    def exclude(self, capture: Capture, reason: str) -> bool:
        """Keep a capture out of the endpoints; it stays in the archive."""
        archive = self.archive
        return archive is not None and self._write(lambda: archive.exclude(capture.identifier, reason))

    # -- within ----------------------------------------------------------------------------------

    def _read(self) -> Chosen:
        archive, study, subject, visit = self.archive, self._study.study, self._subject, self._visit
        base = Chosen(self._study.station.operator, archive is not None, study, self._study.protocol)
        if archive is None or study is None:
            return base
        hides = hides_results(archive, study.identifier, base.operator)
        base = replace(base, is_blinded=archive.is_blinded(study.identifier), hides_results=hides)
        if subject is None:
            return base
        base = replace(base, allocation=archive.allocation(study.identifier, subject.code))
        history = self.visits_of(subject)
        base = replace(base, subject=subject, history=history, arrived_at=self.arrived_at(subject))
        if visit is None:
            return base
        captures = archive.captures(visit.identifier)
        self.replicates.follow(archive, visit, captures)
        spreads, measuring = self.replicates.known(captures), self.replicates.measuring()
        chosen = replace(base, visit=visit, captures=captures, spreads=spreads, measuring=measuring)
        not_done = archive.not_done(visit.identifier)
        taken = (c for v in chosen.earlier_visits for c in archive.captures(v.identifier))
        earlier = frozenset(c.site for c in taken if not c.excluded_reason)
        return replace(chosen, not_done=not_done, earlier_sites=earlier)

    def _write(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except ImagingError as error:
            self.failed.emit(str(error))
            return False
        self.refresh()
        return True

    def _take(self, visit: Visit) -> None:
        self._visit = visit

    def _start_over(self) -> None:
        self._subject, self._visit = None, None
        self.replicates.start_over()
        self.refresh()
