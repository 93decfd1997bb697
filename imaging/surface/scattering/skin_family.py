"""What is known of skin before it is seen: a cloud of possible skins that fit the colour of these pictures."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from imaging.surface.scattering.lobe_evidence import PULLED_PER_MM, ROUGHNESSES, LobeEvidence
from imaging.surface.scattering.lobe_table import LobeTable
from imaging.surface.scattering.radiative_transfer import Transfer
from imaging.surface.scattering.skin_draw import Draw

_Doubles = npt.NDArray[np.float64]

_USUAL_SCATTERING, _SCATTERING_SPREAD = 3.1, 0.5
"""Reduced, per mm at 545 nm, and the spread of its logarithm (Jacques 2013, Phys. Med. Biol. 58 R37)."""
_USUAL_FALL, _FALL_SPREAD = 1.45, 0.6
"""Power with which scattering falls with wavelength (the same)."""
_WAVELENGTHS = np.array((610.0, 545.0, 460.0)) / 545
_USUAL_RED, _RED_SPREAD = 0.045, 0.7
"""Absorption per mm, and the spread of its logarithm."""
_GREEN_OVER_RED, _BLUE_OVER_GREEN = (4.5, 0.5), (1.45, 0.35)
"""Absorptions, and the spreads of the logarithms: blood and melanin in any mixture."""
_SCATTERING_RANGE, _ABSORPTION_RANGE, _BEYOND_SPREAD = (1.5, 6.0), (0.02, 0.5), 0.4
"""Per mm, of all channels; and how far (logarithm) a skin may lie outside."""
_MELANIN_SPREAD = 0.3
_MELANIN_COLOUR = np.array((0.41, 0.59, 1.0))
"""Optical density over the scattering layer, and how it falls on the channels."""
_COLOUR_SPREAD = 0.06
"""Of reflectance in green and blue over red: epidermis and camera see colours in more ways than one."""
_OF_COLOUR = np.array(((0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))
_USUAL_PULL, _PULL_SPREAD = 0.88, 0.15
"""Of the pull of gloss on slopes: lines finer than a cell turn a part of the facets away."""
_NO_GLOSS, _USUAL_GLOSS, _GLOSS_SPREAD = 0.15, 1.0, 0.3
"""Share of skins behind crossed polarisers; else the strength over that of a smooth coat of skin's index."""
USUAL_ROUGHNESS, _ROUGHNESS_SPREAD = 0.35, 0.3
_TOO_BRIGHT = 300.0
_STRENGTH_SPREAD = 0.25
"""Of the strength that the lights show, as a share of the true one: slopes and lobe are not quite as modelled."""
_FIT_COUNTS = 100.0
"""Log likelihood for all that lights say against each other being explained."""
_LIGHTS_COUNT = 0.7
"""Of what lights say: the slopes on which the lobe is looked at have errors of their own, which all skins share."""
SHOWN_PER_MM = 0.6
"""Where the share of a slope that is read stands for the whole: relief that repeats every 1.7 mm, a furrow of 0.8."""
SHOWN_PULL = int(np.argmin(np.abs(PULLED_PER_MM - SHOWN_PER_MM)))


@dataclass(frozen=True)
class SkinFamily:
    """Hypotheses (n,); by channel (n, 3).

    Parameters
    ----------
    white : signal of a white matte plane
    gloss, roughness : of the lobe; strength over that of a smooth coat on a white plane of signal 1
    diffuse : (n, 3) signal of the light that went under the surface
    absorbed : (n, 3) absorption over reduced scattering
    scattering : (n, 3) reduced, per mm
    pulled : (n,) pull of its gloss over that of the slopes as cells know them
    under : (n,) share of a slope that is read from it at `SHOWN_PER_MM`, times brightness, over all channels
    log_prior : (n,), with the shares of the draw
    """

    white: _Doubles
    gloss: _Doubles
    roughness: _Doubles
    diffuse: _Doubles
    absorbed: _Doubles
    scattering: _Doubles
    pulled: _Doubles
    under: _Doubles
    log_prior: _Doubles


@dataclass(frozen=True)
class SeenLobe:
    """What the lights say of each hypothesis' gloss.

    Parameters
    ----------
    pull : (n, m) of gloss on the slopes read, at `PULLED_PER_MM`, times brightness
    shown : (n,) logarithm of the share of a slope that is read at `SHOWN_PER_MM`, gloss and all
    log_likelihood : (n,)
    """

    pull: _Doubles
    shown: _Doubles
    log_likelihood: _Doubles


def skin_family(draw: Draw, brightness: _Doubles, table: Transfer, lobe: LobeEvidence) -> SkinFamily:
    """Skins of this brightness (3,): red is drawn, green and blue follow from the colour.

    The change of variables from absorption to brightness weighs each by how steeply brightness falls with absorption.
    """
    normal, (shiny, dark) = draw.scores, ndtr(draw.scores[:, 3:5]).T
    fall = np.maximum(_USUAL_FALL + _FALL_SPREAD * normal[:, 2], 0)
    scattering = (_USUAL_SCATTERING * np.exp(_SCATTERING_SPREAD * normal[:, 1]))[:, None] * _WAVELENGTHS ** -fall[
        :, None
    ]
    gloss, roughness = _gloss(shiny), USUAL_ROUGHNESS * np.exp(_ROUGHNESS_SPREAD * normal[:, 5])
    melanin = -_MELANIN_SPREAD * np.log1p(-np.minimum(dark, 1 - 1e-12))[:, None] * _MELANIN_COLOUR
    red = _USUAL_RED * np.exp(_RED_SPREAD * normal[:, 0]) / scattering[:, 0]
    level = np.interp(roughness, ROUGHNESSES, lobe.level) * gloss
    white = brightness[0] / (table.bright(red) * np.exp(-melanin[:, 0]) + level)
    diffuse = np.maximum(brightness - (level * white)[:, None], 0.02 * brightness)
    filtered = melanin + _COLOUR_SPREAD * normal[:, 6:8] @ _OF_COLOUR
    reflectance = diffuse / white[:, None] * np.exp(filtered)
    absorbed = table.absorbed(reflectance)
    under = (diffuse * table.share(np.array([SHOWN_PER_MM]), scattering, absorbed)[0]).sum(axis=1)
    absorption = absorbed * scattering
    prior = _log_usual(absorption) - np.log(table.steepness(absorbed[:, 1:])).sum(axis=1)
    prior -= _beyond(scattering, _SCATTERING_RANGE) + _beyond(absorption, _ABSORPTION_RANGE)
    prior -= _TOO_BRIGHT * np.maximum(np.log(reflectance / table.reflectance[0]), 0).sum(axis=1)
    prior += draw.log_share
    pulled = _USUAL_PULL * np.exp(_PULL_SPREAD * normal[:, 8])
    return SkinFamily(
        white, gloss * white, roughness, diffuse, absorbed, scattering, pulled, under / brightness.sum(), prior
    )


def seen_lobe(family: SkinFamily, brightness: _Doubles, lobes: LobeTable) -> SeenLobe:
    """How steep the walls are, and so how strong the lobe, depends on how much of a slope is read."""
    shown, pulling = np.log(family.under), family.gloss * family.pulled
    for _ in range(2):
        lobe = lobes.at(shown, family.roughness, family.gloss / family.white)
        mirrored = 3 * pulling * np.maximum(lobe.pull[:, SHOWN_PULL], 0) / brightness.sum()
        shown = np.log(family.under + mirrored)
    spread = np.hypot(lobe.doubt, _STRENGTH_SPREAD * family.gloss)
    fits = -0.5 * ((family.gloss - lobe.strength) / spread) ** 2 - np.log(spread / spread.max())
    return SeenLobe(lobe.pull * pulling[:, None], shown, _LIGHTS_COUNT * (fits + _FIT_COUNTS * lobe.explained))


def _beyond(per_mm: _Doubles, known: tuple[float, float]) -> _Doubles:
    """Log likelihood lost by (n, 3) outside what is known of skin."""
    away = np.log(per_mm / np.clip(per_mm, *known)) / _BEYOND_SPREAD
    return np.asarray(0.5 * (away**2).sum(axis=1))


def _gloss(even: _Doubles) -> _Doubles:
    """Strengths over white."""
    shiny = ndtri(np.clip((even - _NO_GLOSS) / (1 - _NO_GLOSS), 1e-4, 1 - 1e-4))
    return np.where(even < _NO_GLOSS, 0, _USUAL_GLOSS * np.exp(_GLOSS_SPREAD * shiny))


def _log_usual(absorption: _Doubles) -> _Doubles:
    """Of (n, 3) absorptions per mm, with red taken as drawn."""
    red, green, blue = np.log(absorption).T
    square = np.zeros_like(red)
    for ratio, (usual, spread) in ((green - red, _GREEN_OVER_RED), (blue - green, _BLUE_OVER_GREEN)):
        square += ((ratio - np.log(usual)) / spread) ** 2
    return np.asarray(-0.5 * square)
