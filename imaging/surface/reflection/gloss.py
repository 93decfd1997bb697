"""Gloss: light that the skin's surface mirrors, as a lobe of one strength and one roughness for the whole site."""

from dataclasses import dataclass

import numpy as np

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing

_CELL_MM = 0.064
_CELL_PX = 4
"""Gloss is told apart on cells of this size: one pixel has too much noise for it."""

MIRRORED_AT_RIGHT_ANGLES = 0.028
"""Share of light that skin (refractive index 1.4) mirrors at right angles."""
_LEAST_COSINE = np.float32(0.05)
_LEAST_UPRIGHT = np.float32(0.2)


@dataclass(frozen=True)
class Rays:
    """Where the light comes from, as the lobe needs it; the camera looks straight down.

    Parameters
    ----------
    strength : (n, ...) lengths of the light vectors
    light, half : (n, 3, ...) unit vectors to the lamp, and half way between lamp and camera
    steepening : (n, ...) light mirrored at that slant over light mirrored at right angles
    """

    strength: FloatMap
    light: FloatMap
    half: FloatMap
    steepening: FloatMap


@dataclass(frozen=True)
class Mirrored:
    """Gloss for a lobe of strength 1.

    Parameters
    ----------
    light : (n, ...)
    cosine : (n, ...) of normal and half-way direction
    spread : (n, ...) how far off the middle of the lobe that is
    square : of the roughness
    """

    light: FloatMap
    cosine: FloatMap
    spread: FloatMap
    square: np.float32

    @property
    def pull(self) -> FloatMap:
        """(n, ...) change of the light's logarithm with the cosine."""
        return np.asarray(4 * self.cosine * (1 - self.square) / self.spread, dtype=np.float32)


def cell_px(spacing: Spacing | None) -> int:
    """Side of a cell in pixels."""
    return _CELL_PX if spacing is None else min(max(round(_CELL_MM / spacing.mean_mm), 1), 8)


def rays_of(vectors: FloatMap) -> Rays:
    """Directions of light vectors (n, 3, ...)."""
    strength = np.sqrt((vectors**2).sum(axis=1)) + np.float32(1e-9)
    light = vectors / strength[:, None]
    half = light.copy()
    half[:, 2] += 1
    half /= np.sqrt((half**2).sum(axis=1))[:, None]
    at_right_angles = MIRRORED_AT_RIGHT_ANGLES
    steepening = 1 + (1 - at_right_angles) / at_right_angles * (1 - np.clip(half[:, 2], 0, 1)) ** 5
    return Rays(strength, light, half, np.asarray(steepening, dtype=np.float32))


def cosines(normals: FloatMap, directions: FloatMap) -> FloatMap:
    """(n, ...) of normals (3, ...) with directions (n, 3, ...)."""
    total = normals[0] * directions[:, 0]
    total += normals[1] * directions[:, 1]
    total += normals[2] * directions[:, 2]
    return np.asarray(total, dtype=np.float32)


def mirror(normals: FloatMap, rays: Rays, towards_lamp: FloatMap, roughness: float) -> Mirrored:
    """What a rough face sends to the camera.

    Parameters
    ----------
    normals : (3, ...) unit vectors
    towards_lamp : (n, ...) cosines of the normals with `rays.light`

    References
    ----------
    Walter et al. 2007, "Microfacet models for refraction through rough surfaces", EGSR (GGX); Schlick 1994.
    """
    square = np.float32(roughness**2)
    cosine = cosines(normals, rays.half)
    np.clip(cosine, _LEAST_COSINE, 1, out=cosine)
    spread = cosine * cosine
    spread *= square - 1
    spread += 1
    upright = np.maximum(normals[2], _LEAST_UPRIGHT)
    light = rays.strength * rays.steepening / spread
    light /= spread
    light *= _unshaded(np.maximum(towards_lamp, _LEAST_COSINE), square)
    light *= _unshaded(upright, square) / upright * (square / np.float32(4 * np.pi))
    return Mirrored(np.asarray(light, dtype=np.float32), cosine, np.asarray(spread, dtype=np.float32), square)


def _unshaded(cosine: FloatMap, square: np.float32) -> FloatMap:
    """Smith's share of facets that are not hidden behind others."""
    hidden = cosine * cosine
    np.divide(square, hidden, out=hidden)
    hidden += 1 - square
    np.sqrt(hidden, out=hidden)
    hidden += 1
    return np.asarray(np.divide(2, hidden, out=hidden))
