"""A repeatability study in the window: how far it got, its report, writing it, and keeping it for its camera."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.bridge.tasks import Tasks
from gui.session.compare.repeating import KIND, Needs, Repeating, taken_of
from gui.session.study import StudySession
from imaging.errors import ImagingError, MeasurementError

if TYPE_CHECKING:
    from imaging.archive.store import Archive
    from imaging.comparison.repeatability import Repeatability
    from imaging.model.study import RepeatabilityReport
    from imaging.repeatability_study import StudyReadings

    Found = tuple[StudyReadings, RepeatabilityReport, Repeatability]

_TOPIC, _WRITE = "repeatability", "repeatability: write"


class MeasuringStoppedError(ImagingError):
    """Somebody did not want to wait for the rest."""


class RepeatabilitySession(QObject):
    """The study that is chosen, when it is one of repeatability."""

    changed = Signal(object)
    """The new `Repeating`."""
    _said = Signal(str)

    def __init__(self, study: StudySession, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._study = study
        self._tasks = tasks
        self._stop = Event()
        self.repeating = Repeating()
        study.changed.connect(self._start_over)
        self._said.connect(self._hear)

    @property
    def is_repeatability(self) -> bool:
        return self._study.protocol is not None and self._study.protocol.kind == KIND

    def enter(self) -> None:
        """Count anew what was taken; a report that was made stays until other pictures are there."""
        archive, study, protocol = self._study.archive, self._study.study, self._study.protocol
        if archive is None or study is None or protocol is None or not self.is_repeatability:
            self._show(Repeating())
            return
        now, taken = self.repeating, taken_of(archive, study, protocol)
        is_same = now.study is not None and (now.study.identifier, now.subjects) == (study.identifier, taken.subjects)
        if not is_same:
            self._show(replace(taken, needs=_needs(), folder=now.folder))

    def make(self, device: str | None = None) -> None:
        """Measure what is not measured yet, and work out the report; `device` where several cameras were used."""
        archive, study = self._study.archive, self._study.study
        if archive is None or study is None or self.repeating.is_busy:
            return
        code, read, today = study.code, self.repeating.read, self._study.station.now().date()
        self._stop.clear()
        self._show(replace(self.repeating, is_busy=True, progress="", message="", written=()))
        self._tasks.run(_TOPIC, lambda: self._made(archive, (code, device, today), read), self._take, self._fail)

    def stop(self) -> None:
        """No further picture is measured; those that were stay measured."""
        self._stop.set()

    def set_folder(self, folder: Path) -> None:
        self._show(replace(self.repeating, folder=folder))

    def write(self) -> None:
        """The file for verdicts, the two pages and every reading, into the folder."""
        now = self.repeating
        if now.found is None or now.read is None or now.folder is None or now.is_busy:
            return
        found, readings, folder = now.found, now.read.readings, now.folder
        name = f"repeatability_{_safe(found[0].study)}_{_safe(found[0].device)}_r{found[0].revision}.json"
        fonts = self._study.station.resources / "fonts"

        def call() -> tuple[Path, ...]:
            from imaging.export.repeatability_files import write_repeatability_study
            from imaging.files import check_folder

            check_folder(folder)
            return write_repeatability_study(folder / name, found, readings, fonts)

        self._show(replace(now, is_busy=True, progress="Writing the report", message=""))
        self._tasks.run(_WRITE, call, self._wrote, self._fail)

    def keep(self) -> None:
        """From now on visits taken with this camera are judged on this study."""
        from imaging.export.repeatability_files import study_bytes

        archive, now = self._study.archive, self.repeating
        if archive is None or now.found is None or now.found[0].shortcomings or now.kept_revision is not None:
            return
        report, repeatability = now.found
        try:
            archive.keep_repeatability(report.device, study_bytes(report, repeatability))
        except ImagingError as error:
            self._fail(str(error))
            return
        self._show(replace(now, kept_revision=archive.repeatability_revision(report.device), message=""))

    def close(self) -> None:
        self._stop.set()

    # -- within ----------------------------------------------------------------------------------

    def _made(self, archive: "Archive", wanted: tuple[str, str | None, date], read: "StudyReadings | None") -> "Found":
        from imaging.repeatability_study import read_study, report_of

        code, device, today = wanted
        readings = read or read_study(archive, code, self._say)
        if not readings.readings and readings.left_out:
            raise MeasurementError(f"No picture of this study can be used. {readings.left_out[0]}")
        chosen = device or (readings.devices[0] if readings.devices else None)
        return (readings, *report_of(archive, readings, chosen, today))

    def _say(self, words: str) -> None:
        """On the thread that measures."""
        if self._stop.is_set():
            raise MeasuringStoppedError("Measuring was stopped: what was measured is kept, make the report to go on.")
        self._said.emit(words)

    def _hear(self, words: str) -> None:
        if self.repeating.is_busy:
            self._show(replace(self.repeating, progress=words))

    def _take(self, answer: "Found") -> None:
        read, report, repeatability = answer
        self._show(
            replace(
                self.repeating, read=read, device=report.device, found=(report, repeatability), is_busy=False,
                progress="", kept_revision=None,
            )
        )  # fmt: skip

    def _wrote(self, written: tuple[Path, ...]) -> None:
        self._show(replace(self.repeating, written=written, is_busy=False, progress=""))

    def _fail(self, message: str) -> None:
        self._show(replace(self.repeating, is_busy=False, progress="", message=message))

    def _start_over(self) -> None:
        self._stop.set()
        for topic in (_TOPIC, _WRITE):
            self._tasks.forget(topic)
        self._show(Repeating(folder=self.repeating.folder))

    def _show(self, repeating: Repeating) -> None:
        self.repeating = repeating
        self.changed.emit(repeating)


def _needs() -> Needs:
    from imaging.study.repeatability import LEAST_DAYS, LEAST_REPLICATES, LEAST_SUBJECTS

    return Needs(LEAST_SUBJECTS, LEAST_REPLICATES, LEAST_DAYS)


def _safe(words: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in words)
