"""Relief estimate from one light: relative shading, not depth.

Under a ring of light, brightness says how steep the skin is but not to which side: a furrow shows two dark walls
and a bright floor. Blurred until both walls are one, the darkness points to the centre line; that gives each wall
its sign, and the signed slope is integrated like a measured one.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.filters import weighted_gaussian

_ILLUMINATION_MM = 5.0
_ILLUMINATION_SHARE = 0.15
"""Share of the longer side when uncalibrated."""
_WALL_MM = (0.15, 0.35, 0.8)
"""Standard deviations that melt the two walls of narrow, middle and wide furrows into one."""
_STEEPEST = 1.5
_DARKEST = 0.004


@dataclass(frozen=True)
class Relief:
    """What one light says about each pixel.

    Parameters
    ----------
    normals : (rows, cols, 3) unit vectors of the relative relief
    density : (rows, cols) optical density above the surroundings: what shading and pigment took away
    """

    normals: FloatMap
    density: FloatMap


def estimate_relief(light: FloatMap, valid: BoolMap, spacing: Spacing | None) -> Relief:
    """Signed slopes from one evenly lit picture.

    Parameters
    ----------
    light : (rows, cols) linear
    valid : (rows, cols)
    spacing : None when uncalibrated

    References
    ----------
    Tsumura et al. 2003, ACM TOG 22(3): optical density, in which shading, melanin and haemoglobin add up.
    """
    density = optical_density(light, valid, spacing)
    steepness = np.minimum(np.sqrt(2 * np.maximum(density - _noise_floor(density, valid), 0)), _STEEPEST)
    down, across = _towards_centre(density, valid, spacing)
    slope_down, slope_across = -steepness * down, -steepness * across
    upright = 1 / np.sqrt(1 + slope_down**2 + slope_across**2)
    normals = np.stack([-slope_across * upright, slope_down * upright, upright], axis=-1)
    return Relief(normals.astype(np.float32), density)


def optical_density(light: FloatMap, valid: BoolMap, spacing: Spacing | None) -> FloatMap:
    """-ln of the picture over its own slow part: 0 where as bright as around, positive where darker."""
    exposure = np.log(np.maximum(light, _DARKEST)).astype(np.float32)
    sigma = 0.1874 * _length_px(_ILLUMINATION_MM, light.shape, spacing)
    slow = weighted_gaussian(exposure, valid.astype(np.float32), np.array([sigma, sigma]), valid)
    return np.where(valid, slow - exposure, np.float32(0))


def _towards_centre(density: FloatMap, valid: BoolMap, spacing: Spacing | None) -> tuple[FloatMap, FloatMap]:
    """Unit vector (down, across) to the centre of the dark pair of walls; short where there is none."""
    dark = np.where(valid, np.maximum(density, 0), np.float32(0))
    down, across = np.zeros_like(dark), np.zeros_like(dark)
    for width_mm in _WALL_MM:
        sigma = max(1.0, _length_px(width_mm, density.shape, spacing))
        melted = cv2.GaussianBlur(dark, (0, 0), sigma)
        down += np.float32(sigma) * cv2.Sobel(melted, cv2.CV_32F, 0, 1, scale=1 / 8)
        across += np.float32(sigma) * cv2.Sobel(melted, cv2.CV_32F, 1, 0, scale=1 / 8)
    length = np.sqrt(down**2 + across**2)
    certain = length + np.float32(0.3 * float(length[valid].mean()) + 1e-6 if valid.any() else 1.0)
    return np.asarray(down / certain, dtype=np.float32), np.asarray(across / certain, dtype=np.float32)


def _noise_floor(density: FloatMap, valid: BoolMap) -> np.float32:
    """Half the median deviation: below it darkness is noise and microrelief."""
    values = np.abs(density[valid][::17])
    return np.float32(0.5 * np.median(values)) if values.size else np.float32(0)


def _length_px(length_mm: float, shape: tuple[int, ...], spacing: Spacing | None) -> float:
    """Millimetres in pixels; uncalibrated, as if 5 mm were the usual share of the picture."""
    if spacing is None:
        return length_mm / _ILLUMINATION_MM * _ILLUMINATION_SHARE * max(shape)
    return length_mm / spacing.mean_mm
