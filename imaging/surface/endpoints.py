"""A surface to numbers: wrinkles, depressions and texture inside one region."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from imaging.errors import MeasurementError
from imaging.model.arrays import BoolMap, LabelMap, Points
from imaging.model.geometry import Roi, Spacing
from imaging.model.measurement import DEPRESSION_KEYS, TEXTURE_KEYS, MeasureLimits, Measurement, Wrinkle, WrinkleLimits
from imaging.model.surface import Surface
from imaging.surface.counted_lines import Lookout, sums_if_moved, sums_without_suspects
from imaging.surface.depression_doubt import BasinDoubt, bent_basins
from imaging.surface.depressions import basin_map, find_basins
from imaging.surface.endpoint_doubt import (
    LOST_BY_ONE_LIGHT,
    Doubt,
    FaintLines,
    contents_of_u,
    faint_lines,
    share_of_one_light,
    u_depth,
    u_found_mm,
)
from imaging.surface.lines.beds import Bed, find_bed
from imaging.surface.lines.ends import RunOut, draw_run_outs, near_wrinkles, run_outs
from imaging.surface.lines.fans import Relief
from imaging.surface.lines.hair import find_hair
from imaging.surface.lines.pigment import ONE_LIGHT, is_on, is_pigmented
from imaging.surface.lines.sections import Sections, read_sections
from imaging.surface.places import values_at
from imaging.surface.texture_endpoints import default_s_filter_um, depression_values, null_values, texture_values
from imaging.surface.wrinkle_endpoints import null_wrinkles, with_doubts, wrinkle_values
from imaging.surface.wrinkles import (
    FoundFurrows,
    Furrow,
    deep_enough,
    describe,
    draw_labels,
    find_furrows,
    lines_apart,
)

__all__ = ["default_s_filter_um", "measure_surface", "measure_wrinkles_on"]

_SURE_RELIEF = 4.0
"""With three lights or more a line this many uncertainties deep is relief, whatever its colour: floors of furrows are
often redder and darker than the skin around."""


@dataclass(frozen=True)
class _Skin:
    """What is looked at and what is counted, with the relief in the unit of the wrinkle depths."""

    relief: Relief
    hair: BoolMap
    counted: BoolMap
    surface: Surface

    @property
    def spacing(self) -> Spacing:
        return self.relief.spacing

    @property
    def measured(self) -> BoolMap:
        return self.surface.valid & ~self.hair

    @property
    def counted_mm2(self) -> float:
        return float(self.counted.sum()) * self.spacing.pixel_area_mm2


def measure_surface(
    surface: Surface,
    limits: MeasureLimits,
    roi: Roi | None = None,
    region: BoolMap | None = None,
    hair: BoolMap | None = None,
) -> Measurement:
    """All endpoints of one capture.

    Parameters
    ----------
    surface : as `reconstruct` made it
    limits : bands and cut-offs; they choose what counts and never change a depth
    roi : where endpoints are taken; everywhere when None
    region : (rows, cols) cuts the ROI further, for example to skin that both visits show
    hair : (rows, cols) True on hairs where they are known already; looked for in the photograph when None

    Returns
    -------
    Measurement with None for what cannot be measured here: everything when uncalibrated; volume, depressions and
    texture for a single light; texture where pixels are too coarse.

    Raises
    ------
    MeasurementError
        When the ROI does not lie inside the picture.
    """
    inside = _checked(roi, surface)
    unit = _depth_unit(surface)
    if surface.spacing is None:
        return _unmeasured(surface, limits, inside, unit)
    skin = _skin(surface, surface.spacing, inside, (region, hair))
    found = find_furrows(skin.relief, skin.measured, limits.wrinkle, skin.counted)
    furrows = _described(found.furrows, skin)
    labels = draw_labels(furrows, surface.shape, skin.spacing)
    doubt = _doubt(skin, limits, replace(found, furrows=furrows), labels)
    items = tuple(with_doubts(furrow.wrinkle, doubt) for furrow in furrows)
    s_filter_um = limits.s_filter_um or default_s_filter_um(skin.spacing)
    is_relative = surface.method == "single-light"
    ends = tuple(end for furrow in furrows for end in run_outs(furrow.sections, skin.relief))
    beside = skin.counted & ~skin.hair & ~near_wrinkles(labels, skin.spacing)
    bare = beside & ~draw_run_outs(ends, surface.shape, skin.spacing)
    wrinkles = wrinkle_values(items, doubt, unit)
    lines = faint_lines(u_found_mm(items, doubt), doubt)
    return Measurement(
        wrinkles=wrinkles,
        depressions=null_values(DEPRESSION_KEYS) if is_relative else _depressions(skin, beside, (ends, lines), limits),
        texture=null_values(TEXTURE_KEYS)
        if is_relative or _is_too_coarse(skin.spacing, limits)
        else texture_values(surface, bare, limits, s_filter_um),
        items=items,
        labels=labels,
        roi=inside,
        limits=limits,
        s_filter_um=s_filter_um,
        depth_unit=unit,
        uncertainty_um=_usual_doubt(items) if unit == "um" else None,
        uncertainty_contains=contents_of_u(surface),
        warnings=_warnings(skin, limits),
    )


def measure_wrinkles_on(
    surface: Surface,
    lines: Sequence[Points | Bed],
    limits: MeasureLimits,
    region: BoolMap | None = None,
    hair: BoolMap | None = None,
) -> tuple[Wrinkle | None, ...]:
    """Wrinkles that were chosen elsewhere, measured on this surface: one answer for each line, in their order.

    Parameters
    ----------
    lines : (n, 2) of (row, col) each, on this surface's pixels; a bed also tells where the shoulders stand
    limits : say how deep a stretch must be for `deep_length_mm` and `deep_area_mm2`; no line is sorted out by size
    region : (rows, cols) the points of a line outside are left out
    hair : as for `measure_surface`

    Returns
    -------
    None for a line of which less than half could be measured, or when the surface is uncalibrated.
    """
    if surface.spacing is None:
        return (None,) * len(lines)
    skin = _skin(surface, surface.spacing, Roi.whole(surface.shape), (region, hair))
    known = Relief(np.where(skin.measured, skin.relief.height, np.float32(np.nan)), skin.spacing)
    read = (_measured_line(known, line, skin, limits.wrinkle) for line in lines)
    return tuple(wrinkle and replace(wrinkle, label=label) for label, wrinkle in enumerate(read, start=1))


def _measured_line(known: Relief, line: Points | Bed, skin: _Skin, limits: WrinkleLimits) -> Wrinkle | None:
    if not isinstance(line, Bed) and len(line) < 3:
        return None
    bed = line if isinstance(line, Bed) else find_bed(known, np.asarray(line, dtype=np.float64))
    sections = read_sections(known, bed)
    is_known = np.isfinite(sections.depth) & values_at(skin.counted, sections.points)
    if is_known.mean() < 0.5:
        return None
    part = Sections(**{name: values[is_known] for name, values in vars(sections).items()})
    length_mm, area_mm2 = deep_enough(part, limits)
    wrinkle = _described([Furrow(describe(part, 0), part)], skin)[0].wrinkle
    return replace(wrinkle, deep_length_mm=length_mm, deep_area_mm2=area_mm2)


def _checked(roi: Roi | None, surface: Surface) -> Roi:
    rows, cols = surface.shape
    if roi is None:
        return Roi.whole(surface.shape)
    if roi.row1 > rows or roi.col1 > cols:
        raise MeasurementError(
            f"The region {roi.row0},{roi.col0},{roi.row1},{roi.col1} lies outside the picture of {rows} rows and "
            f"{cols} columns: give a region inside it."
        )
    return roi


def _depth_unit(surface: Surface) -> str:
    return "rel" if surface.method == "single-light" and surface.depth is None else "um"


def _unmeasured(surface: Surface, limits: MeasureLimits, roi: Roi, unit: str) -> Measurement:
    return Measurement(
        wrinkles=null_wrinkles(unit),
        depressions=null_values(DEPRESSION_KEYS),
        texture=null_values(TEXTURE_KEYS),
        items=(),
        labels=np.zeros(surface.shape, dtype=np.int32),
        roi=roi,
        limits=limits,
        s_filter_um=None,
        depth_unit=unit,
        warnings=("Uncalibrated: give the pixel spacing or a device file to measure wrinkles and texture.",),
    )


def _skin(surface: Surface, spacing: Spacing, roi: Roi, masks: tuple[BoolMap | None, BoolMap | None]) -> _Skin:
    region, hair = masks
    counted = surface.valid & roi.mask(surface.shape)
    if region is not None:
        counted &= region
    scale = surface.depth.um_per_rel if surface.depth and surface.method == "single-light" else 1.0
    height = surface.height if scale == 1.0 else surface.height * np.float32(scale)
    if hair is None:
        hair = find_hair(surface.photograph, surface.height, surface.valid, spacing)
    return _Skin(Relief(np.asarray(height, dtype=np.float32), spacing), hair, counted, surface)


def _described(furrows: Sequence[Furrow], skin: _Skin) -> list[Furrow]:
    """The furrows with their pigment flag and uncertainty; no volume for a single light."""
    answer = []
    for furrow in furrows:
        u = u_depth(furrow, skin.surface)
        is_single = skin.surface.method == "single-light"
        may_be_flat = is_single or furrow.wrinkle.mean_depth < _SURE_RELIEF * u
        flagged = may_be_flat and _is_dark_by_colour(furrow.sections, skin)
        volume = None if is_single else furrow.wrinkle.volume_mm3
        wrinkle = replace(furrow.wrinkle, is_pigment_suspect=flagged, volume_mm3=volume, u_mean_depth=u)
        answer.append(replace(furrow, wrinkle=wrinkle))
    return answer


def _is_dark_by_colour(sections: Sections, skin: _Skin) -> bool:
    surface = skin.surface
    if surface.method == "single-light":
        is_stain = surface.stains is not None and is_on(surface.stains, sections)
        return is_stain or is_pigmented(sections, surface.albedo, skin.spacing, ONE_LIGHT)
    return is_pigmented(sections, surface.albedo, skin.spacing)


def _doubt(skin: _Skin, limits: MeasureLimits, found: FoundFurrows, labels: LabelMap) -> Doubt:
    lines, scatters = [furrow.sections for furrow in found.furrows], skin.surface.scattering_gain is not None
    is_one_light = skin.surface.method == "single-light"
    share = (
        share_of_one_light([furrow.wrinkle for furrow in found.furrows])
        if is_one_light
        else skin.surface.depth_doubt or 0.0
    )
    unseen_mm = LOST_BY_ONE_LIGHT * sum(line.length_mm for line in lines) if is_one_light else 0.0
    doubt = Doubt(
        skin.spacing,
        limits.wrinkle,
        skin.counted_mm2,
        lines_apart(lines, skin.spacing),
        found.mm_per_threshold,
        share,
        scatters,
        suspected=sums_without_suspects(found, skin.relief),
        unseen_mm=unseen_mm,
        of_one_light=is_one_light,
    )
    lookout = Lookout(skin.relief, skin.counted, labels, limits.wrinkle)
    return replace(doubt, moved=sums_if_moved(found, lookout, doubt.common)) if share > 0 else doubt


def _usual_doubt(items: Sequence[Wrinkle]) -> float | None:
    doubts = [item.u_mean_depth for item in items if item.u_mean_depth is not None]
    return float(np.median(doubts)) if doubts else None


def _depressions(
    skin: _Skin, beside: BoolMap, wrinkles: tuple[tuple[RunOut, ...], FaintLines], limits: MeasureLimits
) -> dict[str, float | int | None]:
    """On skin beside wrinkles, without what is around their ends; some of these may be no wrinkles."""
    ends, lines = wrinkles
    if not beside.any():
        return null_values(DEPRESSION_KEYS)
    below, doubt = basin_map(skin.relief, skin.measured, beside, limits), BasinDoubt.of(skin.surface, ends)
    basins, bent = find_basins(doubt.without_ends(below), limits), bent_basins(below, limits, doubt)
    return depression_values(basins, bent, skin.counted_mm2, lines)


def _is_too_coarse(spacing: Spacing, limits: MeasureLimits) -> bool:
    return max(spacing.row_mm, spacing.col_mm) * 1000 > limits.texture_max_spacing_um


def _warnings(skin: _Skin, limits: MeasureLimits) -> tuple[str, ...]:
    warnings = []
    if skin.surface.method == "photometric" and _is_too_coarse(skin.spacing, limits):
        coarse, limit = max(skin.spacing.row_mm, skin.spacing.col_mm) * 1000, limits.texture_max_spacing_um
        warnings.append(f"Texture was not measured: {coarse:.0f} µm per pixel is coarser than {limit:.0f} µm.")
    if not skin.counted.any():
        warnings.append("Nothing inside the region could be measured: check the region and the exposure.")
    return tuple(warnings)
