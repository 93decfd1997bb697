"""Slopes whose light, under the skin and off its facets, is what all lamps show: fine relief shows in the gloss alone.

Diffuse light loses waves beyond 2 per mm under the skin, mirrored light does not. How much a facet's gloss changes with
its slope depends on where it stands: on a steep wall less, or the other way round. So gloss is not a share of a wave to
be divided by, but is followed cell by cell (Gauss-Newton), with what contradicts all normals, which is gloss only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.fft

from imaging.model.arrays import FloatMap
from imaging.surface.scattering.skin_plane import STEEPEST, SkinPlane, Waves, mirrored

_TURNS, _STEPS = 2, 8
"""Gauss-Newton, and conjugate gradients within each."""
_SLOPE_STEP = np.float32(0.02)
_LONGEST = np.float32(0.5)
_BAND_PER_MM = (0.4, 1.7)
"""Where relief is read clearly."""
_FINER_PER_MM = 2.0
"""From here on relief is taken to get flatter with the square of its frequency: as skin's, sampled on cells."""
_LOCAL = 4.0
"""Furrows fill a part of the picture: their strength where they are, over the mean of all waves."""
_SLOW = 3
_FINEST = 0.55
"""Share of the finest frequency from which on noise is asked for."""
_SLOPE_ERROR, _LOBE_ERROR = 0.05, 0.35
"""Of slopes read and of contradictions: what lobe and blur do not explain with the true slopes (0.3 to 0.4 of the
contradictions on simulated skin)."""
_OUTLIER = np.float32(4)


@dataclass(frozen=True)
class LitSkin:
    """What a hypothesis says of every wave.

    Parameters
    ----------
    diffuse, read : (rows, cols) share of a slope that diffuse light shows, and all light
    gloss, roughness : of the lobe; strength over that of a smooth coat on a white plane of signal 1
    """

    diffuse: FloatMap
    read: FloatMap
    gloss: np.float32
    roughness: float


@dataclass(frozen=True)
class FacetSlopes:
    """Slopes (2, rows, cols); the same as read without gloss; gloss (n, rows, cols)."""

    slopes: FloatMap
    seen: FloatMap
    gloss: FloatMap


@dataclass(frozen=True)
class _Light:
    """What slopes show: as read without gloss (2, rows, cols); contradictions and gloss (n, rows, cols)."""

    seen: FloatMap
    contradiction: FloatMap
    gloss: FloatMap


@dataclass(frozen=True)
class _Linear:
    """First-order change of what is read (2, 2, rows, cols) and of contradictions (n, 2, rows, cols) with the slopes,
    each over its error; `blurring` (rows, cols) the same for waves."""

    waves: Waves
    blurring: FloatMap
    read: FloatMap
    contradiction: FloatMap
    flat: FloatMap

    def curvature(self, spectrum: FloatMap) -> FloatMap:
        """Of the cost, times waves (2, rows, cols)."""
        slopes = self.waves.relief(spectrum)
        read = self.waves.relief(self.blurring * spectrum) + _times(self.read, slopes)
        xx, xy, yy = self._contradiction_squares
        asked = _summed(self.read, read)
        asked[0] += xx * slopes[0] + xy * slopes[1]
        asked[1] += xy * slopes[0] + yy * slopes[1]
        return np.asarray(self.blurring * self.waves.spectrum(read) + self.waves.spectrum(asked) + self.flat * spectrum)

    @cached_property
    def _contradiction_squares(self) -> tuple[FloatMap, FloatMap, FloatMap]:
        """(rows, cols) sums over the lamps of products of the changes with x and x, x and y, y and y."""
        x, y = self.contradiction[:, 0], self.contradiction[:, 1]
        return (x * x).sum(axis=0), (x * y).sum(axis=0), (y * y).sum(axis=0)

    def back(self, read: FloatMap, contradiction: FloatMap) -> FloatMap:
        """Waves of slopes that residuals ask for: waves of what is read, and contradictions."""
        asked = _summed(self.read, self.waves.relief(read)) + _summed(self.contradiction, contradiction)
        return np.asarray(self.blurring * read + self.waves.spectrum(asked))

    def preconditioner(self) -> FloatMap:
        """Inverse curvature as if all cells were alike, (rows, cols)."""
        facets = float((self.read**2).sum(axis=(0, 1)).mean() + (self.contradiction**2).sum(axis=(0, 1)).mean()) / 2
        return np.asarray(1 / (self.blurring**2 + np.float32(facets) + self.flat), dtype=np.float32)


class Facets:
    """Frames of a site, and how far they are noise."""

    def __init__(self, plane: SkinPlane, waves: Waves) -> None:
        self.plane, self.waves, self.rays = plane, waves, plane.rays
        grey = plane.grey
        self.scaled = plane.scaled_normals(grey)
        self.upright = np.maximum(self.scaled[2], np.float32(1e-4))
        self.contradiction = plane.contradiction(grey, self.scaled)
        self.slope_error, self.lobe_error = self._errors(plane.read(grey))

    def fit(self, skin: LitSkin, start: FloatMap, turns_again: int = 0) -> FacetSlopes:
        """Slopes near `start` (2, rows, cols).

        Parameters
        ----------
        turns_again : further turns in which relief is flat only beside what was found: narrow lines get back what the
            expectation of flat relief took from them (iterated Tikhonov; Tukey 1977 calls it twicing)
        """
        slopes, flat = start, self._flat(skin)
        for turn in range(_TURNS + turns_again):
            slopes = slopes + self._step(skin, slopes, flat, turn < _TURNS)
            slopes = np.clip(slopes, -STEEPEST, STEEPEST).astype(np.float32)
        light = self._light(skin, slopes)
        return FacetSlopes(slopes, light.seen, light.gloss)

    def _step(self, skin: LitSkin, slopes: FloatMap, flat: FloatMap, is_from_flat: bool) -> FloatMap:
        light = self._light(skin, slopes)
        over_slope, over_lobe = np.float32(1 / self.slope_error), np.float32(1 / self.lobe_error)
        left = (self.contradiction - light.contradiction) * over_lobe
        trust = 1 / (1 + (left / _OUTLIER) ** 2)
        read, contradiction = self._changes(skin, slopes, light)
        linear = _Linear(
            self.waves,
            skin.diffuse * over_slope,
            read * over_slope,
            contradiction * (over_lobe * np.sqrt(trust))[:, None],
            flat,
        )
        waves = self.waves.spectrum(slopes)
        missing = (self.waves.spectrum(light.seen) - skin.diffuse * waves) * over_slope
        wanted = linear.back(missing, left * np.sqrt(trust))
        if is_from_flat:
            wanted = wanted - flat * waves
        step = self.waves.relief(_conjugate(linear.curvature, wanted, linear.preconditioner()))
        return np.clip(step, -_LONGEST, _LONGEST)

    def _light(self, skin: LitSkin, slopes: FloatMap) -> _Light:
        gloss = skin.gloss * mirrored(slopes, self.rays, skin.roughness)
        scaled = self.plane.scaled_normals(gloss)
        below = np.maximum(self.upright - scaled[2], np.float32(0.2) * self.upright)
        seen = np.clip((self.scaled[:2] - scaled[:2]) / below, -STEEPEST, STEEPEST) * self.plane.known
        seen, gloss = np.asarray(seen, dtype=np.float32), np.asarray(gloss, dtype=np.float32)
        return _Light(seen, self.plane.contradiction(gloss, scaled), gloss)

    def _changes(self, skin: LitSkin, slopes: FloatMap, light: _Light) -> tuple[FloatMap, FloatMap]:
        """Of what is read (2, 2, rows, cols) and of contradictions (n, 2, rows, cols) with each slope."""
        read, contradiction = [], []
        for axis in range(2):
            moved = slopes.copy()
            moved[axis] += _SLOPE_STEP
            there = self._light(skin, moved)
            read.append((light.seen - there.seen) / _SLOPE_STEP)
            contradiction.append((there.contradiction - light.contradiction) / _SLOPE_STEP)
        return np.stack(read, axis=1), np.stack(contradiction, axis=1)

    def _flat(self, skin: LitSkin) -> FloatMap:
        """Inverse square of the slopes to be expected of each wave, (rows, cols)."""
        per_mm = self.waves.per_mm
        band = (per_mm > _BAND_PER_MM[0]) & (per_mm < _BAND_PER_MM[1])
        read = self.waves.spectrum(self.scaled[:2] / self.upright)[:, band]
        over_noise = np.maximum((read**2).mean(axis=0) / np.maximum(skin.read[band], np.float32(0.02)) ** 2, 0)
        noise = min(self.slope_error**2 / max(float((read**2).mean()), 1e-12), 0.9)
        strength = max((1 - noise) * float(over_noise.mean()), 1e-12)
        flat = (1 + (per_mm / np.float32(_FINER_PER_MM)) ** 4) / np.float32(_LOCAL * strength)
        flat[:_SLOW, :_SLOW] = 1e-6
        return np.asarray(flat, dtype=np.float32)

    def _errors(self, read: FloatMap) -> tuple[float, float]:
        """Standard deviations of slopes read and of contradictions: noise, and what the model does not know."""
        noise = self._noise()
        known = float(read[:, self.plane.known].var()) if self.plane.known.any() else 0.0
        told = max(float(self.contradiction.var()) - noise[1] ** 2, 0.0)
        return (
            float(np.sqrt(noise[0] ** 2 + _SLOPE_ERROR**2 * known)) + 1e-4,
            float(np.sqrt(noise[1] ** 2 + _LOBE_ERROR**2 * told)) + 1e-5,
        )

    def _noise(self) -> tuple[float, float]:
        """Of slopes and of contradictions of grey frames: what the channels do not share of waves too fine to be seen
        under the skin, where gloss is the same white in all."""
        finest = 0.5 / self.plane.pitch_mm
        fine = (self.waves.per_mm > _FINEST * finest) & (self.waves.per_mm < finest)
        slopes, contradictions, level = [], [], 0.0
        for channel in range(3):
            light = np.ascontiguousarray(self.plane.light[..., channel])
            scaled = self.plane.scaled_normals(light)
            bright = float(np.median(scaled[2]))
            level += bright
            slopes.append(bright * self.waves.spectrum(self.plane.read(light))[:, fine].ravel())
            waves = scipy.fft.dctn(self.plane.contradiction(light, scaled), axes=(1, 2), norm="ortho", workers=2)
            contradictions.append(waves[:, fine].ravel())
        return float(np.sqrt(_unshared(slopes))) / max(level, 1e-6), float(np.sqrt(_unshared(contradictions))) / 3


def _unshared(channels: list[FloatMap]) -> float:
    """Mean square of the sum of channels beyond what all have in common."""
    values = np.array(channels, dtype=np.float64)
    products = values @ values.T / max(values.shape[1], 1)
    squares = float(np.trace(products))
    common = (float(products.sum()) - squares) / (len(values) * (len(values) - 1))
    return max(squares - len(values) * common, 1e-3 * squares)


def _times(change: FloatMap, slopes: FloatMap) -> FloatMap:
    """(k, rows, cols) of a change (k, 2, rows, cols) with slopes."""
    return np.asarray(change[:, 0] * slopes[0] + change[:, 1] * slopes[1])


def _summed(change: FloatMap, residuals: FloatMap) -> FloatMap:
    """(2, rows, cols): the transposed of `_times`."""
    return np.stack([(change[:, axis] * residuals).sum(axis=0) for axis in range(2)])


def _conjugate(curvature: Callable[[FloatMap], FloatMap], wanted: FloatMap, inverse: FloatMap) -> FloatMap:
    """Solution of curvature(x) = wanted after a few steps of preconditioned conjugate gradients (Hestenes 1952)."""
    found, left = np.zeros_like(wanted), wanted
    nearer = inverse * left
    direction, strength = nearer, float((left * nearer).sum())
    enough = 1e-6 * strength
    for _ in range(_STEPS):
        if strength <= enough:
            break
        bent = curvature(direction)
        length = np.float32(strength / float((direction * bent).sum()))
        found, left = found + length * direction, left - length * bent
        nearer = inverse * left
        before, strength = strength, float((left * nearer).sum())
        direction = nearer + np.float32(strength / before) * direction
    return found
