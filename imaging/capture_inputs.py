"""What an archived shot is measured from: its frames, aligned, with the calibration it was taken under."""

from typing import TypedDict

from imaging.model.arrays import Pixels
from imaging.model.calibration import ColourCalibration, DeviceCalibration
from imaging.model.exposure import exposure_factor
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.light_stack import LightStack
from imaging.model.visit import Capture

_NO_WHITE_FIELDS = (
    "The white fields of the device file were not kept with this capture, or do not fit its frames: the lights are "
    "taken to shine as evenly as the lights file says."
)


class Calibrated(TypedDict, total=False):
    """Arguments of `MeasureInputs` that a device file and the record of a capture fill."""

    spacing: Spacing
    u_spacing_share: float | None
    u_light_deg: float | None
    distortion: tuple[float, ...]
    exposure: float
    colour: ColourCalibration | None


def inputs_of(stack: LightStack, capture: Capture) -> MeasureInputs:
    """What an archived shot is measured from: its aligned frames with the calibration it was taken under.

    A stack whose lights are not known is measured as one picture under all lights. Motion between the lights that could
    not be taken out is among its warnings.
    """
    from imaging.alignment.frames import motion_warnings
    from imaging.surface.light.still_frames import still_frames

    calibration, encoding = capture.facts.calibration, stack.frames[0].encoding
    known = calibrated(calibration) | {"exposure": exposure_factor(capture.facts.readings)}
    lights = calibration.lights.lights if calibration and calibration.lights else None
    if lights is None or len(lights) != len(stack.frames) or len(lights) < 3:
        frame = stack.overview or stack.frames[0]
        depth = calibration.depth_for("single-light") if calibration else None
        return MeasureInputs((frame.pixels,), encoding=encoding, depth=depth, **known)
    frames = [frame.pixels for frame in stack.frames]
    aligned, residual_px = still_frames(stack)
    depth = calibration.depth_for("photometric") if calibration else None
    white, missing = _white_fields(stack, calibration)
    doubts = (*motion_warnings(frames, residual_px), *missing)
    return MeasureInputs(aligned, lights, encoding=encoding, flat_fields=white, depth=depth, warnings=doubts, **known)


def calibrated(calibration: DeviceCalibration | None) -> "Calibrated":
    """What a device file says about any frame of its camera: arguments of `MeasureInputs`."""
    if calibration is None:
        return {}
    scale, lights = calibration.scale, calibration.lights
    found: Calibrated = {"colour": calibration.colour, "u_light_deg": lights.u_deg if lights else None}
    if scale is not None:
        found |= {"spacing": scale.spacing, "u_spacing_share": scale.u_share, "distortion": scale.distortion}
    return found


def _white_fields(
    stack: LightStack, calibration: DeviceCalibration | None
) -> tuple[tuple[Pixels, ...], tuple[str, ...]]:
    """The white fields kept with a stack, or a sentence that says why they are not used."""
    if calibration is None or calibration.flat_field is None:
        return (), ()
    first = stack.frames[0].pixels
    fits = [white.shape[:2] == first.shape[:2] and white.dtype == first.dtype for white in stack.flat_fields]
    if len(fits) == len(stack.frames) and all(fits):
        return stack.flat_fields, ()
    return (), (_NO_WHITE_FIELDS,)
