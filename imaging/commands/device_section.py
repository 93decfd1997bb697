"""The device file a command writes to: opened before the work, its new section written after it."""

import argparse
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from imaging.calibration.device_file import calibration_to_json, read_device_file, write_device_file
from imaging.calibration.verification import VALID_DAYS
from imaging.errors import CalibrationError
from imaging.model.calibration import Check, DeviceCalibration, Validity

_LONGEST_DAYS = 3650


@dataclass(frozen=True)
class OpenDevice:
    """A device file and when the command runs.

    Parameters
    ----------
    known : what is in the file now; no sections when it does not exist yet
    valid_days : asked for; None for the usual
    """

    path: Path
    known: DeviceCalibration
    now: datetime
    valid_days: int | None = None

    def validity(self, section: str, residual: float) -> Validity:
        """Of a section made now."""
        day = self.now.astimezone().date()
        return Validity(day, day + timedelta(days=self.valid_days or VALID_DAYS[section]), residual)

    def write(self, section: str, part: Any, limit: float, unit: str) -> dict[str, Any]:
        """Replace one section and start its drift anew; the section as JSON."""
        made = Check(section, self.now, 0.0, limit, unit, is_new=True)
        self.record(made, {section: part})
        return dict(calibration_to_json(DeviceCalibration(self.known.device, **{section: part}))[section])

    def record(self, check: Check, sections: dict[str, Any] | None = None) -> None:
        """Add to the drift list, and write sections with it, in one go."""
        checks = (*self.known.checks, check)
        write_device_file(self.path, DeviceCalibration(self.known.device, checks=checks, **(sections or {})))


@dataclass(frozen=True)
class Made:
    """What a command says: a sentence, and the same as values."""

    sentence: str
    values: dict[str, Any] = field(default_factory=dict)


def open_device(arguments: argparse.Namespace, now: datetime | None = None) -> OpenDevice:
    """The device file of `--out`, or a new one.

    Raises
    ------
    CalibrationError
        It is no device file, belongs to another camera, or `--valid-days` is no period.
    """
    days = getattr(arguments, "valid_days", None)
    if days is not None and not 0 < days <= _LONGEST_DAYS:
        raise CalibrationError(f"--valid-days {days} is not a period: give 1 to {_LONGEST_DAYS} days.")
    path = Path(arguments.out)
    wanted = getattr(arguments, "device", None)
    if path.exists() and path.suffix.lower() != ".lp":
        known = read_device_file(path)
        if wanted and wanted != known.device:
            raise CalibrationError(
                f"Device file {path} belongs to camera {known.device}, not to {wanted}: choose another file name."
            )
    else:
        known = DeviceCalibration(wanted or unquote(path.stem))
    return OpenDevice(path, known, now or datetime.now(UTC), days)
