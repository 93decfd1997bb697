"""Depressions: basins below the skin's reference surface that are not wrinkles."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.model.measurement import MeasureLimits
from imaging.surface.lines.sections import Relief
from imaging.surface.reference import reference_surface

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
    """What basins are looked for on.

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
    return BasinMap(np.subtract(reference, relief.height, out=reference), counted, relief.spacing)


def find_basins(skin: BasinMap, limits: MeasureLimits) -> list[Basin]:
    """Connected basins, largest first.

    Notes
    -----
    The rim of a basin is where it lies a fifth of the least depth below the reference: microrelief must not lead from
    one basin to the next.
    """
    below = _opened((skin.depth > _EDGE_SHARE * limits.depression_min_depth_um) & skin.counted, skin.spacing)
    count, found = cv2.connectedComponents(below.astype(np.uint8), connectivity=4)
    if count < 2:
        return []
    part, below_um = np.asarray(found, dtype=np.int32)[below], skin.depth[below]
    pixels = np.bincount(part, minlength=count)
    large = (pixels * skin.spacing.pixel_area_mm2 >= limits.depression_min_area_mm2)[part]
    part, below_um, pixels = part[large], below_um[large], pixels[1:]
    area = pixels * skin.spacing.pixel_area_mm2
    mean = np.bincount(part, below_um, minlength=count)[1:] / np.maximum(pixels, 1)
    deepest = np.zeros(count, dtype=np.float32)
    np.maximum.at(deepest, part, below_um)
    deepest = deepest[1:]
    counts = (area >= limits.depression_min_area_mm2) & (deepest >= limits.depression_min_depth_um)
    basins = [
        Basin(float(area[k]), float(mean[k]), float(deepest[k]), float(area[k] * mean[k] / 1000))
        for k in np.flatnonzero(counts)
    ]
    return sorted(basins, key=lambda basin: -basin.area_mm2)


def _opened(below: BoolMap, spacing: Spacing) -> BoolMap:
    """Without bridges narrower than a tenth of a millimetre."""
    side = max(1, 2 * int(0.05 / spacing.mean_mm) + 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.morphologyEx(below.astype(np.uint8), cv2.MORPH_OPEN, kernel) > 0)
