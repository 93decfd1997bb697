"""Depressions: basins below the skin's reference surface that are not wrinkles."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.model.measurement import MeasureLimits
from imaging.surface.lines.fans import Relief
from imaging.surface.reference import reference_surface

_PIXEL_MM = 0.02
"""Basins are told apart by bridges of 0.1 mm: of finer pixels every second or third will do."""
_EDGE_SHARE = 0.2
"""A basin is drawn where it is deeper than this share of the least depth that counts."""


@dataclass(frozen=True)
class Basin:
    """One depression; depths in µm below the reference."""

    area_mm2: float
    mean_depth: float
    max_depth: float
    volume_mm3: float


@dataclass(frozen=True)
class BasinMap:
    """What basins are looked for on: pixels of the picture, or every second or third of them.

    Parameters
    ----------
    depth : (rows, cols) µm below the skin's reference surface
    counted : (rows, cols) skin outside wrinkles inside the ROI
    """

    depth: FloatMap
    counted: BoolMap
    spacing: Spacing


def basin_map(relief: Relief, skin: BoolMap, counted: BoolMap, limits: MeasureLimits) -> BasinMap:
    """Depth below the reference surface.

    Parameters
    ----------
    relief : form removed, µm
    skin : (rows, cols) valid and not hair: what the reference surface rests on
    counted : (rows, cols) skin outside wrinkles inside the ROI
    """
    reference = reference_surface(relief.height, skin, relief.spacing, limits.depression_reference_mm)
    step = max(1, int(_PIXEL_MM / relief.spacing.mean_mm))
    thin = slice(None, None, step), slice(None, None, step)
    spacing = Spacing(step * relief.spacing.row_mm, step * relief.spacing.col_mm)
    return BasinMap(reference[thin] - relief.height[thin], np.ascontiguousarray(counted[thin]), spacing)


def find_basins(skin: BasinMap, limits: MeasureLimits) -> list[Basin]:
    """Connected basins, largest first.

    Notes
    -----
    The rim of a basin is where it lies a fifth of the least depth below the reference: microrelief must not lead from
    one basin to the next.
    """
    below = _opened((skin.depth > _EDGE_SHARE * limits.depression_min_depth_um) & skin.counted, skin.spacing)
    count, labels = cv2.connectedComponents(below.view(np.uint8), connectivity=4)
    inside = np.flatnonzero(below)
    of_pixels, depth = labels.ravel()[inside], skin.depth.ravel()[inside]
    starts = np.flatnonzero(np.diff(of_pixels, prepend=0))  # of runs along a row that belong to one basin
    of_runs, pixels = of_pixels[starts].astype(np.intp), np.diff(starts, append=len(inside))
    area_mm2 = np.bincount(of_runs, pixels, count) * skin.spacing.pixel_area_mm2
    total = np.bincount(of_runs, np.add.reduceat(depth, starts), count)
    volume_mm3 = total * skin.spacing.pixel_area_mm2 / 1000
    deepest = np.zeros(count, dtype=np.float32)
    np.maximum.at(deepest, of_runs, np.maximum.reduceat(depth, starts))
    counts = (area_mm2 >= limits.depression_min_area_mm2) & (deepest >= limits.depression_min_depth_um)
    basins = [
        Basin(float(area), float(1000 * volume / area), float(most), float(volume))
        for area, volume, most in zip(area_mm2[counts], volume_mm3[counts], deepest[counts], strict=True)
    ]
    return sorted(basins, key=lambda basin: -basin.area_mm2)


def _opened(below: BoolMap, spacing: Spacing) -> BoolMap:
    """Without bridges narrower than a tenth of a millimetre."""
    side = max(1, 2 * int(0.05 / spacing.mean_mm) + 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.morphologyEx(below.view(np.uint8), cv2.MORPH_OPEN, kernel)).view(np.bool_)
