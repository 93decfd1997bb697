"""How sure each height is."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights
from imaging.surface.bands import for_each_band
from imaging.surface.cells import CellRelief, Cells
from imaging.surface.normal_solve import residuals, robust_solve, scatter, solve
from imaging.surface.photometric import NormalEstimate
from imaging.surface.stack import mean_of_channels

_USUAL_SCALE_SHARE = 0.005
"""Of a spacing whose doubt the device file does not give: a printed target."""
_USUAL_LIGHT_DEG = 0.5
"""Of light directions whose doubt the device file does not give."""
_MISFIT_LENGTH_MM = 0.25
"""How far a slope error of the model reaches: about a furrow's wall."""
_MISFIT_LENGTH_PX = 8.0
_UNKNOWN_MISFIT = 0.02
"""Slope error assumed with three lights, which fit any picture."""
_WINDOW_PX = 15
_RELATIVE_SHARE = 0.3


@dataclass(frozen=True)
class ModelDoubt:
    """What is doubtful beyond the noise of the samples.

    Parameters
    ----------
    share : of every height and depth alike: light, reflection model, calibration
    misfit : (rows, cols) slope error that is alike over a furrow's wall; None with three lights
    """

    share: float
    misfit: FloatMap | None


def wall_misfit(cells: Cells, light: Sequence[FloatMap], relief: CellRelief) -> FloatMap | None:
    """Slope error on cells from what the lights still disagree by, averaged over a furrow's wall; None with three.

    What differs from pixel to pixel (noise, steps of a JPEG) averages out; what is alike over a wall bends it.

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
    reach = (0.5 * _MISFIT_LENGTH_MM if cells.spacing else _MISFIT_LENGTH_PX) / cells.pitch.mean_mm
    alike = np.stack([cv2.GaussianBlur(one, (0, 0), reach, borderType=cv2.BORDER_REPLICATE) for one in left])
    length = np.sqrt((scaled**2).sum(axis=0))
    gain = system.slope_gain() / np.maximum(scaled[2], np.float32(0.1) * length + np.float32(1e-9))
    misfit = gain * np.sqrt((alike**2).sum(axis=0) / (count - 3))
    return np.asarray(np.where(relief.valid, misfit, 0), dtype=np.float32)


def height_uncertainty(
    estimate: NormalEstimate, height: FloatMap, valid: BoolMap, inputs: MeasureInputs, model: ModelDoubt
) -> FloatMap:
    """Standard uncertainty of the height, (rows, cols), in its unit; NaN where not valid.

    Three parts, added in squares: noise of the samples, carried through the solve and the integration; the misfit of
    the lights, taken as a slope error over a furrow's wall; the share of the height that model and calibration leave
    open (docs/decisions/surface-uncertainty.md).

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
        variance += np.float32(model.share**2) * height[rows] ** 2
        np.sqrt(variance, out=total[rows])
        np.copyto(total[rows], np.nan, where=~valid[rows])

    for_each_band(work, (height.shape[0], height.shape[1]))
    return total


def _local_noise(estimate: NormalEstimate, valid: BoolMap, rows: slice) -> FloatMap:
    """Mean square of the slope noise around each pixel of a band of rows."""
    around = slice(max(rows.start - _WINDOW_PX // 2, 0), rows.stop + _WINDOW_PX // 2)
    inner = slice(rows.start - around.start, rows.stop - around.start)
    return _local_mean(estimate.slope_noise[around] ** 2, valid[around])[inner]


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
    window = (_WINDOW_PX, _WINDOW_PX)
    if valid.all():
        return np.asarray(cv2.blur(squares, window), dtype=np.float32)
    known = valid.astype(np.float32)
    total = cv2.blur(np.where(valid, squares, np.float32(0)), window)
    return np.asarray(total / np.maximum(cv2.blur(known, window), np.float32(1e-3)), dtype=np.float32)
