"""Which skins are tried: first spread as skin is known to vary, then where the pictures say that it lies.

Each skin is a point whose coordinates are independent and normal (0, 1) before anything is seen. What was seen leaves
a small part of that space, in which a first spread has few points: later ones are drawn around the likely ones.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

_Doubles = npt.NDArray[np.float64]

DIMENSIONS = 9
_COUNT = 10000
_FAR_SHARE = 0.2
"""Of a later draw that is spread like the first, so that nothing is ruled out for good."""
_WIDER = 1.5
"""Standard deviations of a later draw over those of the likely points."""
_ENOUGH = 150.0
"""Points that count; where fewer do, weights are evened out until they are as many."""
_LEAST_SPREAD = 0.05
_TEMPERS = (1.0, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05)


@dataclass(frozen=True)
class Draw:
    """Points of the space of skins.

    Parameters
    ----------
    scores : (n, 9), each normal before anything is seen
    log_share : (n,) logarithm of the density before anything is seen over that of the draw
    """

    scores: _Doubles
    log_share: _Doubles


def first_draw() -> Draw:
    return Draw(_even_scores(_COUNT), np.zeros(_COUNT))


def nearer(draw: Draw, log_weight: _Doubles) -> Draw:
    """Points around those that are likely.

    Parameters
    ----------
    log_weight : (n,) of the points, `log_share` included

    References
    ----------
    Cappe et al. 2004, J. Comput. Graph. Stat. 13(4), "Population Monte Carlo"; Hesterberg 1995, Technometrics 37(2)
    (the defensive share).
    """
    weight = _evened(draw, log_weight)
    middle = weight @ draw.scores
    apart = draw.scores - middle
    spread = (weight[:, None] * apart).T @ apart * _WIDER**2 + _LEAST_SPREAD**2 * np.eye(DIMENSIONS)
    root = np.linalg.cholesky(spread)
    scores = _even_scores(_COUNT).copy()
    near = np.arange(_COUNT) >= _FAR_SHARE * _COUNT
    scores[near] = middle + scores[near] @ root.T
    before = -0.5 * (scores**2).sum(axis=1)
    aside = np.linalg.solve(root, (scores - middle).T)
    around = -0.5 * (aside**2).sum(axis=0) - np.log(np.diag(root)).sum()
    drawn = np.logaddexp(before + np.log(_FAR_SHARE), around + np.log(1 - _FAR_SHARE))
    return Draw(scores, before - drawn)


def _evened(draw: Draw, log_weight: _Doubles) -> _Doubles:
    """Weights of sum 1 in which enough points count."""
    seen = log_weight - draw.log_share
    for temper in _TEMPERS:
        even = temper * seen + draw.log_share
        weight = np.exp(even - even.max())
        weight /= weight.sum()
        if 1 / (weight**2).sum() >= _ENOUGH:
            break
    return np.asarray(weight)


@cache
def _even_scores(count: int) -> _Doubles:
    """(count, 9) normal without clusters (Roberts 2018, additive sequence of the plastic numbers); not to be written
    to."""
    base = 2.0
    for _ in range(30):
        base = (1 + base) ** (1 / (DIMENSIONS + 1))
    steps = base ** -np.arange(1, DIMENSIONS + 1)
    scores = np.asarray(ndtri((0.5 + np.arange(1, count + 1)[:, None] * steps) % 1))
    scores.flags.writeable = False
    return scores
