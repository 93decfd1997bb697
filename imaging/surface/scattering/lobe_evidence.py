"""How strong the gloss is, from what the lights say against each other.

Light that went under the surface is blurred but stays nearly in proportion to the cosines, so that normals explain all
lights; mirrored light does not. What contradicts the normals has the lobe's own pattern over the relief.
"""

from dataclasses import dataclass

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
        self.bands = np.digitize(self.waves.per_mm.ravel(), _EDGES_PER_MM)
        self.left = _Left(np.stack([_quick(plane, plane.light[..., channel]).ravel() for channel in range(3)]))
        normals = np.moveaxis(normals_of(self.read), 0, -1)
        self.bounced = _quick(plane, np.stack(bounced_light(plane.height_mm, normals, list(grey), plane.pitch_mm)))

    def look(self, slopes: FloatMap) -> LobeEvidence:
        """With (2, rows, cols) slopes x / z and y / z of the normal, as known so far.

        What matte skin shows too may have any strength: light bounced between walls, and shading that is not quite a
        cosine.
        """
        relief = self.waves.spectrum(slopes)
        squares = np.maximum(self._by_band(relief, relief), 1e-12)
        towards = np.maximum(cosines(normals_of(slopes), self.rays.light), 0)
        square = np.asarray(self.rays.strength * towards**2, dtype=np.float32)
        imitators = np.stack([self.bounced.ravel(), _quick(self.plane, square).ravel()]).astype(np.float64)
        left = self.left.beside(imitators)
        found = []
        for roughness in ROUGHNESSES:
            lobe = mirrored(slopes, self.rays, float(roughness))
            scaled = self.plane.scaled_normals(lobe)
            seen = self.waves.spectrum(scaled[:2] - self.read * (scaled[2] - scaled[2].mean()))
            pull = self._by_band(seen, relief) / squares
            strength, least, explained = left.strength(_quick(self.plane, lobe, scaled).ravel().astype(np.float64))
            found.append((strength, least, pull, float(scaled[2].mean()), explained))
        return LobeEvidence(*(np.array(one) for one in zip(*found, strict=True)))

    def _by_band(self, one: FloatMap, other: FloatMap) -> _Doubles:
        """Sums of products of two spectra (2, rows, cols) between `_EDGES_PER_MM`."""
        sums = np.bincount(self.bands, (one * other).sum(axis=0).ravel(), len(_EDGES_PER_MM) + 1)
        return np.asarray(sums[1:-1])


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


class _Left:
    """What contradicts all normals in each channel, (3, cells of all lights)."""

    def __init__(self, contradictions: FloatMap) -> None:
        self.channels = contradictions.astype(np.float64)
        products = self.channels @ self.channels.T
        self.squares, self.count = np.diag(products) + 1e-12, len(products)
        self.imitated = self._imitated(products)

    def beside(self, imitators: _Doubles) -> "_Beside":
        """With patterns (k, cells) of which there may be any amount."""
        return _Beside(self, imitators, imitators @ imitators.T, imitators @ self.channels.T)

    def _imitated(self, products: _Doubles) -> float:
        """Squares that something else, or chance, may lay upon one pattern. Noise is what the channels do not share."""
        squares = float(np.trace(products)) / self.count
        common = float(products.sum() - np.trace(products)) / (self.count * (self.count - 1))
        return float(_LEAST_SHARE * min(max(common, 0.0), squares) + _CHANCE * squares / self.channels.shape[1])


@dataclass(frozen=True, eq=False)
class _Beside:
    """What is left in the channels, and patterns that may imitate a lobe: products of these with each other (k, k) and
    with the channels (k, 3) serve for every lobe that is looked for."""

    left: _Left
    imitators: _Doubles
    system: _Doubles
    in_channels: _Doubles

    def strength(self, lobe: _Doubles) -> tuple[float, float, float]:
        """Of a lobe (cells,) in all channels; the least that is more than chance; what all patterns explain."""
        both = self.imitators @ lobe
        system = np.block([[lobe @ lobe, both], [both[:, None], self.system]])
        inverse = np.linalg.inv(system + 1e-9 * (np.trace(system) + 1e-12) * np.eye(len(system)))
        fits = inverse @ np.vstack([self.left.channels @ lobe, self.in_channels])
        squares = self.left.squares
        known = np.minimum(np.einsum("ic,ij,jc->c", fits, system, fits), 0.999 * squares)
        weights = 1 / (squares - known)
        total = float(fits[0] @ weights / weights.sum())
        return total, float(np.sqrt(self.left.imitated * inverse[0, 0])), float((known / squares).mean())
