"""One device file at work: opened before the pictures are taken, a section or a check written after them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from imaging.calibration.boards import Grid
from imaging.calibration.colour import ColourEstimate
from imaging.calibration.depth import RESIDUAL_LIMIT, DepthEstimate
from imaging.calibration.device_file import add_to_device_file, calibration_to_json, read_device_file
from imaging.calibration.flat_field import FlatFieldEstimate
from imaging.calibration.lights import MISFIT_LIMIT, BallKind, LightsEstimate
from imaging.calibration.scale import PrintedSize, ScaleEstimate
from imaging.calibration.verification import COLOUR_LIMIT, LEVEL_LIMIT_PCT, SCALE_LIMIT_PCT, VALID_DAYS
from imaging.errors import CalibrationError
from imaging.files import write_whole
from imaging.model.calibration import (
    Check,
    ColourCalibration,
    DepthCalibration,
    DeviceCalibration,
    FlatFieldCalibration,
    LightsCalibration,
    ScaleCalibration,
    Validity,
)

_LONGEST_DAYS = 3650


@dataclass(frozen=True)
class PictureFile:
    """A picture as it lies on the disk: its bytes, and the ending of its name with the dot."""

    content: bytes
    suffix: str


@dataclass(frozen=True)
class ScaleTarget:
    """Which print of the scale target it was: its measured check bars, and its corners if it is a plain chessboard."""

    printed: PrintedSize | None = None
    grid: Grid | None = None


OWN_TARGET = ScaleTarget()
"""The sheet that `targets` writes, check bars not measured."""


@dataclass(frozen=True)
class OpenDevice:
    """A device file and the moment of the work.

    Every `write_…` replaces one section, keeps all others, adds to the drift list, and answers the section as JSON.

    Parameters
    ----------
    known : what is in the file now; no sections when it does not exist yet
    now : with time zone
    valid_days : how long a section made now counts; None for the usual
    """

    path: Path
    known: DeviceCalibration
    now: datetime
    valid_days: int | None = None

    def write_scale(self, found: ScaleEstimate, target: ScaleTarget = OWN_TARGET) -> dict[str, Any]:
        """`target` is kept, so that later checks read the same print the same way."""
        validity = self._validity("scale", found.residual_px)
        printed, grid = target.printed, target.grid
        part = ScaleCalibration(
            found.spacing, found.frame_shape, validity, found.u_share, found.distortion,
            (printed.across_mm, printed.down_mm) if printed else None,
            (grid.across, grid.down, grid.square_mm) if grid else None,
        )  # fmt: skip
        return self._write("scale", part, SCALE_LIMIT_PCT, "%")

    def write_flat_fields(
        self, found: FlatFieldEstimate, pictures: Sequence[PictureFile], controls: Mapping[str, float] | None = None
    ) -> dict[str, Any]:
        """The pictures, one per light, are kept beside the device file under names of their content.

        `controls`: what the camera read back when they were taken, where that is known.
        """
        names = tuple(self._kept(picture, number) for number, picture in enumerate(pictures, start=1))
        validity = self._validity("flat_field", found.residual)
        part = FlatFieldCalibration(names, validity, found.levels, tuple((controls or {}).items()))
        return self._write("flat_field", part, LEVEL_LIMIT_PCT, "% (level)")

    def write_colour(self, found: ColourEstimate) -> dict[str, Any]:
        part = ColourCalibration(found.matrix, self._validity("colour", found.residual), found.worst)
        return self._write("colour", part, COLOUR_LIMIT, "CIEDE2000")

    def write_lights(self, found: LightsEstimate, kind: BallKind) -> dict[str, Any]:
        part = LightsCalibration(found.lights, self._validity("lights", found.residual), found.u_deg)
        return self._write("lights", part, MISFIT_LIMIT[kind], "misfit")

    def write_depth(self, found: DepthEstimate) -> dict[str, Any]:
        validity = self._validity("depth", found.residual)
        part = DepthCalibration(found.um_per_unit, found.u_um_per_unit, validity, found.method)
        return self._write("depth", part, 100 * RESIDUAL_LIMIT, "%")

    def record(self, *checks: Check) -> "OpenDevice":
        """Add the results of a verification to the drift list; the answer is the device file as it is now."""
        self._save(checks, {})
        return replace(self, known=read_device_file(self.path))

    def flat_field_paths(self) -> tuple[Path, ...]:
        """Where the white fields lie, in the order of the lights; none without that section."""
        flat_field = self.known.flat_field
        return tuple(self.path.parent / name for name in flat_field.files) if flat_field else ()

    def _validity(self, section: str, residual: float) -> Validity:
        day = self.now.astimezone().date()
        return Validity(day, day + timedelta(days=self.valid_days or VALID_DAYS[section]), residual)

    def _write(self, section: str, part: Any, limit: float, unit: str) -> dict[str, Any]:
        self._save((Check(section, self.now, 0.0, limit, unit, is_new=True),), {section: part})
        return dict(calibration_to_json(DeviceCalibration(self.known.device, **{section: part}))[section])

    def _save(self, new: tuple[Check, ...], sections: dict[str, Any]) -> None:
        add_to_device_file(self.path, DeviceCalibration(self.known.device, checks=new, **sections))

    def _kept(self, picture: PictureFile, number: int) -> str:
        digest = hashlib.sha256(picture.content).hexdigest()[:10]
        name = f"{self.path.stem}-white-{number}-{digest}{picture.suffix}"
        if not (self.path.parent / name).exists():
            write_whole(self.path.parent / name, picture.content, CalibrationError)
        return name


def open_device(path: Path, now: datetime, device: str | None = None, valid_days: int | None = None) -> OpenDevice:
    """The device file at `path`, or a new one.

    Parameters
    ----------
    device : identity of the camera; the file's own, or for a new file the name it has, when None

    Raises
    ------
    CalibrationError
        It is no device file, belongs to another camera, or `valid_days` is no period.
    """
    check_period(valid_days)
    if device is not None and not device.strip():
        raise CalibrationError("The identity of the camera is empty: give the one that the command cameras prints.")
    if not path.exists():
        return OpenDevice(path, DeviceCalibration(device or unquote(path.stem)), now, valid_days)
    known = read_device_file(path)
    if device and device != known.device:
        raise CalibrationError(
            f"Device file {path} belongs to camera {known.device}, not to {device}: choose another file name."
        )
    return OpenDevice(path, known, now, valid_days)


def check_period(valid_days: int | None) -> None:
    """CalibrationError when that is no time for which a section may count."""
    if valid_days is not None and not 0 < valid_days <= _LONGEST_DAYS:
        raise CalibrationError(f"{valid_days} days are not a period: give 1 to {_LONGEST_DAYS} days.")
