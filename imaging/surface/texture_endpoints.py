"""Texture and depressions of a capture as endpoints, each with its standard uncertainty."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imaging.model.arrays import BoolMap
from imaging.model.geometry import Spacing
from imaging.model.measurement import DEPRESSION_KEYS, TEXTURE_KEYS, MeasureLimits
from imaging.model.surface import Surface
from imaging.surface.depression_doubt import spread
from imaging.surface.depressions import Basin
from imaging.surface.endpoint_doubt import FaintLines
from imaging.surface.filters import l_filter, s_filter
from imaging.surface.places import bounding_box
from imaging.surface.texture import roughness
from imaging.surface.wrinkle_endpoints import Values

_LENS_HEIGHTS, _LENS_SLOPES = 0.27, 0.53
"""Over the square of the pixels in a decay length: what the mean over a pixel takes of relief with a Gaussian
autocorrelation (3.2 and 6.4 times the variance of a place in the pixel, 1 / 12)."""
_MODEL_SHARE = 0.5
"""Of the doubt of a depth: what gloss takes off is known on cells and reaches finer relief only in part."""
_GLOSS_KEPT = 0.25
"""Of what gloss would add to relief: how much of it stays in relief finer than the cells."""
_SCATTERED_HEIGHTS, _SCATTERED_SLOPES, _SCATTERED_LENGTHS = 0.07, 0.22, 0.14
"""For each part that scattering took from a furrow of 0.8 mm: of finer relief it takes more, and that is not given back
(simulated skin)."""
_SCATTERED_RATIO = 0.6
_MOST_LOST = 0.4
"""Of relief that scattering took: where it took more, what is read is mostly what was given back."""
_EXTREME_SHARE, _RANGE_SHARE = 0.15, 0.11
"""A highest peak or a deepest pit is one spot, as fine as what slopes are made of; their range is two."""
_SKEW_SHARE, _PEAKED_SHARE = 0.15, 0.1
_LENGTH_SHARE, _RATIO_SHARE = 0.022, 0.03
"""Of Sal and Str, which do not depend on how high the relief is."""
_USUAL_DECAY_UM = 50.0
_LEAST_SKIN_MM2 = 1.0
_THIN = (slice(None, None, 5), slice(None, None, 5))
"""Enough of the pixels for a median."""


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
    box = bounding_box(skin)
    inside = skin[box]
    fine = l_filter(s_filter(surface.height[box], inside, spacing, s_filter_um), inside, spacing, limits.l_filter_mm)
    values = roughness(fine, spacing)
    doubt = _fine_doubt(surface, box, inside, values["Sal_um"])
    area_mm2 = float(inside.sum()) * spacing.pixel_area_mm2
    answer: Values = {}
    for key in TEXTURE_KEYS:
        answer[key], answer[f"u_{key}"] = values[key], _u_texture(key, values, doubt, area_mm2)
    return answer


def depression_values(
    basins: Sequence[Basin], bent: tuple[list[Basin], tuple[list[Basin], ...]], counted_mm2: float, lines: FaintLines
) -> Values:
    """Area, depth and volume of all basins together.

    Parameters
    ----------
    bent : basins on a reduced grid, as read and with depths changed by what is doubtful of them
    lines : what is a wrinkle or a basin
    """
    values = _together(basins, counted_mm2)
    read, again = _together(bent[0], counted_mm2), [_together(one, counted_mm2) for one in bent[1]]
    of_lines = {"area_mm2": lines.mm2, "area_pct": 100 * lines.mm2 / counted_mm2, "volume_mm3": lines.mm3}
    answer: Values = {}
    for key in DEPRESSION_KEYS:
        known = [value for one in again if (value := one[key]) is not None]
        middle = values[key] if read[key] is None else read[key]
        answer[key] = values[key]
        of_bends = spread(middle or 0.0, known or [0.0])
        answer[f"u_{key}"] = None if values[key] is None else _hypot(of_bends, of_lines.get(key, 0.0))
    return answer


def _together(basins: Sequence[Basin], counted_mm2: float) -> dict[str, float | int | None]:
    area, volume = float(sum(b.area_mm2 for b in basins)), float(sum(b.volume_mm3 for b in basins))
    return {
        "count": len(basins),
        "area_mm2": area,
        "area_pct": 100 * area / counted_mm2 if counted_mm2 > 0 else None,
        "mean_depth_um": 1000 * volume / area if basins else None,
        "max_depth_um": max(b.max_depth for b in basins) if basins else None,
        "volume_mm3": volume,
    }


@dataclass(frozen=True)
class _FineDoubt:
    """Of relief finer than the L-filter: shares of heights, slopes and lengths, and the noise of a height in µm."""

    heights: float
    slopes: float
    lengths: float
    noise_um: float


def _fine_doubt(surface: Surface, box: tuple[slice, slice], inside: BoolMap, decay_um: float | None) -> _FineDoubt:
    share, some = surface.depth_doubt or 0.0, inside[_THIN]
    u, height = surface.uncertainty[box][_THIN][some], surface.height[box][_THIN][some]
    if not some.any():
        u, height = surface.uncertainty[box][inside], surface.height[box][inside]
    of_all = (np.float32(share) * height) ** 2 + np.float32((surface.bend_doubt or 0.0) ** 2)
    noise_um = float(np.sqrt(np.nanmedian(np.maximum(u**2 - of_all, 0))))
    kept = abs((surface.fine_gain or 1.0) - 1)
    across = (decay_um or _USUAL_DECAY_UM) / 1000 / (surface.spacing or Spacing(1, 1)).mean_mm
    lost = (surface.scattering_gain or 1.0) - 1
    heights, slopes = (
        _hypot(min(lens / across**2, 0.5), _MODEL_SHARE * share, _GLOSS_KEPT * kept, _of_read(scattered * lost))
        for lens, scattered in ((_LENS_HEIGHTS, _SCATTERED_HEIGHTS), (_LENS_SLOPES, _SCATTERED_SLOPES))
    )
    return _FineDoubt(heights, slopes, _SCATTERED_LENGTHS * lost, noise_um)


def _of_read(share_of_true: float) -> float:
    """A share of the truth that is missing, of what is left and read."""
    share = min(share_of_true, _MOST_LOST)
    return share / (1 - share)


def _u_texture(key: str, values: dict[str, float | None], doubt: _FineDoubt, area_mm2: float) -> float | None:
    value = values[key]
    if value is None:
        return None
    if key in ("Ssk", "Sku"):
        return _u_shape(key, value, values["Sal_um"], area_mm2)
    if key in ("Sa_um", "Sq_um"):
        return _hypot(doubt.heights * value, doubt.noise_um**2 / max(2 * value, doubt.noise_um, 1e-9))
    if key in ("Sz_um", "Sp_um", "Sv_um"):
        extreme = _RANGE_SHARE if key == "Sz_um" else _EXTREME_SHARE
        picked = _most_of(area_mm2, values["Sal_um"]) * doubt.noise_um
        return _hypot(extreme * value, doubt.slopes * value, picked if key == "Sz_um" else 0.5 * picked)
    if key in ("Sdq", "Sdr_pct"):
        return doubt.slopes * value if key == "Sdq" else 2 * doubt.slopes * (1 + doubt.slopes) * value
    if key == "Sal_um":
        return _hypot(_LENGTH_SHARE, doubt.lengths) * value
    return _hypot(_RATIO_SHARE, _SCATTERED_RATIO * doubt.lengths) * value


def _u_shape(key: str, value: float, decay_um: float | None, area_mm2: float) -> float:
    """Of Ssk and Sku: as many independent heights as decay lengths fit in; and what lens and noise do to pits."""
    pieces = _pieces(area_mm2, decay_um)
    if key == "Ssk":
        return _hypot(np.sqrt(6 / pieces), _SKEW_SHARE * value)
    return _hypot(np.sqrt(24 / pieces), _PEAKED_SHARE * value)


def _pieces(area_mm2: float, decay_um: float | None) -> float:
    """How many heights are independent."""
    return max(area_mm2 / ((decay_um or _USUAL_DECAY_UM) / 1000) ** 2, 1.0)


def _most_of(area_mm2: float, decay_um: float | None) -> float:
    """Standard deviations that the largest of so many normal errors comes to: so much of a peak may be noise."""
    return float(np.sqrt(2 * np.log(_pieces(area_mm2, decay_um))))


def _hypot(*parts: float) -> float:
    return float(np.sqrt(sum(part**2 for part in parts)))
