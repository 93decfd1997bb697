"""How sure each height is."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights
from imaging.surface.bands import SAMPLES_PER_BAND, for_each_band
from imaging.surface.light.cells import CellRelief, Cells
from imaging.surface.light.normal_solve import residuals, robust_solve, scatter, solve
from imaging.surface.light.stack import LinearBand, mean_of_channels
from imaging.surface.photometric import NOISE_EVERY, NormalEstimate, sample_weights

_USUAL_SCALE_SHARE = 0.005
"""Of a spacing whose doubt the device file does not give: a printed target."""
_USUAL_LIGHT_DEG = 0.5
"""Of light directions whose doubt the device file does not give."""
_MISFIT_LENGTH_MM = 0.25
"""How far a slope error of the model reaches: about a furrow's wall."""
_MISFIT_LENGTH_PX = 8.0
_UNKNOWN_MISFIT, _UNKNOWN_BEND = 0.02, 0.004
"""Slope error assumed with three lights, which fit any picture: over a wall, and over millimetres."""
_BEND_SCALES_MM = (0.5, 3.0)
"""Misfit that is alike over more is form or tilt, which is taken out; over less it averages out."""
_BEND_LENGTH_MM = 2.5
"""How far a slope error that is alike over millimetres reaches (simulated and rendered skin: 1.4 to 3)."""
_FINE_MM = 1.0
"""Slopes alike over more say nothing of fine relief."""
_PX_PER_MM = 32.0
"""Where no spacing is known."""
_WINDOW_PX = 15
_WINDOW_ROWS = _WINDOW_PX // NOISE_EVERY
_SAMPLES_PER_BAND = 4 * SAMPLES_PER_BAND
"""Every band reads half a window beyond its ends."""
_RELATIVE_SHARE = 0.3


@dataclass(frozen=True)
class ModelDoubt:
    """What is doubtful beyond the noise of the samples.

    Parameters
    ----------
    share : of every height and depth alike: light, reflection model, calibration
    misfit : (rows, cols) slope error that is alike over a furrow's wall; None with three lights
    bend : standard uncertainty of the height's waves of several millimetres, in its unit
    """

    share: float
    misfit: FloatMap | None
    bend: float = 0.0


@dataclass(frozen=True)
class Misfit:
    """Slope errors from what the lights still disagree by.

    Parameters
    ----------
    wall : (rows, cols) of the cells; alike over a furrow's wall
    bend : root mean square of what is alike over millimetres
    """

    wall: FloatMap
    bend: float


def misfit_of(cells: Cells, light: Sequence[FloatMap], relief: CellRelief) -> Misfit | None:
    """Slope errors on cells from what the lights still disagree by; None with three.

    What differs from pixel to pixel (noise, steps of a JPEG) averages out; what is alike over a wall bends it, and what
    is alike over millimetres bends the skin between the furrows.

    Parameters
    ----------
    light : one (rows, cols) or (rows, cols, 3) per light, without what is not the skin's own shading
    """
    count = len(light)
    if count <= 3:
        return None
    grey = np.stack([mean_of_channels(one) for one in light])
    vectors = cells.light_vectors(relief.relief_mm)
    weights = cells.weights(grey, vectors)
    system = scatter(grey, vectors, weights)
    scaled = solve(system)
    if count >= 5:
        scaled, weights, system = robust_solve(grey, vectors, weights, scaled)
    left = weights * residuals(grey, vectors, scaled)
    length = np.sqrt((scaled**2).sum(axis=0))
    gain = np.sqrt(system.slope_variance()) / np.maximum(scaled[2], np.float32(0.1) * length + np.float32(1e-9))
    gain *= np.where(relief.valid, np.float32(1 / np.sqrt(count - 3)), np.float32(0))
    reach = 0.5 * _MISFIT_LENGTH_MM if cells.spacing else _MISFIT_LENGTH_PX
    alike = np.stack([_blurred(one, reach / cells.pitch.mean_mm) for one in left])
    wall = gain * np.sqrt((alike**2).sum(axis=0))
    return Misfit(np.asarray(wall, dtype=np.float32), _bend(left * gain, cells, relief.valid))


def _bend(slopes: FloatMap, cells: Cells, valid: BoolMap) -> float:
    """Root mean square of (n, rows, cols) slope errors between two scales."""
    fine, coarse = (mm * (1 if cells.spacing else _PX_PER_MM) / cells.pitch.mean_mm for mm in _BEND_SCALES_MM)
    shrink = max(1, int(fine / 2))
    size = (max(1, valid.shape[1] // shrink), max(1, valid.shape[0] // shrink))
    total = np.zeros(size[::-1], dtype=np.float32)
    for one in slopes:
        small = np.asarray(cv2.resize(one, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
        total += (_blurred(small, fine / shrink) - _blurred(small, coarse / shrink)) ** 2
    known = cv2.resize(valid.astype(np.float32), size, interpolation=cv2.INTER_AREA) > np.float32(0.5)
    return float(np.sqrt(total[known].mean())) if known.any() else 0.0


def _blurred(picture: FloatMap, sigma: float) -> FloatMap:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), dtype=np.float32)


def model_doubt(misfit: Misfit | None, wall: FloatMap | None, share: float, spacing: Spacing | None) -> ModelDoubt:
    """What is doubtful in the unit of a height (µm, or pixels without spacing).

    Parameters
    ----------
    wall : `misfit.wall` on pixels
    share : of every height and depth alike, from what was taken off the frames and from calibration
    """
    slope = _UNKNOWN_BEND if misfit is None else misfit.bend
    bend = slope * _BEND_LENGTH_MM * (1000.0 if spacing else _PX_PER_MM)
    return ModelDoubt(share, wall, bend)


def fine_gain(cells: Cells, left: Sequence[FloatMap], relief: CellRelief) -> float:
    """By what factor slopes would be steeper had nothing been taken off the frames, as a root mean square share.

    What is taken off is known on cells; relief finer than they are keeps it, whole or in part.

    Parameters
    ----------
    left : the light of the cells without what was taken off
    """
    if all(a is b for a, b in zip(left, cells.light, strict=True)):
        return 1.0
    # every other cell is enough for a mean
    vectors, known = cells.light_vectors(relief.relief_mm)[..., ::2, ::2], cells.known[..., ::2, ::2]
    valid, smooth = relief.valid[::2, ::2], _FINE_MM * (1 if cells.spacing else _PX_PER_MM) / cells.pitch.mean_mm / 2
    seen = []
    for light in (left, cells.light):
        grey = np.stack([mean_of_channels(np.ascontiguousarray(one[::2, ::2])) for one in light])
        weights = sample_weights(LinearBand(grey, (), ~known), vectors[:, 2])
        scaled = solve(scatter(grey, vectors, weights))
        slopes = scaled[:2] / np.maximum(scaled[2], np.float32(1e-6))
        seen.append(np.stack([one - _blurred(one, smooth) for one in slopes])[:, valid])
    true, raw = seen
    return float((true * raw).sum() / max(float((true * true).sum()), 1e-12))


def height_uncertainty(
    estimate: NormalEstimate, height: FloatMap, valid: BoolMap, inputs: MeasureInputs, model: ModelDoubt
) -> FloatMap:
    """Standard uncertainty of the height, (rows, cols), in its unit; NaN where not valid.

    Four parts, added in squares: noise of the samples, carried through the solve and the integration; the misfit of
    the lights, taken as a slope error over a furrow's wall and over millimetres; the share of the height that model and
    calibration leave open (docs/decisions/surface-uncertainty.md).

    Notes
    -----
    White slope noise of standard deviation s integrates to s x spacing x sqrt(ln(N) / (2 pi) + 0.2) for N pixels
    across (the sum of 1 / eigenvalue over the modes of the Poisson equation).
    """
    spacing, unit = inputs.spacing or Spacing(1, 1), 1000.0 if inputs.spacing else 1.0
    noise_gain = spacing.mean_mm * unit * np.sqrt(np.log(max(height.shape)) / (2 * np.pi) + 0.2)
    reach = _MISFIT_LENGTH_MM * unit if inputs.spacing else _MISFIT_LENGTH_PX
    total = np.empty(height.shape, dtype=np.float32)

    def work(rows: slice) -> None:
        variance = np.float32(noise_gain**2) * _local_noise(estimate, valid, rows)
        misfit = np.float32(_UNKNOWN_MISFIT) if model.misfit is None else model.misfit[rows]
        variance += np.float32(reach**2) * misfit**2
        variance += np.float32(model.share**2) * height[rows] ** 2 + np.float32(model.bend**2)
        np.sqrt(np.maximum(variance, 0), out=total[rows])  # running means of nothing round below zero
        np.copyto(total[rows], np.nan, where=~valid[rows])

    for_each_band(work, (height.shape[0], height.shape[1]), _SAMPLES_PER_BAND)
    return total


def _local_noise(estimate: NormalEstimate, valid: BoolMap, rows: slice) -> FloatMap:
    """Mean square of the slope noise around each pixel of a band of rows, from the rows in which it is known."""
    first = max(rows.start // NOISE_EVERY - _WINDOW_ROWS // 2, 0)
    around = slice(first, -(-rows.stop // NOISE_EVERY) + _WINDOW_ROWS // 2)
    mean = _local_mean(estimate.slope_variance[around], valid[::NOISE_EVERY][around])
    start = rows.start - first * NOISE_EVERY
    return np.repeat(mean, NOISE_EVERY, axis=0)[start : start + rows.stop - rows.start]


def calibration_share(inputs: MeasureInputs) -> float:
    """Standard uncertainty of any depth from that of scale and light directions, as a share.

    It is the same in every capture of a device, so it cancels in what two visits differ by.
    """
    scale = _USUAL_SCALE_SHARE if inputs.u_spacing_share is None else inputs.u_spacing_share
    degrees = _USUAL_LIGHT_DEG if inputs.u_light_deg is None else inputs.u_light_deg
    lights = 0.0 if inputs.lights is None else light_share(inputs.lights, degrees)
    return float(np.hypot(scale if inputs.spacing else 0.0, lights))


def light_share(lights: Lights, u_deg: float) -> float:
    """Share of all slopes that is uncertain because each light's direction is, by `u_deg` to any side.

    Notes
    -----
    Lights D (n, 3) assumed and D - E true give D+ (D - E) b for the normal b: the slope towards x is off by
    (D+ E)zz - (D+ E)xx of itself. Offsets common to all pixels are a tilt, which form removal takes out. Errors of
    unlike lights are independent; the mean of both directions is given.
    """
    towards = lights.vectors / np.linalg.norm(lights.vectors, axis=1, keepdims=True)
    solve = np.linalg.pinv(towards)
    variance = 0.0
    for light, column in zip(towards, solve.T, strict=True):
        aside = np.linalg.svd(light[None])[2][1:]
        for axis in (0, 1):
            gain = column[axis] * aside[:, axis] - column[2] * aside[:, 2]
            variance += 0.5 * float((gain**2).sum())
    return float(np.radians(u_deg) * np.sqrt(variance))


def with_isolated_doubt(uncertainty: FloatMap, isolated: BoolMap, spacing: Spacing | None) -> FloatMap:
    """The same where a pixel was measured; where only its neighbours know it, a slope of 45 degrees over the pixel is
    added."""
    pixel = 1.0 if spacing is None else 1000 * spacing.mean_mm
    if not isolated.any():
        return uncertainty
    answer = uncertainty.copy()
    answer[isolated] = np.hypot(uncertainty[isolated], np.float32(pixel))
    return answer


def relative_uncertainty(height: FloatMap, valid: BoolMap) -> FloatMap:
    """For one light: a third of the height and of its spread, an order of magnitude."""
    spread = float(np.std(height[valid])) if valid.any() else 0.0
    total = np.float32(_RELATIVE_SHARE) * np.sqrt(height**2 + np.float32(spread**2))
    return np.where(valid, total, np.float32(np.nan))


def _local_mean(squares: FloatMap, valid: BoolMap) -> FloatMap:
    window = (_WINDOW_PX, _WINDOW_ROWS)
    if valid.all():
        return np.asarray(cv2.blur(squares, window), dtype=np.float32)
    known = valid.astype(np.float32)
    total = cv2.blur(np.where(valid, squares, np.float32(0)), window)
    return np.asarray(total / np.maximum(cv2.blur(known, window), np.float32(1e-3)), dtype=np.float32)
