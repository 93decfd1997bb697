"""What the gates are told of the site that is aimed at: looked up in the archive, kept up to date while it lasts."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from gui.bridge.tasks import Tasks
from gui.session.capture.exposing import Exposing
from gui.session.capture.gate_answers import Equipment, gate_context
from gui.session.capture.memories import SiteMemories
from gui.session.capture.pending_press import PendingPress
from gui.session.capture.plan import Shot
from gui.session.capture.standing import SitePictures, Standing
from gui.session.devices import DeviceSession
from gui.session.visit import VisitSession
from imaging.capture.feed import FeedView
from imaging.model.visit import SiteKey

_EVERY_MS = 10_000
"""Minutes since arrival go on."""


class AimedSite(QObject):
    """The site's baseline for the gates and the eye, and the exposure that belongs to it."""

    recalled = Signal(object)
    """Pictures of the site that is aimed at, a `SitePictures`."""
    failed = Signal(str)

    def __init__(self, visit: VisitSession, devices: DeviceSession, standing: Callable[[], Standing]) -> None:
        super().__init__()
        self._visit, self._devices, self._standing = visit, devices, standing
        self._tasks = Tasks(self)
        self._memories = SiteMemories(visit, self._tasks, self)
        self.exposing = Exposing(devices, self)
        self.exposing.changed.connect(self.tell_gates)
        self._memories.recalled.connect(self._remember)
        self._memories.forgotten.connect(lambda: self.look_up(self._standing().shot))
        for one in (self._memories, self.exposing):
            one.failed.connect(self.failed)
        self._press = PendingPress(devices, self)
        self._ageing = QTimer(self, interval=_EVERY_MS)
        self._ageing.timeout.connect(self.tell_gates)

    def enter(self) -> None:
        self._ageing.start()

    def leave(self) -> None:
        self._ageing.stop()
        self._press.drop()
        self.exposing.leave()

    def close(self) -> None:
        self.exposing.close()
        self._tasks.close()

    def start_over(self) -> None:
        """Another visit: nothing is known."""
        self._memories.start_over()

    def photographed(self, site: SiteKey) -> None:
        """A picture of it was kept."""
        self._memories.photographed(site)

    def pictures(self, shot: Shot | None) -> SitePictures:
        """What is known of a shot's site so far."""
        return self._memories.of(shot.site if shot else None).pictures

    def look_up(self, shot: Shot | None) -> None:
        """What is known of its site; until it is, no picture of it is taken."""
        if shot is not None:
            self._press.drop()
            self.exposing.await_site()
            self.tell_gates()
            self._memories.recall(shot.site)

    def knows(self, shot: Shot) -> bool:
        """Its site was looked up, and nothing has changed since."""
        return self._memories.knows(shot.site)

    def hasten(self) -> None:
        """A picture is wanted: what could not be looked up is tried once more."""
        shot = self._standing().shot
        if shot is not None and self.exposing.is_awaited:
            self._memories.hasten(shot.site)

    def is_read(self, view: FeedView) -> bool:
        """Was the place of this picture looked at on the sites that are known now?"""
        return view.is_read_for(self._devices.context)

    def wait_until_read(self, then: Callable[[], None]) -> None:
        """`then` follows once the place was looked at, or after three seconds in which it could not be."""
        self._press.hold(then)
        self._press.release()

    def drop_press(self) -> None:
        """A picture is being taken: it is what every press that still waits asked for."""
        self._press.drop()
        self.exposing.drop_press()

    def tell_gates(self) -> None:
        """Judge from now on by what is known now."""
        standing = self._standing()
        shot, chosen = standing.shot, self._visit.chosen
        if chosen.protocol is None or shot is None:
            return
        equipment = Equipment(self._visit.now, self._devices.calibration, self._devices.info)
        memory, others = self._memories.of(shot.site), self._memories.others(shot.site)
        context = gate_context(chosen, shot.site, standing.answers, memory, equipment)
        baseline, words = self.exposing.as_set(context.baseline), self._memories.words(shot.site)
        self._devices.set_context(replace(context, words=words, others=others, baseline=baseline))

    def _remember(self, site: SiteKey) -> None:
        """A site was looked up: the one to take gets its ghost, and every site knows what it may be taken for."""
        shot = self._standing().shot
        if shot is not None and shot.site == site:
            memory = self._memories.of(site)
            self.exposing.follow(self._visit.chosen, site, memory)
            self.recalled.emit(memory.pictures)
        self.tell_gates()
