"""Light in the frames that is not the skin's own shading: gloss, light bounced between walls, the coat's share, or blur
by scattering under the surface. Told apart on cells of about 64 µm (`docs/decisions/surface-gloss.md`)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imaging.model.arrays import FloatMap
from imaging.surface.cells import CellRelief, Cells, relief_of
from imaging.surface.channels import ChannelRatios, channel_ratios
from imaging.surface.opaque import OpaqueStray, find_opaque
from imaging.surface.translucency import Blur, estimate_blur

_SAME = 0.995
"""Slopes of red over those of blue, above which nothing wanders under the surface."""
_STRAY_DOUBT, _GLOSS_DOUBT = 0.03, 1.2
"""Of the height: always, and for each share of gloss. What passes for gloss may be weak scattering, whose loss of depth
is then not taken back (errors left on path-traced and simulated furrows)."""


@dataclass(frozen=True)
class StrayLight:
    """What to take off each frame, on cells, and the relief that comes out.

    Parameters
    ----------
    maps : one per light, shaped as its cells; empty where there is nothing to take off
    gloss_share, bounce_share : mirrored and bounced light over all light; None where they could not be told
    blur : of light that wanders under the surface; None when opaque or not known
    is_colour_enough : False for grey frames, in which gloss and bounces cannot be told by colour
    """

    maps: tuple[FloatMap, ...]
    relief: CellRelief
    gloss_share: float | None
    blur: Blur | None = None
    is_colour_enough: bool = True
    bounce_share: float | None = None

    @property
    def doubt_share(self) -> float:
        """Standard uncertainty of the height from what was taken off or sharpened, as a share of it."""
        opaque = _STRAY_DOUBT + _GLOSS_DOUBT * (self.gloss_share or 0) if self.maps else 0.0
        return float(np.hypot(opaque, self.blur.doubt_share if self.blur else 0.0))


def find_stray(cells: Cells) -> StrayLight:
    """Gloss, bounces and the coat's share, or the blur of translucent skin: whichever explains the channels better.

    Scattering makes shaded skin redder, which gloss told apart by colour takes for gloss; taken off, it leaves channels
    that agree less than before. What is left after gloss may still be blurred.
    """
    relief = relief_of(cells, cells.light)
    ratios = _ratios(cells, cells.light, relief)
    opaque = find_opaque(cells, relief)
    if not _reddens(ratios):
        return _opaque_only(opaque, None)
    after = _blur(cells, _ratios(cells, _without(cells, opaque.maps), opaque.relief))
    as_taken = _blur(cells, ratios)
    if as_taken and as_taken.is_likely and (after is None or as_taken.misfit < after.misfit):
        return StrayLight((), relief, None, as_taken)
    return _opaque_only(opaque, after if after and after.is_likely else None)


def _opaque_only(opaque: OpaqueStray, blur: Blur | None) -> StrayLight:
    fit = opaque.fit
    return StrayLight(
        opaque.maps, opaque.relief, fit.trust * fit.gloss_share, blur, fit.is_told_by_colour, opaque.bounce_share
    )


def _blur(cells: Cells, ratios: ChannelRatios | None) -> Blur | None:
    return None if cells.spacing is None else estimate_blur(ratios)


def _without(cells: Cells, maps: Sequence[FloatMap]) -> Sequence[FloatMap]:
    if not maps:
        return cells.light
    return [np.maximum(one - off, 0) for one, off in zip(cells.light, maps, strict=True)]


def _ratios(cells: Cells, light: Sequence[FloatMap], relief: CellRelief) -> ChannelRatios | None:
    return channel_ratios(light, cells.light_vectors(), relief.valid, cells.pitch.mean_mm)


def _reddens(ratios: ChannelRatios | None) -> bool:
    """Red reads less of the relief than blue does."""
    if ratios is None or ratios.power.sum() == 0:
        return False
    return float(np.average(ratios.red, weights=ratios.power)) < _SAME
