"""Replacing a camera: calibrate the new one, photograph the same sites with both, keep how they differ."""

from dataclasses import replace
from itertools import chain, count

from PySide6.QtCore import QObject, Signal

from gui.bridge.tasks import Tasks
from gui.session.calibration.replacing import Replacing, look_at
from gui.session.calibration.trust import TrustSession
from gui.session.devices import DeviceSession
from gui.session.study import BRIDGING, StudySession
from imaging.archive.store import Archive
from imaging.bridging_set import make_bridge
from imaging.calibration.state import calibration_state
from imaging.model.bridging import Bridge
from imaging.model.visit import Study

_LOOK, _MAKE = "look", "make"
STUDY_CODE = "BRIDGE"


class ReplacementSession(QObject):
    """`now` is all there is to see; what the verbs start is told through `changed`."""

    changed = Signal(object)
    """The new `Replacing`."""
    _said = Signal(str)

    def __init__(
        self, study: StudySession, devices: DeviceSession, trust: TrustSession, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._study = study
        self._devices = devices
        self._trust = trust
        self._tasks = Tasks(self, workers=1)
        self._wanted: tuple[str | None, str | None] = (None, None)
        self.now = Replacing()
        self._said.connect(lambda words: self._show(progress=words))

    def refresh(self) -> None:
        """Look again: how many sites are there, how does the new camera stand."""
        archive, current = self._study.archive, self._devices.identity
        if archive is None:
            self._show_all(Replacing(current=current))
        else:
            wanted = self._wanted
            self._tasks.run(_LOOK, lambda: look_at(archive, current, wanted), self._looked, self._went_wrong)

    def choose(self, earlier: str, later: str) -> None:
        """Which camera takes the place of which."""
        self._wanted = (earlier, later)
        self.refresh()

    def use(self, identity: str) -> None:
        """The station uses this camera from now on."""
        self._devices.choose(identity)
        self.refresh()

    def photograph_with(self, identity: str) -> bool:
        """Go on with the bridging set under this camera: its study is chosen, visits of the other camera are finished.

        False when there is no archive, or its study could not be made.
        """
        archive = self._study.archive
        if archive is None or not self._choose_bridging_study(archive):
            return False
        study = self._study.study
        if study is not None and _finish_visits_of_others(archive, study, identity):
            self._study.changed.emit()
        self.use(identity)
        return True

    def say_same(self) -> None:
        """Both are one camera, plugged in elsewhere: the archive keeps that somebody said so."""
        archive, pair = self._study.archive, self.now.pair
        if archive is None or pair is None or self._tasks.is_busy(_MAKE):
            return
        today = self._study.station.now().astimezone().date()
        said = Bridge(pair.earlier, pair.later, today, self._study.version, (), (), is_same=True)
        self._tasks.run(_MAKE, lambda: archive.keep_bridge(said), self._made, self._went_wrong)

    def make(self) -> None:
        """Measure all pairs, compare the cameras, and keep what came out; takes seconds for each picture."""
        archive, pair = self._study.archive, self.now.pair
        if archive is None or pair is None or self._tasks.is_busy(_MAKE):
            return
        today = self._study.station.now().astimezone().date()
        self._show(progress="Measuring …", problem="")

        def work() -> Bridge:
            return archive.keep_bridge(make_bridge(archive, pair, today, self._said.emit))

        self._tasks.run(_MAKE, work, self._made, self._went_wrong)

    def close(self) -> None:
        self._tasks.close()

    # -- within ----------------------------------------------------------------------------------

    def _choose_bridging_study(self, archive: Archive) -> bool:
        """The newest study of its kind, or a new one."""
        known = [s for s in self._study.studies if archive.protocol_of(s.identifier).kind == BRIDGING]
        if known:
            self._study.choose_study(known[-1])
            return True
        template = self._study.bridging_template
        taken = {study.code for study in self._study.studies}
        code = next(c for c in chain([STUDY_CODE], (f"{STUDY_CODE}-{n}" for n in count(2))) if c not in taken)
        return template is not None and self._study.create_study(code, template.name, template)

    def _looked(self, found: Replacing) -> None:
        state = None
        if found.later is not None:
            station = self._study.station
            state = calibration_state(station.readable_calibration(found.later), station.now().astimezone().date())
        is_making = self._tasks.is_busy(_MAKE)
        progress, problem = (self.now.progress if is_making else ""), self.now.problem
        self._show_all(replace(found, calibration=state, progress=progress, problem=problem))

    def _made(self, bridge: Bridge) -> None:
        self._show(kept=bridge, progress="")
        self._trust.refresh()
        self.refresh()

    def _went_wrong(self, message: str) -> None:
        self._show(problem=message, progress="")

    def _show(self, **new: object) -> None:
        self._show_all(replace(self.now, **new))  # type: ignore[arg-type]

    def _show_all(self, now: Replacing) -> None:
        self.now = now
        self.changed.emit(now)


def _finish_visits_of_others(archive: Archive, study: Study, identity: str) -> bool:
    """A visit of a bridging set belongs to one camera: those that another one began are closed; True if there were."""
    is_any = False
    for visit in archive.visits(study_id=study.identifier):
        taken = archive.captures(visit.identifier) if visit.finished_at is None else ()
        if any(capture.facts.camera_identity != identity for capture in taken):
            archive.finish_visit(visit.identifier)
            is_any = True
    return is_any
