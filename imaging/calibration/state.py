"""How far a calibration may be trusted on a day, in one word and one plain sentence, and its drift as series."""

from collections.abc import Sequence
from datetime import date

from imaging.calibration.verification import SECTIONS, drift, due_on
from imaging.model.calibration import Check, DeviceCalibration, Validity
from imaging.model.calibration_state import CalibrationState, DriftPoint, DriftSeries, SectionState, StateName
from imaging.model.visit import Capture

_NO_FILE = "Uncalibrated: this camera has no device file, so no length and no depth is a measurement."
_NO_SCALE = "Uncalibrated: this camera has no scale for its pictures, so no length and no depth is a measurement."
_WIDE = 5.0
_NEXT_STEP = "clean lens and target and check again, or calibrate anew"


def calibration_state(calibration: DeviceCalibration | None, day: date) -> CalibrationState:
    """A device on a day.

    Parameters
    ----------
    calibration : None when there is no device file
    day : at the place of the station
    """
    if calibration is None:
        return CalibrationState("uncalibrated", _NO_FILE, tuple(_not_made(name) for name in SECTIONS))
    sections = tuple(_section_state(calibration, name, day) for name in SECTIONS)
    if calibration.scale is None:
        return CalibrationState("uncalibrated", _NO_SCALE, sections)
    order: tuple[StateName, ...] = ("failed", "expired", "expiring")
    for name in order:
        found = [section for section in sections if section.name == name]
        if found:
            return CalibrationState(name, _sentence(name, found, day), sections)
    last = min((s.valid_until for s in sections if s.valid_until is not None), default=None)
    until = f", valid until {last.isoformat()}" if last else ""
    return CalibrationState("verified", f"Calibration verified{until}.", sections)


def capture_state(capture: Capture) -> CalibrationState:
    """A capture with the calibration it was taken with, and what came out about that since."""
    state = calibration_state(capture.facts.calibration, capture.facts.taken_at.astimezone().date())
    if capture.doubt and state.name != "uncalibrated":
        return CalibrationState("doubtful", f"Calibration doubtful: {capture.doubt}", state.sections)
    return state


def section_words(section: str) -> str:
    """What a technician calls a section: the flat field is made from the sheet "White field"."""
    return "white field" if section == "flat_field" else section.replace("_", " ")


def check_words(check: Check) -> str:
    """For example "scale +1.00 % (limit 0.5)" or "white field, level -16.7 % (limit 10)"."""
    quantity = f", {check.quantity}" if check.quantity else ""
    off = f"{deviation_words(check.deviation, check.limit)} {check.unit}".strip()
    return f"{section_words(check.section)}{quantity} {off} (limit {check.limit:g})"


def deviation_words(deviation: float, limit: float) -> str:
    """With as many decimals as its limit deserves: "+0.03" of 0.5, "-16.7" of 10; never "-0.0"."""
    places = 1 if limit >= _WIDE else 2
    rounded = round(deviation, places)
    return f"{rounded:+.{places}f}" if rounded else f"{0:.{places}f}"


def drift_series(calibration: DeviceCalibration) -> tuple[DriftSeries, ...]:
    """Every quantity of every section over time, ready for a chart; a section that was made anew starts at 0 again."""
    series = []
    for section in SECTIONS:
        entries = drift(calibration, section)
        quantities = dict.fromkeys((c.quantity, c.unit) for c in entries if not c.is_new)
        quantities = quantities or dict.fromkeys((c.quantity, c.unit) for c in entries)
        series += [_series(section, quantity, unit, entries) for quantity, unit in quantities]
    return tuple(series)


def _series(section: str, quantity: str, unit: str, entries: Sequence[Check]) -> DriftSeries:
    shown = [c for c in entries if c.is_new or (c.quantity, c.unit) == (quantity, unit)]
    points = tuple(DriftPoint(c.checked_at, c.deviation, c.passed, c.is_new) for c in shown)
    limits = [c.limit for c in shown if not c.is_new] or [shown[-1].limit]
    return DriftSeries(section, quantity, unit, limits[-1], points)


def _not_made(section: str) -> SectionState:
    return SectionState(section, "uncalibrated", f"The {section_words(section)} was not calibrated.")


def _section_state(calibration: DeviceCalibration, section: str, day: date) -> SectionState:
    part = getattr(calibration, section)
    if part is None:
        return _not_made(section)
    validity: Validity = part.validity
    failed = [check for check in calibration.failed_checks if check.section == section]
    name = _section_name(calibration, section, day)
    words = {
        "failed": "; ".join(check_words(check) for check in failed) or "it did not fit when it was made",
        "expired": f"expired on {validity.valid_until}",
        "expiring": f"its last day is {validity.valid_until}",
        "verified": f"valid until {validity.valid_until}" if validity.valid_until else "valid until further notice",
    }[name]
    sentence = f"The {section_words(section)} was calibrated on {validity.made_on}: {words}."
    return SectionState(
        section, name, sentence, validity.made_on, validity.valid_until, _last_check(calibration, section)
    )


def _section_name(calibration: DeviceCalibration, section: str, day: date) -> StateName:
    is_off = any(check.section == section for check in calibration.failed_checks)
    if is_off or not getattr(calibration, section).validity.passed:
        return "failed"
    due = [due for due in due_on(calibration, day) if due.section == section]
    if not due:
        return "verified"
    return "expired" if due[0].is_expired else "expiring"


def _last_check(calibration: DeviceCalibration, section: str) -> Check | None:
    checks = [check for check in drift(calibration, section) if not check.is_new]
    newest = [check for check in checks if check.checked_at == checks[-1].checked_at]
    return max(newest, key=lambda check: abs(check.deviation) / check.limit, default=None)


def _sentence(name: StateName, found: Sequence[SectionState], day: date) -> str:
    words = [section_words(section.section) for section in found]
    names = " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
    if name == "failed":
        said = [check_words(s.last_check) for s in found if s.last_check is not None and not s.last_check.passed]
        return f"Calibration failed: {'; '.join(said) or f'{names} did not fit'}; {_NEXT_STEP}."
    last = min(section.valid_until for section in found if section.valid_until is not None)
    if name == "expired":
        return f"Calibration expired: {names}, last valid on {last.isoformat()}; calibrate anew."
    when = "today" if last == day else "tomorrow"
    return f"Calibration expires {when} ({last.isoformat()}): {names}; calibrate anew by then."
