"""How far the camera's calibration may be trusted today: read off the GUI thread. No Qt."""

from dataclasses import dataclass
from datetime import datetime

from gui.session.calibration.replacing import camera_without_bridge
from gui.session.names import place_name
from gui.session.station import Station
from imaging.archive.store import Archive
from imaging.calibration.state import calibration_state, deviation_words, drift_series
from imaging.calibration.verification import daily_checks_due
from imaging.errors import CalibrationError
from imaging.model.bridging import LEAST_SITES, CameraUse
from imaging.model.calibration import Check, DeviceCalibration
from imaging.model.calibration_state import CalibrationState, DriftSeries, SectionState
from imaging.model.visit import Capture

REPLACE = "Replace camera"
"""What the button of the banner says when another camera is used than before."""
_NO_FILES = "This station keeps no device files: nothing can be calibrated here."


@dataclass(frozen=True, eq=False)
class Doubtful:
    """A capture whose calibration is in doubt, as a list shows it."""

    capture: Capture
    words: str


@dataclass(frozen=True, eq=False)
class Known:
    """One camera on one day; nothing while no camera is chosen.

    Parameters
    ----------
    doubtful : captures taken between the last pass and a failed check, until an investigator clears them
    due : daily checks that were not made yet today
    why_not : why the camera cannot be calibrated here; empty when it can
    camera : its identity
    other : a camera with which skin was followed here, while nobody knows how it goes with this one
    """

    state: CalibrationState | None = None
    drift: tuple[DriftSeries, ...] = ()
    doubtful: tuple[Doubtful, ...] = ()
    due: tuple[str, ...] = ()
    why_not: str = "No camera is chosen yet: open the settings and choose one."
    camera: str = ""
    other: CameraUse | None = None

    def section(self, name: str) -> SectionState | None:
        """What is known about a section of the device file."""
        sections = self.state.sections if self.state else ()
        return next((section for section in sections if section.section == name), None)


@dataclass(frozen=True)
class BannerWords:
    """What stands above every page; no sentence when there is nothing to say. `tone` is "warn" or "bad"."""

    sentence: str = ""
    tone: str = "warn"
    action: str = ""


def banner_words(known: Known, why_left_out: str) -> BannerWords:
    """The sentence about the camera, and the one thing to do about it."""
    state = known.state
    if state is not None and state.name != "verified":
        is_bad = state.name in ("failed", "expired")
        return BannerWords(state.sentence, "bad" if is_bad else "warn", "" if known.why_not else "Calibrate")
    if known.other is not None:
        sentence = (
            f"Another camera: courses of this archive were begun with {known.other.name}. No change is judged across "
            f"cameras before both have photographed the same {LEAST_SITES} sites."
        )
        return BannerWords(sentence, "warn", REPLACE)
    if known.due and why_left_out:
        return BannerWords(f"Today's check of the camera was left out: {why_left_out}.", "warn", "Check now")
    return BannerWords()


def checked_words(last: Check) -> str:
    """For example "Checked 03 Mar 2026: level −30.0 % (limit ± 10 %)"."""
    quantity = f"{last.quantity} " if last.quantity else ""
    off = f"{deviation_words(last.deviation, last.limit)} {last.unit}"
    return f"Checked {last.checked_at.astimezone():%d %b %Y}: {quantity}{off} (limit ±\u202f{last.limit:g} {last.unit})"


def know(station: Station, identity: str, archive: Archive | None, moment: datetime) -> Known:
    """Read the device file and what the archive says about captures in doubt.

    The archive is told of checks that were made elsewhere, such as on the command line.

    A device file that cannot be read is what is known then.

    Raises
    ------
    ArchiveError
        There are new checks, and the archive cannot be written.
    """
    here = moment.astimezone()
    try:
        calibration = station.calibration(identity)
    except CalibrationError as error:
        state = CalibrationState("failed", str(error), ())
        return Known(state, doubtful=_doubtful(archive, identity), why_not=str(error), camera=identity)
    has_file = station.device_file is not None and station.device_file(identity).is_file()
    if archive is not None and calibration is not None and has_file:
        _tell(archive, calibration)
    return Known(
        state=calibration_state(calibration, here.date()),
        drift=drift_series(calibration) if calibration else (),
        doubtful=_doubtful(archive, identity),
        due=daily_checks_due(calibration, here) if calibration and has_file else (),
        why_not="" if station.device_file is not None else _NO_FILES,
        camera=identity,
        other=camera_without_bridge(archive, identity) if archive is not None else None,
    )


def _tell(archive: Archive, calibration: DeviceCalibration) -> None:
    """Nothing is written when the archive knows every check."""
    known = {(check.section, check.quantity, check.checked_at) for check in archive.device_checks(calibration.device)}
    if any((check.section, check.quantity, check.checked_at) not in known for check in calibration.checks):
        archive.record_checks(calibration)


def _doubtful(archive: Archive | None, identity: str) -> tuple[Doubtful, ...]:
    if archive is None:
        return ()
    return tuple(Doubtful(capture, _words(archive, capture)) for capture in archive.doubtful_captures(identity))


def _words(archive: Archive, capture: Capture) -> str:
    """For example "S-001 · Crow's feet, left · 12 Mar 2026, 10:31"."""
    study = archive.visit(capture.facts.visit_id).study_id
    place = place_name(archive.protocol_of(study), capture.site)
    taken = f"{capture.facts.taken_at.astimezone():%d %b %Y, %H:%M}"
    return f"{archive.subject(capture.subject_id).code} · {place} · {taken}"
