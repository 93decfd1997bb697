"""Before, after and change beside one another: same skin, same scale, each with its caption and colour bar."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from imaging.export.captions import trust_words
from imaging.export.change_words import NO_CONTROL, change_words, endpoint_title
from imaging.export.footer import PAPER, ColourBar
from imaging.export.measured_picture import PictureStyle, depth_bar, round_limit
from imaging.export.picture import PictureContent, render_picture, to_rgb8
from imaging.model.arrays import BoolMap, Pixels, read_only
from imaging.model.comparison import Change
from imaging.model.measurement import MeasuredCapture
from imaging.model.surface import Surface
from imaging.surface.heatmap import colour_change, depth_below_reference, faded_depth

_UNITS = {"um": "µm", "px": "px", "rel": ""}
NOTHING = 225
"""Grey where the moving picture shows nothing of the reference."""
_FAINT = 0.35
"""Opacity of the change map where the change is not significant."""


@dataclass(frozen=True)
class ComparisonStyle:
    """How a comparison is shown.

    Parameters
    ----------
    picture : colours of the depth maps, and fonts
    change_limit_um : change of the last colour, to both sides of zero
    before, after : captions of the two visits, the first line as title
    control : what has to be said where no side is known to be untreated; empty where one is
    """

    picture: PictureStyle = field(default_factory=PictureStyle)
    change_limit_um: float = 100.0
    before: tuple[str, ...] = ("Before",)
    after: tuple[str, ...] = ("After, brought onto the picture before",)
    control: str = NO_CONTROL


def render_comparison(
    change: Change, reference: MeasuredCapture, style: ComparisonStyle | None = None
) -> npt.NDArray[np.uint8]:
    """Draw the three pictures side by side at full size.

    Parameters
    ----------
    reference : the capture on whose pixels the change lies

    Returns
    -------
    (rows + strip, 3 cols + gaps, 3) RGB uint8, read-only
    """
    style = style or ComparisonStyle()
    before = reference.surface
    after = replace(before, height=change.moving_height, valid=np.isfinite(change.moving_height))
    depths = [depth_below_reference(surface) for surface in (before, after)]
    bar = depth_bar(before, np.stack(depths), style.picture.heat_map_limit_um, 8.0)
    trust = trust_words(reference, None, date.min)
    panels = (
        replace(_panel(before, before.photograph, style), caption=(*style.before, trust)),
        replace(_panel(before, _moving_on_paper(change), style), caption=style.after),
    )
    coloured = [
        replace(panel, heat_map=faded_depth(depth, bar.limit), colour_bar=bar)
        for panel, depth in zip(panels, depths, strict=True)
    ]
    return read_only(
        side_by_side([render_picture(panel) for panel in (*coloured, _change_panel(change, before, style))])
    )


def _panel(surface: Surface, photograph: Pixels, style: ComparisonStyle) -> PictureContent:
    return PictureContent(
        photograph=photograph,
        opacity=style.picture.opacity,
        spacing=surface.spacing,
        font_folder=style.picture.font_folder,
    )


def _moving_on_paper(change: Change) -> Pixels:
    """The moving picture, light grey where it shows nothing of the reference."""
    picture = to_rgb8(change.moving_photograph)
    picture[empty_rim(picture)] = NOTHING
    return picture


def empty_rim(picture: npt.NDArray[np.uint8]) -> BoolMap:
    """Where a resampled picture, (rows, cols, 3), holds nothing: black that reaches the edge, unlike a dark hair.

    The replicate that is shown may lie elsewhere than the one that was registered first.
    """
    from scipy import ndimage

    pieces, _ = ndimage.label((picture == 0).all(axis=2))
    edge = np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]])
    empty: BoolMap = np.isin(pieces, np.unique(edge[edge > 0]))
    return empty


def _change_panel(change: Change, surface: Surface, style: ComparisonStyle) -> PictureContent:
    """On a grey picture, so that only change has colour; faint where it is not significant."""
    bar = _change_bar(change, surface, style)
    coloured = colour_change(change.change, bar.limit)
    coloured[..., 3] = np.where(change.significant, coloured[..., 3], (coloured[..., 3] * _FAINT).astype(np.uint8))
    panel = _panel(surface, _grey(surface.photograph), style)
    return replace(
        panel, heat_map=coloured, opacity=1.0, colour_bar=bar, caption=_change_caption(change, style.control)
    )


def _change_bar(change: Change, surface: Surface, style: ComparisonStyle) -> ColourBar:
    limit = style.change_limit_um if surface.height_unit == "um" else round_limit(change.change)
    title = "Relative change, not depth" if surface.height_unit == "rel" else "Change of height"
    return ColourBar("change", limit, _UNITS[surface.height_unit], title, "negative = deeper · faint: not significant")


def _grey(photograph: Pixels) -> npt.NDArray[np.uint8]:
    mean = to_rgb8(photograph).astype(np.float32).mean(axis=2, keepdims=True)
    return np.asarray(np.repeat(mean, 3, axis=2), dtype=np.uint8)


def _change_caption(change: Change, control: str) -> tuple[str, ...]:
    if not change.registration.is_trusted:
        return "Change: not compared", change.registration.reason
    headline = next((endpoint for endpoint in change.endpoints if endpoint.endpoint == change.headline), None)
    common = f"Common area {change.common_area_fraction * 100:.0f} % of the region"
    if headline is None:
        return "Change", common
    told = "Change", endpoint_title(headline.endpoint), *change_words(headline), common, control
    return tuple(line for line in told if line)


def side_by_side(pictures: Sequence[npt.NDArray[np.uint8]]) -> npt.NDArray[np.uint8]:
    """Pictures in a row, paper below the shorter ones."""
    rows = max(picture.shape[0] for picture in pictures)
    gap = np.full((rows, max(4, pictures[0].shape[1] // 100), 3), PAPER, dtype=np.uint8)
    parts: list[npt.NDArray[np.uint8]] = []
    for picture in pictures:
        padded = np.full((rows, picture.shape[1], 3), PAPER, dtype=np.uint8)
        padded[: picture.shape[0]] = picture
        parts += [padded, gap]
    return np.hstack(parts[:-1])
