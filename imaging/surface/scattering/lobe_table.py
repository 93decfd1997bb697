"""The lobe between the skins on which it was looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

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
        return LobeEvidence(*(a + (b - a) * _as_wide(share, a) for a, b in zip(matte, glossy, strict=True)))


def pull_at(per_mm: _Doubles, pull: _Doubles) -> _Doubles:
    """(n, waves) from (n, m) at `PULLED_PER_MM`."""
    place = np.interp(np.log(per_mm), np.log(PULLED_PER_MM), np.arange(len(PULLED_PER_MM)))
    left = np.minimum(place.astype(np.intp), len(PULLED_PER_MM) - 2)
    right = place - left
    return np.asarray(pull[:, left] * (1 - right) + pull[:, left + 1] * right)


def _between(steps: Steps, shown: _Doubles, roughness: _Doubles) -> list[_Doubles]:
    """All of `LobeEvidence`, by step and by roughness."""
    place = np.interp(shown, [at for at, _ in steps], np.arange(len(steps)))
    upper = np.minimum(place.astype(np.intp), max(len(steps) - 2, 0))
    lower = np.minimum(upper + 1, len(steps) - 1)
    across = np.interp(roughness, ROUGHNESSES, np.arange(len(ROUGHNESSES)))
    left = np.minimum(across.astype(np.intp), len(ROUGHNESSES) - 2)
    answer = []
    for name in (field.name for field in fields(LobeEvidence)):
        values = np.array([getattr(one, name) for _, one in steps])
        down, right = _as_wide(place - upper, values[0]), _as_wide(across - left, values[0])
        top = values[upper, left] * (1 - right) + values[upper, left + 1] * right
        bottom = values[lower, left] * (1 - right) + values[lower, left + 1] * right
        answer.append(top * (1 - down) + bottom * down)
    return answer


def _as_wide(shares: _Doubles, values: _Doubles) -> _Doubles:
    return shares if values.ndim == 1 else shares[:, None]
