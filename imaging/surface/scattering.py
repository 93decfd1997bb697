"""Which skin blurs red, green and blue as these pictures show: scattering, absorption and gloss, weighed together.

Each hypothesis says how much of a slope each channel reads at each frequency: its diffuse light, blurred as
`radiative_transfer` says, plus white light mirrored at the surface, which is not blurred. All hypotheses are weighed by
how well they explain the channels and by what is known of skin; the answer is their mean, the doubt their spread.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.surface.channels import ChannelEvidence
from imaging.surface.gloss import MIRRORED_AT_RIGHT_ANGLES
from imaging.surface.radiative_transfer import Transfer, transfer

_Doubles = npt.NDArray[np.float64]

FREQUENCIES = np.concatenate([[0.01], np.geomspace(0.05, 12, 60)])
"""Per mm, on which shares are tabulated."""
_SCATTERING = np.geomspace(1, 14, 16)
_USUAL_SCATTERING, _SCATTERING_SPREAD = 3.3, 0.45
"""Per mm at 545 nm, and the spread of its logarithm (Jacques 2013, Phys. Med. Biol. 58 R37; Bashkatov 2011)."""
_FALL = np.array((0.7, 1.1, 1.5, 1.9, 2.3))
_USUAL_FALL, _FALL_SPREAD = 1.55, 0.45
"""Power with which scattering falls with wavelength."""
_WAVELENGTHS = np.array((610.0, 545.0, 460.0)) / 545
_USUAL_ABSORPTION = ((0.035, 0.7), (0.20, 0.6), (0.27, 0.6))
"""Per mm in red, green, blue, and the spread of the logarithm."""
_RED_BRIGHTNESS = np.array((0.3, 0.4, 0.5, 0.58, 0.66, 0.74, 0.8))
"""Of the skin over white: exposure hides it."""
_MELANIN = np.array((0.0, 0.2, 0.4))
_MELANIN_COLOUR = np.array((0.41, 0.59, 1.0))
"""Optical density over the scattering layer, and how it falls on the channels."""
_GLOSS = np.array((0.0, 0.4, 0.7, 1.0, 1.4, 2.0, 2.8))
_GLOSS_WEIGHTS = np.array((0.2, 0.07, 0.15, 0.25, 0.2, 0.1, 0.03))
"""Pull of gloss on the slopes over that of a smooth coat of skin's index; none behind crossed polarisers."""
_USUAL_ROUGHNESS = 0.35
_STEEP_WALLS = 0.31
"""Furrows leave the lobe: pull over its steepest part, 0.2 to 0.4 on rendered walls of 20 to 45 degrees."""
_MODEL_ERROR = 0.06
"""Of a channel's share; bounds how much any group of waves may say."""
_BRIGHTEST = 0.9
_FEWEST = 1200
_FLAT_GLOSS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
_FLAT_BOUNCES = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)


@dataclass(frozen=True)
class Scattering:
    """What blurs the shading.

    Parameters
    ----------
    per_mm : reduced scattering at 545 nm
    read : (n,) share of a slope that the mean of the channels reads on `FREQUENCIES`, gloss and all
    diffuse : (n,) the same of the light that went under the surface
    spread : (n,) standard deviation of the logarithm of `read`
    white : signal of a white matte plane
    pull : gloss's part in `read` times the mean brightness
    advantage : log likelihood over that of the best opaque surface
    noise_decay : of the evidence
    """

    per_mm: float
    read: _Doubles
    diffuse: _Doubles
    spread: _Doubles
    white: float
    pull: float
    advantage: float
    noise_decay: float


@dataclass(frozen=True)
class _Family:
    """All hypotheses: rows over brightness, gloss and melanin; beside them scattering and its fall."""

    white: _Doubles
    pull: _Doubles
    diffuse: _Doubles
    absorbed: _Doubles
    scattering: _Doubles
    log_prior: _Doubles


def weigh_scattering(evidence: ChannelEvidence, cosine: float) -> Scattering:
    """The mean of all hypotheses.

    Parameters
    ----------
    cosine : of the lights' mean slant
    """
    table = transfer(round(float(np.clip(cosine, 0.2, 0.98)), 2))
    family = _family(evidence.brightness, table, cosine)
    likelihood = _log_likelihood(evidence, _responses(evidence, family, table))
    weight = np.exp(family.log_prior + likelihood - (family.log_prior + likelihood).max())
    weight /= weight.sum()
    advantage = float(likelihood.max()) - _best_opaque(evidence)
    return _mean(evidence, family, weight, (table, advantage))


def _family(brightness: _Doubles, table: Transfer, cosine: float) -> _Family:
    red, gloss, melanin = (one.ravel() for one in np.meshgrid(_RED_BRIGHTNESS, _GLOSS, _MELANIN, indexing="ij"))
    white = brightness[0] / red
    level, steepness = _coat(cosine)
    diffuse = brightness - level * (np.minimum(gloss, 1) * white)[:, None]
    diffuse = np.maximum(diffuse, 0.02 * brightness)
    reflectance = diffuse / white[:, None] * np.exp(melanin[:, None] * _MELANIN_COLOUR)
    absorbed = table.absorbed(reflectance)
    scattering = _SCATTERING[:, None, None] * (_WAVELENGTHS ** -_FALL[:, None])[None]
    rows = np.log(np.interp(gloss, _GLOSS, _GLOSS_WEIGHTS)) - melanin / 0.3
    rows -= 30 * np.maximum(np.log(reflectance / _BRIGHTEST), 0).sum(axis=1)
    skin = -0.5 * (np.log(_SCATTERING / _USUAL_SCATTERING) / _SCATTERING_SPREAD)[:, None] ** 2
    skin = skin - 0.5 * ((_FALL - _USUAL_FALL) / _FALL_SPREAD) ** 2
    usual, spread = np.array(_USUAL_ABSORPTION).T
    absorption = absorbed[:, None, None, :] * scattering
    rare = -0.5 * ((np.log(absorption / usual) / spread) ** 2).sum(axis=-1)
    pull = level * steepness * gloss * white
    return _Family(white, pull, diffuse, absorbed, scattering, rows[:, None, None] + skin + rare)


def _coat(cosine: float) -> tuple[float, float]:
    """Gloss of flat skin over a white matte plane, and how much faster than shading it changes with the slope."""
    slant = np.arccos(np.clip(cosine, 0.2, 0.98))
    tangent, square = np.tan(slant / 2), _USUAL_ROUGHNESS**2
    spread = (1 + tangent**2 / square) ** -2 / (np.pi * square * np.cos(slant / 2) ** 4)
    unshaded = 2 / (1 + np.sqrt(1 + square * (1 / cosine**2 - 1)))
    mirrored = MIRRORED_AT_RIGHT_ANGLES + (1 - MIRRORED_AT_RIGHT_ANGLES) * (1 - np.cos(slant / 2)) ** 5
    steepness = 4 * tangent * (1 + tangent**2) / (square + tangent**2) / np.tan(slant)
    return float(np.pi * spread * mirrored * unshaded / (4 * cosine)), float(steepness * _STEEP_WALLS)


def _responses(evidence: ChannelEvidence, family: _Family, table: Transfer) -> list[_Doubles]:
    """For each group of waves (rows, scatterings, falls, 3): slope read by each channel over true slope."""
    per_mm = np.array([group.per_mm for group in evidence.groups])
    blurred = np.stack(
        [
            table.share(per_mm, family.scattering[None, :, :, k], family.absorbed[:, None, None, k])
            * family.diffuse[:, None, None, k, None]
            for k in range(3)
        ],
        axis=-1,
    )
    whole = (blurred + family.pull[:, None, None, None, None]) / evidence.brightness
    return [whole[..., index, :] for index in range(len(per_mm))]


def _log_likelihood(evidence: ChannelEvidence, responses: list[_Doubles]) -> _Doubles:
    """Of waves that all channels read in these proportions, with the relief's own strength left free."""
    total = np.zeros(responses[0].shape[:-1])
    for group, response in zip(evidence.groups, responses, strict=True):
        seen = response @ evidence.whitening
        strength = np.einsum("...i,ij,...j->...", seen, group.whitened, seen) / (seen * seen).sum(axis=-1)
        strongest = max(float(np.linalg.eigvalsh(group.whitened)[-1]) - 1, 1e-3)
        count = min(group.count, 1 / (2 * _MODEL_ERROR**2 * strongest))
        strength = np.maximum(strength, 1)
        total += count * (strength - 1 - np.log(strength))
    return total


def _best_opaque(evidence: ChannelEvidence) -> float:
    """Log likelihood of the best surface whose channels differ alike at all frequencies, by gloss and bounces."""
    colour = evidence.brightness / evidence.brightness.mean()
    gloss, bounces = (one.ravel()[:, None] for one in np.meshgrid(_FLAT_GLOSS, _FLAT_BOUNCES))
    flat = 1 - bounces * colour + gloss / colour
    return float(_log_likelihood(evidence, [flat] * len(evidence.groups)).max())


def _mean(evidence: ChannelEvidence, family: _Family, weight: _Doubles, found: tuple[Transfer, float]) -> Scattering:
    table, advantage = found
    likely = np.argsort(weight, axis=None)[: -_FEWEST - 1 : -1]
    row, level, fall = np.unravel_index(likely, weight.shape)
    share = weight.ravel()[likely] / weight.ravel()[likely].sum()
    blurred = sum(
        family.diffuse[row, k, None]
        * table.share(FREQUENCIES, family.scattering[level, fall, k], family.absorbed[row, k])
        for k in range(3)
    )
    read = np.log((blurred + 3 * family.pull[row, None]) / evidence.brightness.sum())
    diffuse = np.log(blurred / family.diffuse[row].sum(axis=1, keepdims=True))
    mean = share @ read
    return Scattering(
        per_mm=float(np.exp(share @ np.log(_SCATTERING[level]))),
        read=np.exp(mean),
        diffuse=np.exp(share @ diffuse),
        spread=np.sqrt(np.maximum(share @ (read - mean) ** 2, 0)),
        white=float(share @ family.white[row]),
        pull=float(share @ family.pull[row]),
        advantage=advantage,
        noise_decay=evidence.noise_decay,
    )
