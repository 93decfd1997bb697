"""All wrinkles of a capture as endpoints, each with its standard uncertainty."""

from collections.abc import Sequence

import numpy as np

from imaging.model.measurement import WRINKLE_KEYS, Wrinkle
from imaging.surface.endpoint_doubt import (
    SCALE_SHARE,
    Doubt,
    is_marginal,
    may_be_missed,
    u_area,
    u_length,
    u_max,
    u_width,
)

_DEPTH_KEYS = ("mean_depth_um", "max_depth_um", "deepest_mean_depth_um", "deepest_max_depth_um")

Values = dict[str, float | int | None]


def null_wrinkles(depth_unit: str) -> Values:
    """Every key with None: wrinkles were not measured."""
    keys = [_renamed(key, depth_unit) for key in WRINKLE_KEYS]
    return {name: None for key in keys for name in (key, f"u_{key}")}


def wrinkle_values(items: Sequence[Wrinkle], doubt: Doubt, depth_unit: str) -> Values:
    """Endpoint key -> value and `u_<key>` -> its standard uncertainty.

    Depth keys end in `_rel` when `depth_unit` is "rel"; lengths and areas add in squares (ends and edges are
    independent), depths do not (light and model are common to all furrows). Lines near the least depth may be found or
    not, all together.
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
    missed = [may_be_missed(i, doubt) for i in items]
    faint_mm = sum(share * i.length_mm for share, i in zip(missed, items, strict=True))
    faint_mm2 = sum(share * i.area_mm2 for share, i in zip(missed, items, strict=True))
    doubt_mm = _together([*(u_length(i) for i in items), SCALE_SHARE * length, faint_mm])
    doubt_mm2 = _together([*(u_area(i, doubt) for i in items), 2 * SCALE_SHARE * area, faint_mm2])
    whole = doubt.counted_mm2
    between = doubt.mean_spacing_mm
    u_between = None if between is None else between * float(np.hypot(SCALE_SHARE, 0.1 / np.sqrt(len(items))))
    return {
        "count": (len(items), float(np.sqrt(sum(is_marginal(i, doubt) for i in items)))),
        "total_length_mm": (length, doubt_mm),
        "area_mm2": (area, doubt_mm2),
        "area_pct": (100 * area / whole, 100 * doubt_mm2 / whole) if whole > 0 else (None, None),
        "mean_spacing_mm": (between, u_between),
    }


def _together(parts: Sequence[float]) -> float:
    return float(np.sqrt(sum(part**2 for part in parts)))


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
        "max_depth_um": (extreme.max_depth, u_max(extreme)),
        "deepest_mean_depth_um": (deepest.mean_depth, deepest.u_mean_depth),
        "deepest_max_depth_um": (deepest.max_depth, u_max(deepest)),
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
            float(np.average([u_width(w, doubt) for w in widths], weights=lengths)),
        ),
        "max_width_um": (widest.max_width_um, 2 * u_width(widest.max_width_um, doubt)),
    }


def _volume(items: Sequence[Wrinkle], doubt: Doubt) -> dict[str, _Pair]:
    if any(i.volume_mm3 is None for i in items):
        return {"volume_mm3": _NONE}
    volume = float(sum(i.volume_mm3 or 0.0 for i in items))
    u = 0.0
    for i in items:
        shares = ((i.u_mean_depth or 0.0) / max(i.mean_depth, 1e-9), u_area(i, doubt) / max(i.area_mm2, 1e-9))
        u += (i.volume_mm3 or 0.0) * float(np.hypot(*shares))
    return {"volume_mm3": (volume, u)}


_NONE: _Pair = (None, None)
