"""Depth and change as colours for the screen, with the scale that is printed on paper too."""

from typing import TYPE_CHECKING

import numpy as np

from gui.session.looking import Colours, ColourScale, DepthPicture
from imaging.export.comparison_picture import NOTHING, empty_rim
from imaging.export.measured_picture import depth_bar, round_limit
from imaging.export.picture import to_rgb8
from imaging.model.arrays import BoolMap
from imaging.model.comparison import Change
from imaging.model.measurement import MeasuredCapture
from imaging.surface.heatmap import colour_change, colour_scale, depth_below_reference, faded_depth
from imaging.surface.light.linearise import to_linear, to_srgb8

if TYPE_CHECKING:
    from imaging.surface.preview import Preview

PREVIEW = "Preview: no numbers yet"
_FAINT = 0.35
"""Opacity of change that is not significant."""
_LARGEST_GAIN = 2.0


def depth_picture(measured: MeasuredCapture, limit_um: float) -> DepthPicture:
    """The heat map of one capture as it is printed too; its scale is fixed by the protocol."""
    reference_mm = measured.measurement.limits.depression_reference_mm
    depth = depth_below_reference(measured.surface, reference_mm)
    bar = depth_bar(measured.surface, depth, limit_um, reference_mm)
    title = f"{bar.title} · {bar.note}" if bar.note else bar.title
    scale = ColourScale(colour_scale("depth"), bar.limit, bar.unit, title)
    return DepthPicture(depth, faded_depth(depth, bar.limit), scale)


def preview_picture(preview: "Preview", limit_um: float, reference_mm: float) -> DepthPicture:
    """The same colours on the reduced map, (rows, cols) of the preview: for the eye, without numbers."""
    depth = preview.depth_below_reference(reference_mm)
    limit = limit_um if preview.spacing is not None else round_limit(depth)
    return DepthPicture(depth, faded_depth(depth, limit), ColourScale(colour_scale("depth"), limit, "", PREVIEW))


def change_picture(change: Change, reference: MeasuredCapture, limit_um: float) -> tuple[Colours, ColourScale]:
    """RGBA of the change, faint where it is not significant, and its scale."""
    is_um = reference.surface.height_unit == "um"
    limit = limit_um if is_um else round_limit(change.change)
    colours = colour_change(change.change, limit)
    alpha = colours[..., 3]
    colours[..., 3] = np.where(change.significant, alpha, (alpha * _FAINT).astype(np.uint8))
    unit = "µm" if is_um else reference.surface.height_unit.replace("rel", "")
    what = "Relative change, not depth" if reference.surface.height_unit == "rel" else "Change of height"
    title = f"{what} (negative = deeper; faint = not significant)"
    return colours, ColourScale(colour_scale("change"), limit, unit, title, "change")


def moving_picture(change: Change, reference: MeasuredCapture) -> Colours:
    """The moving picture on the reference grid, (rows, cols, 3), made as bright as the reference picture.

    One factor for all colours, so that redness stays what it was: visits are told apart by their skin, not by light.
    """
    then, now = to_rgb8(reference.surface.photograph), to_rgb8(change.moving_photograph)
    inside = ~empty_rim(now)
    picture = _brightened(now, _light(then, inside) / max(_light(now, inside), 1e-6)) if inside.any() else now
    picture[~inside] = NOTHING
    return picture


def _light(picture: Colours, inside: BoolMap) -> float:
    """Mean linear light of what both show; every fourth row and column will do."""
    return float(to_linear(picture[::4, ::4][inside[::4, ::4]], "srgb").mean())


def _brightened(picture: Colours, gain: float) -> Colours:
    bounded = float(np.clip(gain, 1 / _LARGEST_GAIN, _LARGEST_GAIN)) if np.isfinite(gain) else 1.0
    levels = to_linear(np.arange(256, dtype=np.uint8), "srgb") * np.float32(bounded)
    return to_srgb8(np.clip(levels, 0, 1))[picture]
