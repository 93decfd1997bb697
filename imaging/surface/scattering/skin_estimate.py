"""Which skin blurs red, green and blue as these pictures show: scattering, absorption and gloss, weighed together.

Each hypothesis says how much of a slope each channel reads at each frequency: its diffuse light, blurred as
`radiative_transfer` says, plus white light mirrored at the surface, which is not blurred. All hypotheses are weighed by
how well they explain the channels, by what the lights say of the gloss, and by what is known of skin.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import BoolMap
from imaging.model.skin_light import SkinBlur
from imaging.surface.scattering.channels import ChannelEvidence
from imaging.surface.scattering.lobe_evidence import lobe_before_looking
from imaging.surface.scattering.lobe_table import LobeTable, pull_at
from imaging.surface.scattering.radiative_transfer import FREQUENCIES, transfer
from imaging.surface.scattering.skin_draw import Draw, first_draw, nearer
from imaging.surface.scattering.skin_family import SHOWN_PER_MM, SeenLobe, seen_lobe, skin_family

_Doubles = npt.NDArray[np.float64]

_MODEL_ERROR = 0.04
"""Of a channel's share; bounds how much any group of waves may say."""
_SPILL = 0.05
"""Of the slopes of all waves: what steep relief adds to others in second order, each channel its own (0.04 on rendered
skin with known coefficients)."""
_NOISE_UNSURE = 10.0
"""Strength over noise below which the noise, known from finer waves, is not well enough known."""
_FEWEST = 1200
_ALIKE = 0.06
"""Skins that read so alike (logarithm) are averaged: gloss and blur of unlike ones do not go together."""
_CAUTION = 1.0
"""Squares of the spread by which less is taken back: to err by as much of the depth on either side."""
_STEPS, _TEMPER, _HALF_GLOSS = 3, 0.2, 0.4
_LIKELY_PRIOR = 0.9
_FLAT_GLOSS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
_FLAT_BOUNCES = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
_FLAT_BOUNCES_GROWTH = (0.0, 0.04, 0.08)
"""More light is bounced between the walls of narrow furrows: for each e-fold of the frequency."""
_FLAT_SPREADS = (0.4, 0.12, 0.05)
"""Of these three from 0 (opaque renderings and simulated sites: 0.4, 0.1 and 0.08 at most): only much of all
imitates dense skin."""


@dataclass(frozen=True)
class Scattering:
    """What blurs the shading.

    Parameters
    ----------
    per_mm : reduced scattering at 545 nm
    read : (n,) share of a slope that the mean of the channels reads on `FREQUENCIES`, gloss and all
    diffuse : (n,) the same of the light that went under the surface
    spread : (n,) standard deviation of the logarithm of `read`
    gloss, roughness : of the lobe; strength over that of a smooth coat on a white plane of signal 1
    advantage : log likelihood over that of the best opaque surface
    noise_decay : of the evidence
    is_settled : the gloss is what a relief showed, not what skins of this kind have
    """

    per_mm: float
    read: _Doubles
    diffuse: _Doubles
    spread: _Doubles
    gloss: float
    roughness: float
    advantage: float
    noise_decay: float
    is_settled: bool = False

    def to_carry(self, evidence: ChannelEvidence, u_share: float) -> SkinBlur:
        """For other captures of the site, however long they are exposed."""
        gloss = self.gloss / float(evidence.brightness.mean())
        return SkinBlur(
            self.per_mm, tuple(self.read.tolist()), tuple(self.diffuse.tolist()), gloss, self.roughness, u_share
        )


def carried_over(known: SkinBlur, evidence: ChannelEvidence) -> Scattering:
    """The blur found on another capture, under the brightness and noise of this one."""
    read = np.array(known.read)
    gloss = known.gloss * float(evidence.brightness.mean())
    return Scattering(
        per_mm=known.per_mm,
        read=read,
        diffuse=np.array(known.diffuse),
        spread=np.full_like(read, known.u_share),
        gloss=gloss,
        roughness=known.roughness,
        advantage=0.0,
        noise_decay=evidence.noise_decay,
        is_settled=True,
    )


class Hypotheses:
    """What could be under the surface.

    Parameters
    ----------
    cosine : of the lights' mean slant
    draw : which skins are tried; None: as skin varies
    opaque : log likelihood of the best opaque surface; None: not known yet
    """

    def __init__(
        self, evidence: ChannelEvidence, cosine: float, draw: Draw | None = None, opaque: float | None = None
    ) -> None:
        self.evidence, self.cosine = evidence, cosine
        self.table = transfer(round(float(np.clip(cosine, 0.2, 0.98)), 2))
        before = lobe_before_looking(cosine)
        self._before = LobeTable(((0.0, before),), ((0.0, before),))
        self.draw = draw or first_draw()
        self.opaque = _best_opaque(evidence) if opaque is None else opaque
        self.family = skin_family(self.draw, evidence.brightness, self.table, before)
        per_mm = np.array([group.per_mm for group in evidence.groups])
        channels = self.family.scattering, self.family.absorbed, self.family.diffuse
        scattering, absorbed, diffuse = (np.ascontiguousarray(one.T) for one in channels)
        self._under = self.table.share(per_mm, scattering, absorbed) * diffuse

    def weigh(self, lobes: LobeTable | None = None) -> "Weighed":
        """With what the lights say of the gloss; without, any gloss is taken for possible."""
        lobe = seen_lobe(self.family, self.evidence.brightness, lobes or self._before)
        likelihood = _log_likelihood(self.evidence, self._responses(lobe.pull))
        prior = self.family.log_prior + lobe.log_likelihood
        known = prior - self.draw.log_share
        usual = np.minimum(known - np.quantile(known, _LIKELY_PRIOR), 0)
        advantage = float((likelihood + usual).max()) - self.opaque
        return Weighed(self, lobe, prior + likelihood, advantage)

    def _responses(self, pull: _Doubles) -> Iterator[_Doubles]:
        """For each group of waves (3, n): slope read by each channel over true slope."""
        per_mm = np.array([group.per_mm for group in self.evidence.groups])
        for under, mirrored in zip(self._under, pull_at(per_mm, pull), strict=True):
            yield (under + mirrored) / self.evidence.brightness[:, None]


@dataclass(frozen=True)
class Weighed:
    """Hypotheses with their log weights (n,)."""

    hypotheses: Hypotheses
    lobe: SeenLobe
    log_weight: _Doubles
    advantage: float

    def nearer(self) -> Hypotheses:
        """Skins around those that are likely."""
        known = self.hypotheses
        return Hypotheses(known.evidence, known.cosine, nearer(known.draw, self.log_weight), known.opaque)

    def mean(self) -> Scattering:
        """Of all hypotheses, by what they read."""
        return _mean(self, np.exp(self.log_weight - self.log_weight.max()))

    def candidates(self) -> tuple[list[Scattering], list[Scattering]]:
        """Likely matte skins and likely glossy ones, each from what reads little of a slope to what reads much."""
        family = self.hypotheses.family
        is_glossy = np.asarray(family.gloss > _HALF_GLOSS * family.white)
        return self._steps(~is_glossy), self._steps(is_glossy)

    def _steps(self, chosen: BoolMap) -> list[Scattering]:
        shown = self.lobe.shown
        log_weight = np.where(chosen, self.log_weight, -np.inf)
        log_weight -= log_weight.max()
        share = self.hypotheses.draw.log_share
        flat = np.exp(_TEMPER * (log_weight - share) + share)
        order = np.argsort(shown)
        place = np.cumsum(flat[order]) / flat.sum()
        answer = []
        for inside in np.split(order, np.searchsorted(place, np.arange(1, _STEPS) / _STEPS)):
            if inside.size == 0:
                continue
            weight = np.zeros_like(flat)
            weight[inside] = np.exp(0.5 * (log_weight[inside] - log_weight[inside].max()))
            answer.append(_mean(self, weight))
        return answer


def _log_likelihood(evidence: ChannelEvidence, responses: Iterable[_Doubles]) -> _Doubles:
    """Of waves that all channels read in these proportions, with the relief's own strength left free."""
    whitening = evidence.whitening
    total: _Doubles = np.zeros(())
    for group, (red, green, blue) in zip(evidence.groups, responses, strict=True):
        products = np.stack([red * red, green * green, blue * blue, red * green, red * blue, green * blue])
        forms = np.stack([_of_products(whitening @ group.whitened @ whitening), _of_products(whitening @ whitening)])
        seen, noise = forms @ products
        strength = np.maximum(seen / noise, 1)
        unknown = _MODEL_ERROR**2 * group.clear + _SPILL**2 * evidence.clear
        count = min(group.count, 1 / (2 * unknown)) * (group.clear / (group.clear + _NOISE_UNSURE)) ** 2
        total = total + count * (strength - 1 - np.log(strength))
    return total


def _of_products(form: _Doubles) -> _Doubles:
    """(6,) how often a quadratic form counts red x red, green x green, blue x blue, red x green, red x blue, green x
    blue."""
    return np.array([*np.diag(form), 2 * form[0, 1], 2 * form[0, 2], 2 * form[1, 2]])


def _best_opaque(evidence: ChannelEvidence) -> float:
    """Log likelihood of the best surface whose channels differ by gloss, alike at all frequencies, and by bounces."""
    colour = evidence.brightness / evidence.brightness.mean()
    gloss, bounces, growth = (
        one.ravel()[:, None] for one in np.meshgrid(_FLAT_GLOSS, _FLAT_BOUNCES, _FLAT_BOUNCES_GROWTH)
    )
    flat = []
    for group in evidence.groups:
        here = np.clip(bounces + growth * np.log(group.per_mm / SHOWN_PER_MM), 0, _FLAT_BOUNCES[-1])
        flat.append((1 - here * colour + gloss / colour).T)
    unusual = sum(
        (one[:, 0] / spread) ** 2 for one, spread in zip((gloss, bounces, growth), _FLAT_SPREADS, strict=True)
    )
    return float((_log_likelihood(evidence, flat) - 0.5 * unusual).max())


def _mean(weighed: Weighed, weight: _Doubles) -> Scattering:
    """Of the hypotheses that read as the mean of all does; the spread is that of all."""
    evidence, family, table = weighed.hypotheses.evidence, weighed.hypotheses.family, weighed.hypotheses.table
    likely = np.argsort(weight)[: -_FEWEST - 1 : -1]
    share = weight[likely] / weight[likely].sum()
    diffuse = family.diffuse[likely]
    shares = table.share(FREQUENCIES, family.scattering[likely], family.absorbed[likely])
    under = np.einsum("wnc,nc->nw", shares, diffuse)
    mirrored = 3 * pull_at(FREQUENCIES, weighed.lobe.pull[likely]).T
    read = np.log(np.maximum(under + mirrored, 0.1 * under) / evidence.brightness.sum())
    spread = np.sqrt(np.maximum(share @ (read - share @ read) ** 2, 0))
    typical = int(np.argmin(np.abs(FREQUENCIES - SHOWN_PER_MM)))
    away = (read[:, typical] - share @ read[:, typical]) / min(_ALIKE, spread[typical] + 1e-6)
    share = share * np.exp(-0.5 * away**2)
    share /= share.sum()
    cautious, gloss = _CAUTION * spread**2, share * family.gloss[likely]
    return Scattering(
        per_mm=float(np.exp(share @ np.log(family.scattering[likely, 1]))),
        read=np.exp(share @ read + cautious),
        diffuse=np.exp(share @ np.log(under / diffuse.sum(axis=1, keepdims=True)) + cautious),
        spread=spread,
        gloss=float(gloss.sum()),
        roughness=float((gloss + 1e-12) @ family.roughness[likely] / (gloss + 1e-12).sum()),
        advantage=weighed.advantage,
        noise_decay=evidence.noise_decay,
    )
