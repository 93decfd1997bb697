"""How much light each lamp sends to each point, and from where."""

from dataclasses import dataclass

import numpy as np

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing
from imaging.model.lights import Lights


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
        near *= np.float32(1 / self._strength_at_centre())
        return near

    def on_plane(self, rows: slice) -> FloatMap:
        """Signal of a white plane facing the camera, (n, rows, cols) or (n, 1, 1), in the units of `vectors`."""
        return np.asarray(self.vectors(rows)[:, 2])

    def _distant(self) -> FloatMap:
        strengths = self.lights.intensities / self.lights.intensities.mean()
        return np.asarray((self.lights.vectors * strengths[:, None])[:, :, None, None], dtype=np.float32)

    def _near(self, rows: slice, height_mm: FloatMap | np.float32) -> FloatMap:
        """Inverse square, surface direction and beam, not normalised.

        Equation 3 of Queau, Durix et al. 2018, "LED-based photometric stereo", J. Math. Imaging Vis. 60.
        """
        x, y = self._positions(rows)
        count, cols = len(self.lights), self.shape[1]
        vectors = np.empty((count, 3, len(y), cols), dtype=np.float32)
        for light in range(count):
            to_lamp = vectors[light]
            lamp = self.lights.vectors[light].astype(np.float32)
            to_lamp[0], to_lamp[1], to_lamp[2] = lamp[0] - x[None, :], lamp[1] - y[:, None], lamp[2] - height_mm
            squared = to_lamp[0] ** 2
            squared += to_lamp[1] ** 2
            squared += to_lamp[2] ** 2
            to_lamp *= self._fall_off(light, to_lamp, squared)
        return vectors

    def _fall_off(self, light: int, to_lamp: FloatMap, squared: FloatMap) -> FloatMap:
        """Strength over distance cubed, so that a vector of one distance becomes a light vector."""
        distance = np.sqrt(squared)
        strength = np.float32(self.lights.intensities[light]) / (squared * distance)
        if self.lights.axes is None or self.lights.beam_exponent == 0:
            return np.asarray(strength, dtype=np.float32)
        axis = self.lights.axes[light].astype(np.float32)
        cosine = -(axis[0] * to_lamp[0] + axis[1] * to_lamp[1] + axis[2] * to_lamp[2]) / distance
        beam = np.maximum(cosine, 0) ** np.float32(self.lights.beam_exponent)
        return np.asarray(strength * beam, dtype=np.float32)

    def _positions(self, rows: slice) -> tuple[FloatMap, FloatMap]:
        """x of the columns and y of a band of rows in mm; rows go down, y goes up."""
        spacing = self.spacing or Spacing(1, 1)
        height, width = self.shape
        x = (np.arange(width) - (width - 1) / 2) * spacing.col_mm
        y = -(np.arange(height)[rows] - (height - 1) / 2) * spacing.row_mm
        return x.astype(np.float32), y.astype(np.float32)

    def _strength_at_centre(self) -> float:
        centre = Irradiance(self.lights, None, (1, 1))
        vectors = centre._near(slice(0, 1), np.float32(0))
        return float(np.linalg.norm(vectors[:, :, 0, 0], axis=1).mean())
