"""What the gates are told that no picture shows: consent, skin, climate, calibration, time."""

from dataclasses import dataclass
from datetime import datetime

from gui.session.chosen import Chosen
from gui.session.standing import Answers
from imaging.guidance.context import CaptureAnswers
from imaging.model.protocol import StudyProtocol
from imaging.model.visit import ConsentUse


@dataclass(frozen=True)
class Circumstances:
    """What the station knows at this moment."""

    now: datetime
    calibration: str
    """As `DeviceCalibration.state_on` says."""
    is_known_camera: bool
    baseline_at: datetime | None
    """When the site's baseline was taken."""


def needed_use(protocol: StudyProtocol) -> ConsentUse:
    """The use a picture of this study needs consent for."""
    return ConsentUse.TRIAL if protocol.kind == "study" else ConsentUse.CARE


def capture_answers(chosen: Chosen, answers: Answers, circumstances: Circumstances) -> CaptureAnswers:
    subject, protocol = chosen.subject, chosen.protocol
    has_consent = subject is not None and protocol is not None and subject.allows(needed_use(protocol))
    return CaptureAnswers(
        missing_choice="" if chosen.visit is not None else "the visit",
        has_consent=has_consent,
        is_known_camera=circumstances.is_known_camera,
        calibration=circumstances.calibration,
        is_skin_clean=answers.is_skin_clean,
        minutes_since_washing=answers.minutes_since_washing,
        minutes_since_arrival=_minutes(chosen.arrived_at, circumstances.now),
        temperature_c=answers.temperature_c,
        humidity_pct=answers.humidity_pct,
        hours_from_baseline=hours_apart(circumstances.baseline_at, circumstances.now),
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
