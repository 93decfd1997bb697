"""Relief estimate from one light: relative shading, not depth.

Under a ring of light, brightness says how steep the skin is but not to which side: a furrow shows two dark walls
and a bright floor. Dark lines are found first; what the light across each of them says about its two walls is
integrated to the centre line, furrow by furrow. Between the furrows the relief is flat: nothing is known there.
"""

from dataclasses import dataclass

import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.filters import weighted_gaussian
from imaging.surface.ring.furrows import draw_furrows, find_lit_furrows
from imaging.surface.ring.separation import shading_mixture

ILLUMINATION_MM = 5.0
ILLUMINATION_SHARE = 0.15
"""Share of the longer side when uncalibrated."""
DARKEST = 0.004


@dataclass(frozen=True)
class Relief:
    """What one light says.

    Parameters
    ----------
    height : (rows, cols) relative, of the order of µm; 0 between the furrows
    normals : (rows, cols, 3) unit vectors of that relief
    stains : (rows, cols) True on dark lines that look like pigment on flat skin
    has_melted : furrows show as single dark lines, from which grey pigment does not differ
    """

    height: FloatMap
    normals: FloatMap
    stains: BoolMap
    has_melted: bool = False


def estimate_relief(picture: FloatMap, valid: BoolMap, spacing: Spacing | None) -> Relief:
    """Furrows from one evenly lit picture.

    Parameters
    ----------
    picture : (rows, cols) or (rows, cols, 3) linear
    valid : (rows, cols)
    spacing : None when uncalibrated
    """
    scale = spacing or Spacing.square(ILLUMINATION_MM / (ILLUMINATION_SHARE * max(valid.shape)))
    furrows = find_lit_furrows(optical_density(picture, valid, scale), valid, scale)
    height, stains = draw_furrows(furrows, valid.shape, scale)
    has_melted = any(furrow.is_melted for furrow in furrows)
    return Relief(height, _normals(height, scale), stains, has_melted)


def optical_density(picture: FloatMap, valid: BoolMap, spacing: Spacing) -> FloatMap:
    """-ln of the light over its own slow part, pigment taken off: 0 where as bright as around, positive where dark."""
    exposure = np.log(np.maximum(picture, np.float32(DARKEST)))
    if exposure.ndim == 3:
        exposure = exposure @ shading_mixture(exposure, valid, spacing)
    sigma = 0.1874 * ILLUMINATION_MM / np.array([spacing.row_mm, spacing.col_mm])
    slow = weighted_gaussian(exposure, valid.astype(np.float32), sigma, valid)
    return np.where(valid, slow - exposure, np.float32(0))


def _normals(height: FloatMap, spacing: Spacing) -> FloatMap:
    down = np.gradient(height, axis=0) / np.float32(1000 * spacing.row_mm)
    right = np.gradient(height, axis=1) / np.float32(1000 * spacing.col_mm)
    upright = 1 / np.sqrt(1 + down**2 + right**2)
    return np.asarray(np.stack([-right * upright, down * upright, upright], axis=-1), dtype=np.float32)
