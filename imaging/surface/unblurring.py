"""Slopes from blurred shading: gloss off, the blur inverted as far as noise allows."""

import cv2
import numpy as np

from imaging.model.arrays import FloatMap
from imaging.surface.scattering import Scattering
from imaging.surface.skin_plane import STEEPEST, SkinPlane, Waves, mirrored

_TURNS = 3
_FINEST_PER_MM = 4.0
_LEAST_SHARE = 0.02
_LOCAL = 4.0
"""Furrows fill a part of the picture: where they are, their strength over the mean of all waves."""
_SMOOTHING = 2.5
_NOISE_FROM, _NOISE_TO = 3.0, 6.5


class Unblurring:
    """Slopes whose blurred shading plus gloss gives what was read."""

    def __init__(self, plane: SkinPlane) -> None:
        self.plane, self.grey = plane, plane.grey
        self.waves = Waves(plane.shape, plane.pitch_mm)
        self.read = plane.read(self.grey)
        self.total = max(float(self.grey.sum()), 1e-6)
        self.rays = plane.rays
        self.spectrum = (self.waves.spectrum(self.read) ** 2).sum(axis=0)
        self.strength = cv2.GaussianBlur(self.spectrum, (0, 0), _SMOOTHING, borderType=cv2.BORDER_REPLICATE)

    def solve(self, skin: Scattering) -> tuple[FloatMap, FloatMap, FloatMap]:
        """(2, rows, cols) slopes; the same as read without gloss; gloss (n, rows, cols)."""
        gain = self._gain(skin)
        slopes, gloss, seen = self.waves.filtered(self.read, gain), np.zeros_like(self.grey), self.read
        if skin.gloss <= 0:
            return slopes, seen, gloss
        blurring = self.waves.share(skin.diffuse)
        for _ in range(_TURNS):
            gloss = np.float32(skin.gloss) * mirrored(slopes, self.rays, skin.roughness)
            share = float(gloss.sum()) / self.total
            seen = self.plane.read(np.maximum(self.grey - gloss, np.float32(1e-4)))
            missing = seen - self.waves.filtered(slopes, blurring)
            missing -= missing.mean(axis=(1, 2), keepdims=True)
            slopes = slopes + (1 - share) * self.waves.filtered(missing, gain)
            slopes = np.clip(slopes, -STEEPEST, STEEPEST).astype(np.float32)
        return slopes, seen, gloss

    def _gain(self, skin: Scattering) -> FloatMap:
        """Wiener's inverse of what is read, with the noise taken from waves too fine to be relief."""
        per_mm = self.waves.per_mm
        falling = np.exp(-skin.noise_decay * per_mm**2)
        fine = (per_mm > min(_NOISE_FROM, 0.6 * per_mm.max())) & (per_mm < _NOISE_TO)
        noise = max(float((self.spectrum[fine] / falling[fine]).mean()), 1e-12) * falling
        clear = np.maximum(self.strength / noise - 1, 0) * np.float32(_LOCAL)
        clear[:3, :3] = 1e6
        share = np.maximum(self.waves.share(skin.read), np.float32(_LEAST_SHARE))
        return np.asarray(clear / (1 + clear) / share * np.exp(-((per_mm / _FINEST_PER_MM) ** 4)), dtype=np.float32)
