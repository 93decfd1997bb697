"""How sure each height is."""

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.surface.photometric import NormalEstimate

MODEL_SHARE = 0.02
"""Light positions, intensities and reflection model, as a share of the height."""
_MISFIT_LENGTH_MM = 0.25
"""How far a slope error of the model reaches: about a furrow's wall."""
_MISFIT_LENGTH_PX = 8.0
_UNKNOWN_MISFIT = 0.02
"""Slope error assumed with three lights, which fit any picture."""
_WINDOW_PX = 15
_RELATIVE_SHARE = 0.3


def height_uncertainty(estimate: NormalEstimate, height: FloatMap, valid: BoolMap, inputs: MeasureInputs) -> FloatMap:
    """Standard uncertainty of the height, (rows, cols), in its unit; NaN where not valid.

    Three parts, added in squares: noise of the samples, carried through the solve and the integration; the misfit of
    the lights beyond noise, taken as a slope error over a furrow's wall; a share of the height for the model.

    Notes
    -----
    White slope noise of standard deviation s integrates to s x spacing x sqrt(ln(N) / (2 pi) + 0.2) for N pixels
    across (the sum of 1 / eigenvalue over the modes of the Poisson equation).
    """
    spacing, unit = inputs.spacing or Spacing(1, 1), 1000.0 if inputs.spacing else 1.0
    noise_gain = spacing.mean_mm * unit * np.sqrt(np.log(max(height.shape)) / (2 * np.pi) + 0.2)
    reach = _MISFIT_LENGTH_MM * unit if inputs.spacing else _MISFIT_LENGTH_PX
    noise = _local_mean(estimate.slope_noise**2, valid)
    if len(inputs.frames) > 3:
        misfit = np.maximum(_local_mean(estimate.slope_misfit**2, valid) - noise, 0)
    else:
        misfit = np.full_like(noise, _UNKNOWN_MISFIT**2)
    variance = noise * np.float32(noise_gain**2) + misfit * np.float32(reach**2)
    variance += np.float32(MODEL_SHARE**2) * height**2
    return np.where(valid, np.sqrt(variance), np.float32(np.nan))


def with_isolated_doubt(uncertainty: FloatMap, isolated: BoolMap, spacing: Spacing | None) -> FloatMap:
    """The same where a pixel was measured; where only its neighbours know it, a slope of 45 degrees over the pixel is
    added."""
    pixel = 1.0 if spacing is None else 1000 * spacing.mean_mm
    return np.where(isolated, np.hypot(uncertainty, np.float32(pixel)), uncertainty)


def relative_uncertainty(height: FloatMap, valid: BoolMap) -> FloatMap:
    """For one light: a third of the height and of its spread, an order of magnitude."""
    spread = float(np.std(height[valid])) if valid.any() else 0.0
    total = np.float32(_RELATIVE_SHARE) * np.sqrt(height**2 + np.float32(spread**2))
    return np.where(valid, total, np.float32(np.nan))


def _local_mean(squares: FloatMap, valid: BoolMap) -> FloatMap:
    window = (_WINDOW_PX, _WINDOW_PX)
    known = valid.astype(np.float32)
    total = cv2.blur(np.where(valid, squares, np.float32(0)), window)
    return np.asarray(total / np.maximum(cv2.blur(known, window), np.float32(1e-3)), dtype=np.float32)
