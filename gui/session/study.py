"""The archive and its studies: opening one, creating one from a template, choosing one."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gui.session.capture.day import Day
from gui.session.station import Station
from imaging.archive.protocols import read_protocol
from imaging.archive.store import Archive, create_archive, open_archive
from imaging.errors import ImagingError
from imaging.model.protocol import StudyProtocol
from imaging.model.settings import StationSettings
from imaging.model.visit import Study
from imaging.version import __version__

BRIDGING = "bridging"
"""Kind of a study in which two cameras photograph the same sites."""


class StudySession(QObject):
    """Which archive and which study this run of the window works in."""

    changed = Signal()
    """Another archive or another study."""
    settings_changed = Signal(object)
    """The new `StationSettings`."""
    failed = Signal(str)
    """A plain sentence for the message strip."""

    def __init__(self, station: Station, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.station = station
        self.settings = station.settings
        self.day = Day(station.day_file, station.now)
        self.archive: Archive | None = None
        self.study: Study | None = None
        self.protocol: StudyProtocol | None = None

    def open(self, folder: Path) -> bool:
        """Open the archive in `folder`, or make one where there is none yet."""
        try:
            archive = _open_or_create(folder, self.station.operator)
        except (ImagingError, OSError) as error:
            self.failed.emit(str(error))
            return False
        self.close()
        self.archive = archive
        self.remember(replace(self.settings, archive=str(folder)))
        studies = archive.studies()
        self._take(studies[-1] if studies else None)
        return True

    def close(self) -> None:
        """Let go of the archive."""
        if self.archive is not None:
            self.archive.close()
        self.archive, self.study, self.protocol = None, None, None

    @property
    def version(self) -> str:
        """Of this program."""
        return __version__

    @property
    def studies(self) -> tuple[Study, ...]:
        return tuple(self.archive.studies()) if self.archive else ()

    @property
    def templates(self) -> tuple[StudyProtocol, ...]:
        """The shipped protocols; a new study copies one. That of a bridging set waits for another camera."""
        return tuple(template for template in self._shipped if template.kind != BRIDGING)

    @property
    def bridging_template(self) -> StudyProtocol | None:
        """The protocol under which two cameras photograph the same sites."""
        return next((template for template in self._shipped if template.kind == BRIDGING), None)

    @property
    def headline(self) -> str:
        """The endpoint that carries the verdict of the chosen study; of a usual one while none is chosen."""
        return self.protocol.headline_endpoint if self.protocol else "wrinkles.deepest_mean_depth_um"

    def create_study(self, code: str, name: str, template: StudyProtocol) -> bool:
        if self.archive is None:
            self.failed.emit("There is no archive yet: choose a folder for it first.")
            return False
        try:
            study = self.archive.create_study(code, name, template)
        except ImagingError as error:
            self.failed.emit(str(error))
            return False
        self._take(study)
        return True

    def look_again(self) -> None:
        """Choose a study that another program has put into the archive meanwhile, when none is chosen."""
        if self.study is None and self.studies:
            self._take(self.studies[-1])

    def choose_study(self, study: Study) -> None:
        if self.study is None or study.identifier != self.study.identifier:
            self._take(study)

    def remember(self, settings: StationSettings) -> None:
        """Keep settings for this run and the next ones."""
        self.settings = settings
        self.settings_changed.emit(settings)
        try:
            self.station.write_settings(settings)
        except ImagingError as error:
            self.failed.emit(str(error))

    @property
    def _shipped(self) -> tuple[StudyProtocol, ...]:
        try:
            return tuple(read_protocol(path) for path in sorted(self.station.protocols.glob("*.toml")))
        except ImagingError as error:
            self.failed.emit(str(error))
            return ()

    def _take(self, study: Study | None) -> None:
        self.study = study
        self.protocol = self.archive.protocol_of(study.identifier) if self.archive and study else None
        self.changed.emit()


def _open_or_create(folder: Path, operator: str) -> Archive:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return create_archive(folder, operator)
    return open_archive(folder, operator)
