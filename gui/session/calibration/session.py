"""Calibrating the camera step by step, and checking it at the start of a day."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from gui.bridge.tasks import Tasks
from gui.session.calibration.calibrating import (
    Calibrating,
    Choices,
    DepthTarget,
    Mode,
    Phase,
    Sight,
    StepKey,
    StepState,
    steps_for,
)
from gui.session.calibration.checking import check
from gui.session.calibration.looking import BALL_PLACES, bench_target, is_steady, look
from gui.session.calibration.making import Bench, Made, ball_pictures, make, write_targets
from gui.session.calibration.trust import TrustSession
from gui.session.capture.controls import ANY
from gui.session.devices import DeviceSession
from gui.session.study import StudySession
from imaging.capture.requests import answer_of
from imaging.model.frame import Frame
from imaging.model.light_stack import LightStack

_LOOK_EVERY_MS = 80
_LOOKS_NEEDED = 2


class CalibrationSession(QObject):
    """`now` is all there is to see; the verbs come back at once, what they start is told through `changed`."""

    changed = Signal(object)
    """The new `Calibrating`."""

    def __init__(
        self, study: StudySession, devices: DeviceSession, trust: TrustSession, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._study = study
        self._devices = devices
        self._trust = trust
        self._station = study.station
        self._tasks = Tasks(self)
        self._stacks: list[LightStack] = []
        self._depths: dict[DepthTarget, LightStack] = {}
        """Photographed in this run."""
        self._looked_at: Frame | None = None
        self._steady = 0
        self._is_open = False
        self.now = Calibrating()
        self._eye = QTimer(self, interval=_LOOK_EVERY_MS)
        self._eye.timeout.connect(self._look)
        devices.state_changed.connect(lambda _: self._renew_steps())

    # -- the page opens and closes ---------------------------------------------------------------

    def enter(self) -> None:
        self._is_open = True
        self._devices.controls.set_for(ANY, {})
        self._devices.start()
        self._trust.refresh()

    def leave(self) -> None:
        """Let go of the camera. What was made is in the device file; a step that was not finished changed nothing."""
        self._is_open = False
        self._stop_looking()
        self._devices.controls.set_for(ANY, {})
        self._devices.stop()
        self._show(mode=Mode.OVERVIEW, step=None, problem="", result="", phase=Phase.LOOKING)

    def close(self) -> None:
        self._stop_looking()
        self._tasks.close()

    # -- going through the steps -----------------------------------------------------------------

    def begin(self, mode: Mode, step: StepKey | None = None) -> None:
        """Start the steps of a run, at the first one or at a certain one."""
        due = (step.value,) if mode is Mode.CHECK and step is not None else self._trust.known.due
        steps = steps_for(mode, len(self._devices.light_names), due)
        if not steps:
            self._show(mode=Mode.OVERVIEW, step=None)
            return
        self._depths = {}
        self._show(mode=mode, steps=steps)
        self.go_to(step or steps[0].key)

    def go_to(self, step: StepKey) -> None:
        """Do this step now, for the first time or again."""
        self._stop_looking()
        self._stacks = []
        places = len(BALL_PLACES) if step is StepKey.LIGHTS else 1
        self._show(
            step=step,
            phase=Phase.LOOKING,
            sight=Sight(),
            result="",
            limits="",
            is_off=False,
            problem="",
            place=0,
            places=places,
        )
        if step is not StepKey.TARGETS:
            self._set_camera()
            self._lay_out()
            self._eye.start()

    def go_on(self) -> None:
        """To the next step; after the last one to the overview."""
        following = self.now.following
        if following is not None:
            self.go_to(following)
        else:
            self.overview()

    def overview(self) -> None:
        """Stop here; what was made stays made."""
        self._stop_looking()
        self._show(mode=Mode.OVERVIEW, step=None, result="", problem="", phase=Phase.LOOKING)
        self._trust.refresh()

    def leave_out(self) -> None:
        """Do not do this step."""
        step = self.now.current
        if step is not None and step.state is StepState.OPEN:
            self._mark(StepState.LEFT_OUT, "left out")
        self.go_on()

    def repeat(self) -> None:
        """Do the step again."""
        if self.now.step is not None:
            self.go_to(self.now.step)

    def choose(self, choices: Choices) -> None:
        """What the technician said about print, ball and groove."""
        is_other_ball = choices.ball != self.now.choices.ball
        self._show(choices=choices)
        if is_other_ball and self.now.step is StepKey.LIGHTS:
            self.repeat()
        elif self.now.step is StepKey.DEPTH:
            self._lay_out()

    def say(self, problem: str) -> None:
        """One sentence about what cannot be used; empty takes it away."""
        self._show(problem=problem)

    @property
    def targets_folder(self) -> Path:
        """Where the PDFs would go when nobody says otherwise."""
        archive = self._station.proposed_archive
        return (archive.parent if archive else Path.home()) / "Rhytid targets"

    @property
    def is_anything_off(self) -> bool:
        """A step of this run was beyond its limit."""
        return any(step.state is StepState.OFF for step in self.now.steps)

    def save_targets(self, folder: Path) -> None:
        """Write the PDFs to print."""
        fonts, moment = self._station.resources / "fonts", self._station.now()
        self._show(phase=Phase.WORKING, problem="")
        self._tasks.run("targets", lambda: write_targets(folder, fonts, moment), self._saved, self._did_not_make)

    def take(self) -> None:
        """Take the picture of this step and make the section, or check it."""
        step, bench = self.now.step, self._bench()
        if step is None or step is StepKey.TARGETS or self.now.phase is not Phase.LOOKING or bench is None:
            return
        self._stop_looking()
        self._show(phase=Phase.WORKING, problem="")
        self._tasks.run("make", self._work(step, bench), self._made, self._did_not_make)

    # -- within ----------------------------------------------------------------------------------

    def _renew_steps(self) -> None:
        """Which lights there are is known once the camera is open."""
        if self.now.mode is Mode.STEPS:
            before = {step.key: step for step in self.now.steps}
            steps = steps_for(Mode.STEPS, len(self._devices.light_names), ())
            self._show(steps=tuple(before.get(step.key, step) for step in steps))

    def _work(self, step: StepKey, bench: Bench) -> Callable[[], tuple[LightStack, Made | None]]:
        """What runs off the GUI thread: shoot, and with the last shot of a step make its section."""
        earlier, mode, choices = tuple(self._stacks), self.now.mode, self.now.choices
        if step is StepKey.DEPTH and mode is Mode.STEPS:
            others = {target: stack for target, stack in self._depths.items() if target != choices.depth}
            earlier, choices = tuple(others.values()), replace(choices, earlier_depths=tuple(others))
        is_last = self.now.place + 1 >= self.now.places

        def work() -> tuple[LightStack, Made | None]:
            stack = answer_of(self._devices.shoot(is_verified=False))
            if not is_last:
                ball_pictures(stack)  # one that cannot be seen is said before it is moved on
                return stack, None
            act = make if mode is Mode.STEPS else check
            return stack, act(step, bench, (*earlier, stack), choices)

        return work

    def _made(self, answer: tuple[LightStack, Made | None]) -> None:
        stack, made = answer
        if made is None:
            self._stacks.append(stack)
            self._show(place=self.now.place + 1, phase=Phase.LOOKING, sight=Sight())
            self._lay_out()
            self._eye.start()
            return
        self._stacks = []
        if self.now.step is StepKey.DEPTH and self.now.mode is Mode.STEPS:
            self._depths[self.now.choices.depth] = stack
        self._mark(StepState.OFF if made.is_off else StepState.DONE, made.figure)
        self._show(phase=Phase.DONE, result=made.sentence, limits=made.limits, is_off=made.is_off)
        self._trust.refresh()

    def _did_not_make(self, message: str) -> None:
        """The picture did not do: say why, and look again; what all places together did not do, from the first one."""
        if self.now.place + 1 >= self.now.places:
            self._stacks = []
        self._show(phase=Phase.LOOKING, problem=message, progress=0.0, sight=Sight(), place=len(self._stacks))
        if self.now.step is not StepKey.TARGETS and self._is_open:
            self._eye.start()

    def _saved(self, paths: tuple[Path, ...]) -> None:
        self._mark(StepState.DONE, f"{len(paths)} PDFs")
        words = f"{len(paths)} PDFs are in {paths[0].parent}. Print them at 100 % and measure the check bars."
        self._show(phase=Phase.DONE, targets=paths, result=words)

    def _mark(self, state: StepState, words: str) -> None:
        steps = [
            replace(step, state=state, words=words) if step.key == self.now.step else step for step in self.now.steps
        ]
        self._show(steps=tuple(steps))

    def _bench(self) -> Bench | None:
        identity, path = self._devices.identity, self._station.device_file
        if identity is None or path is None:
            return None
        archive, moment, names = self._study.archive, self._station.now(), self._devices.light_names
        return Bench(path(identity), identity, moment, partial(self._station.calibration, identity), archive, names)

    def _set_camera(self) -> None:
        """A white field is checked under the exposure it was made with: another one is no drift."""
        calibration = self._devices.calibration if self.now.mode is not Mode.STEPS else None
        if calibration is None or calibration.flat_field is None or self.now.step is not StepKey.WHITE:
            return
        if calibration.flat_field.controls and self._devices.identity:
            self._devices.controls.set_for(self._devices.identity, dict(calibration.flat_field.controls))

    def _lay_out(self) -> None:
        """The simulated camera is shown what a technician would lay before a real one."""
        target = bench_target(self.now.step, self.now.place, self.now.choices) if self.now.step else None
        if target is not None:
            self._devices.aim(target)

    def _stop_looking(self) -> None:
        self._eye.stop()
        self._tasks.forget("look")
        self._steady, self._looked_at = 0, None
        self._show(progress=0.0)

    def _look(self) -> None:
        view, step = self._devices.newest(), self.now.step
        if view is None or view.frame is None or view.state != "live" or step is None or self._tasks.is_busy("look"):
            return
        if view.frame is self._looked_at:
            return
        frame, place = view.frame, self.now.place
        self._looked_at = frame
        self._tasks.run("look", lambda: look(step, frame, place), self._saw, self._did_not_make)

    def _saw(self, sight: Sight) -> None:
        if self.now.phase is not Phase.LOOKING or self._looked_at is None:
            return
        is_still = is_steady(self.now.sight, sight)
        self._steady = self._steady + 1 if is_still else 0
        problem = "" if sight.is_good else self.now.problem
        self._show(sight=sight, progress=min(self._steady / _LOOKS_NEEDED, 1.0), problem=problem)
        if self._steady >= _LOOKS_NEEDED:
            self.take()

    def _show(self, **new: object) -> None:
        self.now = replace(self.now, **new)  # type: ignore[arg-type]
        self.changed.emit(self.now)
