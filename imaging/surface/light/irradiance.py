"""How much light each lamp sends to each point, and from where."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing
from imaging.model.lights import Lights

_ToLamp = tuple[FloatMap, FloatMap, FloatMap | np.float32]
"""Across (1, cols), up (rows, 1), away from the surface (rows, cols) or alike everywhere."""


@dataclass(frozen=True)
class Irradiance:
    """The lights of a stack over a picture of `shape`.

    A point with unit normal n and reflectance r shows the signal r * (n . v), where v is the light vector: it
    points to the lamp, and its length is the lamp's strength there (1 for a mean lamp at the image centre).

    Parameters
    ----------
    is_flat_fielded : the frames were divided by pictures of a plane; near light vectors are then relative to the
        light on that plane, so that fall-off and cosine are not counted twice
    """

    lights: Lights
    spacing: Spacing | None
    shape: tuple[int, int]
    is_flat_fielded: bool = False

    def vectors(self, rows: slice, height_mm: FloatMap | None = None) -> FloatMap:
        """Light vectors (n, 3, rows, cols) of a band of rows; (n, 3, 1, 1) where all lights are distant.

        `height_mm` is the relief of that band, (rows, cols); the object plane when None.
        """
        if self.lights.model == "distant":
            return self._distant()
        near = self._near(rows, np.float32(0) if height_mm is None else height_mm)
        if self.is_flat_fielded:
            near /= self._near(rows, np.float32(0))[:, 2:3]
        return near

    def on_plane(self, rows: slice) -> FloatMap:
        """Signal of a white plane facing the camera, (n, rows, cols) or (n, 1, 1), in the units of `vectors`."""
        if self.lights.model == "distant":
            return np.asarray(self._distant()[:, 2])
        x, y = self._positions(rows)
        if self.is_flat_fielded:
            return np.ones((len(self.lights), len(y), len(x)), dtype=np.float32)
        signal = np.empty((len(self.lights), len(y), len(x)), dtype=np.float32)
        for light in range(len(self.lights)):
            to_lamp = self._to_lamp(light, x, y, np.float32(0))
            np.multiply(self._strength(light, to_lamp), to_lamp[2], out=signal[light])
        return signal

    def _distant(self) -> FloatMap:
        strengths = self.lights.intensities / self.lights.intensities.mean()
        return np.asarray((self.lights.vectors * strengths[:, None])[:, :, None, None], dtype=np.float32)

    def _near(self, rows: slice, height_mm: FloatMap | np.float32) -> FloatMap:
        """Inverse square, surface direction and beam; 1 for a mean lamp at the image centre.

        Equation 3 of Queau, Durix et al. 2018, "LED-based photometric stereo", J. Math. Imaging Vis. 60.
        """
        x, y = self._positions(rows)
        vectors = np.empty((len(self.lights), 3, len(y), len(x)), dtype=np.float32)
        for light in range(len(self.lights)):
            to_lamp = self._to_lamp(light, x, y, height_mm)
            strength = self._strength(light, to_lamp)
            for axis in range(3):
                np.multiply(strength, to_lamp[axis], out=vectors[light, axis])
        return vectors

    def _to_lamp(self, light: int, x: FloatMap, y: FloatMap, height_mm: FloatMap | np.float32) -> _ToLamp:
        """From each point to the lamp, in mm."""
        lamp = self.lights.vectors[light].astype(np.float32)
        return (lamp[0] - x)[None, :], (lamp[1] - y)[:, None], lamp[2] - height_mm

    def _strength(self, light: int, to_lamp: _ToLamp) -> FloatMap:
        """Strength over distance cubed, so that a vector of one distance becomes a light vector."""
        across, up, away = to_lamp
        squared = across * across + up * up
        squared += away * away
        distance = np.sqrt(squared)
        squared *= distance
        share = np.float32(self.lights.intensities[light] / self._strength_at_centre)
        strength = np.divide(share, squared, out=squared)
        if self.lights.axes is None or self.lights.beam_exponent == 0:
            return np.asarray(strength, dtype=np.float32)
        axis = self.lights.axes[light].astype(np.float32)
        cosine = -(axis[0] * across + axis[1] * up + axis[2] * away) / distance
        beam = np.maximum(cosine, 0) ** np.float32(self.lights.beam_exponent)
        return np.asarray(strength * beam, dtype=np.float32)

    def _positions(self, rows: slice) -> tuple[FloatMap, FloatMap]:
        """x of the columns and y of a band of rows in mm; rows go down, y goes up."""
        spacing = self.spacing or Spacing(1, 1)
        height, width = self.shape
        x = (np.arange(width) - (width - 1) / 2) * spacing.col_mm
        y = -(np.arange(height)[rows] - (height - 1) / 2) * spacing.row_mm
        return x.astype(np.float32), y.astype(np.float32)

    @cached_property
    def _strength_at_centre(self) -> float:
        """Mean length of the light vectors at the image centre, in the lamps' own unit."""
        lamps = self.lights.vectors
        distances = np.linalg.norm(lamps, axis=1)
        strengths = self.lights.intensities / distances**2
        if self.lights.axes is not None and self.lights.beam_exponent != 0:
            cosines = -(self.lights.axes * lamps).sum(axis=1) / distances
            strengths = strengths * np.maximum(cosines, 0) ** self.lights.beam_exponent
        return float(strengths.mean())
