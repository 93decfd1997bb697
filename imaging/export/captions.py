"""The words below a picture: codes, place, time, method, and how far the numbers may be trusted. Never a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from imaging.calibration.state import capture_state
from imaging.model.allocation import Arm
from imaging.model.calibration import DeviceCalibration
from imaging.model.measurement import MeasuredCapture
from imaging.model.protocol import Laterality, StudyProtocol
from imaging.model.visit import Capture, SiteKey, Visit

_OFF = ("expired", "failed")


@dataclass(frozen=True, eq=False)
class CaptureRecord:
    """One capture with what a caption says of it."""

    subject_code: str
    protocol: StudyProtocol
    visit: Visit
    capture: Capture
    arm: Arm | None = None
    """Treated or control; None when not known, or not to be told."""

    @property
    def title(self) -> str:
        """Subject, place and week; and what the side gets, where that may be said."""
        site = site_words(self.protocol, self.capture.site)
        arm = (f"{self.arm.value} side",) if self.arm else ()
        return " · ".join((self.subject_code, site, *arm, visit_words(self.visit)))


def site_words(protocol: StudyProtocol, site: SiteKey) -> str:
    """For example "Crow's feet, subject's LEFT"; the bare code when the protocol has no such site."""
    try:
        name = protocol.site(site.site).name
    except KeyError:
        name = site.site
    if site.laterality == Laterality.MIDLINE:
        return name
    return f"{name}, subject's {site.laterality.value.upper()}"


def visit_words(visit: Visit) -> str:
    """For example "week 4" or, outside a plan, "visit"."""
    return "visit" if visit.week is None else f"week {visit.week}"


def replicate_words(record: CaptureRecord) -> str:
    """What a technician calls a capture, for example "Replicate 2 of week 4 (2026-03-30 09:31)"."""
    visit = "the visit" if record.visit.week is None else visit_words(record.visit)
    taken = record.capture.facts.taken_at.astimezone()
    return f"Replicate {record.capture.facts.replicate} of {visit} ({taken:%Y-%m-%d %H:%M})"


def trust_words(measured: MeasuredCapture, calibration: DeviceCalibration | None, day: date) -> str:
    """How the map was made and how far its numbers may be trusted."""
    surface = measured.surface
    if surface.method == "single-light" and measured.measurement.depth_unit == "rel":
        scale = "" if surface.is_calibrated else ", uncalibrated"
        off = calibration.state_on(day) if calibration and surface.is_calibrated else "calibrated"
        return f"single light{scale}: relative shading, not depth" + (f" · calibration {off}" if off in _OFF else "")
    state = "uncalibrated" if not surface.is_calibrated else calibration.state_on(day) if calibration else "calibrated"
    if state == "uncalibrated":
        return "uncalibrated: no length and no depth in this picture is a measurement"
    method = "photometric stereo" if surface.method == "photometric" else "single light with depth calibration"
    doubt = f" · calibration {state}" if state in _OFF else ""
    return f"{method}: optical depth, not verified on living skin{doubt}"


def override_words(capture: Capture) -> str:
    """Which gates were red when the picture was taken, and why that was accepted; empty when none."""
    return "; ".join(f"{o.gate} overridden: {o.reason}" for o in capture.facts.overrides)


def caption_of(record: CaptureRecord, measured: MeasuredCapture) -> tuple[str, ...]:
    """The lines below an annotated picture, the first one as its title."""
    capture = record.capture
    taken = f"{time_words(capture.facts.taken_at)} · replicate {capture.facts.replicate} · {capture.facts.camera_name}"
    lines = [
        record.title,
        taken,
        trust_words(measured, None, capture.facts.taken_at.date()),
        calibration_words((capture,)),
    ]
    lines += [depth_words(measured), override_words(capture)]
    if not capture.is_accepted:
        lines.append(f"not accepted: {capture.excluded_reason or 'waits for an investigator'}")
    return tuple(line for line in lines if line)


def visit_caption(record: CaptureRecord, captures: Sequence[Capture]) -> tuple[str, ...]:
    """The lines below one visit of a comparison: what is shown, when it was taken, and what is wrong with it.

    Parameters
    ----------
    record : of the capture that is shown
    captures : all replicates of the visit
    """
    capture = record.capture
    count = f"{len(captures)} replicates" if len(captures) > 1 else f"replicate {capture.facts.replicate}"
    taken = f"{time_words(capture.facts.taken_at)} · {count} · {capture.facts.camera_name}"
    return tuple(line for line in (record.title, taken, calibration_words(captures)) if line)


def calibration_words(captures: Sequence[Capture]) -> str:
    """Why the calibration of some of these captures may not be trusted; empty when it may.

    What has no calibration at all is said with the method.
    """
    states = [capture_state(capture) for capture in captures]
    worst = [state for state in states if not state.is_trusted and state.name != "uncalibrated"]
    return worst[0].sentence if worst else ""


def time_words(moment: datetime) -> str:
    """Time at this computer with its distance from UTC, for example "2026-11-23 10:31 +01:00"."""
    written = moment.astimezone().isoformat(sep=" ", timespec="minutes")
    return f"{written[:16]}\u00a0{written[16:]}"


def depth_words(measured: MeasuredCapture) -> str:
    """The deepest wrinkle with its 95 % uncertainty (k = 2)."""
    values = measured.measurement.wrinkles
    depth, doubt = values.get("deepest_mean_depth_um"), values.get("u_deepest_mean_depth_um")
    if depth is None:
        return ""
    limits = measured.measurement.limits.wrinkle
    band = f"{limits.min_width_mm:g}-{limits.max_width_mm:g} mm wide, ≥ {limits.min_length_mm:g} mm long, "
    band += f"≥ {limits.min_depth_um:g} µm deep"
    spread = "" if doubt is None else f" ±\u00a0{2 * doubt:.0f}\u00a0µm (95\u00a0%)"
    count = values.get("count")
    return f"{count} wrinkle{'' if count == 1 else 's'} ({band}) · deepest {depth:.0f}\u00a0µm{spread}"
