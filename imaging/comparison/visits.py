"""A visit is its replicates, all brought onto the grid of the first reference."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from imaging.alignment.rigid import rotation_and_scale
from imaging.comparison.registration import register
from imaging.comparison.resampling import Resampler, read_between_pixels, usual_offset_px
from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.comparison import PointPairs, Registration
from imaging.model.measurement import MeasuredCapture
from imaging.model.skin_light import SkinBlur
from imaging.model.surface import Surface
from imaging.surface.scattering.other_size import lost_at_size


@dataclass(frozen=True, eq=False)
class Visit:
    """The usable replicates of one visit on the reference grid.

    Parameters
    ----------
    surfaces : one per usable replicate; empty when none could be registered
    registration : of the first usable replicate, or of the first one when none is; None for the reference itself
    refusals : one sentence for every replicate that was left out
    """

    surfaces: tuple[Surface, ...]
    registration: Registration | None = None
    residuals_px: tuple[float, ...] = ()
    refusals: tuple[str, ...] = ()
    offset_px: tuple[float, float] = (0.0, 0.0)
    """How far between their pixels (row, col) the replicates were usually read."""

    @property
    def valid(self) -> BoolMap:
        """Where every replicate was measured."""
        return np.asarray(np.logical_and.reduce([surface.valid for surface in self.surfaces]), dtype=np.bool_)

    @property
    def height(self) -> FloatMap:
        """Mean of the replicates' heights; NaN where one is missing."""
        if len(self.surfaces) == 1:
            return self.surfaces[0].height
        return np.asarray(np.mean([surface.height for surface in self.surfaces], axis=0), dtype=np.float32)

    @cached_property
    def uncertainty(self) -> FloatMap:
        """Standard uncertainty of `height`, the replicates' noise taken as independent, without the waves over
        millimetres: lights and model bend all captures of a site alike."""
        squares = _unbent_squares(self.surfaces[0])
        for surface in self.surfaces[1:]:
            squares += _unbent_squares(surface)
        return np.asarray(np.sqrt(squares, out=squares) * np.float32(1 / len(self.surfaces)), dtype=np.float32)

    @property
    def jitter_px(self) -> float:
        """What registration leaves open, for the mean of the replicates."""
        return float(np.sqrt(np.sum(np.square(self.residuals_px))) / max(len(self.surfaces), 1))


def _unbent_squares(surface: Surface) -> FloatMap:
    bend = np.float32(surface.bend_doubt or 0.0)
    squares = np.square(surface.uncertainty)
    squares -= bend * bend
    return np.asarray(np.clip(squares, 0, np.inf, out=squares), dtype=np.float32)


def reference_visit(captures: Sequence[MeasuredCapture]) -> Visit:
    """The first capture as it is, its further replicates registered onto it."""
    first, *further = captures
    others = moving_visit(first.surface, further) if further else Visit(())
    return Visit((first.surface, *others.surfaces), None, (0.0, *others.residuals_px), others.refusals)


def moving_visit(reference: Surface, captures: Sequence[MeasuredCapture], start: PointPairs | None = None) -> Visit:
    """Every capture registered onto the reference; what is not to be trusted is left out and named.

    `start` was marked on the first of them; the others, re-placed within a few millimetres, begin there too.
    """
    tried = [register(reference, capture.surface, start) for capture in captures]
    usable = [(one, capture) for one, capture in zip(tried, captures, strict=True) if one.is_trusted]
    refusals = tuple(
        f"{capture.origin or 'A replicate'} was left out: {one.reason}"
        for one, capture in zip(tried, captures, strict=True)
        if not one.is_trusted
    )
    surfaces = tuple(resample_surface(capture.surface, one, reference) for one, capture in usable)
    residuals = tuple(one.residual_px or 0.0 for one, _ in usable)
    offsets = np.array([usual_offset_px(one.displacement) for one, _ in usable] or [(0.0, 0.0)]).mean(axis=0)
    first = usable[0][0] if usable else tried[0]
    return Visit(surfaces, first, residuals, refusals, (float(offsets[0]), float(offsets[1])))


def read_alike(reference: Visit, moving: Visit) -> tuple[Surface, ...]:
    """The reference's replicates for endpoints: the first, which was never resampled, read between its pixels too.

    Else the moving visit alone would lose fine relief to interpolation: 0.3 % of Sdq at 36 µm a pixel.
    """
    first, *others = reference.surfaces
    return (replace(first, height=read_between_pixels(first.height, moving.offset_px)), *others)


def resample_surface(moving: Surface, registration: Registration, reference: Surface) -> Surface:
    """What a comparison reads of a moving surface, on the reference grid; NaN outside the overlap.

    Skin keeps its size: where the registration shows it larger or smaller than the reference, the camera stood nearer
    or farther than its spacing says, and heights, which are slopes times spacing, are corrected by the same factor;
    where the skin's blur was taken back, by what that missed as well.
    Normals are NaN and `height_full` is `height`: no endpoint is read from them.
    """
    there = Resampler(registration.displacement)
    size = _size_correction(moving, registration, reference)
    height = there.map(_with_lost(moving, float(size)), order=3) * size
    valid = there.mask(moving.valid) & np.isfinite(height)
    height[~valid] = np.nan
    return replace(
        moving,
        height=height,
        height_full=height,
        uncertainty=there.map(moving.uncertainty) * size,
        normals=np.broadcast_to(np.float32(np.nan), (*reference.shape, 3)),
        albedo=there.map(moving.albedo),
        photograph=there.picture(moving.photograph),
        valid=valid,
        spacing=reference.spacing,
    )


def _with_lost(moving: Surface, size: float) -> FloatMap:
    """The heights, had their blur been taken back at the true size."""
    skin = moving.skin_light
    if not isinstance(skin, SkinBlur) or moving.spacing is None or size == 1:
        return moving.height
    return moving.height + lost_at_size(moving.height, moving.valid, moving.spacing, size, skin)


def _size_correction(moving: Surface, registration: Registration, reference: Surface) -> np.float32:
    """True over assumed spacing of the moving picture; 1 for relative heights, which have no length in them."""
    if moving.height_unit == "rel" or (moving.spacing is None) != (reference.spacing is None):
        return np.float32(1)
    _, scale = rotation_and_scale(registration.matrix, (moving.shape[1] / 2, moving.shape[0] / 2))
    assumed = moving.spacing.mean_mm / reference.spacing.mean_mm if moving.spacing and reference.spacing else 1.0
    return np.float32(scale / assumed)
