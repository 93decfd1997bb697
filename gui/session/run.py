"""One run of the window: all its sessions, made once and closed in order."""

from pathlib import Path

from PySide6.QtCore import QObject

from gui.bridge.tasks import Tasks
from gui.session.calibration.replacement import ReplacementSession
from gui.session.calibration.session import CalibrationSession
from gui.session.calibration.trust import TrustSession
from gui.session.capture.hands import HandsSession
from gui.session.capture.session import CaptureSession
from gui.session.compare.course import CourseSession
from gui.session.compare.repeatability import RepeatabilitySession
from gui.session.compare.session import CompareSession
from gui.session.devices import DeviceSession
from gui.session.export import ExportSession
from gui.session.presets import PresetExport
from gui.session.review import ReviewSession
from gui.session.station import Station
from gui.session.study import StudySession
from gui.session.visit import VisitSession


class Run(QObject):
    """What the pages and dialogs are built from."""

    def __init__(self, station: Station, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.station = station
        self.tasks = Tasks(self)
        self.study = StudySession(station, self)
        self.visit = VisitSession(self.study, self)
        self.devices = DeviceSession(self.study, self)
        self.trust = TrustSession(self.study, self)
        self.calibration = CalibrationSession(self.study, self.devices, self.trust, self)
        self.replacement = ReplacementSession(self.study, self.devices, self.trust, self)
        self.capture = CaptureSession(self.visit, self.devices, self.trust, self)
        self.hands = HandsSession(self.study, self.capture, self)
        self.review = ReviewSession(self.visit, self.tasks, self)
        self.compare = CompareSession(self.visit, self.tasks, self)
        self.course = CourseSession(self.visit, self.tasks, self)
        self.repeatability = RepeatabilitySession(self.study, self.tasks, self)
        self.review.changed.connect(lambda looking: self.compare.prefer_site(looking.site))
        fonts = station.resources / "fonts"
        self.presets = PresetExport(self.visit, fonts, self)
        self.export = ExportSession(self.visit, self.review, self.compare, self.tasks, fonts)

    def open_archive(self) -> None:
        """The archive of the settings, if there is one; what hinders that is told."""
        if self.station.settings.archive is not None:
            self.study.open(Path(self.station.settings.archive))
        self.trust.watch()

    def close(self) -> None:
        """Let go of camera, threads and archive."""
        self.capture.close()
        self.presets.close()
        self.calibration.close()
        self.replacement.close()
        self.trust.close()
        self.devices.close()
        self.repeatability.close()
        self.visit.close()
        self.tasks.close()
        self.study.close()
