"""Every number of one capture, with its standard uncertainty where it has one.

Names are the keys of `measurement.json`. None means: not measurable here (uncalibrated, single light, too coarse).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from imaging.model.arrays import LabelMap, Points, read_only
from imaging.model.geometry import Roi
from imaging.model.surface import Surface


@dataclass(frozen=True)
class WrinkleLimits:
    """What counts as a wrinkle; never changes a depth."""

    min_width_mm: float = 0.2
    max_width_mm: float = 5.0
    min_length_mm: float = 2.0
    min_depth_um: float = 25.0


@dataclass(frozen=True)
class MeasureLimits:
    """Bands and cut-offs of a measurement, from the study protocol. Printed beside every number."""

    wrinkle: WrinkleLimits = field(default_factory=WrinkleLimits)
    depression_reference_mm: float = 8.0
    depression_min_area_mm2: float = 0.2
    depression_min_depth_um: float = 25.0
    l_filter_mm: float = 0.5
    s_filter_um: float | None = None
    """None: the larger of 25 µm and 3 pixels."""
    texture_max_spacing_um: float = 50.0


@dataclass(frozen=True, eq=False)
class Wrinkle:
    """One linear furrow. Depths are µm, or relative for an uncalibrated single light (see `Measurement.depth_unit`)."""

    label: int
    length_mm: float
    mean_depth: float
    max_depth: float
    mean_width_um: float
    area_mm2: float
    volume_mm3: float | None
    orientation_deg: float
    """From x, counter-clockwise, 0-180."""
    is_pigment_suspect: bool
    centre_line: Points
    """(n, 2) of (row, col)."""
    max_width_um: float = 0.0
    u_mean_depth: float | None = None
    u_max_depth: float | None = None
    u_length_mm: float | None = None
    u_mean_width_um: float | None = None
    u_max_width_um: float | None = None
    u_area_mm2: float | None = None
    u_volume_mm3: float | None = None
    """Standard uncertainties; None on lines that were chosen elsewhere, but of the mean depth."""
    deep_length_mm: float | None = None
    """Length of the stretches at least as deep as the limit; only on lines that were chosen elsewhere."""
    deep_area_mm2: float | None = None
    """Area of these stretches."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre_line", read_only(self.centre_line))


Values = Mapping[str, float | int | None]
"""Endpoint key -> value, with `u_<key>` beside each endpoint: its standard uncertainty."""


@dataclass(frozen=True, eq=False)
class Measurement:
    """All parameters of one capture.

    Parameters
    ----------
    wrinkles, depressions, texture : endpoint key -> value, keys and units as in `measurement.json`
        (see `WRINKLE_KEYS`, `DEPRESSION_KEYS`, `TEXTURE_KEYS`), each with a sibling `u_<key>`
    items : one per wrinkle, label 1..n
    labels : (rows, cols) 0 background, 1..n the wrinkle's label
    roi : where the endpoints were taken
    depth_unit : "um" or "rel"; with "rel" the depth keys of `wrinkles` end in `_rel` instead of `_um`
    uncertainty_um : standard uncertainty of a wrinkle depth; None when relative
    uncertainty_contains : what that uncertainty is made of
    """

    wrinkles: Values
    depressions: Values
    texture: Values
    items: tuple[Wrinkle, ...]
    labels: LabelMap
    roi: Roi
    limits: MeasureLimits
    s_filter_um: float | None
    depth_unit: str = "um"
    uncertainty_um: float | None = None
    uncertainty_contains: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", read_only(self.labels))


@dataclass(frozen=True, eq=False)
class MeasuredCapture:
    """Surface and numbers of one capture, as `measure` writes them and `compare` reads them."""

    surface: Surface
    measurement: Measurement
    light_set: str
    """Short digest of the lights used, "single" for one light: captures of unlike light sets are not compared."""
    origin: str = ""
    """Folder or capture it came from, for messages."""


WRINKLE_KEYS = (
    "count", "total_length_mm", "area_mm2", "area_pct", "mean_depth_um", "max_depth_um", "deepest_mean_depth_um",
    "deepest_max_depth_um", "mean_width_um", "max_width_um", "volume_mm3", "mean_spacing_mm",
)  # fmt: skip
DEPRESSION_KEYS = ("count", "area_mm2", "area_pct", "mean_depth_um", "max_depth_um", "volume_mm3")
TEXTURE_KEYS = ("Sa_um", "Sq_um", "Sz_um", "Sp_um", "Sv_um", "Ssk", "Sku", "Sdq", "Sdr_pct", "Sal_um", "Str")
