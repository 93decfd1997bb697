"""Depressions: basins below the skin's reference surface that are not wrinkles."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.model.measurement import MeasureLimits
from imaging.surface.lines.fans import Relief
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
    _, labels, found, _ = cv2.connectedComponentsWithStats(below.view(np.uint8), connectivity=4)
    area_mm2 = found[:, cv2.CC_STAT_AREA] * skin.spacing.pixel_area_mm2
    basins = []
    for label in 1 + np.flatnonzero(area_mm2[1:] >= limits.depression_min_area_mm2):
        col, row, cols, rows = found[label, : cv2.CC_STAT_AREA]
        around = slice(row, row + rows), slice(col, col + cols)
        inside = (labels[around] == label).view(np.uint8)
        deepest, mean = cv2.minMaxLoc(skin.depth[around], inside)[1], cv2.mean(skin.depth[around], inside)[0]
        if deepest >= limits.depression_min_depth_um:
            area = float(area_mm2[label])
            basins.append(Basin(area, mean, deepest, area * mean / 1000))
    return sorted(basins, key=lambda basin: -basin.area_mm2)


def _opened(below: BoolMap, spacing: Spacing) -> BoolMap:
    """Without bridges narrower than a tenth of a millimetre."""
    side = max(1, 2 * int(0.05 / spacing.mean_mm) + 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.morphologyEx(below.astype(np.uint8), cv2.MORPH_OPEN, kernel) > 0)
