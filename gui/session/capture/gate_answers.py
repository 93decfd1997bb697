"""What the gates are told that no picture shows: consent, skin, climate, calibration, time."""

from dataclasses import dataclass, replace
from datetime import datetime

from gui.session.capture.plan import plan_visit
from gui.session.capture.site_pictures import SiteMemory
from gui.session.capture.standing import Answers
from gui.session.chosen import Chosen
from gui.session.consent import needed_use
from imaging.guidance.context import CaptureAnswers, GateContext
from imaging.model.calibration import DeviceCalibration
from imaging.model.camera import CameraInfo
from imaging.model.protocol import GateLimits
from imaging.model.visit import SiteKey


@dataclass(frozen=True)
class Equipment:
    """Clock, camera and its device file at this moment."""

    now: datetime
    calibration: DeviceCalibration | None
    camera: CameraInfo | None

    @property
    def calibration_state(self) -> str:
        return self.calibration.state_on(self.now.date()) if self.calibration else "uncalibrated"


def gate_context(
    chosen: Chosen, site: SiteKey, answers: Answers, memory: SiteMemory, equipment: Equipment
) -> GateContext:
    """What the gates judge the frames of one site against."""
    calibration = equipment.calibration
    known = capture_answers(chosen, answers, memory.baseline_at, equipment)
    return GateContext(
        limits=chosen.protocol.gates if chosen.protocol else GateLimits(),
        answers=replace(known, replicate_cv_pct=chosen.spreads.get(site), may_repeat=plan_visit(chosen).asks_for(site)),
        site=site,
        spacing=calibration.spacing if calibration else None,
        scale_shape=calibration.scale.frame_shape if calibration and calibration.scale else None,
        roi=memory.roi,
        baseline=memory.baseline,
        excused=frozenset(o.gate for o in answers.excused),
    )


def capture_answers(
    chosen: Chosen, answers: Answers, baseline_at: datetime | None, equipment: Equipment
) -> CaptureAnswers:
    """What was asked, recorded or chosen, in the words of the gates."""
    subject, protocol = chosen.subject, chosen.protocol
    has_consent = subject is not None and protocol is not None and subject.allows(needed_use(protocol))
    return CaptureAnswers(
        missing_choice="" if chosen.visit is not None else "the visit",
        has_consent=has_consent,
        is_known_camera=equipment.camera is None or not equipment.camera.is_builtin,
        calibration=equipment.calibration_state,
        is_skin_clean=answers.is_skin_clean,
        minutes_since_washing=answers.minutes_since_washing,
        minutes_since_arrival=_minutes(chosen.arrived_at, equipment.now),
        temperature_c=answers.temperature_c,
        humidity_pct=answers.humidity_pct,
        hours_from_baseline=hours_apart(baseline_at, equipment.now),
    )


def hours_apart(earlier: datetime | None, now: datetime) -> float | None:
    """Difference between two times of day, in hours, -12 to 12, whatever the dates; on the station's clock."""
    if earlier is None:
        return None
    there, here = (t.astimezone() for t in (earlier, now))
    hours = (here.hour + here.minute / 60) - (there.hour + there.minute / 60)
    return (hours + 12) % 24 - 12


def _minutes(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else (now - since).total_seconds() / 60
