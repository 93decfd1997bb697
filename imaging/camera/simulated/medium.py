"""What lies under the surface: a half space with stated coefficients, its colour, and how far light wanders in it.

Scattering alike in all directions, index matched. Colour and blur belong to the same coefficients: a medium that is as
bright as this one cannot blur less. The closed form of the colour is Chandrasekhar's (1960, "Radiative Transfer");
the blur follows the linear transport equation within 1 % from 0.15 to 4 per mm and was compared with a path tracer
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
WIDTHS_MM = np.array([0.052, 0.137, 0.322, 0.739, 1.913])
SHARES = np.array([
    [0.053, 0.130, 0.221, 0.378, 0.218], [0.100, 0.186, 0.304, 0.283, 0.127], [0.155, 0.206, 0.355, 0.186, 0.098],
])  # fmt: skip
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
