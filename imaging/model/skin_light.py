"""What skin does with light besides shading: found on one capture, carried over to others of its site."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SkinBlur:
    """A blur by frequency, with the gloss that goes with it.

    Parameters
    ----------
    per_mm : reduced scattering at 545 nm
    read : share of a slope that the mean of the channels shows, gloss and all, on the engine's frequencies
    diffuse : the same of the light that went under the surface
    gloss, roughness : of the mirrored lobe (GGX); strength over that of a smooth coat on a plane as bright as the skin
    u_share : standard uncertainty of a corrected depth, as a share of it
    is_carried : it was found on another capture of the site, its baseline
    """

    per_mm: float
    read: tuple[float, ...]
    diffuse: tuple[float, ...]
    gloss: float
    roughness: float
    u_share: float
    is_carried: bool = False


@dataclass(frozen=True)
class SkinGloss:
    """Gloss of opaque skin and light between its walls, over what is usual, so that the exposure does not count.

    Parameters
    ----------
    gloss, brightness : strength of the mirrored lobe, and reflectance as far as bounced light needs it
    roughness : of the lobe
    trust : 0..1, how far these may be used
    u_share : standard uncertainty that they leave on every depth, as a share of it
    is_carried : they were found on another capture of the site, its baseline
    lost : 0..1, how much of the light that facets of the coat hide from each other is lost; earlier results took 1
    """

    gloss: float
    roughness: float
    brightness: float
    trust: float
    u_share: float
    is_carried: bool = False
    lost: float = 1.0


SkinLight = SkinBlur | SkinGloss
