"""What is known about a camera and its lights: the device file as values."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from imaging.model.geometry import Spacing
from imaging.model.lights import Lights


@dataclass(frozen=True)
class Validity:
    """When a section of the device file was made, until when it counts, and how well it fitted."""

    made_on: date
    valid_until: date | None
    residual: float | None
    """In the unit of the section: px for scale, relative for flat field and lights."""
    passed: bool = True


@dataclass(frozen=True)
class Check:
    """One entry of a device's drift list: how far a section was off when it was made or verified.

    Parameters
    ----------
    section : name of a section of the device file
    checked_at : with time zone
    deviation : signed, from what the section says, in `unit`; 0 when the section was made
    limit : largest deviation that passes
    is_new : the section was made, not verified
    quantity : what of the section was looked at, for example "level"; empty when there is only one. All that was
        looked at together has one `checked_at`
    """

    section: str
    checked_at: datetime
    deviation: float
    limit: float
    unit: str
    is_new: bool = False
    quantity: str = ""

    @property
    def passed(self) -> bool:
        return abs(self.deviation) <= self.limit


@dataclass(frozen=True)
class ScaleCalibration:
    spacing: Spacing
    frame_shape: tuple[int, int]
    """Rows and columns of the pictures it was made with."""
    validity: Validity
    u_share: float | None = None
    """Standard uncertainty of the spacing, as a share."""
    distortion: tuple[float, ...] = ()
    """k1, k2 of r (1 + k1 r^2 + k2 r^4), r from the picture's centre in half diagonals; empty when none was seen."""
    printed_mm: tuple[float, float] | None = None
    """Measured lengths of the target's check bars of 100 mm, across and down; None when nobody measured."""
    chessboard: tuple[int, int, float] | None = None
    """Inner corners across and down and the square in mm, when the target was a plain chessboard."""


@dataclass(frozen=True)
class LightsCalibration:
    """The residual is the misfit of a matte ball's shading, or the scatter of a mirror ball's directions in rad."""

    lights: Lights
    validity: Validity
    u_deg: float | None = None
    """Standard uncertainty of a direction seen from the centre of the picture."""


@dataclass(frozen=True)
class FlatFieldCalibration:
    """Pictures of a white matte plane, one per light, next to the device file."""

    files: tuple[str, ...]
    validity: Validity
    levels: tuple[float, ...] = ()
    """Mean linear light of each picture, 0..1: what later white fields are compared with."""
    controls: tuple[tuple[str, float], ...] = ()
    """What the camera read back of its controls when they were taken; a check asks for the same."""
    folder: Path | None = field(default=None, compare=False)
    """Where the device file was read, and the pictures lie; None when it came from elsewhere, such as an archive."""


@dataclass(frozen=True)
class ColourCalibration:
    """Colour correction from a 24-patch card: linear RGB of the camera times `matrix` is linear sRGB."""

    matrix: tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]
    validity: Validity
    """The residual is the mean colour difference of the patches, CIEDE2000."""
    worst: float | None = None
    """Largest colour difference of a patch, CIEDE2000."""


@dataclass(frozen=True)
class DepthCalibration:
    """µm per unit of the height map, from a depth target.

    The unit is relative for the single-light estimate; for photometric stereo it is µm, and the number a factor.
    """

    um_per_rel: float
    u_um_per_rel: float
    validity: Validity
    method: Literal["single-light", "photometric"] = "single-light"
    """Whose height maps it counts for."""


@dataclass(frozen=True)
class DeviceCalibration:
    """Sections that were not made are None; then their numbers are missing, never 1.0."""

    device: str
    """Identity of the camera."""
    scale: ScaleCalibration | None = None
    lights: LightsCalibration | None = None
    flat_field: FlatFieldCalibration | None = None
    depth: DepthCalibration | None = None
    colour: ColourCalibration | None = None
    checks: tuple[Check, ...] = ()
    """The drift list, oldest first."""

    @property
    def spacing(self) -> Spacing | None:
        return self.scale.spacing if self.scale else None

    def for_frames(self, shape: tuple[int, int]) -> "DeviceCalibration":
        """What counts for frames of (rows, cols): no scale and no lights in mm when it was made on another size."""
        if self.scale is None or tuple(self.scale.frame_shape) == tuple(shape):
            return self
        is_near = self.lights is not None and self.lights.lights.model == "near"
        return replace(self, scale=None, lights=None if is_near else self.lights)

    def depth_for(self, method: Literal["single-light", "photometric"]) -> DepthCalibration | None:
        """The depth calibration, if it was made by the method that is used now."""
        return self.depth if self.depth is not None and self.depth.method == method else None

    def state_on(self, day: date, is_scale_given: bool = False) -> str:
        """ "calibrated", "expired", "failed" or "uncalibrated" on a day.

        `is_scale_given`: the scale comes from elsewhere, and that of this device does not count.
        """
        if self.scale is None and not is_scale_given:
            return "uncalibrated"
        scale = None if is_scale_given else self.scale
        sections = [s for s in (scale, self.lights, self.flat_field, self.depth, self.colour) if s is not None]
        failed = [check for check in self.failed_checks if not (is_scale_given and check.section == "scale")]
        if failed or not all(s.validity.passed for s in sections):
            return "failed"
        if any(s.validity.valid_until is not None and s.validity.valid_until < day for s in sections):
            return "expired"
        return "calibrated"

    @property
    def failed_checks(self) -> tuple[Check, ...]:
        """Of each section, what was off its limit when it was looked at last."""
        newest = {check.section: check.checked_at for check in sorted(self.checks, key=lambda check: check.checked_at)}
        return tuple(c for c in self.checks if c.checked_at == newest[c.section] and not c.passed)
