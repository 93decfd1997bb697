"""From normals to height: the least-squares surface whose slopes are the measured ones."""

from dataclasses import dataclass

import cv2
import numpy as np
import scipy.fft
from scipy import ndimage

from imaging.errors import MeasurementError
from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.bands import for_each_band
from imaging.surface.places import bounding_box

_TOLERANCE = 1e-4
_MOST_STEPS = 60
_LEAST_STEEP = np.float32(0.05)


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
    unit = 1.0 if spacing is None else 1000.0
    box = bounding_box(valid)
    inside, slopes = valid[box], _Slopes(normals[box], step, unit)
    part = _solve_rectangle(slopes.pull(), step) if inside.all() else _masked(slopes, inside)
    if part.shape == valid.shape:
        return part
    height = np.full(valid.shape, np.nan, dtype=np.float32)
    height[box] = part
    return height


@dataclass(frozen=True, eq=False)
class _Slopes:
    """Normals as height steps between neighbours: each the mean slope of both ends.

    Rows go down while y goes up. A step counts by how short the way is; not at all where one end is unknown.
    """

    normals: FloatMap
    step: Spacing
    unit: float

    @property
    def shape(self) -> tuple[int, int]:
        return self.normals.shape[0], self.normals.shape[1]

    def pull(self, valid: BoolMap | None = None) -> FloatMap:
        """Right side of the normal equations, (rows, cols): steps that lead to a pixel minus those that leave it."""
        total = np.empty(self.shape, dtype=np.float32)
        work = self._pull_of_band if valid is None else self._pull_of_known
        for_each_band(lambda rows: work(total, rows, valid), self.shape)
        return total

    def _pull_of_band(self, total: FloatMap, rows: slice, _: BoolMap | None) -> None:
        """Half the difference of the slopes on both sides; at the borders the slope beyond is the opposite one."""
        down, across = self._steps(slice(max(rows.start - 1, 0), rows.stop + 1), None)
        if rows.start == 0:
            down = np.concatenate([-down[:1], down])
        if rows.stop == len(total):
            down = np.concatenate([down, -down[-1:]])
        inner = slice(min(rows.start, 1), min(rows.start, 1) + rows.stop - rows.start)
        wide = np.pad(across[inner], ((0, 0), (1, 1)))
        wide[:, 0], wide[:, -1] = -wide[:, 1], -wide[:, -2]
        np.subtract(down[:-2], down[2:], out=total[rows])
        total[rows] += wide[:, :-2]
        total[rows] -= wide[:, 2:]

    def _pull_of_known(self, total: FloatMap, rows: slice, valid: BoolMap | None) -> None:
        assert valid is not None
        around = slice(max(rows.start - 1, 0), rows.stop + 1)
        down, across = self._steps(around, valid[around])
        _gather(total, rows, (down[1:] + down[:-1], across[:, 1:] + across[:, :-1]), valid[around])

    def _steps(self, rows: slice, valid: BoolMap | None) -> tuple[FloatMap, FloatMap]:
        """Half the step down and across at each pixel, times its weight."""
        x, y, z = cv2.split(np.ascontiguousarray(self.normals[rows], dtype=np.float32))
        half = np.float32(0.5 * self.unit) / np.clip(z, _LEAST_STEEP, np.inf, out=z)
        if valid is not None:
            x, y, half = (np.where(valid, one, np.float32(0)) for one in (x, y, half))
        down, across = _weights(self.step)
        y *= half * (down * np.float32(self.step.row_mm))
        x *= half * (-across * np.float32(self.step.col_mm))
        return np.asarray(y, dtype=np.float32), np.asarray(x, dtype=np.float32)


def _weights(step: Spacing) -> tuple[np.float32, np.float32]:
    """How much a step down and one across count."""
    ratio = step.mean_mm**2
    return np.float32(ratio / step.row_mm**2), np.float32(ratio / step.col_mm**2)


def _gather(total: FloatMap, rows: slice, steps: tuple[FloatMap, FloatMap], valid: BoolMap) -> None:
    """Steps to a pixel minus steps from it, over the edges whose ends are both valid; `steps` and `valid` begin one
    row earlier and end one later where there are such rows."""
    down, across = steps
    down *= valid[1:] & valid[:-1]
    across *= valid[:, 1:] & valid[:, :-1]
    first = min(rows.start, 1)
    inner = slice(first, first + rows.stop - rows.start)
    sums = np.zeros(valid.shape, dtype=np.float32)
    sums[1:] += down
    sums[:-1] -= down
    sums[:, 1:] += across
    sums[:, :-1] -= across
    total[rows] = sums[inner]


def _laplacian(height: FloatMap, valid: BoolMap, step: Spacing) -> FloatMap:
    total = np.empty_like(height)
    weight_down, weight_across = _weights(step)

    def work(rows: slice) -> None:
        around = slice(max(rows.start - 1, 0), rows.stop + 1)
        part = height[around]
        steps = (part[1:] - part[:-1]) * weight_down, (part[:, 1:] - part[:, :-1]) * weight_across
        _gather(total, rows, steps, valid[around])

    for_each_band(work, (height.shape[0], height.shape[1]))
    return total


def _solve_rectangle(right: FloatMap, step: Spacing) -> FloatMap:
    """Height on a rectangle that is known throughout; `right` is used up.

    Eigenvalues are those of the five-point Laplacian with free borders; the constant stays 0.
    """
    rows, cols = right.shape
    down, across = (
        ((2 - 2 * np.cos(np.pi * np.arange(n) / n)) * weight).astype(np.float32)
        for n, weight in zip((rows, cols), _weights(step), strict=True)
    )
    spectrum = scipy.fft.dctn(right, type=2, norm="ortho", workers=2, overwrite_x=True)

    def divide(band: slice) -> None:
        values = down[band, None] + across[None, :]
        if band.start == 0:
            values[0, 0] = np.inf
        spectrum[band] /= values

    for_each_band(divide, (rows, cols))
    return np.asarray(scipy.fft.idctn(spectrum, type=2, norm="ortho", workers=2, overwrite_x=True), dtype=np.float32)


def _masked(slopes: _Slopes, valid: BoolMap) -> FloatMap:
    """Conjugate gradients on the valid pixels.

    The rectangle's solver restricted to the valid pixels inverts the Schur complement of the rectangle's Laplacian,
    which is spectrally close to the Laplacian of the valid part whatever the size of the picture: 10 to 30 steps do.
    """
    left = slopes.pull(valid)
    height = np.zeros(valid.shape, dtype=np.float32)
    direction = np.zeros_like(left)
    goal, before = _TOLERANCE * float(np.linalg.norm(left)), float("inf")
    for _ in range(_MOST_STEPS):
        if float(np.linalg.norm(left)) <= goal:
            break
        ahead = _solve_rectangle(left.copy(), slopes.step)
        ahead *= valid
        now = _dot(left, ahead)
        direction *= np.float32(now / before)
        direction += ahead
        curved = _laplacian(direction, valid, slopes.step)
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
