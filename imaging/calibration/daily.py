"""The check at the start of a day: white field and scale target against the device file, in under a minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from imaging.calibration.boards import Grid, find_board
from imaging.calibration.scale import PrintedSize, ScaleEstimate, estimate_scale
from imaging.calibration.verification import DAILY, verify_flat_field, verify_scale
from imaging.errors import CalibrationError
from imaging.model.arrays import Pixels
from imaging.model.calibration import Check, DeviceCalibration, ScaleCalibration
from imaging.surface.light.linearise import EncodingWish


@dataclass(frozen=True, eq=False)
class DailyFrames:
    """What was photographed; a part that is not due may be left out.

    Parameters
    ----------
    white : the white field, one picture per light, in the order of the lights; () when not taken
    scale : the scale target, under all lights or any; None when not taken
    encoding : as for `to_linear`
    """

    white: tuple[Pixels, ...] = ()
    scale: Pixels | None = None
    encoding: EncodingWish = "auto"


def check_day(
    calibration: DeviceCalibration, known_white: Sequence[Pixels], frames: DailyFrames, at: datetime
) -> tuple[Check, ...]:
    """Everything that was photographed, against the device file; all entries carry the time `at`.

    Parameters
    ----------
    known_white : the white fields of the device file, in the order of the lights
    at : with time zone

    Raises
    ------
    CalibrationError
        A picture is of no use (no board, overexposed, dirty ...): nothing is known about the device then, take it
        again. Or there is nothing to check.
    """
    checks: list[Check] = []
    if frames.white:
        if calibration.flat_field is None:
            raise CalibrationError(
                "The device file has no white fields to compare with: calibrate the flat field first."
            )
        checks += verify_flat_field(known_white, frames.white, at, frames.encoding)
    if frames.scale is not None:
        if calibration.scale is None:
            raise CalibrationError("The device file has no scale to compare with: calibrate the scale first.")
        checks.append(verify_scale(calibration.scale, scale_seen(calibration.scale, frames.scale), at))
    if not checks:
        asked = " and ".join(name.replace("_", " ") for name in DAILY)
        raise CalibrationError(f"No picture was given: take the targets for {asked}.")
    return tuple(checks)


def scale_seen(scale: ScaleCalibration, picture: Pixels) -> ScaleEstimate:
    """The scale in one picture of the target that the device file was made with: same print, same kind of board."""
    printed = PrintedSize(*scale.printed_mm) if scale.printed_mm else None
    return estimate_scale([find_board(picture, _grid(scale))], printed)


def _grid(scale: ScaleCalibration) -> Grid | None:
    return Grid(*scale.chessboard) if scale.chessboard else None
