"""The shots of a visit: what to take next, taking it, keeping it, taking it again."""

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from gui.bridge.tasks import Tasks
from gui.session.chosen import Chosen
from gui.session.devices import DeviceSession
from gui.session.exposing import Exposing
from gui.session.gate_answers import Equipment, gate_context
from gui.session.memories import SiteMemories
from gui.session.plan import Shot, first_shot, next_replicate, plan_visit
from gui.session.red_gates import excuse, open_questions, overrides
from gui.session.shooting import Shooting
from gui.session.standing import NOT_AT_REST, Answers, HandAsk, Phase, Rest, Standing, Taken
from gui.session.trust import TrustSession
from gui.session.visit import VisitSession
from imaging.camera.device import Target
from imaging.capture.feed import FeedView
from imaging.capture.shutter import AutoShutter
from imaging.model.reading import GateReading
from imaging.model.settings import StationSettings
from imaging.model.visit import CaptureFacts, SiteKey

_STAYS_MS = 1500
_CONTEXT_EVERY_MS = 10_000


class CaptureSession(QObject):
    """Leads through the plan of the chosen visit. `standing` is all there is to see."""

    changed = Signal(object)
    """The new `Standing`."""
    failed = Signal(str)
    told = Signal(str)
    reason_needed = Signal(object)
    """The readings that let the shutter fire only with a reason."""

    def __init__(
        self, visit: VisitSession, devices: DeviceSession, trust: TrustSession, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._visit = visit
        self._devices = devices
        self._trust = trust
        trust.changed.connect(lambda _: self._set_context())
        self._tasks = Tasks(self)
        self._memories = SiteMemories(visit, self._tasks, self)
        self._memories.recalled.connect(self._remember)
        self._memories.failed.connect(self.failed)
        self._is_held = False
        self.open_questions: tuple[GateReading, ...] = ()
        """What the shutter last asked a reason for."""
        self._shutter = AutoShutter(visit.settings.auto_shutter_frames)
        self.standing = Standing(lights=devices.lights.state)
        self._shooting = Shooting(devices, self)
        self._shooting.took.connect(self._took)
        self._shooting.failed.connect(self._did_not_take)
        self._shooting.asking.connect(self._ask_for_light)
        self.exposing = Exposing(devices, self)
        self.exposing.changed.connect(lambda: self._show(exposure=self.exposing.state))
        self.exposing.changed.connect(self._set_context)
        self.exposing.failed.connect(self.failed)
        devices.lights.changed.connect(lambda state: self._show(lights=state))
        self._stay = QTimer(self, singleShot=True, interval=_STAYS_MS)
        self._stay.timeout.connect(self.accept)
        self._ageing = QTimer(self, interval=_CONTEXT_EVERY_MS)
        self._ageing.timeout.connect(self._set_context)
        visit.changed.connect(self._follow)
        visit.settings_changed.connect(self._set_pace)
        devices.seated.connect(self._sat, Qt.ConnectionType.QueuedConnection)

    # -- the page opens and closes ---------------------------------------------------------------

    def enter(self) -> None:
        """Start the camera and aim at the first shot that is missing."""
        self._devices.start()
        self._ageing.start()
        self._aim(first_shot(self._visit.chosen), Phase.AIMING)

    def leave(self) -> None:
        """Let go of the camera; the visit stays open and goes on where it was left."""
        self._stay.stop()
        self._ageing.stop()
        self._shooting.cancel()
        self.exposing.leave()
        self._devices.stop()
        self._show(phase=Phase.RESTING, taken=None, shot=None)

    def close(self) -> None:
        self.leave()
        self._shooting.close()
        self.exposing.close()
        self._tasks.close()

    # -- aiming ----------------------------------------------------------------------------------

    def look(self, view: FeedView) -> None:
        """Count a frame that was painted; fires when the automatic shutter has seen enough."""
        standing = self.standing
        if standing.phase is Phase.LIGHTING and not self._is_held:
            self._shooting.look(view, standing.is_automatic)
        is_waiting = standing.phase is Phase.AIMING and standing.shot is not None and not standing.is_seating
        if is_waiting and not self._is_held:
            self.exposing.look(view)
        is_automatic = is_waiting and standing.is_automatic and standing.can_be_lit
        if self.exposing.is_pending(view) or not is_automatic or self._is_held:
            return
        if self._shutter.update(view):
            self._fire(view, "")

    def hold(self, is_held: bool) -> None:
        """While a question stands on the screen the shutter does not fire by itself."""
        self._is_held = is_held

    @property
    def shutter_progress(self) -> float:
        """0..1: how far the automatic shutter has counted."""
        return self._shutter.progress

    def choose_site(self, site: SiteKey) -> None:
        """Take a picture of this site next."""
        if self.standing.phase in (Phase.AIMING, Phase.LOOKING):
            self._stay.stop()
            self._aim(Shot(site, next_replicate(self._visit.chosen, site)), Phase.AIMING)

    def set_automatic(self, is_automatic: bool) -> None:
        self._show(is_automatic=is_automatic)

    @property
    def room_climate(self) -> tuple[float, float] | None:
        """Temperature in °C and humidity in % as entered last: one room, one half-day."""
        return self._visit.day.climate

    def rest(self, rest: Rest) -> None:
        """What was ticked before lights are switched by hand."""
        self._show(rest=rest)

    def answer(self, answers: Answers) -> None:
        """What was asked about skin and climate."""
        visit = self._visit.chosen.visit
        if visit is not None:
            self._visit.day.answer(visit.identifier, answers)
            self._show(answers=answers)
            self._set_context()

    def shoot(self, reason: str = "") -> None:
        """Take the picture; with a reason where a gate of the kind `stop` is red."""
        if self.standing.phase is Phase.LOOKING:
            self.accept()
            return
        if self.standing.phase is Phase.LIGHTING:
            self._shooting.press()
        if self.standing.phase is not Phase.AIMING or self.standing.shot is None:
            return
        view = self._devices.newest()
        if view is None or view.state != "live" or view.frame is None:
            message = self._devices.state.message or "The camera shows nothing yet."
            self.failed.emit(f"No picture was taken. {message}")
        elif not view.guidance.may_shoot:
            self.failed.emit(f"No picture was taken. {view.guidance.instruction}")
        elif self.standing.lights.is_manual and not self.standing.rest.is_complete:
            self.failed.emit(NOT_AT_REST)
        elif view.guidance.needs_reason and not reason:
            self.open_questions = open_questions(view.guidance.readings, self.standing.answers)
            self.reason_needed.emit(self.open_questions)
        elif self.exposing.must_find(view):
            shot = self.standing.shot
            self.exposing.find(lambda: self.shoot(reason) if self.standing.shot == shot else None)
        else:
            self._excuse(view, reason)
            self._fire(view, reason)

    def accept(self) -> None:
        """Keep the picture that was taken and go on."""
        if self.standing.phase is Phase.LOOKING:
            self._stay.stop()
            self._aim(plan_visit(self._visit.chosen).next_shot, Phase.AIMING)

    def retake(self) -> None:
        """Keep the last picture out of the plan and take it again; the original stays in the archive."""
        if self.standing.phase is Phase.LIGHTING:
            self._shooting.cancel()
            self._show(phase=Phase.AIMING, hand=None)
            return
        taken, archive = self.standing.taken, self._visit.archive
        if taken is None or archive is None or self.standing.phase not in (Phase.LOOKING, Phase.AIMING):
            return
        self._stay.stop()
        if self._visit.exclude(taken.capture, "retaken"):
            facts = taken.capture.facts
            self._aim(Shot(facts.site, facts.replicate), Phase.AIMING, taken=None)
            self.told.emit("The picture is kept, but does not count. Take it again.")

    def skip_site(self, reason: str) -> None:
        """Do not photograph the site at this visit."""
        shot = self.standing.shot
        if shot is not None and self._visit.skip_site(shot.site, reason):
            self._aim(plan_visit(self._visit.chosen).next_shot, self.standing.phase)

    # -- within ----------------------------------------------------------------------------------

    def _aim(self, shot: Shot | None, phase: Phase, **further: object) -> None:
        has_moved = shot is not None and (self.standing.shot is None or self.standing.shot.site != shot.site)
        pictures = self._memories.of(shot.site if shot else None).pictures
        self._show(shot=shot, phase=phase, pictures=pictures, **further)
        if shot is not None:
            self._point_at(shot)
            if has_moved:
                self._set_context()
                self._memories.recall(shot.site)

    def _point_at(self, shot: Shot) -> None:
        chosen = self._visit.chosen
        if chosen.subject is not None and chosen.visit is not None:
            target = Target(chosen.subject.code, shot.site, chosen.visit.week, shot.replicate)
            self._show(is_seating=self._devices.aim(target))

    def _set_pace(self, settings: StationSettings) -> None:
        self._shutter = AutoShutter(settings.auto_shutter_frames)

    def _sat(self) -> None:
        self._shutter.rearm()
        self._show(is_seating=False)

    def _remember(self, site: SiteKey) -> None:
        """A site was looked up: the one to take gets its ghost, and every site knows what it may be taken for."""
        shot = self.standing.shot
        if shot is not None and shot.site == site:
            memory = self._memories.of(site)
            if memory.baseline is not None:
                self._shutter.rearm()
            self.exposing.follow(self._visit.chosen, site, memory)
            self._show(pictures=memory.pictures)
        self._set_context()

    def _set_context(self) -> None:
        shot = self.standing.shot
        if self._visit.chosen.protocol is None or shot is None:
            return
        equipment = Equipment(self._visit.now, self._devices.calibration, self._devices.info)
        memory, others = self._memories.of(shot.site), self._memories.others(shot.site)
        context = gate_context(self._visit.chosen, shot.site, self.standing.answers, memory, equipment)
        self._devices.set_context(replace(context, others=others, baseline=self.exposing.as_set(context.baseline)))

    def _excuse(self, view: FeedView, reason: str) -> None:
        """A reason for a gate of the kind `warn` holds for the whole visit."""
        excused = excuse(view.guidance.readings, self.standing.answers, reason)
        if excused != self.standing.answers.excused:
            self.answer(replace(self.standing.answers, excused=excused))

    def _fire(self, view: FeedView, reason: str) -> None:
        archive, visit = self._visit.archive, self._visit.chosen.visit
        shot, info = self.standing.shot, self._devices.info
        if archive is None or visit is None or shot is None or info is None:
            return
        overridden = overrides(view.guidance.readings, self.standing.answers, reason) + self._trust.overrides
        facts = CaptureFacts(
            visit.identifier, shot.site, shot.replicate, self._visit.now, info.identity, info.name,
            view.cheap + view.slow + self.exposing.readings(view), overridden, self._devices.calibration,
        )  # fmt: skip
        self._show(phase=Phase.SHOOTING, taken=None)
        self._shooting.fire(archive, facts)

    def _ask_for_light(self, ask: HandAsk | None) -> None:
        if self.standing.phase in (Phase.SHOOTING, Phase.LIGHTING):
            self._show(phase=Phase.LIGHTING, hand=ask)

    def _took(self, taken: Taken) -> None:
        if self.standing.phase in (Phase.SHOOTING, Phase.LIGHTING):
            self._show(phase=Phase.LOOKING, taken=taken, hand=None)
            self.exposing.freeze()
            self._stay.start()
        self._visit.refresh()

    def _did_not_take(self, message: str) -> None:
        if self.standing.phase in (Phase.SHOOTING, Phase.LIGHTING):
            self._show(phase=Phase.AIMING, hand=None)
        self.failed.emit(message)

    def _follow(self, chosen: Chosen) -> None:
        """The plan of what is chosen now; another visit starts from its own first missing shot."""
        before = self.standing.chosen.visit
        is_other = (chosen.visit and chosen.visit.identifier) != (before and before.identifier)
        plan = plan_visit(chosen)
        if not is_other:
            self._show(chosen=chosen, plan=plan)
            return
        self._memories.start_over()
        answers = self._visit.day.answers.get(chosen.visit.identifier, Answers()) if chosen.visit else Answers()
        fresh = Standing(is_automatic=self.standing.is_automatic, lights=self.standing.lights)
        self.standing = replace(fresh, chosen=chosen, plan=plan, answers=answers)
        self.changed.emit(self.standing)

    def _show(self, **new: object) -> None:
        self.standing = replace(self.standing, **new)  # type: ignore[arg-type]
        self.changed.emit(self.standing)
