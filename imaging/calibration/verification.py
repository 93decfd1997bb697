"""Is a device still what its device file says? Checks against limits, the drift list, and what is due when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from imaging.calibration.colour import CardReading, card_difference
from imaging.calibration.colours import Floats
from imaging.calibration.flat_field import check_flat_fields, slow_part
from imaging.calibration.scale import ScaleEstimate
from imaging.errors import CalibrationError
from imaging.model.arrays import FloatMap, Pixels
from imaging.model.calibration import Check, ColourCalibration, DeviceCalibration, ScaleCalibration
from imaging.surface.linearise import EncodingWish, to_linear
from imaging.surface.stack import mean_of_channels

SECTIONS = ("scale", "lights", "flat_field", "colour", "depth")
DAILY = ("flat_field", "scale")
"""What is asked for at the first visit of a day, in the order in which it is done."""
SCALE_LIMIT_PCT = 0.5
LEVEL_LIMIT_PCT = 10.0
SHAPE_LIMIT_PCT = 3.0
COLOUR_LIMIT = 3.0
"""How much further from the card than on the day of calibration, CIEDE2000."""
VALID_DAYS = {"scale": 365, "lights": 365, "flat_field": 180, "colour": 365, "depth": 365}


@dataclass(frozen=True)
class Due:
    """A section and the last day on which it counts."""

    section: str
    last_day: date
    is_expired: bool


def verify_scale(scale: ScaleCalibration, found: ScaleEstimate, at: datetime) -> Check:
    """Spacing of a new picture of the scale target against the device file, %; the direction that is off more.

    Raises
    ------
    CalibrationError
        The camera mode is another one.
    """
    if found.frame_shape != scale.frame_shape:
        raise CalibrationError(
            f"The picture has {found.frame_shape[1]} x {found.frame_shape[0]} pixels, the scale was made on "
            f"{scale.frame_shape[1]} x {scale.frame_shape[0]}: use the camera mode of the calibration."
        )
    ratios = (found.spacing.row_mm / scale.spacing.row_mm, found.spacing.col_mm / scale.spacing.col_mm)
    off = max((ratio - 1 for ratio in ratios), key=abs)
    return Check("scale", at, 100 * off, SCALE_LIMIT_PCT, "%")


def verify_flat_field(
    known: Sequence[Pixels], pictures: Sequence[Pixels], at: datetime, encoding: EncodingWish = "auto"
) -> Check:
    """New white fields against those of the device file, %.

    The light's shape over the picture may change by 3 %, its level by 10 %; what is nearer to its limit counts.

    Parameters
    ----------
    known : the pictures that the device file names
    pictures : new ones, in the same order of lights

    Raises
    ------
    CalibrationError
        Another number or size of pictures, or pictures that are useless as white fields.
    """
    if len(known) != len(pictures):
        raise CalibrationError(f"{len(pictures)} white fields for {len(known)} lights: give one for each light.")
    if {p.shape[:2] for p in known} != {p.shape[:2] for p in pictures}:
        raise CalibrationError("The white fields have another size than those of the calibration: use its camera mode.")
    check_flat_fields(pictures, encoding)
    changes = [_change(_light(old, encoding), _light(new, encoding)) for old, new in zip(known, pictures, strict=True)]
    level = max((change[0] for change in changes), key=abs)
    shape = max(change[1] for change in changes)
    if shape / SHAPE_LIMIT_PCT > abs(level) / LEVEL_LIMIT_PCT:
        return Check("flat_field", at, shape, SHAPE_LIMIT_PCT, "% (evenness)")
    return Check("flat_field", at, level, LEVEL_LIMIT_PCT, "% (level)")


def verify_colour(
    colour: ColourCalibration, readings: Sequence[CardReading], at: datetime, lab_d50: Floats | None = None
) -> Check:
    """How much further from the card's colours the correction leads than when it was made, CIEDE2000."""
    now = float(np.mean([card_difference(reading, colour.matrix, lab_d50) for reading in readings]))
    return Check("colour", at, max(0.0, now - (colour.validity.residual or 0.0)), COLOUR_LIMIT, "CIEDE2000")


def _light(picture: Pixels, encoding: EncodingWish) -> FloatMap:
    return slow_part(mean_of_channels(to_linear(picture, encoding)))


def _change(old: FloatMap, new: FloatMap) -> tuple[float, float]:
    """Change of the level, and the 95th percentile of the change of the shape, %."""
    level = float(new.mean() / old.mean())
    shape = np.abs(new / old / level - 1)
    return 100 * (level - 1), 100 * float(np.percentile(shape, 95))


def verdict_words(check: Check) -> str:
    """One sentence: what was checked, how far it is off, and what to do if it failed."""
    name = check.section.replace("_", " ")
    found = f"The {name} is off by {check.deviation:.2f} {check.unit} (limit {check.limit:g})"
    if check.passed:
        return f"{found}: passed."
    return f"{found}: failed; clean lens and target and check again, else calibrate the {name} again."


def due_on(calibration: DeviceCalibration, day: date, ahead_days: int = 1) -> tuple[Due, ...]:
    """Sections that have expired on a day, or will within `ahead_days`, soonest first."""
    found = []
    for name in SECTIONS:
        section = getattr(calibration, name)
        last = section.validity.valid_until if section is not None else None
        if last is not None and last <= day + timedelta(days=ahead_days):
            found.append(Due(name, last, last < day))
    return tuple(sorted(found, key=lambda due: due.last_day))


def daily_checks_due(calibration: DeviceCalibration, now: datetime) -> tuple[str, ...]:
    """Daily checks that were not passed yet on this day (of `now`'s time zone), among the sections there are."""
    there = [name for name in DAILY if getattr(calibration, name) is not None]
    passed = {
        check.section
        for check in calibration.checks
        if check.passed and check.checked_at.astimezone(now.tzinfo).date() == now.date()
    }
    failed = {check.section for check in calibration.failed_checks}
    return tuple(name for name in there if name not in passed or name in failed)


def doubtful_since(calibration: DeviceCalibration) -> datetime | None:
    """From when on captures are in doubt: the last pass before the checks that now fail; None when none fails.

    Captures after that moment were taken with a device of which nobody knows when it drifted. A section that never
    passed makes the oldest entry of the list the start.
    """
    starts = []
    for failed in calibration.failed_checks:
        passes = [c.checked_at for c in calibration.checks if c.section == failed.section and c.passed]
        starts.append(max(passes) if passes else min(c.checked_at for c in calibration.checks))
    return min(starts) if starts else None


def drift(calibration: DeviceCalibration, section: str) -> tuple[Check, ...]:
    """The entries of one section, oldest first: what a drift chart shows."""
    return tuple(sorted((c for c in calibration.checks if c.section == section), key=lambda c: c.checked_at))
