"""The skin that every capture shows: where the endpoints of visits are taken, cut out alike from each."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from imaging.comparison.visits import Visit
from imaging.model.arrays import BoolMap
from imaging.model.geometry import Roi
from imaging.model.measurement import MeasureLimits, Measurement, Wrinkle
from imaging.model.surface import Surface
from imaging.surface.endpoints import measure_surface, measure_wrinkles_on
from imaging.surface.lines.beds import Bed, find_bed
from imaging.surface.lines.fans import Relief
from imaging.surface.lines.hair import find_hair

Box = tuple[slice, slice]
_WORKERS = 2


@dataclass(frozen=True, eq=False)
class CommonSkin:
    """Where and how the visits are measured, on the reference grid.

    Every capture is measured on the very same pixels: what lies beyond the common skin is not even looked at, for one
    capture would see more there than another, and a hair on any of them is left out on all.

    Parameters
    ----------
    roi : the reference's ROI
    region : (rows, cols) True on skin valid in every capture
    hair : (rows, cols) True where any capture shows a hair
    """

    limits: MeasureLimits
    roi: Roi
    region: BoolMap
    hair: BoolMap

    @property
    def fraction(self) -> float:
        """Share of the ROI that every capture shows."""
        return float(self.region[self.roi.slices].mean())

    def measure(self, surface: Surface, limits: MeasureLimits | None = None) -> Measurement:
        """All endpoints of one capture in the ROI; its centre lines lie on the whole grid."""
        box = self._box(surface)
        corner = np.array([box[0].start, box[1].start])
        row0, col0 = (int(start) for start in corner)
        roi = Roi(self.roi.row0 - row0, self.roi.col0 - col0, self.roi.row1 - row0, self.roi.col1 - col0)
        found = measure_surface(self._cut(surface, box), limits or self.limits, roi, None, self.hair[box])
        items = tuple(replace(item, centre_line=item.centre_line + corner) for item in found.items)
        return replace(found, items=items)

    def beds(self, surface: Surface, wrinkles: Sequence[Wrinkle]) -> tuple[Bed, ...]:
        """Floor and shoulders of wrinkles found on the whole grid, for `read`; empty when uncalibrated."""
        if surface.spacing is None:
            return ()
        box = self._box(surface)
        is_bare = self.region[box] & ~self.hair[box]
        relief = Relief(np.where(is_bare, surface.height[box], np.float32(np.nan)), surface.spacing)
        corner = (box[0].start, box[1].start)
        return tuple(find_bed(relief, w.centre_line - corner, width_mm=w.mean_width_um / 1000) for w in wrinkles)

    def read(self, surface: Surface, beds: Sequence[Bed]) -> tuple[Wrinkle | None, ...]:
        """Wrinkles on these beds; None where one is not on common skin."""
        box = self._box(surface)
        return measure_wrinkles_on(self._cut(surface, box), beds, self.limits, None, self.hair[box])

    def _box(self, surface: Surface) -> Box:
        """The ROI and as much around it as the reference surface looks at."""
        rows, cols = surface.shape
        if surface.spacing is None:
            return slice(0, rows), slice(0, cols)
        reach_mm = self.limits.depression_reference_mm / 2
        down, across = round(reach_mm / surface.spacing.row_mm), round(reach_mm / surface.spacing.col_mm)
        return (
            slice(max(self.roi.row0 - down, 0), min(self.roi.row1 + down, rows)),
            slice(max(self.roi.col0 - across, 0), min(self.roi.col1 + across, cols)),
        )

    def _cut(self, surface: Surface, box: Box) -> Surface:
        return replace(
            surface,
            height=surface.height[box],
            height_full=surface.height_full[box],
            uncertainty=surface.uncertainty[box],
            normals=surface.normals[box],
            albedo=surface.albedo[box],
            photograph=surface.photograph[box],
            valid=self.region[box],
        )


def common_skin(visits: Sequence[Visit], limits: MeasureLimits, roi: Roi) -> CommonSkin:
    """What all replicates of all visits show."""
    region = np.asarray(np.logical_and.reduce([visit.valid for visit in visits]), dtype=np.bool_)
    surfaces = [surface for visit in visits for surface in visit.surfaces]
    with ThreadPoolExecutor(_WORKERS) as pool:
        hair = np.asarray(np.logical_or.reduce(list(pool.map(_hair, surfaces))), dtype=np.bool_)
    return CommonSkin(limits, roi, region, hair)


def _hair(surface: Surface) -> BoolMap:
    if surface.spacing is None:
        return np.zeros(surface.shape, dtype=np.bool_)
    return find_hair(surface.photograph, surface.height, surface.valid, surface.spacing)
