"""How well the numbers of a site are known, and what that leaves open in its depths."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap

_Doubles = npt.NDArray[np.float64]

_STEPS = (0.1, 0.05, 0.1, 0.1)
"""In which the numbers are moved to see what follows: gloss, log roughness, brightness, what facets lose."""
_LEAST = 1e-6


def depth_doubt(
    numbers: _Doubles,
    covariance: _Doubles,
    slopes: Callable[[_Doubles], FloatMap],
    others: Sequence[tuple[_Doubles, float]] = (),
) -> float:
    """Standard uncertainty of all depths, as a share of them, from that of the numbers a fit found.

    The covariance is carried to the mean share by which all slopes would change; of other numbers that explain the
    skin too this share itself is taken, for they may lie far off.

    Parameters
    ----------
    numbers : (k,), covariance : (k, k)
    slopes : (2, P) of a sample of cells under given numbers
    others : numbers (k,), and how likely they are
    """
    seen = slopes(numbers)
    level = seen - seen.mean(axis=1, keepdims=True)
    strength = max(float((level**2).sum()), _LEAST)

    def change(at: _Doubles) -> float:
        return float(((slopes(at) - seen) * level).sum()) / strength

    moves = np.diag(_STEPS[: len(numbers)])
    gains = np.array([change(numbers + move) / move.sum() for move in moves])
    apart = sum(likely * change(one) ** 2 for one, likely in others) / max(sum(likely for _, likely in others), _LEAST)
    return float(np.sqrt(max(float(gains @ covariance @ gains), 0.0) + apart))
