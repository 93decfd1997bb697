"""A height map within a second: the same light model on a reduced picture, for the eye while the full one is made.

No wrinkles, no endpoints, no uncertainty: nothing of it is kept or printed.
"""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from imaging.errors import MeasurementError
from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.surface.filters import remove_form
from imaging.surface.integration import integrate_normals
from imaging.surface.light.cells import cells_of
from imaging.surface.light.irradiance import Irradiance
from imaging.surface.light.stack import linear_stack
from imaging.surface.photometric import estimate_normals
from imaging.surface.reference import reference_surface
from imaging.surface.reflection.gloss import cell_px
from imaging.surface.reflection.opaque import QUICK
from imaging.surface.stray import StrayLight, find_stray

_HALF = 127
_PIXELS = 320_000
"""Of the height map, about: a quarter of the rows and columns of five megapixels."""
_STRAY_PER_PIXEL = 4
"""Light that is not shading is told apart on cells so many preview pixels wide: by far the longest part."""


@dataclass(frozen=True, eq=False)
class Preview:
    """A height map that is quick and only for the eye.

    Parameters
    ----------
    height : (rows, cols) reduced; µm (pixels when uncalibrated), positive towards the camera, form removed, NaN unknown
    spacing : of the reduced pixels; None when uncalibrated
    shape : (rows, cols) of the frames
    """

    height: FloatMap
    spacing: Spacing | None
    shape: tuple[int, int]

    def depth_below_reference(self, reference_mm: float = 8.0) -> FloatMap:
        """Of every pixel of the frames, (rows, cols), at least 0, NaN where not known; as `heatmap` does it."""
        valid = np.isfinite(self.height)
        spacing, cutoff_mm = self.spacing or Spacing(1, 1), reference_mm
        if self.spacing is None:
            cutoff_mm = max(self.height.shape) / 2
        below = np.maximum(reference_surface(self.height, valid, spacing, cutoff_mm) - self.height, 0)
        size = (self.shape[1], self.shape[0])
        return np.asarray(cv2.resize(below, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def preview_height(inputs: MeasureInputs) -> Preview:
    """Height of a light stack on a reduced picture, with gloss, bounces and scattering taken off on coarse cells.

    Frames may be of any size: what it costs beyond 0.3 megapixels is reading them.

    Raises
    ------
    MeasurementError
        for a single light, or when nothing could be measured
    """
    if inputs.lights is None:
        raise MeasurementError("A single light has no preview: wait for its full measurement.")
    shape = inputs.frames[0].shape[:2]
    small = _reduced(inputs, preview_reduction(shape))
    stray = _stray(_reduced(small, _STRAY_PER_PIXEL))
    taken = linear_stack(small)
    size = cell_px(small.spacing)
    cells = -(-taken.shape[0] // size), -(-taken.shape[1] // size)
    stack = replace(taken, stray=tuple(_widened(one, cells) for one in stray.maps))
    relief_mm = _widened(stray.relief.relief_mm, taken.shape)
    estimate = estimate_normals(stack, _light(small), lambda rows: relief_mm[rows])
    valid = estimate.valid if small.mask is None else estimate.valid & small.mask
    normals = _sharpened(estimate.normals, valid, stray, small)
    height = remove_form(integrate_normals(normals, valid, small.spacing), valid)
    if inputs.depth is not None and inputs.depth.method == "photometric":
        height *= np.float32(inputs.depth.um_per_rel)
    return Preview(height, small.spacing, (shape[0], shape[1]))


def preview_reduction(shape: tuple[int, ...]) -> int:
    """How many times larger the pixels of a preview are than those of frames of this (rows, cols, ...)."""
    return max(1, round(float(np.sqrt(shape[0] * shape[1] / _PIXELS))))


def reduced_picture(picture: Any, factor: int) -> Any:
    """Means of `factor` x `factor` pixels; what is left over at the far edges is cut off."""
    if factor == 1:
        return picture
    rows, cols = (count // factor for count in picture.shape[:2])
    whole = np.ascontiguousarray(picture[: rows * factor, : cols * factor])
    return cv2.resize(whole, (cols, rows), interpolation=cv2.INTER_AREA)


def _reduced(inputs: MeasureInputs, factor: int) -> MeasureInputs:
    """The same shot on pixels `factor` times larger."""
    if factor == 1:
        return inputs

    def small(picture: Any) -> Any:
        return reduced_picture(picture, factor)

    spacing = inputs.spacing
    return replace(
        inputs,
        frames=tuple(small(frame) for frame in inputs.frames),
        ambient=None if inputs.ambient is None else small(inputs.ambient),
        flat_fields=tuple(small(field) for field in inputs.flat_fields),
        mask=None if inputs.mask is None else small(inputs.mask.astype(np.uint8) * np.uint8(255)) > _HALF,
        spacing=None if spacing is None else Spacing(factor * spacing.row_mm, factor * spacing.col_mm),
    )


def _light(inputs: MeasureInputs) -> Irradiance:
    assert inputs.lights is not None
    rows, cols = inputs.frames[0].shape[:2]
    return Irradiance(inputs.lights, inputs.spacing, (rows, cols), bool(inputs.flat_fields))


def _stray(inputs: MeasureInputs) -> StrayLight:
    return find_stray(cells_of(linear_stack(inputs), _light(inputs)), QUICK)


def _widened(cells: FloatMap, shape: tuple[int, int]) -> FloatMap:
    return np.asarray(cv2.resize(cells, shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _sharpened(normals: FloatMap, valid: BoolMap, stray: StrayLight, inputs: MeasureInputs) -> FloatMap:
    """With the slopes that scattering took away."""
    if stray.blur is None or inputs.spacing is None:
        return normals
    upright = np.where(valid[..., None], normals, np.array([0, 0, 1], dtype=np.float32))
    steeper = upright / np.maximum(upright[..., 2:], np.float32(0.1))
    steeper[..., :2] += _widened(stray.blur.lost, valid.shape)
    return np.asarray(steeper / np.linalg.norm(steeper, axis=-1, keepdims=True), dtype=np.float32)
