"""All wrinkles of a capture as endpoints, each with its standard uncertainty."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from imaging.model.measurement import WRINKLE_KEYS, Wrinkle
from imaging.surface.endpoint_doubt import (
    SCALE_SHARE,
    Doubt,
    FloatArray,
    may_not_count,
    u_apart,
    u_common_width,
    u_ends,
    u_found_mm,
    u_max,
    u_of_choice,
    u_own_area,
    u_own_width,
    u_widest,
)

_DEPTH_KEYS = ("mean_depth_um", "max_depth_um", "deepest_mean_depth_um", "deepest_max_depth_um")

Values = dict[str, float | int | None]


def null_wrinkles(depth_unit: str) -> Values:
    """Every key with None: wrinkles were not measured."""
    keys = [_renamed(key, depth_unit) for key in WRINKLE_KEYS]
    return {name: None for key in keys for name in (key, f"u_{key}")}


def wrinkle_values(items: Sequence[Wrinkle], doubt: Doubt, depth_unit: str) -> Values:
    """Endpoint key -> value and `u_<key>` -> its standard uncertainty.

    Depth keys end in `_rel` when `depth_unit` is "rel". Ends and the own part of edges add in squares, what is common
    to all lines (light, model, lens) does not. Faint lines may be found or not.
    """
    pairs = {**_extent(items, doubt), **_depths(items, doubt), **_widths(items, doubt), **_volume(items, doubt)}
    values: Values = {}
    for key in WRINKLE_KEYS:
        value, u = pairs[key]
        name = _renamed(key, depth_unit)
        values[name], values[f"u_{name}"] = value, u
    return values


def with_doubts(item: Wrinkle, doubt: Doubt) -> Wrinkle:
    """One wrinkle with the standard uncertainties of all its numbers."""
    wider = u_common_width(item.mean_width_um, doubt) / max(item.mean_width_um, 1e-9)
    u_mm2 = _together([u_own_area(item, doubt), wider * item.area_mm2, SCALE_SHARE * item.area_mm2])
    fuller, larger = _u_filling(item, doubt), u_mm2 / max(item.area_mm2, 1e-9)
    of_volume = _together([fuller, larger]) if doubt.scatters else fuller + larger
    return replace(
        item,
        u_max_depth=u_max(item),
        u_length_mm=_together([u_ends(item, doubt), SCALE_SHARE * item.length_mm]),
        u_mean_width_um=_together([u_own_width(item, doubt), wider * item.mean_width_um]),
        u_max_width_um=u_widest(item, doubt),
        u_area_mm2=u_mm2,
        u_volume_mm3=None if item.volume_mm3 is None else of_volume * item.volume_mm3,
    )


_Pair = tuple[float | int | None, float | None]


def _renamed(key: str, depth_unit: str) -> str:
    return key.removesuffix("_um") + "_rel" if depth_unit == "rel" and key in _DEPTH_KEYS else key


def _extent(items: Sequence[Wrinkle], doubt: Doubt) -> dict[str, _Pair]:
    length, area = float(sum(i.length_mm for i in items)), float(sum(i.area_mm2 for i in items))
    lost = _of(items, lambda i: may_not_count(i, doubt))
    lost_mm2 = float(lost @ _of(items, lambda i: i.area_mm2))
    u_mm = _together([_u_all_ends(items, doubt), SCALE_SHARE * length, u_found_mm(items, doubt)])
    u_mm2 = _together([_u_outline(items, doubt), doubt.faint_mm2, lost_mm2, doubt.u_moved("area_mm2")])
    whole, apart = doubt.counted_mm2, doubt.apart
    return {
        "count": (len(items), _together([doubt.faint_lines, float(lost.sum()), doubt.u_moved("count")])),
        "total_length_mm": (length, u_mm),
        "area_mm2": (area, u_mm2),
        "area_pct": (100 * area / whole, 100 * u_mm2 / whole) if whole > 0 else (None, None),
        "mean_spacing_mm": _NONE if apart is None else (apart.mean, u_apart(apart, length, doubt)),
    }


def _u_all_ends(items: Sequence[Wrinkle], doubt: Doubt) -> float:
    """By one light they all lie outwards, or none."""
    each = [u_ends(item, doubt) for item in items]
    return sum(each) if doubt.of_one_light else _together(each)


def _u_outline(items: Sequence[Wrinkle], doubt: Doubt) -> float:
    """Of the area of the lines that were found."""
    wider = sum(i.area_mm2 * u_common_width(i.mean_width_um, doubt) / max(i.mean_width_um, 1e-9) for i in items)
    longer = SCALE_SHARE * sum(i.area_mm2 for i in items)
    return _together([*(u_own_area(i, doubt) for i in items), wider, longer])


def _together(parts: Sequence[float]) -> float:
    return float(np.sqrt(sum(part**2 for part in parts)))


def _depths(items: Sequence[Wrinkle], doubt: Doubt) -> dict[str, _Pair]:
    if not items:
        return dict.fromkeys(("mean_depth_um", "max_depth_um", "deepest_mean_depth_um", "deepest_max_depth_um"), _NONE)
    lengths, depths = _of(items, lambda i: i.length_mm), _of(items, lambda i: i.mean_depth)
    doubts = _of(items, lambda i: i.u_mean_depth or 0.0)
    mean, u_mean = (float(np.average(values, weights=lengths)) for values in (depths, doubts))
    chosen = u_of_choice(depths, lengths, doubt)
    deepest = items[int(np.argmax(depths))]
    extreme = max(items, key=lambda i: i.max_depth)
    return {
        "mean_depth_um": (mean, _together([u_mean, chosen, doubt.u_moved("mean_depth_um")])),
        "max_depth_um": (extreme.max_depth, u_max(extreme)),
        "deepest_mean_depth_um": (deepest.mean_depth, deepest.u_mean_depth),
        "deepest_max_depth_um": (deepest.max_depth, u_max(deepest)),
    }


def _widths(items: Sequence[Wrinkle], doubt: Doubt) -> dict[str, _Pair]:
    if not items:
        return dict.fromkeys(("mean_width_um", "max_width_um"), _NONE)
    lengths, widths = _of(items, lambda i: i.length_mm), _of(items, lambda i: i.mean_width_um)
    own = _of(items, lambda i: u_own_width(i, doubt)) * lengths / lengths.sum()
    common = float(np.average([u_common_width(w, doubt) for w in widths], weights=lengths))
    chosen = _together([u_of_choice(widths, lengths, doubt), doubt.u_moved("mean_width_um")])
    widest = max(items, key=lambda i: i.max_width_um)
    return {
        "mean_width_um": (float(np.average(widths, weights=lengths)), _together([*own, common, chosen])),
        "max_width_um": (widest.max_width_um, u_widest(widest, doubt)),
    }


def _of(items: Sequence[Wrinkle], read: Callable[[Wrinkle], float]) -> FloatArray:
    return np.array([read(item) for item in items], dtype=np.float64)


def _volume(items: Sequence[Wrinkle], doubt: Doubt) -> dict[str, _Pair]:
    if any(i.volume_mm3 is None for i in items):
        return {"volume_mm3": _NONE}
    each = _of(items, lambda i: i.volume_mm3 or 0.0)
    volume, area = float(each.sum()), float(sum(i.area_mm2 for i in items))
    deeper = float((each * _of(items, lambda i: _u_filling(i, doubt))).sum())
    larger = volume * _u_outline(items, doubt) / max(area, 1e-9)
    # gloss that was left makes lines deeper and wider at once, blur wider and shallower
    fuller = _together([deeper, larger]) if doubt.scatters else deeper + larger
    return {"volume_mm3": (volume, _together([fuller, doubt.faint_mm3, doubt.u_moved("volume_mm3")]))}


def _u_filling(item: Wrinkle, doubt: Doubt) -> float:
    """Of how full a line is, as a share: blur that makes a narrow one shallower makes it wider as well."""
    of_narrow = doubt.common(item.mean_width_um / 1000) / max(doubt.depth_share, 1e-9)
    return (item.u_mean_depth or 0.0) / max(item.mean_depth, 1e-9) / max(of_narrow, 1.0)


_NONE: _Pair = (None, None)
