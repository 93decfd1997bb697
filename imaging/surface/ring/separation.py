"""Shading told from pigment in one picture: the mixture of its channels in which melanin and blood show least."""

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.filters import SIGMA_PER_CUTOFF, cell_means, weighted_gaussian

Floats = npt.NDArray[np.float64]

USUAL_MIXTURE = np.array([0.60, 0.25, 0.15], dtype=np.float32)
"""Of the densities in red, green and blue, where a picture has no blotches to learn from: blood shows least in red."""
BLOTCH_MM = (3.2, 5.0)
"""Wavelengths at which blotches are looked at: longer than furrows are wide, shorter than the fall-off of the light."""
_CELL_MM, _LEAST_CELLS, _NOISE_ROWS = 0.2, 400, 3
_MOST_DENSITY = 0.8
"""Share of the cells that count: hair, paint and furrows are left out, blotches are everywhere."""
_NOISE_LEFT = 0.1
"""Of the variance of the pixels' noise, once a furrow's sections are averaged."""
_UNLIKE = 0.005
"""Optical density by which shading itself differs between the channels: bounced light is redder."""


def shading_mixture(exposure: FloatMap, valid: BoolMap, spacing: Spacing) -> FloatMap:
    """Weights (3,) with sum 1 under which shading, alike in all channels, is kept and blotches of pigment vanish.

    Minimum variance under that condition, from the covariance of the channels' densities.

    Parameters
    ----------
    exposure : (rows, cols, 3) log of the light
    valid : (rows, cols)

    References
    ----------
    Tsumura et al. 2003, ACM TOG 22(3): optical densities of shading, melanin and haemoglobin add up. Directions of the
    pigments differ from camera to camera; here they need not be known.
    """
    blotches = _blotches(exposure, valid, spacing)
    if len(blotches) < _LEAST_CELLS:
        return USUAL_MIXTURE
    unwanted = blotches.T @ blotches / len(blotches) + _NOISE_LEFT * _noise(exposure, valid)
    towards_usual = _UNLIKE**2 * np.eye(3)
    one, usual = np.linalg.solve(
        unwanted + towards_usual, np.column_stack([np.ones(3), towards_usual @ USUAL_MIXTURE])
    ).T
    return np.asarray(usual + (1 - usual.sum()) / one.sum() * one, dtype=np.float32)


def _blotches(exposure: FloatMap, valid: BoolMap, spacing: Spacing) -> Floats:
    """(n, 3) densities of cells, as they differ over a few millimetres."""
    pitch = max(_CELL_MM, spacing.row_mm, spacing.col_mm)
    rows, cols = (
        max(1, round(n * mm / pitch)) for n, mm in zip(valid.shape, (spacing.row_mm, spacing.col_mm), strict=True)
    )
    low, high = (SIGMA_PER_CUTOFF * mm / pitch * np.ones(2) for mm in BLOTCH_MM)
    found = []
    for channel in np.moveaxis(exposure, -1, 0):
        cells, share = cell_means(np.ascontiguousarray(channel), valid, (rows, cols))
        known = share > 0.5
        weight = known.astype(np.float32)
        fine, slow = (weighted_gaussian(cells, weight, sigma, known) for sigma in (low, high))
        found.append((fine - slow)[known])
    density = np.column_stack(found).astype(np.float64)
    if not len(density):
        return density
    density -= np.median(density, axis=0)
    largest = np.abs(density).max(axis=1)
    return np.asarray(density[largest <= np.quantile(largest, _MOST_DENSITY)])


def _noise(exposure: FloatMap, valid: BoolMap) -> Floats:
    """(3, 3) covariance of what neighbouring pixels differ by."""
    some = slice(None, None, _NOISE_ROWS)
    both = valid[some, 1:] & valid[some, :-1]
    steps = (exposure[some, 1:] - exposure[some, :-1])[both]
    return np.asarray(np.cov(steps.T.astype(np.float64)) / 2)
