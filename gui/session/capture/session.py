"""The shots of a visit: what to take next, taking it, keeping it, taking it again."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from gui.session.calibration.trust import TrustSession
from gui.session.capture.aimed import AimedSite
from gui.session.capture.plan import Shot, first_shot, newly_different, next_replicate, plan_visit
from gui.session.capture.pressing import why_no_shot
from gui.session.capture.red_gates import excuse, open_questions, overrides
from gui.session.capture.shooting import Shooting
from gui.session.capture.standing import Answers, HandAsk, Phase, Rest, SitePictures, Standing, Taken
from gui.session.chosen import Chosen
from gui.session.devices import DeviceSession
from gui.session.visit import VisitSession
from imaging.camera.device import Target
from imaging.capture.feed import FeedView
from imaging.capture.shutter import AutoShutter
from imaging.model.reading import GateReading
from imaging.model.settings import StationSettings
from imaging.model.visit import CaptureFacts, SiteKey

_STAYS_MS = 1500


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
        self._is_held = False
        self.open_questions: tuple[GateReading, ...] = ()
        """What the shutter last asked a reason for."""
        self._shutter = AutoShutter(visit.settings.auto_shutter_frames)
        self.standing = Standing(lights=devices.lights.state)
        self._shooting = Shooting(devices, self)
        self._shooting.took.connect(self._took)
        self._shooting.failed.connect(self._did_not_take)
        self._shooting.asking.connect(self._ask_for_light)
        self._site = AimedSite(visit, devices, lambda: self.standing)
        self._site.setParent(self)
        self._site.recalled.connect(self._remember)
        self._site.failed.connect(self.failed)
        trust.changed.connect(lambda _: self._site.tell_gates())
        self.exposing = self._site.exposing
        self.exposing.changed.connect(lambda: self._show(exposure=self.exposing.state))
        devices.lights.changed.connect(lambda state: self._show(lights=state))
        self._stay = QTimer(self, singleShot=True, interval=_STAYS_MS)
        self._stay.timeout.connect(self.accept)
        visit.changed.connect(self._follow)
        visit.settings_changed.connect(self._set_pace)
        devices.seated.connect(self._sat, Qt.ConnectionType.QueuedConnection)

    # -- the page opens and closes ---------------------------------------------------------------

    def enter(self) -> None:
        """Start the camera and aim at the first shot that is missing."""
        self._devices.start()
        self._visit.compare_replicates(True)
        self._site.enter()
        self._aim(first_shot(self._visit.chosen), Phase.AIMING)

    def leave(self) -> None:
        """Let go of the camera; the visit stays open and goes on where it was left."""
        self._stay.stop()
        self._shooting.cancel()
        self._site.leave()
        self._visit.compare_replicates(False)
        self._devices.stop()
        self._show(phase=Phase.RESTING, taken=None, shot=None)

    def close(self) -> None:
        self.leave()
        self._shooting.close()
        self._site.close()

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
        if self.exposing.is_pending(view) or not is_automatic or self._is_held or not self._site.is_read(view):
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
        """Take a picture of this site next; the camera is set for it once more, if it is the one already."""
        if self.standing.phase in (Phase.AIMING, Phase.LOOKING):
            self._stay.stop()
            if self.standing.shot is not None and self.standing.shot.site == site:
                self._devices.controls.apply()
            self._aim(Shot(site, next_replicate(self._visit.chosen, site)), Phase.AIMING)

    def set_automatic(self, is_automatic: bool) -> None:
        self._show(is_automatic=is_automatic)

    def rest(self, rest: Rest) -> None:
        """What was ticked before lights are switched by hand."""
        self._show(rest=rest)

    def answer(self, answers: Answers) -> None:
        """What was asked about skin and climate."""
        visit = self._visit.chosen.visit
        if visit is not None:
            self._visit.day.answer(visit.identifier, answers)
            self._show(answers=answers)
            self._site.tell_gates()

    def shoot(self, reason: str = "", has_waited: bool = False) -> None:
        """Take the picture; with a reason where a gate of the kind `stop` is red.

        A press waits until the place was looked at; `has_waited` says that it did.
        """
        if self.standing.phase is Phase.LOOKING:
            self.accept()
            return
        if self.standing.phase is Phase.LIGHTING:
            self._shooting.press()
        if self.standing.phase is not Phase.AIMING or self.standing.shot is None:
            return
        view, shot = self._devices.newest(), self.standing.shot
        refusal = why_no_shot(view, self.standing, self._devices.state.message)
        if view is None or refusal:
            self.failed.emit(refusal)
        elif not has_waited and not self._site.is_read(view) and not self.exposing.is_awaited:
            self._site.wait_until_read(lambda: self.shoot(reason, True) if self.standing.shot == shot else None)
        elif view.guidance.needs_reason and not reason and not self.exposing.is_awaited:
            self.open_questions = open_questions(view.guidance.readings, self.standing.answers)
            self.reason_needed.emit(self.open_questions)
        elif self.exposing.must_find(view):
            self.exposing.find(lambda: self.shoot(reason, has_waited) if self.standing.shot == shot else None)
            self._site.hasten()
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
        self._show(shot=shot, phase=phase, pictures=self._site.pictures(shot), **further)
        if shot is not None:
            self._point_at(shot)
            if has_moved or not self._site.knows(shot):
                self._site.look_up(shot)

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

    def _remember(self, pictures: SitePictures) -> None:
        if pictures.baseline is not None:
            self._shutter.rearm()
        self._show(pictures=pictures)

    def _excuse(self, view: FeedView, reason: str) -> None:
        """A reason for a gate of the kind `warn` holds for the whole visit."""
        excused = excuse(view.guidance.readings, self.standing.answers, reason)
        if excused != self.standing.answers.excused:
            self.answer(replace(self.standing.answers, excused=excused))

    def _fire(self, view: FeedView, reason: str) -> None:
        archive, shot, info = self._visit.archive, self.standing.shot, self._devices.info
        if archive is None or shot is None or info is None:
            return
        overridden = overrides(view.guidance.readings, self.standing.answers, reason) + self._trust.overrides
        facts = CaptureFacts(
            self._visit.chosen.visit_id, shot.site, shot.replicate, self._visit.now, info.identity, info.name,
            view.cheap + view.slow + self.exposing.readings(view), overridden, self._devices.calibration_for(view),
        )  # fmt: skip
        self._site.drop_press()
        self._show(phase=Phase.SHOOTING, taken=None)
        self._shooting.fire(archive, facts)

    def _ask_for_light(self, ask: HandAsk | None) -> None:
        if self.standing.phase in (Phase.SHOOTING, Phase.LIGHTING):
            self._show(phase=Phase.LIGHTING, hand=ask)

    def _took(self, taken: Taken) -> None:
        if self.standing.phase in (Phase.SHOOTING, Phase.LIGHTING):
            self._site.photographed(taken.capture.site)
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
        before, plan = self.standing.chosen, plan_visit(chosen)
        if chosen.visit_id == before.visit_id:
            self._show(chosen=chosen, plan=plan)
            self._mind_replicates(before.spreads)
            return
        self._site.start_over()
        answers = self._visit.day.answers.get(chosen.visit.identifier, Answers()) if chosen.visit else Answers()
        self.standing = replace(self.standing.anew, chosen=chosen, plan=plan, answers=answers)
        self.changed.emit(self.standing)

    def _mind_replicates(self, known: Mapping[SiteKey, float]) -> None:
        """Replicates that differ too much are told once, and lead back to their site when nothing else is left."""
        chosen, plan = self.standing.chosen, self.standing.plan
        for words in newly_different(chosen, known):
            self.told.emit(words)
        if self.standing.shot is None and self.standing.phase is Phase.AIMING and plan.next_shot is not None:
            self._aim(plan.next_shot, Phase.AIMING)
        if chosen.spreads != known:
            self._site.tell_gates()

    def _show(self, **new: object) -> None:
        self.standing = replace(self.standing, **new)  # type: ignore[arg-type]
        self.changed.emit(self.standing)
