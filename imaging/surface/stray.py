"""Light in the frames that is not the skin's own shading: gloss, light bounced between walls, the coat's share, or blur
by scattering under the surface. Told apart on cells of about 64 µm (`docs/decisions/surface-gloss.md`)."""

from dataclasses import dataclass

import numpy as np

from imaging.model.arrays import FloatMap
from imaging.model.skin_light import SkinBlur, SkinGloss, SkinLight
from imaging.surface.light.cells import CellRelief, Cells, relief_of
from imaging.surface.reflection.opaque import FULL, Effort, find_opaque
from imaging.surface.reflection.skin_fit import SkinFit
from imaging.surface.scattering.translucency import Blur, find_translucent

_MODEL_DOUBT, _GREY_DOUBT = 0.01, 0.1
"""Of the height: always; where gloss and bounces cannot be told (docs/decisions/surface-uncertainty.md)."""
_MOST_DOUBT = 0.5
_BOUNCE_DOUBT = 2.0
"""Of the height, for each share of light bounced between walls: its colour and the walls out of sight are not known."""


@dataclass(frozen=True)
class StrayLight:
    """What to take off each frame, on cells, and the relief that comes out.

    Parameters
    ----------
    maps : one per light, shaped as its cells, or (rows, cols) where it is white; empty where nothing is to be taken off
    gloss_share, bounce_share : mirrored and bounced light over all light; None where they could not be told
    blur : of light that wanders under the surface; None when opaque or not known
    fit_doubt : share of all depths that gloss, bounces and coat leave open; of scattering see `blur`
    gloss : of opaque skin, as other captures of the site may take it over
    is_colour_enough : False for grey frames, in which gloss and bounces cannot be told by colour
    """

    maps: tuple[FloatMap, ...]
    relief: CellRelief
    gloss_share: float | None
    blur: Blur | None = None
    is_colour_enough: bool = True
    bounce_share: float | None = None
    fit_doubt: float = 0.0
    gloss: SkinGloss | None = None

    @property
    def skin_light(self) -> SkinLight | None:
        """What other captures of the site may take over."""
        return self.gloss if self.blur is None else self.blur.skin

    def left(self, cells: Cells) -> tuple[FloatMap, ...]:
        """The light of the cells without what is to be taken off."""
        if not self.maps:
            return cells.light
        each = zip(cells.light, self.maps, strict=True)
        return tuple(light - (stray if stray.ndim == light.ndim else stray[..., None]) for light, stray in each)

    @property
    def doubt_share(self) -> float:
        """Standard uncertainty of the height from what was taken off or sharpened, as a share of it."""
        if self.blur is not None:
            return self.blur.doubt_share
        return float(np.hypot(_MODEL_DOUBT, self.fit_doubt))


def find_stray(cells: Cells, effort: Effort = FULL, known: SkinLight | None = None) -> StrayLight:
    """Gloss and blur of skin that scatters, else gloss, bounces and the coat's share of an opaque one.

    Scattering makes shaded skin redder, which gloss told apart by colour takes for gloss: whether light scatters is
    asked first, of the channels at all frequencies (`docs/decisions/surface-translucency.md`). What is `known` of the
    site, its gloss or its blur, is taken as it is.
    """
    relief = relief_of(cells, cells.light)
    gloss = known if isinstance(known, SkinGloss) else None
    blur = known if isinstance(known, SkinBlur) else None
    found = None if gloss else find_translucent(cells, relief, blur, len(effort.samples))
    if found is not None:
        return StrayLight(found.gloss, found.relief, found.gloss_share, found.blur)
    opaque = find_opaque(cells, relief, effort, gloss)
    fit = opaque.fit
    share, doubt = fit.trust * fit.gloss_share, _opaque_doubt(fit, opaque.bounce_share)
    return StrayLight(
        opaque.maps, opaque.relief, share, None, fit.is_told_by_colour, opaque.bounce_share, doubt, fit.to_carry
    )


def _opaque_doubt(fit: SkinFit, bounce_share: float) -> float:
    """What gloss, bounces and coat leave open. Skin that the model does not fit, such as skin that scatters and was not
    found to, strains it: then this is large, and a share of the true depth is a larger one of what is read."""
    share = min(fit.depth_doubt, _MOST_DOUBT)
    told = share / (1 - share)
    untold = fit.trust * told + (1 - fit.trust) * _GREY_DOUBT
    return float(np.hypot(untold, _BOUNCE_DOUBT * bounce_share))
