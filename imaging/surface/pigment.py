"""Is a line dark by its colour rather than by its shape?"""

import numpy as np

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.bridges import Floats
from imaging.surface.sections import Sections

_LEAST_DENSITY = 0.08
_LEAST_COLOUR = 0.35
"""Spread of the channels' densities over their mean. Shading is grey: 0. Melanin and haemoglobin: 0.5 and more."""
_DARKEST = 0.003
_MORE_THAN_SHADE = 0.9
"""No furrow of skin keeps away 60 % of a ring's light; black paint does."""


def is_pigmented(sections: Sections, colour: FloatMap, spacing: Spacing) -> bool:
    """True where the line is darker than both its sides, and not alike in all channels, or too dark for shading.

    Parameters
    ----------
    colour : (rows, cols, 3) linear reflectance (or picture, for a single light), NaN where not measured

    References
    ----------
    Tsumura et al. 2003, ACM TOG 22(3): in optical density melanin and haemoglobin have their own directions, shading
    is the same in all channels.
    """
    density = _density_on_line(sections, colour, spacing)
    mean = float(density.mean())
    is_coloured = mean > _LEAST_DENSITY and float(np.ptp(density)) > _LEAST_COLOUR * mean
    return is_coloured or mean > _MORE_THAN_SHADE


def _density_on_line(sections: Sections, colour: FloatMap, spacing: Spacing) -> Floats:
    """Optical density (3,) of the bed of the furrow over its sides."""
    middle = [_level(colour, sections, spacing, share) for share in (-0.25, 0.0, 0.25)]
    sides = [_level(colour, sections, spacing, share) for share in (-0.9, 0.9)]
    return np.asarray(np.log(np.mean(sides, axis=0)) - np.log(np.mean(middle, axis=0)))


def _level(colour: FloatMap, sections: Sections, spacing: Spacing, share: float) -> Floats:
    """Mean colour (3,) at a share of the width beside the line."""
    aside = share * np.nan_to_num(np.maximum(sections.width_mm, 0.05), nan=0.2)
    rows = sections.points[:, 0] - sections.normals[:, 1] * aside / spacing.row_mm
    cols = sections.points[:, 1] + sections.normals[:, 0] * aside / spacing.col_mm
    rows = np.clip(np.round(rows).astype(int), 0, colour.shape[0] - 1)
    cols = np.clip(np.round(cols).astype(int), 0, colour.shape[1] - 1)
    values = colour[rows, cols].astype(np.float64)
    known = np.isfinite(values).all(axis=1)
    return np.maximum(values[known].mean(axis=0), _DARKEST) if known.any() else np.ones(3)
