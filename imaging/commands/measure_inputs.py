"""From the arguments of `measure` to what is measured: frames, lights, spacing, and which files they came from."""

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from imaging.alignment.frames import align_moved
from imaging.calibration.device_file import read_device_file
from imaging.calibration.lights_file import read_lights
from imaging.camera.pictures import read_pictures
from imaging.commands.arguments import roi_of, spacing_of
from imaging.errors import CalibrationError, MeasurementError
from imaging.export.measurement_json import InputFile, MeasureRecord
from imaging.export.surface_files import read_measured_light
from imaging.model.arrays import BoolMap, Pixels
from imaging.model.calibration import DeviceCalibration
from imaging.model.geometry import Roi, Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights, light_set
from imaging.model.skin_light import SkinLight

_MOST_OTHER_SCALE = 0.1
"""Of the baseline's: a site is taken from nearly the same distance again."""

_FAR_MM = 5000.0
"""No lamp for skin is farther."""
_LEAST_TOP, _NEARLY_ONE = 0.02, 0.99
"""Of float pictures: darker ones count in another unit; below 1, where a sample would count as overexposed."""


@dataclass(frozen=True, eq=False)
class MeasureJob:
    """What to measure and what to write beside it."""

    inputs: MeasureInputs
    roi: Roi | None
    record: MeasureRecord


def read_job(arguments: argparse.Namespace, now: datetime) -> MeasureJob:
    """Read every file the arguments name.

    What the device file knows (spacing, lights, flat field, depth) counts where no option says otherwise.

    Raises
    ------
    MeasurementError, CalibrationError
        a file cannot be read, or what they hold does not fit together; names the file
    """
    spacing = spacing_of(arguments.spacing_um)
    device = read_device_file(arguments.calibration) if arguments.calibration else None
    frames, moved = align_moved(read_alike(arguments.frames))
    shape = frames[0].shape[:2]
    flat_files = flat_field_files(arguments, device)
    lights = _lights(arguments, device)
    used = spacing or _device_spacing(arguments.calibration, device, shape)
    pictures = _FloatScale.of(frames, arguments.encoding)
    inputs = MeasureInputs(
        frames=pictures.scaled(frames),
        lights=lights,
        spacing=used,
        encoding=arguments.encoding,
        ambient=pictures.scaled(read_alike([arguments.ambient], shape))[0] if arguments.ambient else None,
        flat_fields=pictures.scaled(read_alike(flat_files, shape)),
        mask=read_mask(arguments.mask, shape) if arguments.mask else None,
        depth=device.depth_for("photometric" if lights else "single-light") if device else None,
        colour=device.colour if device else None,
        u_spacing_share=device.scale.u_share if device and device.scale and spacing is None else None,
        distortion=_distortion(device, shape),
        skin_light=_at_baseline(arguments.baseline, lights, used),
        warnings=(*moved, *_whites_left_out(arguments, device), *_far_lights(lights)),
        u_light_deg=device.lights.u_deg if device and device.lights and lights is device.lights.lights else None,
    )
    state = _state(device, now, spacing)
    record = MeasureRecord(_sources(arguments, flat_files), _settings(arguments), now, state)
    return MeasureJob(inputs, roi_of(arguments.roi, shape), record)


@dataclass(frozen=True)
class _FloatScale:
    """Float pictures of a program that counts to 255, 65535 or to nothing known: their light is brought to 0..1."""

    factor: float

    @classmethod
    def of(cls, frames: Sequence[Pixels], encoding: str) -> "_FloatScale":
        is_float = all(frame.dtype == np.float32 for frame in frames)
        top = max(float(frame.max()) for frame in frames)
        if encoding == "srgb" or not is_float or top <= 0 or _LEAST_TOP <= top <= 1:
            return cls(1.0)
        return cls(_NEARLY_ONE / top)

    def scaled(self, pictures: Sequence[Pixels]) -> tuple[Pixels, ...]:
        """Floats multiplied; whole numbers have a full scale of their own."""
        if self.factor == 1:
            return tuple(pictures)
        return tuple(one * np.float32(self.factor) if one.dtype == np.float32 else one for one in pictures)


def _state(device: DeviceCalibration | None, now: datetime, given: Spacing | None) -> str:
    """Of the device file; "" without one, and where it is in order but the spacing was given beside it."""
    if device is None:
        return ""
    state = device.state_on(now.astimezone().date(), is_scale_given=given is not None)
    return "" if given is not None and state == "calibrated" else state


def _at_baseline(folder: Path | None, lights: Lights | None, spacing: Spacing | None) -> SkinLight | None:
    """Gloss and blur of the baseline's skin; one light knows neither.

    Raises
    ------
    MeasurementError
        the baseline was taken under other lights or at another scale: its skin shines and blurs otherwise
    """
    if folder is None:
        return None
    known = read_measured_light(folder)
    if lights is None:
        return None
    if known.skin is None or known.light_set != light_set(lights):
        raise MeasurementError(
            f"The baseline {folder} was not measured under these lights: give a measurement of this site by this "
            "camera, or leave --baseline out."
        )
    if not _is_one_scale(known.spacing, spacing):
        raise MeasurementError(
            f"The baseline {folder} was not measured at the scale of these frames: give a measurement of this site by "
            "this camera, or leave --baseline out."
        )
    return replace(known.skin, is_carried=True)


def _is_one_scale(one: Spacing | None, other: Spacing | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one.mean_mm / other.mean_mm - 1) <= _MOST_OTHER_SCALE


def read_alike(paths: Sequence[Path], shape: tuple[int, ...] | None = None) -> tuple[Pixels, ...]:
    """Pictures of one size, (rows, cols) `shape` if given.

    Raises
    ------
    MeasurementError
        one cannot be read or has another size; names it
    """
    pictures: list[Pixels] = []
    for path, pixels in zip(paths, read_pictures(paths), strict=True):
        expected = shape or (pictures[0].shape[:2] if pictures else pixels.shape[:2])
        if pixels.shape[:2] != expected:
            raise MeasurementError(
                f"{path} is {pixels.shape[1]} x {pixels.shape[0]} pixels, but the frames are "
                f"{expected[1]} x {expected[0]}: give pictures of one camera mode and one size."
            )
        pictures.append(pixels)
    return tuple(pictures)


def read_mask(path: Path, shape: tuple[int, ...]) -> BoolMap:
    """True where a mask picture is brighter than half of its brightest value.

    Raises
    ------
    MeasurementError
        unreadable, of another size, or black all over
    """
    pixels = np.asarray(read_alike([path], shape)[0], dtype=np.float32)
    grey = pixels if pixels.ndim == 2 else pixels.max(axis=2)
    if not grey.max() > 0:
        raise MeasurementError(f"The mask {path} is black all over: white is where to measure.")
    return np.asarray(grey > grey.max() / 2, dtype=np.bool_)


def _lights(arguments: argparse.Namespace, device: DeviceCalibration | None) -> Lights | None:
    """A single frame is a single-light estimate, unless lights are given for it."""
    if arguments.lights:
        return read_lights(arguments.lights)
    if device and device.lights and len(arguments.frames) > 1:
        return device.lights.lights
    return None


def _device_spacing(path: Path, device: DeviceCalibration | None, shape: tuple[int, ...]) -> Spacing | None:
    if device is None or device.scale is None:
        return None
    if tuple(device.scale.frame_shape) != tuple(shape):
        rows, cols = device.scale.frame_shape
        raise CalibrationError(
            f"The scale in {path} was made on pictures of {cols} x {rows} pixels, these are {shape[1]} x {shape[0]}: "
            "use the camera mode of the calibration, or calibrate the scale again."
        )
    return device.spacing


def _distortion(device: DeviceCalibration | None, shape: tuple[int, ...]) -> tuple[float, ...]:
    """Of the lens, when the pictures have the size it was found on."""
    fits = device is not None and device.scale is not None and tuple(device.scale.frame_shape) == tuple(shape)
    return device.scale.distortion if fits and device is not None and device.scale is not None else ()


def flat_field_files(arguments: argparse.Namespace, device: DeviceCalibration | None) -> tuple[Path, ...]:
    """Flat fields from the option, else those beside the device file, when there is one for each frame."""
    if arguments.flat_field:
        return tuple(arguments.flat_field)
    if device is None or device.flat_field is None or len(device.flat_field.files) != len(arguments.frames):
        return ()
    beside = Path(arguments.calibration).parent
    return tuple(beside / name for name in device.flat_field.files)


def _whites_left_out(arguments: argparse.Namespace, device: DeviceCalibration | None) -> tuple[str, ...]:
    """That uneven light was not divided out; for one frame under all lights that is the rule."""
    count = len(arguments.frames)
    if arguments.flat_field or device is None or device.flat_field is None or count == 1:
        return ()
    whites = len(device.flat_field.files)
    if whites == count:
        return ()
    return (
        f"The device file has {whites} white fields for these {count} frames: they were left out, and uneven light can "
        "look like relief. Calibrate the flat field anew.",
    )


def _far_lights(lights: Lights | None) -> tuple[str, ...]:
    """Positions in µm instead of mm measure as distant lights, and nobody would see it."""
    if lights is None or lights.model == "distant":
        return ()
    nearest = float(np.linalg.norm(lights.vectors, axis=1).min())
    if nearest <= _FAR_MM:
        return ()
    return (f"The nearest light is {nearest / 1000:.0f} m away: check that the positions of the lights are in mm.",)


def _settings(arguments: argparse.Namespace) -> dict[str, str | None]:
    given = arguments.spacing_um is not None
    source = "option" if given else "device file" if arguments.calibration else None
    baseline = arguments.baseline.resolve().name if arguments.baseline else None
    return {"encoding": arguments.encoding, "spacing_from": source, "gloss_and_blur_from": baseline}


def _sources(arguments: argparse.Namespace, flat_files: Sequence[Path]) -> tuple[InputFile, ...]:
    named = [("frame", path) for path in arguments.frames]
    for role in ("lights", "ambient", "mask", "calibration"):
        if getattr(arguments, role):
            named.append((role, getattr(arguments, role)))
    named += [("flat field", path) for path in flat_files]
    return tuple(source(role, path) for role, path in named)


def source(role: str, path: Path) -> InputFile:
    """A file by its name and content."""
    with path.open("rb") as file:
        return InputFile(role, path.name, hashlib.file_digest(file, "sha256").hexdigest())
