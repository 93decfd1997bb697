"""Is a device still what its device file says? Checks against limits, the drift list, and what is due when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from imaging.calibration.colour import CardReading, card_difference
from imaging.calibration.colours import Floats, colour_difference, lab_of_linear_srgb
from imaging.calibration.flat_field import check_flat_fields, slow_part
from imaging.calibration.scale import ScaleEstimate
from imaging.errors import CalibrationError
from imaging.model.arrays import FloatMap, Pixels
from imaging.model.calibration import (
    Check,
    ColourCalibration,
    DepthCalibration,
    DeviceCalibration,
    LightsCalibration,
    ScaleCalibration,
)
from imaging.surface.light.linearise import EncodingWish, to_linear
from imaging.surface.light.stack import mean_of_channels

if TYPE_CHECKING:
    from imaging.calibration.depth import DepthEstimate
    from imaging.calibration.lights import LightsEstimate

SECTIONS = ("scale", "lights", "flat_field", "colour", "depth")
DAILY = ("flat_field", "scale")
"""What is asked for at the first visit of a day, in the order in which it is done."""
SCALE_LIMIT_PCT = 0.5
LEVEL_LIMIT_PCT = 10.0
SHAPE_LIMIT_PCT = 3.0
COLOUR_LIMIT = 3.0
"""How much further from the card than on the day of calibration, CIEDE2000."""
WHITE_LIMIT = 2.0
"""Of the colour of a white field from one day to another, CIEDE2000."""
LIGHT_LIMIT_DEG = 3.0
"""Of the direction to a light from the middle of the picture."""
LIGHT_LIMIT_PCT = 10.0
"""Of a light's distance and of its strength beside the others'."""
DEPTH_LIMIT_PCT = 10.0
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
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
) -> tuple[Check, ...]:
    """New white fields against those of the device file: level, evenness, and the colour of white where there is one.

    The level may change by 10 %, its shape over the picture by 3 %, the colour of white by 2 CIEDE2000; of several
    lights the worst counts.

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
    changes = [
        _change(to_linear(old, encoding), to_linear(new, encoding)) for old, new in zip(known, pictures, strict=True)
    ]
    levels, shapes, shifts = zip(*changes, strict=True)
    checks = [
        Check("flat_field", at, max(levels, key=abs), LEVEL_LIMIT_PCT, "%", quantity="level"),
        Check("flat_field", at, max(shapes), SHAPE_LIMIT_PCT, "%", quantity="evenness"),
    ]
    if all(picture.ndim == 3 for picture in (*known, *pictures)):
        checks.append(Check("flat_field", at, max(shifts), WHITE_LIMIT, "CIEDE2000", quantity="colour of white"))
    return tuple(checks)


def other_whites_words(known: Sequence[Pixels], pictures: Sequence[Pixels], encoding: EncodingWish = "auto") -> str:
    """In which order the white fields are those of the device file; "" when they are as they stand, or in no order."""
    old, new = (
        [slow_part(mean_of_channels(to_linear(field, encoding))) for field in fields] for fields in (known, pictures)
    )
    off = np.array([[_shape_change(before, now) for before in old] for now in new])
    places, lights = linear_sum_assignment(off)
    if np.diag(off).max() <= SHAPE_LIMIT_PCT or off[places, lights].max() > SHAPE_LIMIT_PCT:
        return ""
    listed = ", ".join(str(light + 1) for light in lights)
    return f"The white fields show the lights in the order {listed}: give them in order."


def verify_colour(
    colour: ColourCalibration, readings: Sequence[CardReading], at: datetime, lab_d50: Floats | None = None
) -> Check:
    """How much further from the card's colours the correction leads than when it was made, CIEDE2000."""
    now = float(np.mean([card_difference(reading, colour.matrix, lab_d50) for reading in readings]))
    return Check("colour", at, max(0.0, now - (colour.validity.residual or 0.0)), COLOUR_LIMIT, "CIEDE2000")


def verify_lights(section: LightsCalibration, found: "LightsEstimate", at: datetime) -> tuple[Check, ...]:
    """Lights found anew against the device file's: direction, for near lights distance, for a matte ball strength.

    Of several lights the worst counts.

    Raises
    ------
    CalibrationError
        Another number of lights, or directions where positions are known.
    """
    known, now = section.lights, found.lights
    if len(known) != len(now):
        raise CalibrationError(f"{len(now)} lights for {len(known)} of the device file: give one frame for each light.")
    if known.model != now.model:
        where = "positions: photograph the ball in several places" if known.model == "near" else "directions only"
        raise CalibrationError(f"The device file knows {where}, as when the lights were calibrated.")
    lengths = [np.linalg.norm(lights.vectors, axis=1) for lights in (known, now)]
    cosines = (known.vectors * now.vectors).sum(axis=1) / (lengths[0] * lengths[1])
    angle = float(np.degrees(np.arccos(np.clip(cosines, -1, 1)).max()))
    checks = [Check("lights", at, angle, LIGHT_LIMIT_DEG, "deg", quantity="direction")]
    if known.model == "near":
        checks.append(_light_share(lengths[1] / lengths[0], at, "distance"))
    strengths = [lights.intensities / lights.intensities.mean() for lights in (known, now)]
    if all(np.ptp(strength) > 0 for strength in strengths):  # a mirror ball says nothing about strength
        checks.append(_light_share(strengths[1] / strengths[0], at, "strength"))
    return tuple(checks)


def other_order_words(section: LightsCalibration, found: "LightsEstimate") -> str:
    """In which order the lights found are those of the device file; "" when they are as they stand, or in no order."""
    known, now = (
        lights.vectors / np.linalg.norm(lights.vectors, axis=1, keepdims=True)
        for lights in (section.lights, found.lights)
    )
    angles = np.degrees(np.arccos(np.clip(now @ known.T, -1, 1)))
    if len(known) != len(now) or (np.diag(angles) <= LIGHT_LIMIT_DEG).all():
        return ""
    frames, lights = linear_sum_assignment(angles)
    if not (angles[frames, lights] <= LIGHT_LIMIT_DEG).all():
        return ""
    listed = ", ".join(str(light + 1) for light in lights)
    return f"The frames show the lights in the order {listed}: give them in order, or the lamp head was turned."


def _light_share(ratios: Floats, at: datetime, quantity: str) -> Check:
    worst = 100 * max((float(ratio) - 1 for ratio in ratios), key=abs)
    return Check("lights", at, worst, LIGHT_LIMIT_PCT, "%", quantity=quantity)


def verify_depth(section: DepthCalibration, found: "DepthEstimate", at: datetime) -> Check:
    """The factor that depth targets ask for now against the device file's, %.

    Raises
    ------
    CalibrationError
        The targets were measured by another method.
    """
    if found.method != section.method:
        raise CalibrationError(
            f"The depth of the device file counts for {section.method}, the targets were measured by {found.method}: "
            "measure them with the same kind of frames."
        )
    return Check("depth", at, 100 * (found.um_per_unit / section.um_per_rel - 1), DEPTH_LIMIT_PCT, "%")


def _change(old: FloatMap, new: FloatMap) -> tuple[float, float, float]:
    """Change of the level and 95th percentile of the change of the shape, %; change of the colour, CIEDE2000."""
    before, now = (slow_part(mean_of_channels(light)) for light in (old, new))
    level = float(now.mean() / before.mean())
    shift = _colour_shift(old, new) if old.ndim == new.ndim == 3 else 0.0
    return 100 * (level - 1), _shape_change(before, now), shift


def _shape_change(before: FloatMap, now: FloatMap) -> float:
    """95th percentile of the change of a field, both made equally bright, %."""
    level = now.mean() / before.mean()
    return 100 * float(np.percentile(np.abs(now[::4, ::4] / before[::4, ::4] / level - 1), 95))


def _colour_shift(old: FloatMap, new: FloatMap) -> float:
    """Change of the colour of white, both made equally bright: what was white counts as grey of 80 %."""
    first, second = (light.reshape(-1, 3).mean(axis=0, dtype=np.float64) for light in (old, new))
    ratio = np.maximum(second, 1e-6) / np.maximum(first, 1e-6)
    white = np.full((1, 3), 0.8)
    shown = white * ratio / float(ratio @ _LUMINANCE)
    return float(colour_difference(lab_of_linear_srgb(shown), lab_of_linear_srgb(white))[0])


def verdict_words(checks: Sequence[Check]) -> str:
    """One sentence: what was checked, how far it is off, and what to do if it failed."""
    failed = [check for check in checks if not check.passed]
    name = (failed or list(checks))[0].section.replace("_", " ")
    figures = ", ".join(_figure(check) for check in failed or checks)
    what = f"On {checks[0].checked_at.astimezone():%Y-%m-%d} the {name} {'are' if name.endswith('s') else 'is'} off by"
    if not failed:
        return f"{what} {figures}: passed."
    next_step = f"clean lens and target and check again, else calibrate the {name} again"
    return f"{what} {figures}: failed; {next_step}."


def _figure(check: Check) -> str:
    quantity = f" in {check.quantity}" if check.quantity else ""
    return f"{check.deviation:.2f} {check.unit}{quantity} (limit {check.limit:g})"


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
    today = {c.section for c in calibration.checks if c.checked_at.astimezone(now.tzinfo).date() == now.date()}
    failed = {check.section for check in calibration.failed_checks}
    return tuple(name for name in there if name not in today or name in failed)


def doubtful_since(calibration: DeviceCalibration) -> datetime | None:
    """From when on captures are in doubt: the last pass before the checks that now fail; None when none fails.

    Captures after that moment were taken with a device of which nobody knows when it drifted. A section that never
    passed makes the oldest entry of the list the start.
    """
    starts = [last_pass(calibration.checks, failed) for failed in calibration.failed_checks]
    if not starts:
        return None
    first = min(check.checked_at for check in calibration.checks)
    return min(start or first for start in starts)


def last_pass(checks: Sequence[Check], failed: Check) -> datetime | None:
    """When the section of a failed check was last within its limits before, in all that was looked at; None: never."""
    earlier = [c for c in checks if c.section == failed.section and c.checked_at < failed.checked_at]
    off = {c.checked_at for c in earlier if not c.passed}
    return max((c.checked_at for c in earlier if c.checked_at not in off), default=None)


def drift(calibration: DeviceCalibration, section: str) -> tuple[Check, ...]:
    """The entries of one section, oldest first: what a drift chart shows."""
    return tuple(sorted((c for c in calibration.checks if c.section == section), key=lambda c: c.checked_at))
