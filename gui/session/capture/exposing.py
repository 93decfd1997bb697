"""The exposure of the site that is being taken: found on the skin once, replayed, at most one whole step away."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from gui.bridge.tasks import Tasks
from gui.session.capture.controls import ANY
from gui.session.capture.pending_press import PendingPress
from gui.session.capture.site_pictures import SiteMemory
from gui.session.capture.standing import ExposureState
from gui.session.chosen import Chosen
from gui.session.devices import DeviceSession
from imaging.capture.exposing import (
    FoundExposure,
    brightest_skin,
    exposure_of,
    step_needed,
    with_step,
)
from imaging.capture.feed import FeedView
from imaging.capture.requests import answer_of
from imaging.guidance.context import Baseline
from imaging.model.exposure import EXPOSURE, found_reading, step_reading
from imaging.model.frame import ControlReading
from imaging.model.reading import GateReading, GateState
from imaging.model.visit import SiteKey

STILL_FRAMES = 5
"""So many live frames in a row must be still (and in place, where there is a baseline) before the skin is judged."""

_FINDING = ExposureState("Finding the exposure on the skin …", "", is_busy=True)
_WAITING = ExposureState("First picture of this site: hold still on the skin until the exposure is set.")
_FOUND = ExposureState("Exposure found on the skin and kept.", "good", may_repeat=True)
_PROTOCOL = ExposureState("Exposure as the protocol says.", "good")
_BASELINE = ExposureState("Exposure as at the baseline.", "good")
_LONGER = "The skin is darker than at the baseline: exposed one step longer, on record and divided out."
_SHORTER = "The skin is brighter than at the baseline: exposed one step shorter, on record and divided out."


@dataclass(frozen=True)
class _Known:
    """What is settled for one site of one visit."""

    found: FoundExposure | None = None
    steps: int | None = None
    """None: not judged yet."""


@dataclass(frozen=True, eq=False)
class _Subject:
    """What is being aimed at."""

    key: tuple[str, SiteKey] | None = None
    camera: str = ""
    """Identity of the one that took the baseline."""
    controls: tuple[ControlReading, ...] = ()
    """Of the site's baseline by this camera; () at the first visit."""
    is_first: bool = False
    is_given: bool = False
    """The protocol says the exposure."""
    levels: tuple[float, ...] = ()


class Exposing(QObject):
    """Looks at what is painted and asks the camera; `state` is what the page says about it."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, devices: DeviceSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._devices, self._controls = devices, devices.controls
        self._tasks = Tasks(self, workers=1)
        self._press = PendingPress(devices, self)
        self.is_awaited = False
        """Another site was chosen and is still looked up: what is known here is of the one before."""
        self._stepped: tuple[Baseline, Baseline] | None = None
        """A baseline and the same with its step, made once: the gates know a place again by it."""
        self._known: dict[tuple[str, SiteKey], _Known] = {}
        self._subject = _Subject()
        self.state = ExposureState()

    # -- which site ------------------------------------------------------------------------------

    def await_site(self) -> None:
        """Another site is aimed at; until `follow` nothing is known of its exposure, and no picture is taken."""
        self.leave()
        self.is_awaited = True

    def follow(self, chosen: Chosen, site: SiteKey, memory: SiteMemory) -> None:
        """A site was looked up: set the camera as for its baseline, or as the protocol says."""
        if chosen.visit is None:
            return
        self._tasks.forget("expose")
        self.is_awaited = False
        key, given = (chosen.visit.identifier, site), dict(chosen.protocol.camera) if chosen.protocol else {}
        controls = memory.baseline.controls if memory.baseline is not None else ()
        self._subject = _Subject(key, memory.camera, controls, memory.baseline is None, EXPOSURE in given)
        known = self._of_subject
        if controls:
            self._controls.replay(memory.camera, with_step(controls, known.steps or 0))
        else:
            found = known.found.control.read_back if known.found else None
            own = {EXPOSURE: found} if found is not None else {}
            self._controls.set_for(ANY, {**given, **own})
        self._say(ExposureState() if self._subject.is_first and known.found is None else self._words())
        self._press.release()

    def freeze(self) -> None:
        """A picture of the site was taken: its exposure is what the next ones get."""
        self._say(replace(self.state, may_repeat=False))

    def leave(self) -> None:
        """Nothing is aimed at; what was settled stays for the visit."""
        self._tasks.forget("expose")
        self._press.drop()
        self._subject, self.is_awaited = _Subject(), False
        self._say(ExposureState())

    def close(self) -> None:
        self._tasks.close()

    # -- looking ---------------------------------------------------------------------------------

    def look(self, view: FeedView) -> None:
        """Count a painted frame; acts once the skin was still for a while."""
        if self.is_awaited:
            return
        self._mind_camera(view)
        if self.state.is_busy or not self.is_pending(view):
            return
        if not self.state.words:
            self._say(self._words())
        subject = self._subject
        levels = (*subject.levels, self._level(view)) if self._is_good(view) else ()
        self._subject = replace(subject, levels=levels)
        if len(levels) >= STILL_FRAMES:
            self._subject = replace(subject, levels=())
            self._settle(sorted(levels)[STILL_FRAMES // 2])

    def is_pending(self, view: FeedView) -> bool:
        """Is there still something to find or to judge before the automatic shutter may fire?"""
        if self.is_awaited:
            return True
        control = exposure_of(view.frame.controls) if view.frame is not None else None
        if control is None or self._subject.key is None or self.state.is_busy:
            return self.state.is_busy
        return self._must_find if self._subject.is_first else self._of_subject.steps is None

    def must_find(self, view: FeedView | None) -> bool:
        """Would a picture now be taken before its exposure was found?"""
        return view is not None and (self.is_awaited or (self._subject.is_first and self.is_pending(view)))

    def find(self, then: Callable[[], None] | None = None) -> None:
        """Find the exposure on the skin that lies under the camera now; `then` follows once it is found.

        While the site is still looked up, `then` waits for what comes of that.
        """
        self._press.hold(then)
        if self.state.is_busy or self.is_awaited:
            return
        coming = self._controls.find_exposure(self._devices.context.roi)
        if coming is None:
            self._press.drop()
            return
        self._say(_FINDING)
        self._tasks.run("expose", lambda: answer_of(coming), self._found, self._not_found)

    def drop_press(self) -> None:
        """The press that waits for an exposure is not wanted any more."""
        self._press.drop()

    # -- for the gates and the archive -------------------------------------------------------------

    def as_set(self, baseline: Baseline | None) -> Baseline | None:
        """The baseline with the controls that the camera is to hold now: a step that was taken belongs to them."""
        steps = self._of_subject.steps
        if baseline is None or not steps:
            return baseline
        if self._stepped is None or self._stepped[0] is not baseline:
            self._stepped = baseline, replace(baseline, controls=with_step(baseline.controls, steps))
        return self._stepped[1]

    def readings(self, view: FeedView) -> tuple[GateReading, ...]:
        """What goes on record with a picture of the site."""
        known, readings = self._of_subject, []
        sequence = view.frame.sequence if view.frame is not None else 0
        if known.found is not None and known.found.control.read_back is not None:
            readings.append(found_reading(known.found.control.read_back, known.found.level, sequence))
        if known.steps:
            readings.append(step_reading(known.steps, sequence))
        return tuple(readings)

    # -- within ------------------------------------------------------------------------------------

    @property
    def _of_subject(self) -> _Known:
        key = self._subject.key
        return self._known.get(key, _Known()) if key is not None else _Known()

    @property
    def _must_find(self) -> bool:
        return not self._subject.is_given and self._of_subject.found is None

    def _mind_camera(self, view: FeedView) -> None:
        """What another camera was set to says nothing about this one: for it the site is new."""
        subject, camera = self._subject, view.camera
        if not subject.is_first and camera is not None and subject.key and camera.identity != subject.camera:
            self._subject = replace(subject, controls=(), is_first=True)
            self._say(ExposureState())

    def _level(self, view: FeedView) -> float:
        return brightest_skin(view.frame, self._devices.context.roi) if view.frame is not None else 0.0

    def _is_good(self, view: FeedView) -> bool:
        """Still, and in place where there is a place to be in; and under the exposure that was asked for."""
        states = {reading.gate: reading.state for reading in (*view.cheap, *view.slow)}
        wanted = ("motion",) if self._subject.is_first else ("motion", "place", "pose")
        if any(states.get(gate) is not GateState.GREEN for gate in wanted):
            return False
        asked = exposure_of(self._subject.controls)
        now = exposure_of(view.frame.controls) if view.frame is not None else None
        return asked is None or (now is not None and replace(now, asked=asked.read_back).is_held)

    def _settle(self, level: float) -> None:
        if self._subject.is_first:
            self.find()
            return
        steps = step_needed(level)
        self._keep(steps=steps)
        if steps:
            self._controls.replay(self._subject.camera, with_step(self._subject.controls, steps))
        self._say(self._words())

    def _found(self, found: FoundExposure) -> None:
        self._keep(found=found)
        if found.control.read_back is not None:
            self._controls.keep(EXPOSURE, found.control.read_back)
        self._say(self._words())
        self._press.release()

    def _not_found(self, message: str) -> None:
        self._press.drop()
        self._say(ExposureState(message, "bad", may_repeat=True))
        self.failed.emit(message)

    def _keep(self, **new: object) -> None:
        if self._subject.key is not None:
            self._known[self._subject.key] = replace(self._of_subject, **new)  # type: ignore[arg-type]

    def _words(self) -> ExposureState:
        known = self._of_subject
        if self._subject.is_first and known.found is not None:
            trouble = known.found.trouble
            return ExposureState(trouble, "bad", may_repeat=True) if trouble else _FOUND
        if self._subject.is_first:
            return _PROTOCOL if self._subject.is_given else _WAITING
        if known.steps:
            return ExposureState(_LONGER if known.steps > 0 else _SHORTER, "warn")
        return _BASELINE

    def _say(self, state: ExposureState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()
