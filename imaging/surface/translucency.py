"""Light that wanders under the skin blurs the shading; how far shows in the difference between red, green and blue.

A surface that scatters nothing reads the same slopes in all channels and is left untouched.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.fft

from imaging.model.arrays import BoolMap, FloatMap
from imaging.surface.channels import ChannelRatios

_Doubles = npt.NDArray[np.float64]

_SCATTERING = np.array([3.3, 4.0, 5.3])
_ABSORPTION = np.array([0.03, 0.16, 0.20])
"""Per mm in red, green, blue, of light skin (Jacques 2013, Phys. Med. Biol. 58 R37)."""
_DENSITIES = np.geomspace(0.3, 30, 80)
_OPAQUE_FROM, _SURE_BELOW = 5.0, 3.0
"""Density at which blur cannot be told from bounces any more, and below which it surely is blur."""
_WORST_FIT = 0.1
_TOWARDS_SKIN = 0.65
"""What is found lies between the channels' word and light skin: a power of the density."""
_STEEPENING = 1.5
"""Rendered skin loses more than diffusion on a plane says: the power of the transfer that fits it."""
_NOISE = 1 / 64
"""Bounds the gain at 4."""
_FINEST_PER_MM = 4.0
_TYPICAL_PER_MM = 0.6
_DOUBT = 0.3
"""Of the correction: coefficients of other skins, gloss that is taken for scattering, plane diffusion."""


@dataclass(frozen=True)
class Blur:
    """How strongly shading is blurred.

    Parameters
    ----------
    density : scattering and absorption relative to light skin: the lengths of the blur go as its inverse
    misfit : rms of measured minus modelled channel ratios
    """

    density: float
    misfit: float

    @property
    def is_likely(self) -> bool:
        return self.density < _OPAQUE_FROM and self.misfit < _WORST_FIT

    def passed(self, per_mm: FloatMap) -> FloatMap:
        """Share of the true slope that the mean of the channels reads, by spatial frequency."""
        sure = np.clip((_OPAQUE_FROM - self.density) / (_OPAQUE_FROM - _SURE_BELOW), 0, 1)
        likely = self.density**_TOWARDS_SKIN
        share = np.mean(_transfer(per_mm, likely), axis=0) ** _STEEPENING
        return np.asarray(1 - sure * (1 - share), dtype=np.float32)

    def gain(self, per_mm: FloatMap) -> FloatMap:
        """What slopes are multiplied with: the inverse of `passed`, bounded where noise would be all there is."""
        share = self.passed(per_mm)
        bounded = np.maximum(share / (share**2 + np.float32(_NOISE)), 1)
        return np.asarray(1 + (bounded - 1) * np.exp(-((per_mm / _FINEST_PER_MM) ** 4)), dtype=np.float32)

    @property
    def typical_gain(self) -> float:
        """Gain of relief that repeats every 1.7 mm, as a furrow of 0.8 mm."""
        return float(self.gain(np.array([_TYPICAL_PER_MM], dtype=np.float32))[0])

    @property
    def doubt_share(self) -> float:
        """Standard uncertainty of a corrected height, as a share of it."""
        return _DOUBT * (1 - 1 / self.typical_gain)


def estimate_blur(ratios: ChannelRatios | None) -> Blur | None:
    """The density of skin whose channels would differ as these do; None where they cannot tell.

    References
    ----------
    Cuccia et al. 2009, J. Biomed. Opt. 14(2) 024012: diffuse reflectance of a half space by spatial frequency.
    """
    if ratios is None or ratios.power.sum() == 0:
        return None
    weights = np.sqrt(ratios.power / ratios.power.sum())
    fits = []
    for density in _DENSITIES:
        red, green, blue = _transfer(ratios.frequency, float(density))
        squares = (ratios.red - red / blue) ** 2 + (ratios.green - green / blue) ** 2
        fits.append((float(np.average(squares, weights=weights)), float(density)))
    least, density = min(fits)
    return Blur(density, float(np.sqrt(least)))


def _transfer(per_mm: _Doubles | FloatMap, density: float) -> _Doubles:
    """Modulation of each channel, (3, ...), 1 at frequency 0; index matched."""
    shape = (3,) + (1,) * np.ndim(per_mm)
    total = (_SCATTERING + _ABSORPTION).reshape(shape)
    decay = 3 * _ABSORPTION.reshape(shape) * total

    def reflected(wave: _Doubles) -> _Doubles:
        ratio = np.sqrt(decay + wave**2) / total
        return np.asarray(1 / ((ratio + 1) * (ratio + 1.5)))

    wave = 2 * np.pi * np.asarray(per_mm, dtype=np.float64)[None] / density
    return np.asarray(reflected(wave) / reflected(np.zeros_like(wave)))


def lost_slopes(normals: FloatMap, valid: BoolMap, pitch_mm: float, blur: Blur) -> FloatMap:
    """What the blur took from the slopes, (rows, cols, 2) of x / z and y / z of the normal, on cells.

    Parameters
    ----------
    normals : (rows, cols, 3) means over cells
    valid : (rows, cols)
    """
    rows, cols = valid.shape
    down, across = np.arange(rows) / (2 * rows * pitch_mm), np.arange(cols) / (2 * cols * pitch_mm)
    frequency = np.hypot(down[:, None], across[None, :]).astype(np.float32)
    more = blur.gain(frequency) - 1
    more[0, 0] = 0
    upright = np.maximum(normals[..., 2], np.float32(0.2))
    answer = np.empty((rows, cols, 2), dtype=np.float32)
    for axis in range(2):
        slope = np.where(valid, normals[..., axis] / upright, 0).astype(np.float32)
        level = np.float32(slope[valid].mean()) if valid.any() else np.float32(0)
        spectrum = scipy.fft.dctn(np.where(valid, slope - level, 0), type=2, norm="ortho")
        answer[..., axis] = scipy.fft.idctn(spectrum * more, type=2, norm="ortho")
    return answer
