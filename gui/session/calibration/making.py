"""From a shot of a target to a section of the device file. Runs off the GUI thread. No Qt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from gui.session.calibration.calibrating import Choices, DepthTarget, StepKey
from imaging.archive.store import Archive
from imaging.calibration.ball_finding import ball_mask, seek_ball
from imaging.calibration.boards import find_board
from imaging.calibration.colour import MEAN_LIMIT, WORST_LIMIT, CardReading, estimate_colour
from imaging.calibration.colour_card import read_card
from imaging.calibration.depth import RESIDUAL_LIMIT, DepthReading, estimate_depth_factor, read_target
from imaging.calibration.device_file import write_device_file
from imaging.calibration.device_store import OpenDevice, PictureFile, ScaleTarget, open_device
from imaging.calibration.flat_field import DARKEST_SHARE, GRAIN_LIMIT, check_flat_fields
from imaging.calibration.lights import (
    RAYS_LIMIT_SHARE,
    BallKind,
    BallPictures,
    BallSetting,
    LightsEstimate,
    estimate_positions,
)
from imaging.calibration.scale import KEYSTONE_LIMIT_PCT, RESIDUAL_LIMIT_PX, PrintedSize, estimate_scale
from imaging.calibration.sheets import pdf_of
from imaging.calibration.targets import target_sheets
from imaging.camera.pictures import read_picture
from imaging.camera.png import encode_png
from imaging.capture_inputs import calibrated
from imaging.errors import CalibrationError
from imaging.files import plain_errors, staged_folder
from imaging.model.arrays import Pixels
from imaging.model.calibration import DeviceCalibration
from imaging.model.frame import Frame
from imaging.model.inputs import MeasureInputs
from imaging.model.light_stack import LightStack
from imaging.model.surface import Method
from imaging.pipeline import measure


@dataclass(frozen=True, eq=False)
class Bench:
    """Where a device file lies, and what it starts from.

    Parameters
    ----------
    known : reads what is known about a camera without a device file; the new file begins with it
    lights : names of the lights that can be switched, in their order
    """

    path: Path
    identity: str
    now: datetime
    known: Callable[[], DeviceCalibration | None]
    archive: Archive | None
    lights: tuple[str, ...] = ()

    def opened(self) -> OpenDevice:
        """The device file; one that is not there yet begins with what is known."""
        with plain_errors(CalibrationError, "Nothing was calibrated", self.path.parent):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        known = None if self.path.exists() else self.known()
        if known is not None:
            write_device_file(self.path, known)
        return open_device(self.path, self.now, self.identity)

    def told(self) -> None:
        """The archive takes over what is new in the drift list."""
        if self.archive is not None:
            self.archive.record_checks(open_device(self.path, self.now, self.identity).known)


@dataclass(frozen=True)
class Made:
    """What came out.

    Parameters
    ----------
    sentence : what the technician reads first
    figure : for the list of steps
    limits : within which limits it lies, or by how much it is beyond them
    """

    sentence: str
    figure: str
    limits: str = ""
    is_off: bool = False


def make(step: StepKey, bench: Bench, stacks: Sequence[LightStack], choices: Choices) -> Made:
    """Write the section of a step from its shots; several only for the places of the ball and for grooves.

    Raises
    ------
    CalibrationError, MeasurementError
        The pictures do not do; the device file stays as it was.
    """
    made = _MAKES[step](bench, stacks, choices)
    bench.told()
    return made


def write_targets(folder: Path, fonts: Path, now: datetime) -> tuple[Path, ...]:
    """One PDF a target, all or none."""
    sheets = target_sheets()
    names = tuple(f"{sheet.name}.pdf" for sheet in sheets)
    with staged_folder(folder, names) as stage:
        for sheet, name in zip(sheets, names, strict=True):
            (stage / name).write_bytes(pdf_of(sheet, fonts, now))
    return tuple(folder / name for name in names)


def evenly(stack: LightStack) -> Frame:
    """The frame under all lights, where there is one."""
    return stack.overview or stack.frames[0]


def all_lights(stack: LightStack) -> tuple[Pixels, ...]:
    """One picture a light."""
    return tuple(frame.pixels for frame in stack.frames)


def _scale(bench: Bench, stacks: Sequence[LightStack], choices: Choices) -> Made:
    printed = PrintedSize(*choices.printed_mm) if choices.printed_mm else None
    found = estimate_scale([find_board(evenly(stack).pixels) for stack in stacks], printed)
    bench.opened().write_scale(found, ScaleTarget(printed))
    row_um, col_um = 1000 * found.spacing.row_mm, 1000 * found.spacing.col_mm
    figure = f"{row_um:.2f} × {col_um:.2f} µm per pixel ± {200 * found.u_share:.1f} %"
    limits = f"Tilt {found.keystone_pct:.1f} % (limit {KEYSTONE_LIMIT_PCT:g} %), corners within "
    limits += f"{found.residual_px:.2f} px (limit {RESIDUAL_LIMIT_PX:g} px)."
    return Made(f"The scale is {figure} (95 %), from {found.corner_count} corners.", figure, limits)


def _white(bench: Bench, stacks: Sequence[LightStack], _choices: Choices) -> Made:
    frames = stacks[0].frames
    found = check_flat_fields(all_lights(stacks[0]), frames[0].encoding)
    controls = {control.name: control.read_back for control in frames[0].controls if control.read_back is not None}
    kept = [PictureFile(encode_png(frame.pixels), ".png") for frame in frames]
    bench.opened().write_flat_fields(found, kept, controls)
    count = f"{len(frames)} lights" if len(frames) > 1 else "one picture"
    limits = f"Grain {found.residual:.1%} (limit {GRAIN_LIMIT:.0%}), darkest corner {found.evenness:.0%} of the light "
    limits += f"(at least {DARKEST_SHARE:.0%})."
    return Made(f"The white field is kept, from {count}.", count, limits)


def _colour(bench: Bench, stacks: Sequence[LightStack], _choices: Choices) -> Made:
    frames = [evenly(stack) for stack in stacks]
    found = estimate_colour([CardReading(*read_card(frame.pixels, frame.encoding)) for frame in frames])
    bench.opened().write_colour(found)
    figure = f"{found.residual:.1f} CIEDE2000 left"
    limits = f"Mean {found.residual:.1f} (limit {MEAN_LIMIT:g}), worst patch {found.worst:.1f} (limit {WORST_LIMIT:g})."
    return Made(f"The colours are corrected: {figure} on average.", figure, limits)


def _lights(bench: Bench, stacks: Sequence[LightStack], choices: Choices) -> Made:
    device = bench.opened()
    kind: BallKind = "mirror" if choices.ball == "mirror" else "matte"
    setting = BallSetting(kind, stacks[0].frames[0].encoding, scaled(device.known, stacks[0]).spacing)
    found = estimate_positions([ball_pictures(stack) for stack in stacks], setting)
    named = replace(found.lights, names=bench.lights) if len(bench.lights) == len(found.lights) else found.lights
    device.write_lights(LightsEstimate(named, found.residual, found.u_deg), kind)
    away_mm = float(np.linalg.norm(found.lights.vectors, axis=1).mean())
    figure = f"{len(found.lights)} lights, ± {2 * found.u_deg:.1f}°"
    limits = f"The rays miss each other by {found.residual:.1%} of the way (limit {RAYS_LIMIT_SHARE:.0%})."
    return Made(f"Found {figure} (95 %), {away_mm:.0f} mm away on average.", figure, limits)


def ball_pictures(stack: LightStack) -> BallPictures:
    """The ball is found without a mask."""
    frames = all_lights(stack)
    ball = seek_ball(frames, stack.frames[0].encoding)
    return BallPictures(frames, ball_mask(ball, stack.frames[0].shape))


def _depth(bench: Bench, stacks: Sequence[LightStack], choices: Choices) -> Made:
    """One factor from all targets that were photographed; `choices` names them in the same order."""
    device = bench.opened()
    targets = (*choices.earlier_depths, choices.depth)
    found = [read_depth(device, stack, target) for stack, target in zip(stacks, targets, strict=True)]
    readings, methods = zip(*found, strict=True)
    factor = estimate_depth_factor(readings, methods[-1])
    device.write_depth(factor)
    unit = " µm" if methods[-1] == "photometric" else ""
    figure = ", ".join(f"{one.true_um:.0f} µm read as {one.measured:.3g}{unit}" for one in readings)
    agree = f"They agree within {factor.residual:.1%} (limit {RESIDUAL_LIMIT:.0%})."
    alone = "One target only: a second one of another depth makes this surer, press R and photograph it."
    words = f"{factor.um_per_unit:.3g} ± {2 * factor.u_um_per_unit:.2g}"
    limits = f"{figure}. {agree if len(readings) > 1 else alone}"
    return Made(f"Depths are multiplied by {words} (95 %).", figure, limits)


def read_depth(device: OpenDevice, stack: LightStack, target: DepthTarget) -> tuple[DepthReading, Method]:
    """What a target of known depth is read as, measured as skin is but without the depth factor."""
    known = scaled(device.known, stack)
    if known.spacing is None:
        raise CalibrationError("The depth target needs the scale: calibrate the scale first.")
    lights = known.lights.lights if known.lights and len(known.lights.lights) == len(stack.frames) else None
    frames = all_lights(stack) if lights is not None else (evenly(stack).pixels,)
    white = _white_fields(device, frames) if lights is not None else ()
    inputs = MeasureInputs(frames, lights, encoding=stack.frames[0].encoding, flat_fields=white, **calibrated(known))
    measured = replace(measure(inputs), origin="the picture of the depth target")
    return read_target(measured, target.depth_um, target.shape), measured.surface.method


def scaled(known: DeviceCalibration, stack: LightStack) -> DeviceCalibration:
    """The same, once it is sure that its scale counts for pictures of this size."""
    (rows, cols), scale = stack.frames[0].shape, known.scale
    if scale is not None and scale.frame_shape != (rows, cols):
        raise CalibrationError(
            f"The scale was made on pictures of {scale.frame_shape[1]} x {scale.frame_shape[0]} pixels, the camera now "
            f"sends {cols} x {rows}: set it back, or calibrate the scale again first."
        )
    return known


def _white_fields(device: OpenDevice, frames: Sequence[Pixels]) -> tuple[Pixels, ...]:
    """Those of the device file, where there is one of the same kind for each frame."""
    white = tuple(read_picture(path) for path in device.flat_field_paths())
    fits = [one.shape == frame.shape and one.dtype == frame.dtype for one, frame in zip(white, frames, strict=False)]
    return white if len(white) == len(frames) and all(fits) else ()


_MAKES = {
    StepKey.SCALE: _scale,
    StepKey.WHITE: _white,
    StepKey.COLOUR: _colour,
    StepKey.LIGHTS: _lights,
    StepKey.DEPTH: _depth,
}
