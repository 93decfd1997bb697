"""Light in the frames that is not the skin's own shading: gloss, light bounced between walls, the coat's share, or blur
by scattering under the surface. Told apart on cells of about 64 µm (`docs/decisions/surface-gloss.md`)."""

from dataclasses import dataclass

from imaging.model.arrays import FloatMap
from imaging.surface.cells import CellRelief, Cells, relief_of
from imaging.surface.opaque import FULL, Effort, find_opaque
from imaging.surface.translucency import Blur, find_translucent

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
        if self.blur is not None:
            return self.blur.doubt_share
        return _STRAY_DOUBT + _GLOSS_DOUBT * (self.gloss_share or 0) if self.maps else 0.0


def find_stray(cells: Cells, effort: Effort = FULL) -> StrayLight:
    """Gloss and blur of skin that scatters, else gloss, bounces and the coat's share of an opaque one.

    Scattering makes shaded skin redder, which gloss told apart by colour takes for gloss: whether light scatters is
    asked first, of the channels at all frequencies (`docs/decisions/surface-translucency.md`).
    """
    relief = relief_of(cells, cells.light)
    found = find_translucent(cells, relief)
    if found is not None:
        return StrayLight(found.gloss, found.relief, found.gloss_share, found.blur)
    opaque = find_opaque(cells, relief, effort)
    fit = opaque.fit
    share = fit.trust * fit.gloss_share
    return StrayLight(opaque.maps, opaque.relief, share, None, fit.is_told_by_colour, opaque.bounce_share)
