"""From what a height map says about a target of known depth to µm."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from imaging.errors import CalibrationError
from imaging.model.arrays import FloatMap
from imaging.model.calibration import DepthCalibration
from imaging.model.measurement import MeasuredCapture, Wrinkle
from imaging.model.surface import Method, Surface

Floats = npt.NDArray[np.float64]
TargetShape = Literal["groove", "step"]

RESIDUAL_LIMIT = 0.25
"""Largest root mean square misfit of the targets, as a share of their depth."""
DEPTH_SHARE = 0.02
"""Standard uncertainty of a target's own depth: a feeler gauge or a cut groove."""
_ONE_GROOVE: dict[Method, float] = {"photometric": 0.02, "single-light": 0.09}
"""How well one groove is read, as a share: by one light grooves of a picture differ so much from their common factor
(docs/decisions/surface-single-light.md)."""
_LEAST_ONE_TARGET = 0.1
"""Doubt of a factor from one target only, as a share: nothing shows how well it carries to others."""
_BINS_PER_PIXEL = 1.0
_PARTS = 6
_MOST_SCATTER = 0.1
"""Of a step's depth from part to part: flat card reads 0.3 µm and scatters by a third of that, real steps by 0.4 %."""
_MOST_BEND, _MOST_UNEVEN, _MOST_FURROWS = 0.04, 0.4, 15
"""Of a groove: how far it leaves a straight line, as a share of its length; its deepest half millimetre over its mean.
Rendered and simulated grooves: 0.02, 0.2 and 6 at most; photographs of faces 0.01-0.08, 0.1-0.6 and 30."""
_MOST_TIMES = 3.0
"""A photometric map is never this far off: the depth given, or the target, is another one."""


@dataclass(frozen=True)
class DepthReading:
    """One target as it was measured.

    Parameters
    ----------
    measured : in the unit of the map
    u_measured : standard uncertainty: of a step from the scatter along it, of a groove a share
    true_um : its depth
    """

    measured: float
    u_measured: float
    true_um: float


@dataclass(frozen=True)
class DepthEstimate:
    """µm per unit of the map, with its standard uncertainty; the residual is a share of the depth."""

    um_per_unit: float
    u_um_per_unit: float
    residual: float
    method: Method
    shares: tuple[float, ...]
    """(factor x measured) / true - 1 of each target."""


def read_target(capture: MeasuredCapture, true_um: float, shape: TargetShape = "groove") -> DepthReading:
    """What the measurement says about one target.

    Parameters
    ----------
    shape : "groove": the deepest furrow by the section definition; "step": a straight groove with a flat bottom, by
        ISO 5436-1

    Raises
    ------
    CalibrationError
        No groove was measured, the depth is no length, or a depth calibration was already applied.
    """
    if not (np.isfinite(true_um) and true_um > 0):
        raise CalibrationError(f"The depth {true_um:g} µm of {capture.origin} is not a depth: give µm above zero.")
    if capture.surface.depth is not None:
        raise CalibrationError(
            f"{capture.origin} was measured with a depth calibration: measure it again without --calibration."
        )
    if capture.surface.spacing is None:
        raise CalibrationError(
            f"{capture.origin} was measured without spacing: give --spacing-um or a device file to measure."
        )
    measured, doubt = (
        _deepest_groove(capture) if shape == "groove" else flat_groove_depth(capture.surface, capture.origin)
    )
    return DepthReading(measured, doubt, true_um)


def _deepest_groove(capture: MeasuredCapture) -> tuple[float, float]:
    items = capture.measurement.items
    if not items:
        raise CalibrationError(
            f"No groove was found in {capture.origin}: lay it in the middle, in focus and lit evenly, at least 2 mm of "
            "it, and take it again."
        )
    deepest = max(items, key=lambda item: item.mean_depth)
    _refuse_what_is_no_groove(capture, deepest)
    share = _ONE_GROOVE[capture.surface.method]
    return deepest.mean_depth, share * deepest.mean_depth


def _refuse_what_is_no_groove(capture: MeasuredCapture, deepest: Wrinkle) -> None:
    """A cut groove is straight and of one depth, on a plate with few others; lines of a face are neither."""
    spacing = capture.surface.spacing
    assert spacing is not None
    places = deepest.centre_line * np.array([spacing.row_mm, spacing.col_mm])
    places = places - places.mean(axis=0)
    bend = float(np.linalg.svd(places, compute_uv=False)[1] / np.sqrt(len(places))) / deepest.length_mm
    uneven = deepest.max_depth / deepest.mean_depth - 1
    if bend > _MOST_BEND or uneven > _MOST_UNEVEN or len(capture.measurement.items) > _MOST_FURROWS:
        raise CalibrationError(
            f"{capture.origin} shows no depth target: a groove is straight and of one depth, with few others beside "
            "it; photograph the target alone, in focus and lit evenly."
        )


def refuse_repeated(captures: Sequence[MeasuredCapture]) -> None:
    """One target given twice would count as two that agree.

    Raises
    ------
    CalibrationError
        two captures have the same height map; names both
    """
    for one, two in combinations(captures, 2):
        if np.array_equal(one.surface.height, two.surface.height, equal_nan=True):
            raise CalibrationError(
                f"{one.origin} and {two.origin} are the same measurement: give each target once, or measure a second "
                "picture of it."
            )


def estimate_depth_factor(readings: Sequence[DepthReading], method: Method) -> DepthEstimate:
    """One factor for all targets: the mean of the logarithms of their ratios, so that each counts by its share.

    Parameters
    ----------
    readings : one target or several, all of one method

    Raises
    ------
    CalibrationError
        The targets do not agree on one factor, or read nothing like the depths given.
    """
    measured = np.array([reading.measured for reading in readings])
    true = np.array([reading.true_um for reading in readings])
    if not (np.isfinite(measured) & (measured > 0)).all():
        raise CalibrationError("A target reads no depth: check that its groove is lit and in focus.")
    factor = float(np.exp(np.mean(np.log(true / measured))))
    shares = factor * measured / true - 1
    freedom = max(len(readings) - 1, 1)
    residual = float(np.sqrt((shares**2).sum() / freedom))
    if residual > RESIDUAL_LIMIT:
        raise CalibrationError(
            f"The targets disagree by {residual:.0%} (limit {RESIDUAL_LIMIT:.0%}; {_read_as(readings)}): check the "
            "depths given, and that each picture shows its own target."
        )
    if method == "photometric" and not 1 / _MOST_TIMES < factor < _MOST_TIMES:
        raise CalibrationError(
            f"The depth given is not the target's ({_read_as(readings)}): enter it in µm, or take the right target."
        )
    own = np.array([np.hypot(reading.u_measured / reading.measured, DEPTH_SHARE) for reading in readings])
    carried = residual if len(readings) > 1 else _LEAST_ONE_TARGET
    u_share = np.sqrt((own**2).sum()) / len(readings)
    u = factor * float(np.hypot(u_share, carried / np.sqrt(len(readings))))
    return DepthEstimate(factor, u, residual, method, tuple(float(share) for share in shares))


def _read_as(readings: Sequence[DepthReading]) -> str:
    return ", ".join(f"{one.true_um:g} µm read as {one.measured:.3g}" for one in readings)


def flat_groove_depth(surface: Surface, origin: str = "the height map") -> tuple[float, float]:
    """Depth of a straight groove with a flat bottom, and its scatter along the groove.

    Returns
    -------
    depth and its standard uncertainty, in the unit of the height map

    Raises
    ------
    CalibrationError
        No straight groove of one depth with a land of its own width on both sides lies in the picture.

    References
    ----------
    ISO 5436-1:2000, 7.2 (type A1): over three widths of the groove a line and its offset are fitted by least squares
    to the lands, without a third of a width next to the edges, and to the middle third of the bottom.
    """
    across_mm, along_mm = _across_and_along(surface)
    known = surface.valid & np.isfinite(surface.height)
    place, height = across_mm[known], np.asarray(surface.height[known], dtype=np.float64)
    centre, width = _groove_edges(place, height, surface)
    depth = _fitted_depth(place - centre, height, width)
    edges = np.quantile(along_mm[known], np.linspace(0, 1, _PARTS + 1))
    parts = []
    for low, high in pairwise(edges):
        inside = (along_mm[known] >= low) & (along_mm[known] <= high)
        parts.append(_fitted_depth(place[inside] - centre, height[inside], width))
    scatter = float(np.std(parts, ddof=1) / np.sqrt(_PARTS))
    if not depth > 0 or scatter > _MOST_SCATTER * depth:
        raise CalibrationError(
            f"No step of one depth was found in {origin}: lay it in the middle of the picture, straight and lit "
            "evenly, and take it again."
        )
    return depth, scatter


def _across_and_along(surface: Surface) -> tuple[Floats, Floats]:
    """Coordinates in mm across and along the groove; its direction is where the heights change least."""
    spacing = surface.spacing
    assert spacing is not None
    height = np.where(surface.valid, surface.height, np.float32(np.nanmedian(surface.height)))
    smooth = ndimage.gaussian_filter(height.astype(np.float64), 2.0)
    down, right = (np.asarray(slope) for slope in np.gradient(smooth, spacing.row_mm, spacing.col_mm))
    inner = ndimage.binary_erosion(surface.valid, iterations=4)
    tensor = np.cov(np.stack([right[inner], down[inner]]), bias=True)
    _, directions = np.linalg.eigh(tensor)
    rows, cols = np.indices(surface.shape)
    x, y = cols * spacing.col_mm, rows * spacing.row_mm
    steepest, level = directions[:, 1], directions[:, 0]
    return x * steepest[0] + y * steepest[1], x * level[0] + y * level[1]


def _groove_edges(place: Floats, height: Floats, surface: Surface) -> tuple[float, float]:
    """Centre and width in mm, at half the depth of the mean profile."""
    assert surface.spacing is not None
    step = surface.spacing.mean_mm / _BINS_PER_PIXEL
    bins = np.floor((place - place.min()) / step).astype(int)
    counts = np.bincount(bins)
    profile = np.bincount(bins, weights=height) / np.maximum(counts, 1)
    profile = profile[counts > 0.2 * counts.max()]
    first = int(np.flatnonzero(counts > 0.2 * counts.max())[0])
    land, floor = np.percentile(profile, 90), np.percentile(profile, 2)
    labels, count = ndimage.label(profile < (land + floor) / 2)
    if count == 0:
        raise CalibrationError(
            "No step stands out of the height map: lay the target in the middle of the picture and take it again."
        )
    sizes = np.asarray(ndimage.sum_labels(land - profile, labels, np.arange(1, count + 1)))
    cells = np.flatnonzero(labels == 1 + int(np.argmax(sizes)))
    width = len(cells) * step
    centre = float(place.min() + (first + cells.mean() + 0.5) * step)
    reach = min(centre - float(place.min()), float(place.max()) - centre)
    if reach < 1.3 * width or len(cells) < 6:
        raise CalibrationError(
            "The groove needs a land of its own width on both sides and at least 6 pixels across: place it in the "
            "middle of the picture and take it again."
        )
    return centre, width


def _fitted_depth(place: Floats, height: Floats, width: float) -> float:
    """Depth of a groove around 0: the offset between the lands and the middle third of the bottom."""
    away = np.abs(place) / width
    bottom = away <= 1 / 6
    land = (away >= 1 / 2 + 1 / 3) & (away <= 3 / 2)
    used = bottom | land
    if not (bottom.any() and land.any()):
        raise CalibrationError("A part of the groove could not be measured: light it evenly and take it again.")
    terms = np.column_stack([place[used], np.ones(used.sum()), land[used]])
    return float(np.linalg.lstsq(terms, height[used])[0][2])


def with_depth_factor(surface: Surface, depth: DepthCalibration) -> Surface:
    """A photometric surface with its heights multiplied by the factor that a depth target gave.

    The factor's doubt goes into the uncertainty. Other surfaces come back as they are: furrows of a single light are
    scaled one by one.
    """
    if surface.method != "photometric" or depth.method != "photometric" or surface.height_unit != "um":
        return surface
    factor = np.float32(depth.um_per_rel)
    height = _times(surface.height, factor)
    share = np.float32(depth.u_um_per_rel / depth.um_per_rel)
    bend = surface.bend_doubt
    doubt = np.hypot(_times(surface.uncertainty, factor), share * np.abs(height))
    return replace(
        surface,
        height=height,
        height_full=_times(surface.height_full, factor),
        uncertainty=np.asarray(doubt, dtype=np.float32),
        depth=depth,
        depth_doubt=None if surface.depth_doubt is None else float(np.hypot(surface.depth_doubt, share)),
        bend_doubt=None if bend is None else bend * float(factor),
    )


def _times(values: FloatMap, factor: np.float32) -> FloatMap:
    return np.asarray(values * factor, dtype=np.float32)
