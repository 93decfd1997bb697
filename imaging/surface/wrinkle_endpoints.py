"""All wrinkles of a capture as endpoints, each with its standard uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imaging.model.geometry import Spacing
from imaging.model.measurement import WRINKLE_KEYS, Wrinkle, WrinkleLimits

SCALE_SHARE = 0.005
"""Pixel spacing from a printed target."""
_EDGE_SHARE = 0.05
"""Where the depth falls to a tenth is known to about this share of the width."""
_DEPTH_KEYS = ("mean_depth_um", "max_depth_um", "deepest_mean_depth_um", "deepest_max_depth_um")

Values = dict[str, float | int | None]


@dataclass(frozen=True)
class Doubt:
    """What the uncertainties of the endpoints are made from besides those of the items."""

    spacing: Spacing
    limits: WrinkleLimits
    counted_mm2: float
    mean_spacing_mm: float | None


def null_wrinkles(depth_unit: str) -> Values:
    """Every key with None: wrinkles were not measured."""
    keys = [_renamed(key, depth_unit) for key in WRINKLE_KEYS]
    return {name: None for key in keys for name in (key, f"u_{key}")}


def wrinkle_values(items: Sequence[Wrinkle], doubt: Doubt, depth_unit: str) -> Values:
    """Endpoint key -> value and `u_<key>` -> its standard uncertainty.

    Depth keys end in `_rel` when `depth_unit` is "rel"; lengths and areas add in squares (ends and edges are
    independent), depths do not (light and model are common to all furrows).
    """
    pairs = {**_extent(items, doubt), **_depths(items), **_widths(items, doubt), **_volume(items, doubt)}
    values: Values = {}
    for key in WRINKLE_KEYS:
        value, u = pairs[key]
        name = _renamed(key, depth_unit)
        values[name], values[f"u_{name}"] = value, u
    return values


_Pair = tuple[float | int | None, float | None]


def _renamed(key: str, depth_unit: str) -> str:
    return key.removesuffix("_um") + "_rel" if depth_unit == "rel" and key in _DEPTH_KEYS else key


def _extent(items: Sequence[Wrinkle], doubt: Doubt) -> dict[str, _Pair]:
    length = float(sum(i.length_mm for i in items))
    area = float(sum(i.area_mm2 for i in items))
    u_length = float(np.hypot(np.sqrt(sum(_u_length(i) ** 2 for i in items)), SCALE_SHARE * length))
    u_area = float(np.hypot(np.sqrt(sum(_u_area(i, doubt) ** 2 for i in items)), 2 * SCALE_SHARE * area))
    whole = doubt.counted_mm2
    between = doubt.mean_spacing_mm
    u_between = None if between is None else between * float(np.hypot(SCALE_SHARE, 0.1 / np.sqrt(len(items))))
    return {
        "count": (len(items), float(np.sqrt(sum(_is_marginal(i, doubt) for i in items)))),
        "total_length_mm": (length, u_length),
        "area_mm2": (area, u_area),
        "area_pct": (100 * area / whole, 100 * u_area / whole) if whole > 0 else (None, None),
        "mean_spacing_mm": (between, u_between),
    }


def _depths(items: Sequence[Wrinkle]) -> dict[str, _Pair]:
    if not items:
        return dict.fromkeys(("mean_depth_um", "max_depth_um", "deepest_mean_depth_um", "deepest_max_depth_um"), _NONE)
    lengths = np.array([i.length_mm for i in items])
    depths, doubts = np.array([i.mean_depth for i in items]), np.array([i.u_mean_depth or 0.0 for i in items])
    mean = float(np.average(depths, weights=lengths))
    deepest = items[int(np.argmax(depths))]
    extreme = max(items, key=lambda i: i.max_depth)
    return {
        "mean_depth_um": (mean, float(np.average(doubts, weights=lengths))),
        "max_depth_um": (extreme.max_depth, _u_max(extreme)),
        "deepest_mean_depth_um": (deepest.mean_depth, deepest.u_mean_depth),
        "deepest_max_depth_um": (deepest.max_depth, _u_max(deepest)),
    }


def _widths(items: Sequence[Wrinkle], doubt: Doubt) -> dict[str, _Pair]:
    if not items:
        return dict.fromkeys(("mean_width_um", "max_width_um"), _NONE)
    lengths = [i.length_mm for i in items]
    widths = [i.mean_width_um for i in items]
    widest = max(items, key=lambda i: i.max_width_um)
    return {
        "mean_width_um": (
            float(np.average(widths, weights=lengths)),
            float(np.average([_u_width(w, doubt) for w in widths], weights=lengths)),
        ),
        "max_width_um": (widest.max_width_um, 2 * _u_width(widest.max_width_um, doubt)),
    }


def _volume(items: Sequence[Wrinkle], doubt: Doubt) -> dict[str, _Pair]:
    if any(i.volume_mm3 is None for i in items):
        return {"volume_mm3": _NONE}
    volume = float(sum(i.volume_mm3 or 0.0 for i in items))
    u = 0.0
    for i in items:
        shares = ((i.u_mean_depth or 0.0) / max(i.mean_depth, 1e-9), _u_area(i, doubt) / max(i.area_mm2, 1e-9))
        u += (i.volume_mm3 or 0.0) * float(np.hypot(*shares))
    return {"volume_mm3": (volume, u)}


_NONE: _Pair = (None, None)


def _u_length(item: Wrinkle) -> float:
    """Each end is known to a quarter of the width."""
    return float(np.sqrt(2) * item.mean_width_um / 4000)


def _u_width(width_um: float, doubt: Doubt) -> float:
    return float(np.hypot(1000 * doubt.spacing.mean_mm, _EDGE_SHARE * width_um))


def _u_area(item: Wrinkle, doubt: Doubt) -> float:
    width_mm = item.mean_width_um / 1000
    return float(np.hypot(item.length_mm * _u_width(item.mean_width_um, doubt) / 1000, width_mm * _u_length(item)))


def _u_max(item: Wrinkle) -> float:
    """A maximum picks noise: twice the doubt of the mean."""
    return 2 * (item.u_mean_depth or 0.0)


def _is_marginal(item: Wrinkle, doubt: Doubt) -> bool:
    """Would twice the doubt take it out?"""
    is_shallow = item.mean_depth - 2 * (item.u_mean_depth or 0.0) < doubt.limits.min_depth_um
    return bool(is_shallow or item.length_mm - 2 * _u_length(item) < doubt.limits.min_length_mm)
