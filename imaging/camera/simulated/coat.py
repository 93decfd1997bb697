"""What the skin's rough outer face lets in: everything that it does not mirror.

No light is lost between the facets: what one of them hides is mirrored or let in by its neighbours. So the share let in
is 1 less what the lobe mirrors to all sides (Donner and Jensen 2005, "Light diffusion in multi-layered translucent
materials"; the same in Weyrich et al. 2006 for faces).
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap

INDEX = 1.4
"""Of refraction, of skin."""
_LEAST_COSINE = 0.02
_NODES, _SIDES = 96, 64

_Doubles = npt.NDArray[np.float64]


def let_in(cosine: FloatMap, roughness: float, gloss: float) -> FloatMap:
    """Light let in over light let in at right angles; the same for light let out.

    Parameters
    ----------
    cosine : between light and normal, any shape
    roughness : of the facets; GGX alpha is its square
    gloss : over that of skin's index; without gloss there is no coat
    """
    cosines, mirrored = _table(roughness)
    shares = (1 - gloss * mirrored) / (1 - gloss * mirrored[-1])
    return np.asarray(np.interp(cosine, cosines, shares), dtype=np.float32)


@lru_cache(maxsize=8)
def _table(roughness: float) -> tuple[_Doubles, _Doubles]:
    cosines = np.linspace(_LEAST_COSINE, 1, 128)
    return cosines, np.array([mirrored_share(float(cosine), roughness) for cosine in cosines])


def mirrored_share(cosine: float, roughness: float) -> float:
    """Light that GGX facets mirror to all sides, over light that arrives: the lobe of Walter et al. 2007, summed over
    facets of equal weight."""
    alpha2 = roughness**4
    chance = ((np.arange(_NODES) + 0.5) / _NODES)[:, None]
    around = (2 * np.pi * (np.arange(_SIDES) + 0.5) / _SIDES)[None, :]
    upright = np.sqrt((1 - chance) / (1 + (alpha2 - 1) * chance))
    towards = cosine * upright + np.sqrt(1 - cosine**2) * np.sqrt(1 - upright**2) * np.cos(around)
    leaving = 2 * towards * upright - cosine
    is_seen = (towards > 0) & (leaving > 0)
    weight = towards * _unhidden(cosine, alpha2) * _unhidden(np.maximum(leaving, 1e-3), alpha2) / (cosine * upright)
    return float(np.mean(np.where(is_seen, fresnel(np.clip(towards, 1e-6, 1)) * weight, 0)))


def fresnel(cosine: _Doubles) -> _Doubles:
    """Share of unpolarised light that a smooth face of skin's index mirrors; same shape."""
    within = np.sqrt(1 - (1 - cosine**2) / INDEX**2)
    across = (cosine - INDEX * within) / (cosine + INDEX * within)
    along = (INDEX * cosine - within) / (INDEX * cosine + within)
    return np.asarray((across**2 + along**2) / 2)


def _unhidden(cosine: _Doubles | float, alpha2: float) -> _Doubles:
    """Smith's share of facets that are not hidden behind others."""
    return np.asarray(2 / (1 + np.sqrt(1 - alpha2 + alpha2 / np.asarray(cosine) ** 2)))
