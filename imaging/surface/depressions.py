"""Depressions: basins below the skin's reference surface that are not wrinkles."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.measurement import MeasureLimits
from imaging.surface.reference import reference_surface
from imaging.surface.sections import Relief

_EDGE_SHARE = 0.2
"""A basin is drawn where it is deeper than this share of the least depth that counts."""


@dataclass(frozen=True)
class Basin:
    """One depression; depths in µm below the reference."""

    area_mm2: float
    mean_depth: float
    max_depth: float
    volume_mm3: float
    u_depth: float


def find_basins(
    relief: Relief, skin: BoolMap, counted: BoolMap, limits: MeasureLimits, uncertainty: FloatMap
) -> list[Basin]:
    """Connected basins, largest first.

    Parameters
    ----------
    relief : form removed, µm
    skin : (rows, cols) valid and not hair: what the reference surface rests on
    counted : (rows, cols) skin outside wrinkles inside the ROI
    uncertainty : (rows, cols) µm

    Notes
    -----
    The rim of a basin is where it lies a fifth of the least depth below the reference: microrelief must not lead from
    one basin to the next.
    """
    reference = reference_surface(relief.height, skin, relief.spacing, limits.depression_reference_mm)
    depth = np.subtract(reference, relief.height, out=reference)
    below = _opened((depth > _EDGE_SHARE * limits.depression_min_depth_um) & counted, relief)
    count, found = cv2.connectedComponents(below.astype(np.uint8), connectivity=4)
    if count < 2:
        return []
    part, below_um = np.asarray(found, dtype=np.int32)[below], depth[below]
    pixels = np.bincount(part, minlength=count)[1:]
    area = pixels * relief.spacing.pixel_area_mm2
    mean = np.bincount(part, below_um, minlength=count)[1:] / np.maximum(pixels, 1)
    doubt = np.bincount(part, np.nan_to_num(uncertainty[below]), minlength=count)[1:] / np.maximum(pixels, 1)
    deepest = np.zeros(count, dtype=np.float32)
    np.maximum.at(deepest, part, below_um)
    deepest = deepest[1:]
    counts = (area >= limits.depression_min_area_mm2) & (deepest >= limits.depression_min_depth_um)
    basins = [
        Basin(float(area[k]), float(mean[k]), float(deepest[k]), float(area[k] * mean[k] / 1000), float(doubt[k]))
        for k in np.flatnonzero(counts)
    ]
    return sorted(basins, key=lambda basin: -basin.area_mm2)


def _opened(below: BoolMap, relief: Relief) -> BoolMap:
    """Without bridges narrower than a tenth of a millimetre."""
    side = max(1, 2 * int(0.05 / relief.spacing.mean_mm) + 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.morphologyEx(below.astype(np.uint8), cv2.MORPH_OPEN, kernel) > 0)
