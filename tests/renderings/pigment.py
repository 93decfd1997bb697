"""Pigment of the rendered skin, in closed form: blotches of melanin and blood, freckles, one dark line."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MELANIN = np.array([0.41, 0.59, 1.0])
"""Absorption per unit in red, green and blue: wavelength to the power -3.33 (Jacques 2013)."""
BLOOD = np.array([0.08, 1.0, 0.7])
"""Oxygenated haemoglobin under a camera's broad channels."""
_WAVES = 24


@dataclass(frozen=True)
class Pigment:
    """Optical densities (natural logarithm) of what colours the skin; `line_mm` is (x, y, angle in degrees, width)."""

    seed: int
    melanin: float = 0.10
    blood: float = 0.10
    freckles: int = 0
    line_mm: tuple[float, float, float, float] | None = None
    line_density: float = 0.8

    def transmission(self, x: Array, y: Array) -> Array:
        """(..., 3) factor on the reflectance at (x, y) in mm."""
        rng = np.random.default_rng(self.seed)
        melanin = self.melanin * (blotches(x, y, rng, (1.5, 6.0)) + 0.5 * blotches(x, y, rng, (0.4, 1.2)))
        blood = self.blood * (blotches(x, y, rng, (1.0, 5.0)) + 0.5 * blotches(x, y, rng, (0.3, 1.0)))
        for _ in range(self.freckles):
            at_x, at_y = rng.uniform(-5, 5), rng.uniform(-4, 4)
            distance = np.hypot(x - at_x, y - at_y) / rng.uniform(0.15, 0.5)
            melanin += rng.uniform(0.2, 0.6) / (1 + np.exp(np.minimum(6 * (distance - 1), 50)))
        if self.line_mm is not None:
            melanin += self.line_density * _line(x, y, self.line_mm)
        return np.asarray(np.exp(-melanin[..., None] * MELANIN - blood[..., None] * BLOOD))


def blotches(x: Array, y: Array, rng: np.random.Generator, waves_mm: tuple[float, float]) -> Array:
    """Random waves of unit variance with lengths in the band."""
    total = np.zeros(np.shape(x))
    for _ in range(_WAVES):
        length = np.exp(rng.uniform(*np.log(waves_mm)))
        angle, phase = rng.uniform(0, 2 * np.pi, 2)
        total += np.cos(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / length + phase)
    return np.asarray(total * np.sqrt(2 / _WAVES))


def _line(x: Array, y: Array, line_mm: tuple[float, float, float, float]) -> Array:
    at_x, at_y, angle_deg, width = line_mm
    angle = np.deg2rad(angle_deg)
    across = -(x - at_x) * np.sin(angle) + (y - at_y) * np.cos(angle)
    return np.asarray(np.exp(-0.5 * (across / (width / 2.355)) ** 2))
