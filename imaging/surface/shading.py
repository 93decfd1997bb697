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

ILLUMINATION_MM = 5.0
ILLUMINATION_SHARE = 0.15
"""Share of the longer side when uncalibrated."""
DARKEST = 0.004
BLOODLESS = np.array([0.60, 0.25, 0.15], dtype=np.float32)
"""Of red, green and blue density: mottled blood reads as relief in green and blue
(docs/decisions/surface-single-light.md)."""


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


def estimate_relief(light: FloatMap, valid: BoolMap, spacing: Spacing | None) -> Relief:
    """Furrows from one evenly lit picture.

    Parameters
    ----------
    light : (rows, cols) linear
    valid : (rows, cols)
    spacing : None when uncalibrated

    References
    ----------
    Tsumura et al. 2003, ACM TOG 22(3): optical density, in which shading, melanin and haemoglobin add up.
    """
    scale = spacing or Spacing.square(ILLUMINATION_MM / (ILLUMINATION_SHARE * max(light.shape)))
    furrows = find_lit_furrows(optical_density(light, valid, scale), valid, scale)
    height, stains = draw_furrows(furrows, light.shape, scale)
    has_melted = any(furrow.is_melted for furrow in furrows)
    return Relief(height, _normals(height, scale), stains, has_melted)


def optical_density(light: FloatMap, valid: BoolMap, spacing: Spacing) -> FloatMap:
    """-ln of the picture over its own slow part: 0 where as bright as around, positive where darker."""
    exposure = np.log(np.maximum(light, np.float32(DARKEST)))
    sigma = 0.1874 * ILLUMINATION_MM / np.array([spacing.row_mm, spacing.col_mm])
    slow = weighted_gaussian(exposure, valid.astype(np.float32), sigma, valid)
    return np.where(valid, slow - exposure, np.float32(0))


def _normals(height: FloatMap, spacing: Spacing) -> FloatMap:
    down = np.gradient(height, axis=0) / np.float32(1000 * spacing.row_mm)
    right = np.gradient(height, axis=1) / np.float32(1000 * spacing.col_mm)
    upright = 1 / np.sqrt(1 + down**2 + right**2)
    return np.asarray(np.stack([-right * upright, down * upright, upright], axis=-1), dtype=np.float32)
