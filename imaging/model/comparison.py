"""What two captures say about change."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from imaging.model.arrays import BoolMap, FloatMap, Pixels, Points, read_only
from imaging.model.geometry import Roi


@dataclass(frozen=True, eq=False)
class Registration:
    """How a moving image lies on a reference image, and whether that may be trusted.

    Parameters
    ----------
    matrix : (3, 3), moving (col, row, 1) to reference
    displacement : (rows, cols, 2) float32: for each reference pixel the absolute (row, col) in the moving image,
        rigid and elastic part together; NaN outside the overlap
    reason : why it was refused; empty when trusted
    """

    matrix: Points
    displacement: FloatMap
    model: str
    inliers: int
    residual_px: float | None
    overlap_fraction: float
    elastic_rms_px: float | None
    verdict: Literal["trusted", "refused"]
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", read_only(self.matrix))
        object.__setattr__(self, "displacement", read_only(self.displacement))

    @property
    def is_trusted(self) -> bool:
        return self.verdict == "trusted"


@dataclass(frozen=True)
class PointPairs:
    """Two spots of skin that a person marked on both pictures, (row, col) in pixels, in the same order."""

    reference: tuple[tuple[float, float], tuple[float, float]]
    moving: tuple[tuple[float, float], tuple[float, float]]


class Verdict(StrEnum):
    INCREASE = "increase"
    DECREASE = "decrease"
    NO_CHANGE = "no detectable change"
    CANNOT_JUDGE = "cannot judge"


@dataclass(frozen=True)
class EndpointChange:
    """One endpoint then and now."""

    endpoint: str
    """Group and key, for example "wrinkles.deepest_mean_depth_um"."""
    reference: float | None
    moving: float | None
    change: float | None
    change_pct: float | None
    mdc95: float | None
    mdc95_source: str
    mdc95_df: float | None
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, eq=False)
class WrinkleChange:
    """One wrinkle, chosen on the mean of both visits, then and now."""

    label: int
    reference_depth_um: float | None
    moving_depth_um: float | None
    centre_line: Points
    """(n, 2) of (row, col) in the reference image."""
    reference_width_um: float | None = None
    moving_width_um: float | None = None
    reference_length_mm: float | None = None
    """Of the stretches deep enough to count."""
    moving_length_mm: float | None = None


@dataclass(frozen=True, eq=False)
class Change:
    """Two visits of one site on the reference grid.

    Parameters
    ----------
    change : (rows, cols) µm, moving minus reference height (negative = deeper); NaN where not both were measured
    significant : (rows, cols) True where the change is significant (false-discovery rate 5 %)
    moving_photograph : (rows, cols, 3) uint8, the moving picture brought onto the reference grid
    moving_height : (rows, cols), the moving relief brought onto the reference grid
    headline : the endpoint that carries the verdict
    reference_height : (rows, cols), mean of the reference's replicates; None when it was not kept
    reference_uncertainty, moving_uncertainty : (rows, cols), standard uncertainty of both heights, or None
    start : two points a person marked, where the registration began
    change_uncertainty : (rows, cols), standard uncertainty of `change` at each pixel, or None
    """

    registration: Registration
    change: FloatMap
    significant: BoolMap
    moving_photograph: Pixels
    moving_height: FloatMap
    endpoints: tuple[EndpointChange, ...]
    wrinkles: tuple[WrinkleChange, ...]
    headline: str
    roi: Roi
    common_area_fraction: float
    n_reference: int = 1
    n_moving: int = 1
    warnings: tuple[str, ...] = ()
    reference_height: FloatMap | None = None
    reference_uncertainty: FloatMap | None = None
    moving_uncertainty: FloatMap | None = None
    start: PointPairs | None = None
    change_uncertainty: FloatMap | None = None

    def __post_init__(self) -> None:
        for name in ("change", "significant", "moving_photograph", "moving_height"):
            object.__setattr__(self, name, read_only(getattr(self, name)))
        for name in ("reference_height", "reference_uncertainty", "moving_uncertainty", "change_uncertainty"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, read_only(getattr(self, name)))
