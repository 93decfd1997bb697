"""What is known about a camera and its lights: the device file as values."""

from dataclasses import dataclass
from datetime import date

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
class ScaleCalibration:
    spacing: Spacing
    frame_shape: tuple[int, int]
    """Rows and columns of the pictures it was made with."""
    validity: Validity


@dataclass(frozen=True)
class LightsCalibration:
    lights: Lights
    validity: Validity


@dataclass(frozen=True)
class FlatFieldCalibration:
    """Pictures of a white matte plane, one per light, next to the device file."""

    files: tuple[str, ...]
    validity: Validity


@dataclass(frozen=True)
class ColourCalibration:
    """Colour correction from a 24-patch card: linear RGB of the camera times `matrix` is linear sRGB."""

    matrix: tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]
    validity: Validity
    """The residual is the mean colour difference of the patches, CIEDE2000."""


@dataclass(frozen=True)
class DepthCalibration:
    """µm per relative unit of the single-light estimate, from a depth target."""

    um_per_rel: float
    u_um_per_rel: float
    validity: Validity


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

    @property
    def spacing(self) -> Spacing | None:
        return self.scale.spacing if self.scale else None

    def state_on(self, day: date) -> str:
        """ "calibrated", "expired", "failed" or "uncalibrated" on a day."""
        sections = [s for s in (self.scale, self.lights, self.flat_field, self.depth, self.colour) if s is not None]
        if self.scale is None:
            return "uncalibrated"
        if not all(s.validity.passed for s in sections):
            return "failed"
        if any(s.validity.valid_until is not None and s.validity.valid_until < day for s in sections):
            return "expired"
        return "calibrated"
