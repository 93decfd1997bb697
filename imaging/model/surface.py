"""What one capture says about the skin's shape."""

from dataclasses import dataclass
from typing import Literal

from imaging.model.arrays import BoolMap, FloatMap, Pixels, read_only
from imaging.model.calibration import DepthCalibration
from imaging.model.geometry import Spacing
from imaging.model.skin_light import SkinLight

Method = Literal["photometric", "single-light"]
HeightUnit = Literal["um", "px", "rel"]


@dataclass(frozen=True, eq=False)
class Surface:
    """Shape, reflectance and doubt of one capture; every map has the size of the frames, NaN where not measured.

    Parameters
    ----------
    height : (rows, cols), `height_unit`, positive towards the camera, 2nd-order form removed, no L-filter
    height_full : the same before form removal
    uncertainty : (rows, cols), `height_unit`, standard uncertainty of `height`
    normals : (rows, cols, 3), unit vectors: x right, y up, z to the camera
    albedo : (rows, cols, 3) linear reflectance, 0..1 after scaling to its own maximum
    photograph : (rows, cols, 3) uint8 sRGB, evenly lit, the picture the maps lie on
    valid : (rows, cols) True where it was measured
    spacing : None when uncalibrated: then heights are in pixels ("px")
    height_unit : "um" calibrated, "px" uncalibrated photometric, "rel" single light (relative shading, not depth)
    residual : root mean square of (frame - model) relative to the mean signal; None for a single light
    scattering_gain : how much steeper a furrow of 0.8 mm was made because light scatters under the skin; None: opaque
    skin_light : the gloss and bounces, or the blur, that were taken back; None: single light
    depth_doubt : standard uncertainty that light, reflection model and calibration leave on every depth alike, as a
        share of it; None: not known
    bend_doubt : standard uncertainty of the waves of the height over several millimetres, `height_unit`; part of
        `uncertainty`, but not of a furrow's depth; None: not known
    fine_gain : by what factor relief would be steeper with gloss and bounces left in, as they are on relief finer than
        the cells they are told apart on; None: not known
    stains : (rows, cols) True on dark lines that look like pigment on flat skin; None: not looked for (several lights)
    depth : calibration of a single light's relative depths; None when there is none
    """

    height: FloatMap
    height_full: FloatMap
    uncertainty: FloatMap
    normals: FloatMap
    albedo: FloatMap
    photograph: Pixels
    valid: BoolMap
    spacing: Spacing | None
    method: Method
    height_unit: HeightUnit
    residual: float | None = None
    warnings: tuple[str, ...] = ()
    depth: DepthCalibration | None = None
    scattering_gain: float | None = None
    depth_doubt: float | None = None
    bend_doubt: float | None = None
    fine_gain: float | None = None
    skin_light: SkinLight | None = None
    stains: BoolMap | None = None

    def __post_init__(self) -> None:
        for name in ("height", "height_full", "uncertainty", "normals", "albedo", "photograph", "valid"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    @property
    def is_calibrated(self) -> bool:
        return self.spacing is not None

    @property
    def shape(self) -> tuple[int, int]:
        return int(self.height.shape[0]), int(self.height.shape[1])
