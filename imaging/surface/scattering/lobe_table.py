"""The lobe between the skins on which it was looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.surface.scattering.lobe_evidence import PULLED_PER_MM, ROUGHNESSES, LobeEvidence

_Doubles = npt.NDArray[np.float64]
Steps = Sequence[tuple[float, LobeEvidence]]
"""Logarithm of the share of a slope that is read, ascending, and the lobe that goes with slopes raised for it."""

_MATTE, _GLOSSY = 0.1, 0.9
"""Gloss over white between which the two rows are mixed."""


@dataclass(frozen=True)
class LobeTable:
    """How strong the lobe is depends on how steep the walls are, and that on the skin.

    Parameters
    ----------
    matte, glossy : slopes found with little and with much gloss taken off
    """

    matte: Steps
    glossy: Steps

    def at(self, shown: _Doubles, roughness: _Doubles, gloss: _Doubles) -> LobeEvidence:
        """(n,) or (n, m) of each hypothesis.

        Parameters
        ----------
        shown : (n,) logarithm of the share of a slope that is read
        gloss : (n,) over white
        """
        share = np.clip((gloss - _MATTE) / (_GLOSSY - _MATTE), 0, 1)
        matte, glossy = (_between(steps, shown, roughness) for steps in (self.matte, self.glossy))
        sureness, log_doubt, level, explained, *pull = (matte + (glossy - matte) * share[:, None]).T
        doubt = np.exp(log_doubt)
        return LobeEvidence(sureness * doubt, doubt, np.stack(pull, axis=1), level, explained)


def pull_at(per_mm: _Doubles, pull: _Doubles) -> _Doubles:
    """(waves, n) from (n, m) at `PULLED_PER_MM`."""
    place = np.interp(np.log(per_mm), np.log(PULLED_PER_MM), np.arange(len(PULLED_PER_MM)))
    left = np.minimum(place.astype(np.intp), len(PULLED_PER_MM) - 2)
    right, known = (place - left)[:, None], pull.T
    return np.asarray(known[left] * (1 - right) + known[left + 1] * right)


def _between(steps: Steps, shown: _Doubles, roughness: _Doubles) -> _Doubles:
    """By step and by roughness, (n, columns): strength over doubt and the logarithm of the doubt, level, explained and
    the pull at each frequency. Rougher lobes need to be stronger by a power of the roughness."""
    place = np.interp(shown, [at for at, _ in steps], np.arange(len(steps)))
    upper = np.minimum(place.astype(np.intp), max(len(steps) - 2, 0))
    lower = np.minimum(upper + 1, len(steps) - 1)
    across = np.interp(np.log(roughness), np.log(ROUGHNESSES), np.arange(len(ROUGHNESSES)))
    left = np.minimum(across.astype(np.intp), len(ROUGHNESSES) - 2)
    down, right = (place - upper)[:, None], (across - left)[:, None]
    known = np.concatenate([_columns(one) for _, one in steps])
    top, bottom = (
        known.take(start, axis=0) * (1 - right) + known.take(start + 1, axis=0) * right
        for start in (upper * len(ROUGHNESSES) + left, lower * len(ROUGHNESSES) + left)
    )
    return np.asarray(top * (1 - down) + bottom * down)


def _columns(one: LobeEvidence) -> _Doubles:
    """(roughnesses, columns)"""
    sureness = one.strength / one.doubt
    return np.column_stack([sureness, np.log(one.doubt), one.level, one.explained, one.pull])
