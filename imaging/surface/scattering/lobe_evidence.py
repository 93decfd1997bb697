"""How strong the gloss is, from what the lights say against each other.

Light that went under the surface is blurred but stays nearly in proportion to the cosines, so that normals explain all
lights; mirrored light does not. What contradicts the normals has the lobe's own pattern over the relief.
"""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap
from imaging.surface.reflection.gloss import MIRRORED_AT_RIGHT_ANGLES, cosines
from imaging.surface.reflection.interreflection import bounced_light
from imaging.surface.scattering.skin_plane import SkinPlane, Waves, mirrored, normals_of

_Doubles = npt.NDArray[np.float64]

ROUGHNESSES = np.array((0.22, 0.35, 0.55))
_EDGES_PER_MM = (0.2, 0.3, 0.45, 0.65, 0.95, 1.35, 2.0)
PULLED_PER_MM = np.sqrt(np.array(_EDGES_PER_MM[1:]) * np.array(_EDGES_PER_MM[:-1]))
"""Where the pull is told."""
_REACH_MM = 1.2
"""Slower contradictions come from the lamps."""
_MARGIN = 4
_LEAST_SHARE = 0.0025
"""Of the contradictions' squares that the channels have in common, which anything may imitate."""
_CHANCE = 4.0
"""Cells that share one noise: lenses and codecs soften it."""
_STEEP_WALLS = 0.31
"""Furrows leave the lobe: pull over its steepest part, 0.2 to 0.4 on rendered walls of 20 to 45 degrees."""
_UNKNOWN = 1e6


@dataclass(frozen=True)
class LobeEvidence:
    """What is known of the lobe, for each of `ROUGHNESSES`.

    Parameters
    ----------
    strength, doubt : (k,) over a smooth coat of skin's index on a white matte plane of signal 1; the least that is
        more than chance
    pull : (k, m) at `PULLED_PER_MM`, change of the light of a lobe of strength 1 with the slopes, as shading reads it
    level : (k,) light of such a lobe, as shading reads it
    explained : (k,) share of the contradictions' squares
    """

    strength: _Doubles
    doubt: _Doubles
    pull: _Doubles
    level: _Doubles
    explained: _Doubles


class LobeSearch:
    """Looks for the lobe in all lights and channels of a site."""

    def __init__(self, plane: SkinPlane) -> None:
        self.plane, self.waves = plane, Waves(plane.shape, plane.pitch_mm)
        grey = plane.grey
        self.read, self.rays = plane.read(grey), plane.rays
        self.bands = [(self.waves.per_mm >= low) & (self.waves.per_mm < high) for low, high in pairwise(_EDGES_PER_MM)]
        self.left = [_quick(plane, plane.light[..., channel]).ravel() for channel in range(3)]
        normals = np.moveaxis(normals_of(self.read), 0, -1)
        self.bounced = _quick(plane, np.stack(bounced_light(plane.height_mm, normals, list(grey), plane.pitch_mm)))

    def look(self, slopes: FloatMap) -> LobeEvidence:
        """With (2, rows, cols) slopes x / z and y / z of the normal, as known so far.

        What matte skin shows too may have any strength: light bounced between walls, and shading that is not quite a
        cosine.
        """
        relief = self.waves.spectrum(slopes)
        squares = np.maximum([float((relief[:, band] ** 2).sum()) for band in self.bands], 1e-12)
        towards = np.maximum(cosines(normals_of(slopes), self.rays.light), 0)
        square = np.asarray(self.rays.strength * towards**2, dtype=np.float32)
        matte = [self.bounced.ravel(), _quick(self.plane, square).ravel()]
        found = []
        for roughness in ROUGHNESSES:
            lobe = mirrored(slopes, self.rays, float(roughness))
            scaled = self.plane.scaled_normals(lobe)
            seen = self.waves.spectrum(scaled[:2] - self.read * (scaled[2] - scaled[2].mean()))
            pull = np.array([float((seen[:, band] * relief[:, band]).sum()) for band in self.bands]) / squares
            pattern = _quick(self.plane, lobe, scaled).ravel()
            strength, least, explained = _strength(self.left, np.stack([pattern, *matte], axis=1))
            found.append((strength, least, pull, float(scaled[2].mean()), explained))
        return LobeEvidence(*(np.array(one) for one in zip(*found, strict=True)))


def lobe_before_looking(cosine: float) -> LobeEvidence:
    """Any strength; the pull is that of gloss on usual furrows, under lights of this mean slant (GGX)."""
    slant = np.arccos(np.clip(cosine, 0.2, 0.98))
    tangent, square = np.tan(slant / 2), ROUGHNESSES**2
    spread = (1 + tangent**2 / square) ** -2 / (np.pi * square * np.cos(slant / 2) ** 4)
    unshaded = 2 / (1 + np.sqrt(1 + square * (1 / cosine**2 - 1)))
    mirror = MIRRORED_AT_RIGHT_ANGLES + (1 - MIRRORED_AT_RIGHT_ANGLES) * (1 - np.cos(slant / 2)) ** 5
    steepness = 4 * tangent * (1 + tangent**2) / (square + tangent**2) / np.tan(slant)
    level = np.pi * spread * mirror * unshaded / (4 * cosine)
    pull = np.repeat((level * steepness * _STEEP_WALLS)[:, None], len(PULLED_PER_MM), axis=1)
    return LobeEvidence(np.zeros_like(level), np.full_like(level, _UNKNOWN), pull, level, np.zeros_like(level))


def _quick(plane: SkinPlane, light: FloatMap, scaled: FloatMap | None = None) -> FloatMap:
    """(n, rows, cols) contradictions of grey frames without their slow part and without the border."""
    inner, side = slice(_MARGIN, -_MARGIN), 2 * round(_REACH_MM / plane.pitch_mm) + 1
    left = plane.contradiction(light, scaled)
    return np.stack([one - cv2.blur(one, (side, side)) for one in left])[:, inner, inner]


def _strength(left: list[FloatMap], patterns: FloatMap) -> tuple[float, float, float]:
    """Of the first pattern in all channels; the least that is more than chance; what all patterns explain."""
    system = patterns.T.astype(np.float64) @ patterns
    inverse = np.linalg.inv(system + 1e-9 * (np.trace(system) + 1e-12) * np.eye(len(system)))
    total = weight = explained = 0.0
    for one in left:
        fit = inverse @ (patterns.T @ one)
        square = float((one**2).sum()) + 1e-12
        known = min(float(fit @ system @ fit), 0.999 * square)
        total, weight = total + fit[0] / (square - known), weight + 1 / (square - known)
        explained += known / square / len(left)
    return float(total / weight), float(np.sqrt(_imitated(left) * inverse[0, 0])), explained


def _imitated(left: list[FloatMap]) -> float:
    """Squares that something else, or chance, may lay upon one pattern. Noise is what the channels do not share."""
    products = np.array([[float(one @ other) for other in left] for one in left])
    squares = float(np.trace(products)) / len(left)
    common = float(products.sum() - np.trace(products)) / (len(left) * (len(left) - 1))
    return _LEAST_SHARE * min(max(common, 0.0), squares) + _CHANCE * squares / left[0].size
