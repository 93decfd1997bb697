"""Colour frames of a site on cells, and what is read from them by least squares."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.fft

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.light.cells import CellRelief, Cells
from imaging.surface.light.normal_solve import expected, pseudo_inverse
from imaging.surface.light.stack import coarse, mean_of_channels
from imaging.surface.reflection.gloss import MIRRORED_AT_RIGHT_ANGLES, Rays, cosines, mirror, rays_of
from imaging.surface.scattering.radiative_transfer import FREQUENCIES

STEEPEST = 3.0
"""Slopes read beyond it are noise."""
_MANY_CELLS = 50_000
"""On fewer a second thread costs more than it saves, and any count of rows is transformed quickly."""


@dataclass(frozen=True)
class SkinPlane:
    """Frames under their lights.

    Parameters
    ----------
    light : (n, rows, cols, 3) linear
    vectors : (n, 3, rows, cols), or (n, 3, 1, 1) where all lights are distant
    weights : (n, rows, cols) of the samples
    height_mm : (rows, cols) relief so far
    """

    light: FloatMap
    vectors: FloatMap
    weights: FloatMap
    height_mm: FloatMap
    pitch_mm: float

    @classmethod
    def of(cls, cells: Cells, relief: CellRelief, shrink: int) -> "SkinPlane":
        """The cells, `shrink` times larger."""
        known = cells.known.astype(np.float32) * relief.valid
        light, height = np.stack(cells.light), relief.relief_mm
        if shrink > 1:
            known = np.stack([coarse(one, shrink) for one in known])
            light = np.stack([coarse(one, shrink) for one in light])
            height = coarse(height, shrink)
        pitch = Spacing(shrink * cells.pitch.row_mm, shrink * cells.pitch.col_mm)
        over = replace(cells.vectors, spacing=pitch, shape=height.shape)
        vectors = over.vectors(slice(0, height.shape[0]), height)
        return cls(light, vectors, np.maximum(known, np.float32(1e-4)), height, pitch.mean_mm)

    @property
    def shape(self) -> tuple[int, int]:
        return self.light.shape[1], self.light.shape[2]

    @property
    def grey(self) -> FloatMap:
        """(n, rows, cols) mean of the channels."""
        return np.stack([mean_of_channels(one) for one in self.light])

    @property
    def rays(self) -> Rays:
        return rays_of(self.vectors)

    @cached_property
    def known(self) -> BoolMap:
        """(rows, cols) where all lights are."""
        return np.asarray(self.weights.min(axis=0) > 0.5)

    @cached_property
    def _solving(self) -> FloatMap:
        """(n, 3, rows, cols): the same for all frames that are solved under these lights."""
        return pseudo_inverse(self.vectors, self.weights)

    def middle(self, most: int) -> "SkinPlane":
        """At most so many cells to a side."""
        down, across = (slice(max(0, (n - most) // 2), max(0, (n - most) // 2) + most) for n in self.shape)
        vectors = self.vectors if self.vectors.shape[2:] == (1, 1) else self.vectors[:, :, down, across]
        light, weights = self.light[:, down, across], self.weights[:, down, across]
        return SkinPlane(light, vectors, weights, self.height_mm[down, across], self.pitch_mm)

    def quick_to_transform(self) -> "SkinPlane":
        """A large plane mirrored beyond its last rows and columns, so far that their counts have small factors only."""
        many = self.shape[0] * self.shape[1] > _MANY_CELLS
        rows, cols = (scipy.fft.next_fast_len(n, real=True) if many else n for n in self.shape)
        more = rows - self.shape[0], cols - self.shape[1]
        if more == (0, 0):
            return self
        vectors = self.vectors if self.vectors.shape[2:] == (1, 1) else _mirrored_beyond(self.vectors, 2, more)
        light, weights = _mirrored_beyond(self.light, 1, more), _mirrored_beyond(self.weights, 1, more)
        return SkinPlane(light, vectors, weights, _mirrored_beyond(self.height_mm, 0, more), self.pitch_mm)

    def scaled_normals(self, light: FloatMap) -> FloatMap:
        """(3, rows, cols) reflectance times normal of grey frames."""
        total = self._solving[0] * light[0]
        for share, one in zip(self._solving[1:], light[1:], strict=True):
            total += share * one
        return np.asarray(total)

    def read(self, light: FloatMap) -> FloatMap:
        """Slopes (2, rows, cols) of grey frames."""
        scaled = self.scaled_normals(light)
        upright = np.maximum(scaled[2], np.float32(1e-4))
        return np.asarray(np.clip(scaled[:2] / upright, -STEEPEST, STEEPEST) * self.known, dtype=np.float32)

    def contradiction(self, light: FloatMap, scaled: FloatMap | None = None) -> FloatMap:
        """(n, rows, cols) what no normal explains of grey frames; `scaled` where it is known already."""
        scaled = self.scaled_normals(light) if scaled is None else scaled
        return np.asarray((light - expected(self.vectors, scaled)) * self.known, dtype=np.float32)


def _mirrored_beyond(maps: FloatMap, axis: int, more: tuple[int, int]) -> FloatMap:
    """With so many more rows, which lie along `axis`, and columns."""
    width = [(0, 0)] * maps.ndim
    width[axis], width[axis + 1] = (0, more[0]), (0, more[1])
    return np.pad(maps, width, mode="symmetric")


def mirrored(slopes: FloatMap, rays: Rays, roughness: float) -> FloatMap:
    """Gloss of a smooth coat of skin's index with these slopes, over a white matte plane's signal."""
    normals = normals_of(slopes)
    towards = cosines(normals, rays.light)
    lobe = mirror(normals, rays, towards, roughness)
    light = lobe.light
    light *= np.float32(np.pi * MIRRORED_AT_RIGHT_ANGLES)
    light *= towards > 0
    return light


def normals_of(slopes: FloatMap) -> FloatMap:
    """(3, rows, cols) unit vectors."""
    upright = 1 / np.sqrt(1 + slopes[0] ** 2 + slopes[1] ** 2)
    return np.stack([slopes[0] * upright, slopes[1] * upright, upright])


class Waves:
    """Filters by spatial frequency on a grid of cells, mirrored at its borders."""

    def __init__(self, shape: tuple[int, int], pitch_mm: float) -> None:
        down, across = (np.arange(n) / (2 * n * pitch_mm) for n in shape)
        self.per_mm = np.hypot(down[:, None], across[None, :]).astype(np.float32)
        self.workers = 2 if self.per_mm.size > _MANY_CELLS else 1

    def share(self, shares: npt.NDArray[np.float64]) -> FloatMap:
        return np.interp(self.per_mm, FREQUENCIES, shares).astype(np.float32)

    def spectrum(self, slopes: FloatMap) -> FloatMap:
        """Of (2, rows, cols), without its means."""
        waves = np.asarray(scipy.fft.dctn(slopes, axes=(1, 2), norm="ortho", workers=self.workers))
        waves[:, 0, 0] = 0
        return waves

    def relief(self, spectrum: FloatMap) -> FloatMap:
        """Slopes of mean 0 from what `spectrum` tells of them."""
        return np.asarray(scipy.fft.idctn(spectrum, axes=(1, 2), norm="ortho", workers=self.workers))

    def filtered(self, slopes: FloatMap, gain: FloatMap) -> FloatMap:
        """(2, rows, cols) times a gain at each frequency; the means are left as they are."""
        level = slopes.mean(axis=(1, 2), keepdims=True)
        return np.asarray(self.relief(self.spectrum(slopes) * gain) + level)
