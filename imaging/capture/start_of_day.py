"""The check at the start of a day: what was seen, into the device file and into the archive."""

from dataclasses import dataclass

from imaging.archive.store import Archive
from imaging.calibration.daily import DailyFrames, check_day
from imaging.calibration.device_store import OpenDevice
from imaging.calibration.state import check_words
from imaging.camera.pictures import read_picture
from imaging.model.calibration import Check, DeviceCalibration
from imaging.model.visit import Capture


@dataclass(frozen=True, eq=False)
class DayChecked:
    """What the check said.

    Parameters
    ----------
    calibration : the device file as it is now, with the checks in its drift list
    checks : one for each quantity that was looked at
    doubtful : the captures that are "calibration doubtful" because of it, all those since the last pass
    """

    calibration: DeviceCalibration
    checks: tuple[Check, ...]
    doubtful: tuple[Capture, ...] = ()

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    @property
    def sentence(self) -> str:
        """One plain sentence with the figures."""
        if self.passed:
            return f"Start of day passed: {'; '.join(check_words(check) for check in self.checks)}."
        failed = "; ".join(check_words(check) for check in self.checks if not check.passed)
        count = len(self.doubtful)
        marked = f"; {count} capture{'s' * (count != 1)} since the last pass marked doubtful" if count else ""
        return f"Start of day failed: {failed}{marked}; clean lens and target and check again, or calibrate anew."


def check_start_of_day(device: OpenDevice, frames: DailyFrames, archive: Archive | None = None) -> DayChecked:
    """Compare, write the result into the device file, and tell the archive.

    Parameters
    ----------
    archive : None keeps the result in the device file only; `Archive.record_checks` takes it over later

    Raises
    ------
    CalibrationError, MeasurementError
        A picture is of no use, or the device file has nothing to compare with; nothing is written.
    ArchiveError
        The archive may not be written; the result is in the device file all the same.
    """
    known_white = tuple(read_picture(path) for path in device.flat_field_paths()) if frames.white else ()
    checks = check_day(device.known, known_white, frames, device.now)
    known = device.record(*checks).known
    return DayChecked(known, checks, archive.record_checks(known) if archive is not None else ())
