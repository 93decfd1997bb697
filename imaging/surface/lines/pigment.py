"""Is a line dark by its colour rather than by its shape?"""

import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.lines.bridges import Floats
from imaging.surface.lines.sections import Sections
from imaging.surface.places import values_at

_LEAST_DENSITY = 0.08
SEVERAL_LIGHTS, ONE_LIGHT = 0.35, 0.7
"""Spread of the channels' densities over their mean. Shading is grey: 0; under one light, with gloss and with blotches
beside the furrow, up to 0.5. Melanin 1.1, haemoglobin 1.6."""
_DARKEST = 0.003
_MOST_OF_LINE = 0.5
_MORE_THAN_SHADE = 0.9
"""No furrow of skin keeps away 60 % of a ring's light; black paint does."""


def is_pigmented(sections: Sections, colour: FloatMap, spacing: Spacing, least_colour: float = SEVERAL_LIGHTS) -> bool:
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
    is_coloured = mean > _LEAST_DENSITY and float(np.ptp(density)) > least_colour * mean
    return is_coloured or mean > _MORE_THAN_SHADE


def is_on(stains: BoolMap, sections: Sections) -> bool:
    """Does most of the line lie on what looks like pigment?"""
    return float(np.mean(values_at(stains, sections.points))) > _MOST_OF_LINE


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
    values = values_at(colour, np.column_stack([rows, cols])).astype(np.float64)
    known = np.isfinite(values).all(axis=1)
    return np.maximum(values[known].mean(axis=0), _DARKEST) if known.any() else np.ones(3)
