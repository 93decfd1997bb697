"""What one measurement starts from."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from imaging.errors import MeasurementError
from imaging.model.arrays import BoolMap, Pixels, read_only
from imaging.model.calibration import ColourCalibration, DepthCalibration
from imaging.model.geometry import Spacing
from imaging.model.lights import Lights
from imaging.model.skin_light import SkinLight

MIN_PIXELS = 8
"""Of the shorter side of a picture."""
_LOWEST_LAMP = 0.02
"""Of the picture's diagonal."""
_FLATTEST = 0.01
"""Smallest to largest singular value of the light directions; a ring 1 degree off the axis has 0.012."""


@dataclass(frozen=True, eq=False)
class MeasureInputs:
    """Frames of one pose with what is known about them.

    Parameters
    ----------
    frames : in the order of the lights; all of one size; RGB (rows, cols, 3) or grey (rows, cols)
    lights : None for a single-light estimate
    spacing : None when uncalibrated; near lights need one
    encoding : "auto" reads uint8 as sRGB, uint16 and float as linear
    ambient : a frame with all lights off, subtracted after linearising
    flat_fields : one frame per light of a matte plane facing the camera, or empty
    mask : True where to measure; None for everywhere
    depth : of the method that is used; None for the depths as they are read
    colour : corrects the photograph; None leaves it in the camera's colours
    warnings : what is already known to be doubtful about the frames, one plain sentence each
    u_spacing_share : standard uncertainty of the spacing, as a share; None when the device file does not say
    u_light_deg : standard uncertainty of a light's direction seen from the centre of the picture; None when unknown
    distortion : of the lens, as in `ScaleCalibration`; the pictures still show it
    skin_light : gloss or blur of this site and camera as its baseline showed it; None: these frames have to tell
    exposure : how many times longer than at the site's baseline the frames were exposed; divided out of their light
    """

    frames: tuple[Pixels, ...]
    lights: Lights | None = None
    spacing: Spacing | None = None
    encoding: Literal["auto", "srgb", "linear"] = "auto"
    ambient: Pixels | None = None
    flat_fields: tuple[Pixels, ...] = ()
    mask: BoolMap | None = None
    depth: DepthCalibration | None = None
    warnings: tuple[str, ...] = ()
    colour: ColourCalibration | None = None
    u_spacing_share: float | None = None
    u_light_deg: float | None = None
    distortion: tuple[float, ...] = ()
    exposure: float = 1.0
    skin_light: SkinLight | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "frames", tuple(read_only(frame) for frame in self.frames))
        _refuse_unequal_sizes(self)
        _refuse_nothing_seen(self.frames)
        _refuse_grey_among_coloured(self.frames)
        count, lit = len(self.frames), len(self.lights) if self.lights else 0
        if self.lights is None and count > 1:
            raise MeasurementError(f"{count} frames but no lights file: say where the light of each frame came from.")
        if self.lights is not None and count != lit:
            given = f"{_counted(count, 'frame')} but {_counted(lit, 'light')}"
            raise MeasurementError(f"{given}: give one frame for each light, in their order.")
        if self.lights is not None and count < 3:
            raise MeasurementError(
                f"{_counted(count, 'frame')} cannot tell slopes: give three or more, each under its own light, or one "
                "without lights."
            )
        if self.flat_fields and len(self.flat_fields) != count:
            given = f"{_counted(len(self.flat_fields), 'flat field')} for {_counted(count, 'frame')}"
            raise MeasurementError(f"{given}: give one for each light.")
        if self.lights is not None and self.lights.model == "near" and self.spacing is None:
            raise MeasurementError("Near lights need the pixel spacing: give micrometres per pixel or a device file.")
        if self.lights is not None:
            _refuse_one_plane(self.lights)
            _refuse_lamps_on_the_skin(self)


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _refuse_unequal_sizes(inputs: MeasureInputs) -> None:
    if not inputs.frames:
        raise MeasurementError("No frame was given: a measurement needs at least one.")
    extra = [p for p in (inputs.ambient, inputs.mask) if p is not None]
    sizes = {p.shape[:2] for p in (*inputs.frames, *inputs.flat_fields, *extra)}
    if len(sizes) > 1:
        listed = " and ".join(f"{cols} x {rows}" for rows, cols in sorted(sizes))
        raise MeasurementError(f"The pictures differ in size ({listed}): take them again with one camera mode.")


def _refuse_nothing_seen(frames: tuple[Pixels, ...]) -> None:
    rows, cols = frames[0].shape[:2]
    if min(rows, cols) < MIN_PIXELS:
        raise MeasurementError(f"The pictures are {cols} x {rows} pixels, too small to measure: give larger ones.")
    if not any((frame > 0).any() for frame in frames):
        raise MeasurementError("No pixel saw any light: check lights, exposure and lens cap, and take them again.")


def _refuse_grey_among_coloured(frames: tuple[Pixels, ...]) -> None:
    is_grey = [frame.ndim == 2 for frame in frames]
    if len(set(is_grey)) > 1:
        odd = is_grey.index(is_grey.count(True) < is_grey.count(False)) + 1
        kind, others = ("grey", "colour") if is_grey[odd - 1] else ("colour", "grey")
        raise MeasurementError(f"Frame {odd} is {kind}, others are {others}: give all frames of one kind.")


def _refuse_lamps_on_the_skin(inputs: MeasureInputs) -> None:
    """Positions in metres instead of mm put the lamps into the skin."""
    lights, spacing = inputs.lights, inputs.spacing
    if lights is None or lights.model != "near" or spacing is None:
        return
    rows, cols = inputs.frames[0].shape[:2]
    lowest, diagonal = float(lights.vectors[:, 2].min()), float(np.hypot(rows * spacing.row_mm, cols * spacing.col_mm))
    if lowest < _LOWEST_LAMP * diagonal:
        number = int(lights.vectors[:, 2].argmin()) + 1
        raise MeasurementError(
            f"Light {number} is only {lowest:.2g} mm over a picture of {diagonal:.2g} mm: give the positions of the "
            "lights in mm, and check the pixel spacing."
        )


def _refuse_one_plane(lights: Lights) -> None:
    """Lights in one plane through the skin leave the slope across it unknown."""
    directions = lights.vectors / np.linalg.norm(lights.vectors, axis=1, keepdims=True)
    strengths = np.linalg.svd(directions, compute_uv=False)
    if strengths[2] < _FLATTEST * strengths[0]:
        raise MeasurementError(
            "All lights stand in one line or one plane over the skin, from which no slope can be told: "
            "check the lights file, and place lights around the camera."
        )
