"""What lies under the surface: a half space with stated coefficients, its colour, and how far light wanders in it.

Scattering alike in all directions, index matched. Colour and blur belong to the same coefficients: a medium that is as
bright as this one cannot blur less. The closed form of the colour is Chandrasekhar's (1960, "Radiative Transfer");
the blur follows the linear transport equation within 0.02 from 0.2 per mm on and was compared with a path tracer
(`docs/decisions/surface-translucency.md`).
"""

import numpy as np

from imaging.camera.simulated.grid import Grid
from imaging.model.arrays import FloatMap

SCATTERING = np.array([3.3, 4.0, 5.3])
"""Reduced, per mm in R, G and B: fair skin (Jacques 2013, Phys. Med. Biol. 58 R37)."""
ABSORPTION = np.array([0.03, 0.16, 0.20])
"""Per mm: usual blood, and the epidermis without its melanin."""
REFLECTANCE = np.array([0.762, 0.572, 0.580], dtype=np.float32)
"""Of a plane of it over a white matte one, seen from above under the camera's lights."""
WIDTHS_MM = np.array([0.058, 0.171, 0.459, 1.377])
SHARES = np.array([[0.069, 0.172, 0.356, 0.403], [0.126, 0.249, 0.383, 0.242], [0.187, 0.280, 0.373, 0.160]])
"""Gaussians that together blur shading: nothing that entered the skin comes out where it went in."""


def wandered(entered: FloatMap, grid: Grid, reach: float) -> FloatMap:
    """Light that comes out, (rows, cols, 3), over what a white matte plane would send; colour is not in it.

    Parameters
    ----------
    entered : (rows, cols) over each area as seen from above
    reach : how far light wanders, over that of the stated coefficients: both of them divided by it, so that the colour
        stays
    """
    left = np.empty((*entered.shape, 3), dtype=np.float32)
    blurred = [grid.blurred(entered, reach * width) for width in WIDTHS_MM]
    for channel, shares in enumerate(SHARES):
        mixed = np.float32(shares[0]) * blurred[0]
        for share, wide in zip(shares[1:], blurred[1:], strict=True):
            mixed += np.float32(share) * wide
        left[..., channel] = mixed
    return left
