"""From normals to height: the least-squares surface whose slopes are the measured ones."""

from dataclasses import dataclass

import cv2
import numpy as np
import scipy.fft
from scipy import ndimage

from imaging.errors import MeasurementError
from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing

_TOLERANCE = 1e-4
_MOST_STEPS = 60
_LEAST_STEEP = np.float32(0.05)


@dataclass(frozen=True)
class _Edges:
    """Height steps between neighbours, and how much each counts (0 where one end is unknown)."""

    down: FloatMap
    across: FloatMap
    weight_down: FloatMap
    weight_across: FloatMap


def integrate_normals(normals: FloatMap, valid: BoolMap, spacing: Spacing | None) -> FloatMap:
    """Height whose slopes fit the normals best; a bump comes out as a bump.

    Parameters
    ----------
    normals : (rows, cols, 3) unit vectors, x right, y up, z to the camera
    valid : (rows, cols) where the normals are known
    spacing : None when uncalibrated

    Returns
    -------
    (rows, cols) float32 in µm (in pixels when uncalibrated), positive towards the camera, NaN where not valid. Each
    connected part of `valid` has mean 0: how high the parts lie relative to each other is not known.

    Raises
    ------
    MeasurementError
        When no pixel is valid.

    References
    ----------
    Simchony, Chellappa and Shao 1990, IEEE PAMI 12(5): direct Poisson solver by cosine transform. With unknown pixels:
    conjugate gradients preconditioned by that solver on the full rectangle (fictitious domain).
    """
    if not valid.any():
        raise MeasurementError("No pixel could be measured: check exposure, lights and mask, and take the stack again.")
    step = spacing or Spacing(1, 1)
    box = _bounding_box(valid)
    inside = valid[box]
    unit = 1.0 if spacing is None else 1000.0
    edges = _edges(normals[box], inside, step)
    part = _whole(edges, inside, step) if inside.all() else _masked(edges, inside, step)
    height = np.full(valid.shape, np.nan, dtype=np.float32)
    height[box] = part * np.float32(unit)
    return height


def _bounding_box(valid: BoolMap) -> tuple[slice, slice]:
    rows, cols = np.flatnonzero(valid.any(axis=1)), np.flatnonzero(valid.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(cols[0]), int(cols[-1]) + 1)


def _edges(normals: FloatMap, valid: BoolMap, step: Spacing) -> _Edges:
    """Steps in mm from the mean slope of both ends; rows go down while y goes up."""
    upright = np.maximum(normals[..., 2], _LEAST_STEEP)
    down = np.where(valid, normals[..., 1] / upright, 0) * np.float32(step.row_mm)
    across = np.where(valid, -normals[..., 0] / upright, 0) * np.float32(step.col_mm)
    ratio = step.mean_mm**2
    return _Edges(
        down=0.5 * (down[1:] + down[:-1]),
        across=0.5 * (across[:, 1:] + across[:, :-1]),
        weight_down=(valid[1:] & valid[:-1]).astype(np.float32) * np.float32(ratio / step.row_mm**2),
        weight_across=(valid[:, 1:] & valid[:, :-1]).astype(np.float32) * np.float32(ratio / step.col_mm**2),
    )


def _whole(edges: _Edges, valid: BoolMap, step: Spacing) -> FloatMap:
    return _solve_rectangle(_divergence(edges, valid.shape), _eigenvalues(valid.shape, step))


def _divergence(edges: _Edges, shape: tuple[int, ...]) -> FloatMap:
    total = np.zeros(shape, dtype=np.float32)
    down, across = edges.weight_down * edges.down, edges.weight_across * edges.across
    total[1:] += down
    total[:-1] -= down
    total[:, 1:] += across
    total[:, :-1] -= across
    return total


def _laplacian(height: FloatMap, edges: _Edges) -> FloatMap:
    slopes = _Edges(height[1:] - height[:-1], height[:, 1:] - height[:, :-1], edges.weight_down, edges.weight_across)
    return _divergence(slopes, height.shape)


def _eigenvalues(shape: tuple[int, ...], step: Spacing) -> FloatMap:
    """Of the five-point Laplacian with free borders under the cosine transform; the constant is set to infinity."""
    ratio = step.mean_mm**2
    rows = (2 - 2 * np.cos(np.pi * np.arange(shape[0]) / shape[0])) * ratio / step.row_mm**2
    cols = (2 - 2 * np.cos(np.pi * np.arange(shape[1]) / shape[1])) * ratio / step.col_mm**2
    values = (rows[:, None] + cols[None, :]).astype(np.float32)
    values[0, 0] = np.inf
    return values


def _solve_rectangle(right: FloatMap, eigenvalues: FloatMap) -> FloatMap:
    spectrum = scipy.fft.dctn(right, type=2, norm="ortho", workers=2, overwrite_x=True)
    spectrum /= eigenvalues
    return np.asarray(scipy.fft.idctn(spectrum, type=2, norm="ortho", workers=2, overwrite_x=True), dtype=np.float32)


def _masked(edges: _Edges, valid: BoolMap, step: Spacing) -> FloatMap:
    """Conjugate gradients on the valid pixels.

    The rectangle's solver restricted to the valid pixels inverts the Schur complement of the rectangle's Laplacian,
    which is spectrally close to the Laplacian of the valid part whatever the size of the picture: 10 to 30 steps do.
    """
    eigenvalues = _eigenvalues(valid.shape, step)
    right = _divergence(edges, valid.shape)
    height = np.zeros(valid.shape, dtype=np.float32)
    left = right.copy()
    direction = np.zeros_like(left)
    goal, before = _TOLERANCE * float(np.linalg.norm(right)), float("inf")
    for _ in range(_MOST_STEPS):
        if float(np.linalg.norm(left)) <= goal:
            break
        step_of = np.where(valid, _solve_rectangle(left.copy(), eigenvalues), 0)
        now = _dot(left, step_of)
        direction = step_of + np.float32(now / before) * direction
        curved = _laplacian(direction, edges)
        length = np.float32(now / max(_dot(direction, curved), 1e-30))
        height += length * direction
        left -= length * curved
        before = now
    return level_parts(height, valid)


def _dot(a: FloatMap, b: FloatMap) -> float:
    return float(np.vdot(a, b))


def level_parts(height: FloatMap, valid: BoolMap) -> FloatMap:
    """Each connected part of `valid` shifted to mean 0; NaN elsewhere. Same shape, float32."""
    count, found = cv2.connectedComponents(valid.astype(np.uint8), connectivity=4)
    parts = np.asarray(found, dtype=np.int32)
    means = ndimage.mean(height, parts, np.arange(1, count)) if count > 1 else np.zeros(0)
    offsets = np.concatenate([[0.0], np.atleast_1d(means)]).astype(np.float32)
    return np.where(valid, height - offsets[parts], np.float32(np.nan))
