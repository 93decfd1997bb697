"""The annotated picture of one measured capture: photograph, heat map, wrinkles, scale bar, colour bar, caption."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from imaging.export.drawing import round_length
from imaging.export.footer import ColourBar
from imaging.export.picture import PictureContent
from imaging.model.annotation import Annotation
from imaging.model.arrays import FloatMap
from imaging.model.measurement import MeasuredCapture
from imaging.model.surface import Surface
from imaging.surface.heatmap import FADE_BELOW, depth_below_reference, faded_depth

RELATIVE = "relative shading, not depth"


@dataclass(frozen=True)
class PictureStyle:
    """How a measured capture is shown.

    Parameters
    ----------
    heat_map_limit_um : depth of the last colour, fixed for a protocol, so that pictures can be laid side by side
    opacity : of the heat map, 0..1
    font_folder : see `PictureContent`
    """

    heat_map_limit_um: float = 200.0
    opacity: float = 0.7
    font_folder: Path | None = None


def measured_content(
    measured: MeasuredCapture,
    caption: tuple[str, ...],
    style: PictureStyle | None = None,
    annotations: Sequence[Annotation] = (),
) -> PictureContent:
    """What `render_picture` draws for a measured capture."""
    style = style or PictureStyle()
    surface, measurement = measured.surface, measured.measurement
    depth = depth_below_reference(surface, measurement.limits.depression_reference_mm)
    bar = depth_bar(surface, depth, style.heat_map_limit_um, measurement.limits.depression_reference_mm)
    return PictureContent(
        photograph=surface.photograph,
        heat_map=faded_depth(depth, bar.limit),
        opacity=style.opacity,
        wrinkles=measurement.items,
        labels=measurement.labels,
        annotations=tuple(annotations),
        spacing=surface.spacing,
        colour_bar=bar,
        caption=(*caption, *_suspect_words(measured)),
        font_folder=style.font_folder,
    )


def _suspect_words(measured: MeasuredCapture) -> tuple[str, ...]:
    is_any = any(wrinkle.is_pigment_suspect for wrinkle in measured.measurement.items)
    return ("Numbers with ? may be pigment rather than relief",) if is_any else ()


def depth_bar(surface: Surface, depth: FloatMap, limit_um: float, reference_mm: float) -> ColourBar:
    """The scale of a depth map: fixed in µm, else the round number above nearly all of the map."""
    unit = {"um": "µm", "px": "px", "rel": ""}[surface.height_unit]
    titles = {
        "um": f"Depth below the {reference_mm:g} mm reference",
        "px": "Depth below the reference, uncalibrated",
        "rel": RELATIVE[0].upper() + RELATIVE[1:],
    }
    limit = limit_um if surface.height_unit == "um" else round_limit(depth)
    note = f"fainter below {limit * FADE_BELOW:g} {unit}".rstrip()
    return ColourBar("depth", limit, unit, titles[surface.height_unit], note)


def round_limit(values: FloatMap) -> float:
    """The smallest of 1, 2, 5 times a power of ten above 99 % of the values; 1 where there are none."""
    known = np.abs(values[np.isfinite(values)])
    share = float(np.percentile(known, 99)) if known.size else 0.0
    if share <= 0 or not math.isfinite(share):
        return 1.0
    return 1 / round_length(1 / share)
