"""Gates that no picture answers: judged from what was asked, recorded or read back. One function a gate."""

from imaging.guidance.look import Look, Sighting
from imaging.model.frame import ControlReading
from imaging.model.reading import GateKind

CLIMATE_C = (20.0, 22.0)
CLIMATE_PCT = (45.0, 55.0)
MAX_REPLICATE_CV_PCT = 5.0
FURTHER_REPLICATES = 2
"""So many more than the protocol asks for may be taken while the replicates differ too much."""

_CALIBRATION_WORDS = {
    "expired": "The calibration has expired: calibrate again, or shoot with a reason.",
    "failed": "The last calibration check failed: calibrate again, or shoot with a reason.",
    "uncalibrated": 'No device file for this camera: all numbers will say "uncalibrated". Calibrate, or give a reason.',
}

_OTHER_SIZE = "The scale is for pictures of {} x {} px, the camera sends {} x {}: set it back, or calibrate the scale."


def chosen_site(look: Look) -> Sighting:
    """Subject, visit, site and side chosen; consent given; camera known."""
    answers = look.context.answers
    if answers.missing_choice:
        return Sighting(False, instruction=f"Choose {answers.missing_choice} first.")
    if not answers.has_consent:
        return Sighting(False, instruction="No consent for this use is recorded: record it before taking a picture.")
    if not answers.is_known_camera:
        return Sighting(False, instruction="This is not the station's camera: choose the camera in the settings.")
    return Sighting(True)


def calibration_state(look: Look) -> Sighting:
    """Verified within period and limits, on pictures of this size. No device file at all is a warning only."""
    made_on, sent = look.context.scale_shape, look.frame.shape
    if made_on is not None and made_on != sent:
        return Sighting(False, instruction=_OTHER_SIZE.format(*reversed(made_on), *reversed(sent)), kind=GateKind.STOP)
    state = look.context.answers.calibration
    kind = GateKind.WARN if state == "uncalibrated" else GateKind.STOP
    return Sighting(state == "calibrated", instruction=_CALIBRATION_WORDS.get(state, ""), kind=kind)


def skin_state(look: Look) -> Sighting:
    """Clean or not; asked each time, never assumed. The value is the minutes since washing."""
    answers = look.context.answers
    if answers.is_skin_clean is None:
        return Sighting(False, instruction="Ask: is the skin clean, and when was it washed? Enter the answer.")
    words = "Make-up or product on the skin: remove it, or shoot with a reason."
    return Sighting(answers.is_skin_clean, answers.minutes_since_washing, words)


def held_settings(look: Look) -> Sighting | None:
    """Every control does what was asked, and reads as at the baseline. None when the camera has no controls."""
    controls = look.frame.controls
    if not any(control.read_back is not None for control in controls):
        return None
    baseline = look.context.baseline
    off = [c.name for c in controls if not c.is_held]
    off += [n for n in _unlike(controls, baseline.controls if baseline else ()) if n not in off]
    words = f"The camera does not hold {_listed(off)}: press the site's name to set it again, or shoot with a reason."
    return Sighting(not off, float(len(off)), words)


def acclimatisation(look: Look) -> Sighting:
    """Minutes since arrival."""
    minutes, needed = look.context.answers.minutes_since_arrival, look.context.limits.min_acclimatisation_min
    if minutes is None:
        return Sighting(False, instruction="Enter when the subject arrived.")
    left = max(1, round(needed - minutes))
    return Sighting(minutes >= needed, minutes, f"Let the skin settle for {left} more min, or give a reason.")


def room_climate(look: Look) -> Sighting:
    """Temperature and humidity of the room; the value is the temperature."""
    warmth, humidity = look.context.answers.temperature_c, look.context.answers.humidity_pct
    if warmth is None or humidity is None:
        return Sighting(False, instruction="Enter temperature and humidity of the room.")
    is_good = CLIMATE_C[0] <= warmth <= CLIMATE_C[1] and CLIMATE_PCT[0] <= humidity <= CLIMATE_PCT[1]
    words = f"The room is at {warmth:.1f} °C and {humidity:.0f} %: bring it to 20-22 °C and 45-55 %."
    return Sighting(is_good, warmth, words, values=(("temperature_c", warmth), ("humidity_pct", humidity)))


def time_of_day(look: Look) -> Sighting | None:
    """Hours between now and the baseline's time of day; None at the baseline itself."""
    hours = look.context.answers.hours_from_baseline
    if hours is None:
        return None
    when = "later" if hours > 0 else "earlier"
    words = f"{abs(hours):.1f} h {when} in the day than the baseline: give a reason."
    return Sighting(abs(hours) <= look.context.limits.max_hours_from_baseline, hours, words)


def replicate_spread(look: Look) -> Sighting | None:
    """How far the replicates of this visit differ; None before there are any to compare."""
    spread = look.context.answers.replicate_cv_pct
    if spread is None:
        return None
    again = "take another replicate, placed anew."
    enough = "look at them on the review page. One is left out only for a reason that can be seen on it."
    words = f"The replicates differ by {spread:.1f} %: {again if look.context.answers.may_repeat else enough}"
    return Sighting(spread <= MAX_REPLICATE_CV_PCT, spread, words)


def _unlike(now: tuple[ControlReading, ...], baseline: tuple[ControlReading, ...]) -> list[str]:
    """Names of controls that read otherwise than at the baseline."""
    then = {control.name: control.read_back for control in baseline if control.read_back is not None}
    return [
        c.name
        for c in now
        if c.name in then and not ControlReading(c.name, asked=then[c.name], read_back=c.read_back).is_held
    ]


def _listed(names: list[str]) -> str:
    return " and ".join(name.replace("_", " ") for name in names)
