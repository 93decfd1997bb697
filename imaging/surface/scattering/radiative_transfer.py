"""How far shading is blurred by light that wanders under the surface: the linear transport equation, solved exactly.

A half space that scatters alike in all directions, index matched, lit by a beam and seen from above. Its surface is
lifted by a small wave; what the camera then sees is, to first order, the wave's slope times a transfer that falls with
spatial frequency. Nothing in it is fitted. Derivation: `docs/decisions/surface-translucency.md`.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

_Doubles = npt.NDArray[np.float64]

FREQUENCIES = np.concatenate([[0.01], np.geomspace(0.05, 12, 32)])
"""Per mm, on which shares are tabulated."""
_WAVES = np.geomspace(0.05, 25, 30)
"""Angular frequencies, in free paths of light."""
_ABSORBED = np.geomspace(0.002, 0.6, 16)
"""Absorption over reduced scattering."""
_LAYERS, _DEEPEST = 48, 60.0
_NODES = 32
_CROSSING = 0.75
"""Mean cosine between furrows' slopes and the lights' azimuths."""
_WAVE_STEP, _ABSORBED_STEP = float(np.log(_WAVES[1] / _WAVES[0])), float(np.log(_ABSORBED[1] / _ABSORBED[0]))


@dataclass(frozen=True)
class Transfer:
    """For one slant of the light.

    Parameters
    ----------
    shares : (waves + 1, absorptions) of the slope that is read, the first row at frequency 0
    reflectance : (absorptions,) over a white matte plane
    """

    shares: _Doubles
    reflectance: _Doubles

    def share(self, per_mm: _Doubles, scattering: _Doubles, absorbed: _Doubles) -> _Doubles:
        """Slope read over true slope.

        Parameters
        ----------
        per_mm : (n,) spatial frequencies
        scattering : (...) reduced scattering per mm
        absorbed : (...) absorption over reduced scattering

        Returns
        -------
        (n, ...)
        """
        paths = 1 / (_WAVES[0] * scattering * (1 + absorbed))
        logarithm = np.log(paths) / _WAVE_STEP + 1
        col = np.clip(np.log(absorbed / _ABSORBED[0]) / _ABSORBED_STEP, 0, len(_ABSORBED) - 1.001)
        left = col.astype(np.intp)
        right = col - left
        answer = np.empty((len(per_mm), *paths.shape))
        for index, wave in enumerate(2 * np.pi * per_mm):
            step = wave * paths
            steps = logarithm + np.log(max(wave, 1e-9)) / _WAVE_STEP
            row = np.where(step < 1, step, np.minimum(steps, len(_WAVES) - 1e-6))
            top = row.astype(np.intp)
            down, place = row - top, top * len(_ABSORBED) + left
            upper, lower = (self._across(right, place + below) for below in (0, len(_ABSORBED)))
            answer[index] = upper + down * (lower - upper)
        return answer

    def _across(self, right: _Doubles, place: npt.NDArray[np.intp]) -> _Doubles:
        """Between two neighbours of a row of `shares`."""
        shares = self.shares.ravel()
        here = shares.take(place)
        return np.asarray(here + right * (shares.take(place + 1) - here))

    def absorbed(self, reflectance: _Doubles) -> _Doubles:
        """Absorption over reduced scattering of a plane that is so bright."""
        known = np.clip(reflectance, self.reflectance[-1], self.reflectance[0])
        return np.asarray(np.exp(np.interp(-np.log(known), -np.log(self.reflectance), np.log(_ABSORBED))))

    def bright(self, absorbed: _Doubles) -> _Doubles:
        """Reflectance of a plane that absorbs so much of what it scatters."""
        return np.asarray(np.exp(np.interp(np.log(absorbed), np.log(_ABSORBED), np.log(self.reflectance))))

    def steepness(self, absorbed: _Doubles) -> _Doubles:
        """By how much the logarithm of the reflectance falls with that of `absorbed`."""
        falls = -np.gradient(np.log(self.reflectance), np.log(_ABSORBED))
        return np.asarray(np.interp(np.log(absorbed), np.log(_ABSORBED), falls))


@cache
def transfer(cosine: float) -> Transfer:
    """Of light that falls in at this cosine to the plane's normal.

    A photon that enters straight down (the camera's view, backwards) leaves collisions C(z) at depth z; Fourier
    transformed along the surface, they obey C = exp(-z) + w K C with the kernel of isotropic scattering and the albedo
    w. The slope read is the mean depth of the last collision before light leaves towards the lamp.

    References
    ----------
    Chandrasekhar 1960, "Radiative Transfer" (reflectance, reciprocity, invariance).
    """
    edges = np.concatenate([[0], np.geomspace(0.03, _DEEPEST, _LAYERS)])
    thick = np.diff(edges)
    nodes, weights = np.polynomial.legendre.leggauss(4)
    depth = edges[:-1, None] + thick[:, None] * (nodes + 1) / 2
    leaving = np.exp(-depth / cosine) * thick[:, None] * weights / 2
    source = -np.diff(np.exp(-edges)) / thick
    albedo = 1 / (1 + _ABSORBED)
    slant = np.sqrt(1 - cosine**2) / cosine * _CROSSING
    rows = []
    for wave in (0.0, *_WAVES):
        collisions = _collisions(edges, wave, albedo, source)
        rows.append(collisions @ (leaving * depth * np.sinc(wave * slant * depth / np.pi)).sum(axis=1))
        if wave == 0:
            seen = collisions @ leaving.sum(axis=1)
    return Transfer(np.array(rows) / (cosine * seen), albedo * seen / (4 * cosine))


def _collisions(edges: _Doubles, wave: float, albedo: _Doubles, source: _Doubles) -> _Doubles:
    """(albedos, layers) mean collisions in each layer of a photon that enters straight down."""
    kernel = _kernel(edges, wave)
    systems = np.eye(len(source)) - albedo[:, None, None] * kernel
    right = np.broadcast_to(source[:, None], (len(albedo), len(source), 1))
    return np.asarray(np.linalg.solve(systems, right)[..., 0])


def _kernel(edges: _Doubles, wave: float) -> _Doubles:
    """(layers, layers): collisions in a layer, its mean, from a scattering in another.

    exp(-r) / (4 pi r^2), transformed along the surface, is the integral over s from 1 of exp(-q |z|) / (2 q) with
    q = sqrt(s^2 + wave^2); here on Gauss nodes in s to the power -1/3, exact within each layer.
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    inverse = ((nodes + 1) / 2) ** 3
    spread = 3 * ((nodes + 1) / 2) ** 2 * weights / 2 / inverse**2
    decay = np.sqrt(1 / inverse**2 + wave**2)
    thick = np.diff(edges)
    kept = 1 - np.exp(-np.outer(decay, thick))
    gap = np.maximum(edges[None, :-1] - edges[1:, None], 0)
    between = np.exp(-decay[:, None, None] * gap) * (kept[:, :, None] * kept[:, None, :]) / decay[:, None, None] ** 2
    upper = np.triu(np.einsum("q,qij->ij", spread / (2 * decay), between), 1)
    within = 2 * (decay[:, None] * thick - kept) / decay[:, None] ** 2
    whole = upper + upper.T + np.diag(np.einsum("q,qi->i", spread / (2 * decay), within))
    return np.asarray(whole / thick[:, None])
