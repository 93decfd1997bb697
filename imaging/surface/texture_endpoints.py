"""Texture and depressions of a capture as endpoints, each with its standard uncertainty."""

from collections.abc import Sequence

import numpy as np

from imaging.model.arrays import BoolMap
from imaging.model.geometry import Spacing
from imaging.model.measurement import DEPRESSION_KEYS, TEXTURE_KEYS, MeasureLimits
from imaging.model.surface import Surface
from imaging.surface.depressions import Basin
from imaging.surface.endpoint_doubt import SCALE_SHARE
from imaging.surface.filters import l_filter, s_filter
from imaging.surface.texture import roughness
from imaging.surface.wrinkle_endpoints import Values

_FINE_SHARE, _SLOPE_SHARE = 0.05, 0.08
"""Of what is finer than the L-filter, and of its slopes: lens and pixels take some of it."""
_EXTREME_SHARE = 0.1
"""Peaks and pits of the same skin differ by about this much from shot to shot."""
_LEAST_SKIN_MM2 = 1.0


def default_s_filter_um(spacing: Spacing) -> float:
    """Shortest wavelength that counts, µm: the larger of 25 µm and 3 pixels."""
    return max(25.0, 3000 * max(spacing.row_mm, spacing.col_mm))


def null_values(keys: Sequence[str]) -> Values:
    """Every key with None, and its uncertainty."""
    return {name: None for key in keys for name in (key, f"u_{key}")}


def texture_values(surface: Surface, skin: BoolMap, limits: MeasureLimits, s_filter_um: float) -> Values:
    """Roughness of what is finer than the L-filter and coarser than the S-filter, on `skin` only."""
    spacing = surface.spacing
    if spacing is None or skin.sum() * spacing.pixel_area_mm2 < _LEAST_SKIN_MM2:
        return null_values(TEXTURE_KEYS)
    box = _bounding_box(skin)
    inside = skin[box]
    smooth = s_filter(surface.height[box], inside, spacing, s_filter_um)
    fine = l_filter(smooth, inside, spacing, limits.l_filter_mm)
    values = roughness(fine, spacing)
    doubt = _fine_doubt(surface, box, inside)
    area_mm2 = float(inside.sum()) * spacing.pixel_area_mm2
    answer: Values = {}
    for key in TEXTURE_KEYS:
        answer[key], answer[f"u_{key}"] = values[key], _u_texture(key, values, doubt, area_mm2)
    return answer


def depression_values(basins: Sequence[Basin], counted_mm2: float) -> Values:
    """Area, depth and volume of all basins together."""
    area = float(sum(b.area_mm2 for b in basins))
    volume = float(sum(b.volume_mm3 for b in basins))
    u_area = float(np.sqrt(sum((0.1 * b.area_mm2) ** 2 for b in basins)) + 2 * SCALE_SHARE * area)
    mean = 1000 * volume / area if basins else None
    u_mean = sum(b.area_mm2 * b.u_depth for b in basins) / area if basins else None
    deepest = max(basins, key=lambda b: b.max_depth) if basins else None
    share = (100 / counted_mm2) if counted_mm2 > 0 else None
    pairs: dict[str, tuple[float | int | None, float | None]] = {
        "count": (len(basins), float(np.sqrt(len(basins)) / 2)),
        "area_mm2": (area, u_area),
        "area_pct": (area * share, u_area * share) if share else (None, None),
        "mean_depth_um": (mean, u_mean),
        "max_depth_um": (deepest.max_depth, 2 * deepest.u_depth) if deepest else (None, None),
        "volume_mm3": (volume, volume * float(np.hypot(0.1, (u_mean or 0) / mean)) if mean else 0.0),
    }
    answer: Values = {}
    for key in DEPRESSION_KEYS:
        answer[key], answer[f"u_{key}"] = pairs[key]
    return answer


def _fine_doubt(surface: Surface, box: tuple[slice, slice], inside: BoolMap) -> tuple[float, float]:
    """Share of all heights that is doubtful, and the noise of a height in µm."""
    share, u = surface.depth_doubt or 0.0, surface.uncertainty[box]
    of_model = (np.float32(share) * surface.height[box]) ** 2
    return share, float(np.sqrt(np.nanmedian(np.maximum(u**2 - of_model, 0)[inside])))


def _u_texture(key: str, values: dict[str, float | None], doubt: tuple[float, float], area_mm2: float) -> float | None:
    value = values[key]
    if value is None:
        return None
    share, noise_um = doubt
    if key in ("Ssk", "Sku"):
        cell_mm2 = ((values["Sal_um"] or 50.0) / 1000) ** 2
        return float(np.sqrt((6 if key == "Ssk" else 24) / max(area_mm2 / cell_mm2, 1)))
    if key in ("Sa_um", "Sq_um"):
        return float(np.hypot(np.hypot(_FINE_SHARE, share) * value, noise_um**2 / max(2 * value, noise_um, 1e-9)))
    if key in ("Sz_um", "Sp_um", "Sv_um"):
        return float(np.hypot(_EXTREME_SHARE * value, noise_um))
    if key in ("Sdq", "Sdr_pct"):
        return float((1 if key == "Sdq" else 2) * np.hypot(_SLOPE_SHARE, share) * value)
    return float({"Sal_um": 0.05, "Str": 0.1}[key] * value)


def _bounding_box(skin: BoolMap) -> tuple[slice, slice]:
    rows, cols = np.flatnonzero(skin.any(axis=1)), np.flatnonzero(skin.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(cols[0]), int(cols[-1]) + 1)
