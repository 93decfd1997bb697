"""Depth and change as colours for the screen, with the scale that is printed on paper too."""

import numpy as np

from gui.session.looking import Colours, ColourScale, DepthPicture
from imaging.export.measured_picture import depth_bar, faded_depth, round_limit
from imaging.model.comparison import Change
from imaging.model.measurement import MeasuredCapture
from imaging.surface.heatmap import colour_change, colour_scale, depth_below_reference

_FAINT = 0.35
"""Opacity of change that is not significant."""


def depth_picture(measured: MeasuredCapture, limit_um: float) -> DepthPicture:
    """The heat map of one capture as it is printed too; its scale is fixed by the protocol."""
    reference_mm = measured.measurement.limits.depression_reference_mm
    depth = depth_below_reference(measured.surface, reference_mm)
    bar = depth_bar(measured.surface, depth, limit_um, reference_mm)
    title = f"{bar.title} · {bar.note}" if bar.note else bar.title
    scale = ColourScale(colour_scale("depth"), bar.limit, bar.unit, title)
    return DepthPicture(depth, faded_depth(depth, bar.limit), scale)


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
