"""The 3 x 3 system behind photometric stereo, for a whole band of pixels at once and in closed form."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from imaging.model.arrays import BoolMap, FloatMap

_ROBUST_PASSES = 3
_ROBUST_SCALE = 0.03
"""Misfit, as a share of the reflectance, at which a sample counts half (chosen on the matte sphere)."""
_TINY = np.float32(1e-12)
_UNTOLD = np.float32(1e-4)
"""Weight of a sample that tells nothing: never 0, so that the answer stays finite."""


@dataclass(frozen=True)
class Scatter:
    """Sum of w v v' (upper triangle: xx, xy, xz, yy, yz, zz) and of w v signal, each (rows, cols)."""

    matrix: tuple[FloatMap, ...]
    right: tuple[FloatMap, ...]

    @cached_property
    def cofactors(self) -> tuple[FloatMap, ...]:
        """Cofactors in the order of `matrix`."""
        xx, xy, xz, yy, yz, zz = self.matrix
        return (
            yy * zz - yz * yz,
            xz * yz - xy * zz,
            xy * yz - xz * yy,
            xx * zz - xz * xz,
            xy * xz - xx * yz,
            xx * yy - xy * xy,
        )

    @cached_property
    def determinant(self) -> FloatMap:
        xx, xy, xz, *_ = self.matrix
        sum_of = xx * self.cofactors[0] + xy * self.cofactors[1] + xz * self.cofactors[2]
        return np.asarray(np.maximum(sum_of, _TINY), dtype=np.float32)

    def slope_variance(self, rows: slice = slice(None)) -> FloatMap:
        """Variance of one horizontal component of the solution for unit noise in every sample."""
        mean = (self.cofactors[0][rows] + self.cofactors[3][rows]) / (2 * self.determinant[rows])
        return np.asarray(np.maximum(mean, 0), dtype=np.float32)


def scatter(signal: FloatMap, light: FloatMap, weights: FloatMap) -> Scatter:
    """Normal equations of signal = v . g with weights.

    Parameters
    ----------
    signal, weights : (n, rows, cols)
    light : (n, 3, rows, cols) or (n, 3, 1, 1)
    """
    total: list[FloatMap] = []
    for brightness, vector, weight in zip(signal, light, weights, strict=True):
        x, y, z = weight * vector[0], weight * vector[1], weight * vector[2]
        products = [x * vector[0], x * vector[1], x * vector[2], y * vector[1], y * vector[2], z * vector[2]]
        products += [np.multiply(one, brightness, out=one) for one in (x, y, z)]
        total = (
            products
            if not total
            else [np.add(sum_of, one, out=sum_of) for sum_of, one in zip(total, products, strict=True)]
        )
    return Scatter(tuple(total[:6]), tuple(total[6:]))


def solve(system: Scatter) -> FloatMap:
    """Reflectance times normal, (3, rows, cols), by cofactors."""
    c = system.cofactors
    a, b, d = system.right
    answer = np.stack([c[0] * a + c[1] * b + c[2] * d, c[1] * a + c[3] * b + c[4] * d, c[2] * a + c[4] * b + c[5] * d])
    answer /= system.determinant
    return answer


def pseudo_inverse(light: FloatMap, weights: FloatMap) -> FloatMap:
    """(n, 3, rows, cols) what each sample adds to the solution: worth its while where many signals are solved.

    Parameters
    ----------
    light, weights : as for `scatter`
    """
    system = scatter(weights, light, weights)  # of any signal: only the matrix is asked for
    c = system.cofactors
    inverse = np.stack([np.stack([c[0], c[1], c[2]]), np.stack([c[1], c[3], c[4]]), np.stack([c[2], c[4], c[5]])])
    inverse /= system.determinant
    weighted = light * weights[:, None]
    return np.stack([inverse[0] * one[0] + inverse[1] * one[1] + inverse[2] * one[2] for one in weighted])


def expected(light: FloatMap, scaled: FloatMap) -> FloatMap:
    """(n, rows, cols) signal of a solution; negative where the lamp is behind the surface."""
    model = np.empty((len(light), *scaled.shape[1:]), dtype=np.float32)
    for index, vector in enumerate(light):
        model[index] = vector[0] * scaled[0] + vector[1] * scaled[1] + vector[2] * scaled[2]
    return model


def residuals(signal: FloatMap, light: FloatMap, scaled: FloatMap) -> FloatMap:
    """Frame minus model, (n, rows, cols); a lamp behind the surface gives no light."""
    return np.asarray(signal - np.maximum(expected(light, scaled), 0), dtype=np.float32)


def robust_solve(
    signal: FloatMap, light: FloatMap, weights: FloatMap, start: FloatMap, usable: BoolMap | None = None
) -> tuple[FloatMap, FloatMap, Scatter]:
    """Solve again with samples that do not fit counting less; returns the solution, its weights and its system.

    Cauchy weights, w / (1 + (misfit / scale) ** 2), with the scale a fixed share of the reflectance. A dark sample
    counts in full where the solution has the lamp above the surface, for it says that it is not, and hardly where it
    has the lamp behind it.

    Parameters
    ----------
    weights : (n, rows, cols) of lit samples; dark ones have next to nothing
    usable : (n, rows, cols) False where a sample tells nothing (saturated); None for all
    """
    scaled = start
    system = None
    effective = weights
    for _ in range(_ROBUST_PASSES):
        scale = np.float32(_ROBUST_SCALE) * np.sqrt((scaled**2).sum(axis=0)) + np.float32(1e-6)
        model = expected(light, scaled)
        left = signal - np.maximum(model, 0)
        told = model > 0 if usable is None else (model > 0) & usable
        effective = np.where(told, np.float32(1), np.minimum(weights, _UNTOLD)) / (1 + (left / scale) ** 2)
        system = scatter(signal, light, effective)
        scaled = solve(system)
    assert system is not None
    return scaled, effective, system
