"""Standard uncertainty of a wrinkle's depth, length, width and area (docs/decisions/surface-uncertainty.md)."""

from dataclasses import dataclass

import numpy as np

from imaging.model.geometry import Spacing
from imaging.model.measurement import Wrinkle, WrinkleLimits
from imaging.model.surface import Surface
from imaging.surface.wrinkles import Furrow, mean_along

SCALE_SHARE = 0.005
"""Pixel spacing from a printed target."""
_SAMPLING = 0.4
"""Over the pixels across a furrow: a sharp floor loses up to one over them, a round one next to nothing."""
_MARGIN = 2.0
"""A line shallower than this many times the least depth may be found or not, whole or in part."""
_MARGINAL = 2.0
"""Of the length of such lines: those that were found tell how many there are."""
_EDGE_SHARE, _EDGE_PX = 0.025, 0.35
"""Where the depth falls to a tenth is known to about this share of the width and of a pixel."""


@dataclass(frozen=True)
class Doubt:
    """What the uncertainties of the endpoints are made from besides those of the items."""

    spacing: Spacing
    limits: WrinkleLimits
    counted_mm2: float
    mean_spacing_mm: float | None


def u_depth(furrow: Furrow, surface: Surface) -> float:
    """Of a mean depth by several lights: noise and misfit on the line, the model's share of the depth, the sampling."""
    depth, share = furrow.wrinkle.mean_depth, surface.depth_doubt
    if share is None:
        return mean_along(surface.uncertainty, furrow)
    of_model = (np.float32(share) * surface.height) ** 2
    local = max(mean_along(surface.uncertainty**2 - of_model, furrow), 0.0)
    across_px = furrow.wrinkle.mean_width_um / 1000 / (surface.spacing or Spacing(1, 1)).mean_mm
    return float(np.sqrt(local + depth**2 * (share**2 + (_SAMPLING / max(across_px, 1.0)) ** 2)))


def u_length(item: Wrinkle) -> float:
    """Each end is known to an eighth of the width."""
    return float(np.sqrt(2) * item.mean_width_um / 8000)


def u_width(width_um: float, doubt: Doubt) -> float:
    return float(np.hypot(1000 * _EDGE_PX * doubt.spacing.mean_mm, _EDGE_SHARE * width_um))


def u_area(item: Wrinkle, doubt: Doubt) -> float:
    width_mm = item.mean_width_um / 1000
    return float(np.hypot(item.length_mm * u_width(item.mean_width_um, doubt) / 1000, width_mm * u_length(item)))


def may_be_missed(item: Wrinkle, doubt: Doubt) -> float:
    """0 for a line of twice the least depth and more, 2 for one that is just deep enough."""
    least = doubt.limits.min_depth_um
    return _MARGINAL * float(np.clip((_MARGIN - item.mean_depth / max(least, 1e-9)) / (_MARGIN - 1), 0, 1))


def u_max(item: Wrinkle) -> float:
    """A maximum picks noise: twice the doubt of the mean."""
    return 2 * (item.u_mean_depth or 0.0)


def is_marginal(item: Wrinkle, doubt: Doubt) -> bool:
    """Would twice the doubt take it out?"""
    is_shallow = item.mean_depth - 2 * (item.u_mean_depth or 0.0) < doubt.limits.min_depth_um
    return bool(is_shallow or item.length_mm - 2 * u_length(item) < doubt.limits.min_length_mm)
