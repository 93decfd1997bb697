"""Photometric stereo: normals and reflectance from a light stack."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.surface.bands import for_each_band
from imaging.surface.light.irradiance import Irradiance
from imaging.surface.light.normal_solve import Scatter, residuals, robust_solve, scatter, solve
from imaging.surface.light.stack import LinearBand, LinearStack

_SHADOW_FROM, _SHADOW_TO = 0.03, 0.10
"""Below the first share of the brightest light a sample is in shadow, above the second it is lit."""
_LEAST_WEIGHT = 1e-4
"""Never 0: where too few lights are left the answer stays finite and is judged by `valid`."""
_DARKEST_SIGNAL = 0.003
NOISE_EVERY = 5
"""Rows of which one is asked for noise and misfit: only their means are needed."""
_STEEPEST_Z = 0.1
"""Normals steeper than 84 degrees are drawn back to it: their slope would swamp the integration."""


@dataclass(frozen=True)
class NormalEstimate:
    """What the light stack says about each pixel.

    Parameters
    ----------
    normals : (rows, cols, 3) unit vectors, x right, y up, z to the camera
    reflectance : (rows, cols) of the mean of the channels
    even_light : (rows, cols, 3) the mean of the frames as evenly lit, linear
    slope_variance : (rows, cols) of each slope component from photons and digital steps, in the first of `NOISE_EVERY`
        rows
    misfit : (rows, cols) mean square of frame minus model over the mean signal in these rows; 0 with three lights
    valid : (rows, cols) True where at least three lights could be used
    saturated_fraction : share of all samples at full scale
    """

    normals: FloatMap
    reflectance: FloatMap
    even_light: FloatMap
    slope_variance: FloatMap
    misfit: FloatMap
    valid: BoolMap
    saturated_fraction: float


@dataclass(frozen=True, eq=False)
class _Fit:
    """What was solved in a band of rows, and from what."""

    signal: FloatMap
    light: FloatMap
    weights: FloatMap
    system: Scatter
    scaled: FloatMap
    reflectance: FloatMap

    def in_rows(self, rows: slice) -> "_Fit":
        """Only some rows; the system as it is."""
        light = self.light if self.light.shape[2] == 1 else self.light[:, :, rows]
        scaled, weights = self.scaled[:, rows], self.weights[:, rows]
        return _Fit(self.signal[:, rows], light, weights, self.system, scaled, self.reflectance[rows])


def estimate_normals(
    stack: LinearStack, light: Irradiance, height_mm: Callable[[slice], FloatMap] | None = None
) -> NormalEstimate:
    """Normals by weighted least squares, re-weighted robustly with five lights or more.

    Parameters
    ----------
    stack : n >= 3 frames
    light : the n lights over the same pixels
    height_mm : relief known so far of a band of rows, (rows, cols), moves the skin under near lights; None for the
        object plane

    References
    ----------
    Woodham 1980, Opt. Eng. 19(1): the solve. Holland and Welsch 1977: Cauchy weights.
    """
    shape = stack.shape
    answer = _empty_estimate(shape)
    saturated = np.zeros(shape, dtype=np.uint8)

    def work(rows: slice) -> None:
        relief = None if height_mm is None else height_mm(rows)
        band = stack.band(rows)
        saturated[rows] = band.saturated.sum(axis=0, dtype=np.uint8)
        lights = light.vectors(rows, relief), light.on_plane(rows)
        fit = _write_band(answer, rows, band, lights)
        _write_doubt(answer, rows, stack, fit)

    for_each_band(work, shape)
    share = float(saturated.mean()) / len(stack.inputs.frames)
    return NormalEstimate(**{**vars(answer), "saturated_fraction": share})


def sample_weights(band: LinearBand, plane: FloatMap) -> FloatMap:
    """(n, rows, cols) in 0..1: saturated and shadowed samples count nearly nothing."""
    relative = band.grey / plane
    brightest = np.maximum(relative.max(axis=0), 1e-6)
    weights = (relative / brightest - _SHADOW_FROM) * np.float32(1 / (_SHADOW_TO - _SHADOW_FROM))
    np.clip(weights, _LEAST_WEIGHT, 1, out=weights)
    if band.saturated.any():
        weights[band.saturated] = _LEAST_WEIGHT
    return np.asarray(weights, dtype=np.float32)


def _empty_estimate(shape: tuple[int, int]) -> NormalEstimate:
    def blank(*more: int, every: int = 1) -> FloatMap:
        return np.empty((-(-shape[0] // every), shape[1], *more), dtype=np.float32)

    noise, misfit = blank(every=NOISE_EVERY), blank(every=NOISE_EVERY)
    return NormalEstimate(
        blank(3), blank(), blank(3), noise, misfit, np.empty(shape, dtype=np.bool_), saturated_fraction=0.0
    )


def _write_band(answer: NormalEstimate, rows: slice, band: LinearBand, lights: tuple[FloatMap, FloatMap]) -> _Fit:
    light, plane = lights
    weights = sample_weights(band, plane)
    system = scatter(band.grey, light, weights)
    scaled = solve(system)
    lit = is_used = weights > 10 * _LEAST_WEIGHT
    if len(band.grey) >= 5:
        scaled, weights, system = robust_solve(band.grey, light, weights, scaled, ~band.saturated)
        is_used = lit & (weights > 10 * _LEAST_WEIGHT)
    reflectance = np.sqrt((scaled**2).sum(axis=0)) + np.float32(1e-9)
    _write_normals(answer, rows, scaled, reflectance)
    answer.reflectance[rows] = reflectance
    _write_even_light(answer.even_light[rows], band, plane)
    enough = is_used.sum(axis=0, dtype=np.uint8) >= 3
    answer.valid[rows] = enough & (band.grey.max(axis=0) > _DARKEST_SIGNAL) & np.isfinite(reflectance)
    return _Fit(band.grey, light, weights, system, scaled, reflectance)


def _write_normals(answer: NormalEstimate, rows: slice, scaled: FloatMap, reflectance: FloatMap) -> None:
    normals = list(scaled / reflectance)
    steep = normals[2] < _STEEPEST_Z
    if steep.any():
        level = np.hypot(normals[0], normals[1]) + np.float32(1e-9)
        shrink = np.where(steep, np.sqrt(1 - _STEEPEST_Z**2) / level, 1)
        normals[0] *= shrink
        normals[1] *= shrink
        normals[2] = np.where(steep, _STEEPEST_Z, normals[2])
    cv2.merge(normals, dst=answer.normals[rows])


def _write_doubt(answer: NormalEstimate, rows: slice, stack: LinearStack, band: _Fit) -> None:
    """Slope noise (that of a sample times the spread of the pseudo-inverse) and misfit, in some of the rows."""
    first = -rows.start % NOISE_EVERY
    some = slice(first, None, NOISE_EVERY)
    there = slice((rows.start + first) // NOISE_EVERY, -(-rows.stop // NOISE_EVERY))
    if there.start == there.stop:
        return
    fit = band.in_rows(some)
    whole = fit.weights.sum(axis=0)
    variance = (fit.weights * stack.noise_variance(slice(rows.start + first, rows.stop, NOISE_EVERY))).sum(axis=0)
    variance /= whole
    variance *= band.system.slope_variance(some)
    np.divide(
        variance, np.maximum(fit.scaled[2], np.float32(0.1) * fit.reflectance) ** 2, out=answer.slope_variance[there]
    )
    count = len(fit.signal)
    if count == 3:
        answer.misfit[there] = 0
        return
    left = residuals(fit.signal, fit.light, fit.scaled)
    left *= left
    left *= fit.weights
    mean = np.maximum(fit.signal.sum(axis=0) * np.float32(1 / count), np.float32(1e-4))
    np.divide(left.sum(axis=0), whole * mean * mean, out=answer.misfit[there])


def _write_even_light(total: FloatMap, band: LinearBand, plane: FloatMap) -> None:
    """Mean of the frames, each over its own light on the object plane, into (rows, cols, 3)."""
    shares = np.float32(1 / len(band.colour)) / plane
    total[:] = 0
    for frame, share in zip(band.colour, shares, strict=True):
        wide = np.broadcast_to(share, total.shape[:2])
        colour = frame if frame.ndim == 3 else cv2.merge([frame, frame, frame])
        cv2.accumulateProduct(cv2.merge([wide, wide, wide]), colour, total)
