"""A visit is its replicates, all brought onto the grid of the first reference."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from imaging.alignment.rigid import rotation_and_scale
from imaging.comparison.registration import register
from imaging.comparison.resampling import resample, resample_mask, resample_picture
from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.comparison import Registration
from imaging.model.measurement import MeasuredCapture
from imaging.model.surface import Surface


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

    @property
    def valid(self) -> BoolMap:
        """Where every replicate was measured."""
        return np.asarray(np.logical_and.reduce([surface.valid for surface in self.surfaces]), dtype=np.bool_)

    @property
    def height(self) -> FloatMap:
        """Mean of the replicates' heights; NaN where one is missing."""
        return np.asarray(np.mean([surface.height for surface in self.surfaces], axis=0), dtype=np.float32)

    @property
    def uncertainty(self) -> FloatMap:
        """Standard uncertainty of `height`, the replicates' noise taken as independent."""
        squares = np.sum([np.square(surface.uncertainty) for surface in self.surfaces], axis=0, dtype=np.float32)
        return np.asarray(np.sqrt(squares) / len(self.surfaces), dtype=np.float32)

    @property
    def jitter_px(self) -> float:
        """What registration leaves open, for the mean of the replicates."""
        return float(np.sqrt(np.sum(np.square(self.residuals_px))) / max(len(self.surfaces), 1))


def reference_visit(captures: Sequence[MeasuredCapture]) -> Visit:
    """The first capture as it is, its further replicates registered onto it."""
    first, *further = captures
    others = moving_visit(first.surface, further) if further else Visit(())
    return Visit((first.surface, *others.surfaces), None, (0.0, *others.residuals_px), others.refusals)


def moving_visit(reference: Surface, captures: Sequence[MeasuredCapture]) -> Visit:
    """Every capture registered onto the reference; what is not to be trusted is left out and named."""
    tried = [register(reference, capture.surface) for capture in captures]
    usable = [(one, capture) for one, capture in zip(tried, captures, strict=True) if one.is_trusted]
    refusals = tuple(
        f"{capture.origin or 'A replicate'} was left out: {one.reason}"
        for one, capture in zip(tried, captures, strict=True)
        if not one.is_trusted
    )
    surfaces = tuple(resample_surface(capture.surface, one, reference) for one, capture in usable)
    residuals = tuple(one.residual_px or 0.0 for one, _ in usable)
    return Visit(surfaces, usable[0][0] if usable else tried[0], residuals, refusals)


def resample_surface(moving: Surface, registration: Registration, reference: Surface) -> Surface:
    """A moving surface on the reference grid, normals turned along; NaN outside the overlap.

    Skin keeps its size: where the registration shows it larger or smaller than the reference, the camera stood nearer
    or farther than its spacing says, and heights, which are slopes times spacing, are corrected by the same factor.
    """
    where = registration.displacement
    size = _size_correction(moving, registration, reference)
    height = resample(moving.height, where, order=3) * size
    valid = resample_mask(moving.valid, where) & np.isfinite(height)
    height[~valid] = np.nan
    return replace(
        moving,
        height=height,
        height_full=resample(moving.height_full, where) * size,
        uncertainty=resample(moving.uncertainty, where) * size,
        normals=_turned(resample(moving.normals, where), registration),
        albedo=resample(moving.albedo, where),
        photograph=resample_picture(moving.photograph, where),
        valid=valid,
        spacing=reference.spacing,
    )


def _size_correction(moving: Surface, registration: Registration, reference: Surface) -> np.float32:
    """True over assumed spacing of the moving picture; 1 for relative heights, which have no length in them."""
    if moving.height_unit == "rel" or (moving.spacing is None) != (reference.spacing is None):
        return np.float32(1)
    _, scale = rotation_and_scale(registration.matrix, (moving.shape[1] / 2, moving.shape[0] / 2))
    assumed = moving.spacing.mean_mm / reference.spacing.mean_mm if moving.spacing and reference.spacing else 1.0
    return np.float32(scale / assumed)


def _turned(normals: FloatMap, registration: Registration) -> FloatMap:
    """Normals (x right, y up) after the picture was turned onto the reference."""
    rotation, _ = rotation_and_scale(registration.matrix)
    cos, sin = np.float32(np.cos(np.radians(rotation))), np.float32(np.sin(np.radians(rotation)))
    x, y = normals[..., 0].copy(), normals[..., 1].copy()
    normals[..., 0], normals[..., 1] = cos * x - sin * y, sin * x + cos * y
    return normals
