"""What a protocol wants to be written when a visit is finished: pictures of every accepted capture."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Signal

from gui.bridge.tasks import Tasks
from gui.session.chosen import Chosen
from gui.session.consent import why_no_export
from gui.session.visit import VisitSession
from imaging import pipeline
from imaging.archive.store import Archive
from imaging.export.measured_picture import PictureStyle
from imaging.model.protocol import StudyProtocol
from imaging.model.visit import Capture, Subject, Visit


@dataclass(frozen=True)
class _Work:
    archive: Archive
    subject: Subject
    visit: Visit
    protocol: StudyProtocol
    folder: Path
    style: PictureStyle


class PresetExport(QObject):
    """Measures and draws elsewhere, after the visit is finished; the day goes on meanwhile."""

    told = Signal(str)
    failed = Signal(str)

    def __init__(self, visit: VisitSession, fonts: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._fonts = fonts
        self._tasks = Tasks(self, workers=1)
        self._stopping = Event()
        self._count = 0
        visit.finished.connect(self.start)

    @property
    def is_busy(self) -> bool:
        return any(self._tasks.is_busy(f"presets {number}") for number in range(1, self._count + 1))

    def start(self, finished: Chosen) -> None:
        """Write the presets of a visit that was just finished; says where they lie, or what kept it from being done."""
        work = self._work_of(finished)
        if work is None:
            return
        if finished.is_blinded:
            self.told.emit(
                "Visit finished. The study is blinded: its pictures are not exported before it is unblinded."
            )
            return
        why_not = why_no_export(work.subject, work.protocol)
        if why_not:
            self.failed.emit(f"No pictures were exported. {why_not}")
            return
        self._count += 1
        self.told.emit(f"Visit finished. Its pictures are being exported to {work.folder}.")
        self._tasks.run(f"presets {self._count}", lambda: self._write(work), self._wrote, self.failed.emit)

    def close(self) -> None:
        """The picture under way is still written, those after it are not; they can be exported on their page."""
        self._stopping.set()
        self._tasks.close()

    def _work_of(self, finished: Chosen) -> _Work | None:
        archive, subject, visit, protocol = self._visit.archive, finished.subject, finished.visit, finished.protocol
        if archive is None or subject is None or visit is None or protocol is None or not protocol.exports:
            return None
        moment = f"week{visit.week}" if visit.week is not None else f"{visit.started_at:%Y%m%d-%H%M}"
        folder = archive.path / "exports" / _safe(subject.code) / moment
        style = PictureStyle(protocol.heat_map_limit_um, font_folder=self._fonts)
        return _Work(archive, archive.subject(subject.identifier), visit, protocol, folder, style)

    def _write(self, work: _Work) -> tuple[int, Path]:
        count = 0
        for capture in work.archive.captures(visit_id=work.visit.identifier):
            if capture.is_accepted and not self._stopping.is_set():
                count += sum(1 for _ in _pictures(work, capture))
        return count, work.folder

    def _wrote(self, answer: tuple[int, Path]) -> None:
        count, folder = answer
        self.told.emit(f"{count} picture{'s' * (count != 1)} of the finished visit exported to {folder}.")


def _pictures(work: _Work, capture: Capture) -> Iterator[Path]:
    """One file a preset, whole or not there."""
    content = pipeline.picture_of(work.archive, capture, work.style)
    site, facts = capture.site, capture.facts
    for preset in work.protocol.exports:
        drawn = content if preset == "heat-map" else content.without_heat_map()
        name = f"{_safe(work.subject.code)}_{site.site}_{site.laterality.value}_r{facts.replicate}_{preset}.png"
        yield pipeline.publish(drawn, work.folder / name)


def _safe(words: str) -> str:
    return re.sub(r"[^\w.-]+", "-", words)
