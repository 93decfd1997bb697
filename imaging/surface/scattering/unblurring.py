"""Slopes from blurred shading: gloss off, the blur inverted as far as noise allows."""

from dataclasses import replace
from functools import cached_property

import cv2
import numpy as np

from imaging.model.arrays import FloatMap
from imaging.surface.scattering.facets import Facets, LitSkin
from imaging.surface.scattering.radiative_transfer import FREQUENCIES
from imaging.surface.scattering.skin_estimate import Scattering
from imaging.surface.scattering.skin_family import SHOWN_PER_MM
from imaging.surface.scattering.skin_plane import STEEPEST, SkinPlane, Waves, mirrored

_TURNS = 3
_SHORTEST, _LONGEST = 0.25, 1.5
"""Of a step."""
_MOST_PART = 1.5
_SHOWN_BAND = (0.4, 0.85)
"""Per mm, around `SHOWN_PER_MM`."""
_FINEST_PER_MM = 4.0
_LEAST_SHARE = 0.02
_CLEAR = 1.1
"""Strength over noise from which a wave is taken for more than noise, which differs by a tenth among smoothed waves."""
_LOCAL = 4.0
"""Furrows fill a part of the picture: where they are, their strength over the mean of all waves."""
_SMOOTHING = 2.5
_LEAST_GLOSS = 1e-3
_TURNS_AGAIN = 1
"""In which narrow lines get back what the expectation of flat relief took from them."""
_NOISE_FROM, _NOISE_TO = 3.0, 6.5

Slopes = tuple[FloatMap, FloatMap, FloatMap]


class Unblurring:
    """Slopes whose blurred shading plus gloss gives what was read."""

    def __init__(self, plane: SkinPlane) -> None:
        self.shape, plane = plane.shape, plane.quick_to_transform()
        self.plane, self.grey = plane, plane.grey
        self.waves = Waves(plane.shape, plane.pitch_mm)
        self.read = plane.read(self.grey)
        self.total = max(float(self.grey.sum()), 1e-6)
        self.rays = plane.rays
        self.read_waves = self.waves.spectrum(self.read)
        self.strength = (self.read_waves**2).sum(axis=0)
        self.smooth_strength = cv2.GaussianBlur(self.strength, (0, 0), _SMOOTHING, borderType=cv2.BORDER_REPLICATE)
        low, high = _SHOWN_BAND
        self.shown_band = (self.waves.per_mm >= low) & (self.waves.per_mm < high)

    def settled(self, skin: Scattering) -> Scattering:
        """With the part of its gloss that gives what it says is read of this relief: other visits take that over."""
        return replace(skin, gloss=skin.gloss * float(self._solved(skin)[1]), is_settled=True)

    @cached_property
    def facets(self) -> Facets:
        return Facets(self.plane, self.waves)

    def by_waves(self, skin: Scattering) -> FloatMap:
        """(2, rows, cols) slopes from what is read alone. Slopes that explain the contradictions with some gloss would
        show that gloss when it is looked for, also on matte skin."""
        return self._solved(skin)[0][0]

    def solve(self, skin: Scattering) -> Slopes:
        """(2, rows, cols) slopes; the same as read without gloss; gloss (n, rows, cols)."""
        (slopes, seen, gloss), part = self._solved(skin)
        if skin.gloss * part <= _LEAST_GLOSS:
            return self._asked(slopes), self._asked(seen), self._asked(gloss)
        shares = (self.waves.share(skin.diffuse), self.waves.share(skin.read))
        lit = LitSkin(*shares, np.float32(skin.gloss * part), skin.roughness)
        found = self.facets.fit(lit, slopes, _TURNS_AGAIN)
        return self._asked(found.slopes), self._asked(found.seen), self._asked(found.gloss)

    def _asked(self, maps: FloatMap) -> FloatMap:
        """(n, rows, cols) without what was added to transform them quickly."""
        return maps[:, : self.shape[0], : self.shape[1]]

    def _solved(self, skin: Scattering) -> tuple[Slopes, np.float32]:
        gain = self._gain(skin)
        slopes, gloss, seen = self.waves.filtered(self.read, gain), np.zeros_like(self.grey), self.read
        if skin.gloss <= 0:
            return (slopes, seen, gloss), np.float32(1)
        blurring = self.waves.share(skin.diffuse)
        length, before, part = 1.0, None, np.float32(1)
        for _ in range(_TURNS):
            gloss = np.float32(skin.gloss) * mirrored(slopes, self.rays, skin.roughness)
            mirrors = self.read - self.plane.read(np.maximum(self.grey - gloss, np.float32(1e-4)))
            true_waves, mirrors_waves = self.waves.spectrum(slopes), self.waves.spectrum(mirrors)
            part = part if skin.is_settled else self._part(skin, true_waves, mirrors_waves)
            gloss, seen = part * gloss, self.read - part * mirrors
            missing = self.read_waves - part * mirrors_waves - blurring * true_waves
            share = float(gloss.sum()) / self.total
            step = np.float32(1 - share) * self.waves.relief(missing * gain)
            length = length if before is None else _next_length(length, before, step)
            slopes = np.clip(slopes + np.float32(length) * step, -STEEPEST, STEEPEST).astype(np.float32)
            before = step
        return (slopes, seen, gloss), part

    def shown(self, slopes: FloatMap) -> float:
        """Share of these slopes that is read, gloss and all."""
        return max(self._share_of(self.waves.spectrum(slopes), self.read_waves), 1e-3)

    def _part(self, skin: Scattering, true: FloatMap, mirrors: FloatMap) -> np.float32:
        """Of the lobe's pull, so that as much is read of a slope as the skin says: fine lines turn facets away.

        Parameters
        ----------
        true, mirrors : waves of the slopes, and of what the lobe adds to those that are read
        """
        wanted = np.interp(SHOWN_PER_MM, FREQUENCIES, skin.read) - np.interp(SHOWN_PER_MM, FREQUENCIES, skin.diffuse)
        return np.float32(np.clip(wanted / max(self._share_of(true, mirrors), 1e-3), 0, _MOST_PART))

    def _share_of(self, true_waves: FloatMap, read_waves: FloatMap) -> float:
        true, read = true_waves[:, self.shown_band], read_waves[:, self.shown_band]
        return float((true * read).sum() / max(float((true**2).sum()), 1e-12))

    def _gain(self, skin: Scattering) -> FloatMap:
        """Wiener's inverse of what is read, with the noise taken from waves too fine to be relief."""
        per_mm = self.waves.per_mm
        falling = np.exp(-skin.noise_decay * per_mm**2)
        fine = (per_mm > min(_NOISE_FROM, 0.6 * per_mm.max())) & (per_mm < _NOISE_TO)
        noise = max(float((self.strength[fine] / falling[fine]).mean()), 1e-12) * falling
        clear = np.maximum(self.smooth_strength / noise - _CLEAR, 0) * np.float32(_LOCAL)
        clear[:3, :3] = 1e6
        share = np.maximum(self.waves.share(skin.read), np.float32(_LEAST_SHARE))
        return np.asarray(clear / (1 + clear) / share * np.exp(-((per_mm / _FINEST_PER_MM) ** 4)), dtype=np.float32)


def _next_length(length: float, before: FloatMap, step: FloatMap) -> float:
    """By how much steps overshot, as gloss is steeper on flat slopes (Aitken for vectors: Irons and Tuck 1969)."""
    change = step - before
    least = -length * float((before * change).sum()) / max(float((change**2).sum()), 1e-12)
    return float(np.clip(least, _SHORTEST, _LONGEST))
