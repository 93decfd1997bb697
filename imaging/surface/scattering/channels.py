"""What red, green and blue say about one relief, by spatial frequency: on an opaque surface the same, else light has
wandered under it, bounced or been mirrored."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from imaging.model.arrays import BoolMap, FloatMap
from imaging.surface.light.cells import Cells
from imaging.surface.light.normal_solve import scatter, solve

_Doubles = npt.NDArray[np.float64]

_BANDS_PER_MM = (0.2, 0.27, 0.35, 0.45, 0.6, 0.8, 1.05, 1.4, 1.9)
_QUIET, _LOUD = 0.7, 0.92
"""Waves of a band in three groups by their strength, so that a few furrows are not drowned by all directions."""
_LEAST_WAVES = 4
_NOISE_FROM, _NOISE_TO, _NOISE_BANDS = 0.35, 0.85, 5
"""Share of the finest frequency between which there is noise and hardly relief."""
_STEEPEST_DECAY = 0.045
"""Per mm^-2: noise that the lens or the cells soften falls like a Gaussian, at most so fast."""
_WINDOW = 256
"""Cells: the middle of a large picture says enough."""
_SMOOTHING = 1.2


@dataclass(frozen=True)
class WaveGroup:
    """Waves of like frequency and strength.

    Parameters
    ----------
    per_mm : their frequency
    count : how many numbers they hold
    whitened : (3, 3) their mean covariance between red, green and blue, in units of the noise
    """

    per_mm: float
    count: int
    whitened: _Doubles

    @cached_property
    def clear(self) -> float:
        """Strength of relief over that of the noise."""
        return max(float(np.linalg.eigvalsh(self.whitened)[-1]) - 1, 1e-3)


@dataclass(frozen=True)
class ChannelEvidence:
    """Slopes that each channel reads.

    Parameters
    ----------
    groups : by frequency and strength
    whitening : (3, 3) from slopes of red, green and blue to units of the noise
    brightness : (3,) of the channels, as the lights' vectors scale it
    noise_decay : per mm^-2, how noise falls with the square of the frequency
    """

    groups: tuple[WaveGroup, ...]
    whitening: _Doubles
    brightness: _Doubles
    noise_decay: float

    @cached_property
    def clear(self) -> float:
        """Strength of relief over that of the noise, mean of all waves."""
        return float(np.average([one.clear for one in self.groups], weights=[one.count for one in self.groups]))


@dataclass(frozen=True)
class _Spectra:
    """Of one window: (3, 2, rows, cols // 2 + 1) slopes x and y, and the frequency of each, (rows, cols // 2 + 1)."""

    slopes: npt.NDArray[np.complex128]
    per_mm: _Doubles

    def covariance(self, chosen: BoolMap) -> _Doubles:
        part = self.slopes[:, :, chosen]
        return np.asarray(np.einsum("aij,bij->ab", part, part.conj()).real / (2 * chosen.sum()))


def channel_evidence(cells: Cells, valid: BoolMap) -> ChannelEvidence | None:
    """What the channels say; None for grey or too few cells.

    Parameters
    ----------
    valid : (rows, cols)
    """
    if any(one.ndim != 3 for one in cells.light) or min(valid.shape) < 32 or not valid.any():
        return None
    spectra, brightness = _spectra(cells, valid)
    finest = 0.5 / cells.pitch.mean_mm
    noise, decay = _noise(spectra, finest)
    values, axes = np.linalg.eigh(noise)
    if values[-1] <= 0:
        return None
    whitening = np.asarray(axes @ np.diag(1 / np.sqrt(np.maximum(values, 1e-9 * values[-1]))) @ axes.T)
    groups = []
    for low, high in pairwise(edge for edge in _BANDS_PER_MM if edge < _NOISE_FROM * finest or edge < 1):
        for chosen in _by_strength(spectra, (spectra.per_mm >= low) & (spectra.per_mm < high)):
            group = _group(spectra, chosen, (noise, whitening, decay))
            if group is not None:
                groups.append(group)
    return ChannelEvidence(tuple(groups), whitening, brightness, decay) if groups else None


def _spectra(cells: Cells, valid: BoolMap) -> tuple[_Spectra, _Doubles]:
    rows, cols = (slice(max(0, (n - _WINDOW) // 2), max(0, (n - _WINDOW) // 2) + _WINDOW) for n in valid.shape)
    inside = valid[rows, cols]
    vectors = cells.light_vectors()
    if vectors.shape[2:] == valid.shape:
        vectors = vectors[:, :, rows, cols]
    light = np.stack([one[rows, cols] for one in cells.light])
    weights = np.maximum(cells.known[:, rows, cols].astype(np.float32), np.float32(1e-4))
    taper = np.outer(np.hanning(inside.shape[0]), np.hanning(inside.shape[1])) * inside
    slopes, brightness = [], []
    for channel in range(3):
        scaled = solve(scatter(light[..., channel], vectors, weights))
        upright = np.maximum(scaled[2], np.float32(1e-4))
        brightness.append(float(np.median(scaled[2][inside])) if inside.any() else 0.0)
        steep = [np.where(inside, np.clip(scaled[k] / upright, -2, 2), 0) for k in (0, 1)]
        slopes.append([np.fft.rfft2(_levelled(one, inside) * taper) for one in steep])
    pitch = cells.pitch.mean_mm
    down, across = np.fft.fftfreq(inside.shape[0], pitch), np.fft.rfftfreq(inside.shape[1], pitch)
    per_mm = np.hypot(down[:, None], across[None, :])
    return _Spectra(np.array(slopes), per_mm), np.array(brightness)


def _levelled(slope: FloatMap, valid: BoolMap) -> FloatMap:
    """Without its plane: the form's bending is not relief."""
    rows, cols = (np.linspace(-1, 1, n, dtype=np.float32) for n in valid.shape)
    basis = np.stack(np.broadcast_arrays(np.float32(1), rows[:, None], cols[None, :])).reshape(3, -1)
    known = (basis * valid.ravel()).astype(np.float64)
    fit = np.linalg.pinv(known @ known.T, hermitian=True) @ (known @ slope.ravel())
    return np.asarray(slope - (fit.astype(np.float32) @ basis).reshape(slope.shape), dtype=np.float32)


def _noise(spectra: _Spectra, finest: float) -> tuple[_Doubles, float]:
    """(3, 3) covariance of noise at low frequency, and how fast it falls with the square of the frequency."""
    edges = np.linspace(_NOISE_FROM * finest, _NOISE_TO * finest, _NOISE_BANDS + 1)
    bands = [(spectra.per_mm >= low) & (spectra.per_mm < high) for low, high in pairwise(edges)]
    squares = np.array([float((spectra.per_mm[band] ** 2).mean()) for band in bands])
    found = np.array([spectra.covariance(band) for band in bands])
    levels = np.log(np.maximum(found.trace(axis1=1, axis2=2), 1e-30))
    decay = float(np.clip(-np.polyfit(squares, levels, 1)[0], 0, _STEEPEST_DECAY))
    return np.asarray((found * np.exp(decay * squares)[:, None, None]).mean(axis=0)), decay


def _by_strength(spectra: _Spectra, band: BoolMap) -> list[BoolMap]:
    strength = (np.abs(spectra.slopes) ** 2).sum(axis=(0, 1)).astype(np.float32)
    smooth = cv2.GaussianBlur(strength, (0, 0), _SMOOTHING)
    if band.sum() < _LEAST_WAVES:
        return []
    low, high = np.quantile(smooth[band], (_QUIET, _LOUD))
    return [band & (smooth <= low), band & (smooth > low) & (smooth <= high), band & (smooth > high)]


def _group(spectra: _Spectra, chosen: BoolMap, noise: tuple[_Doubles, _Doubles, float]) -> WaveGroup | None:
    """The waves as a group; None when there are few, or nothing but noise."""
    count = 2 * int(chosen.sum())
    if count < _LEAST_WAVES:
        return None
    covariance, whitening, decay = noise
    shape = float(np.exp(-decay * (spectra.per_mm[chosen] ** 2).mean()))
    found = spectra.covariance(chosen) / shape
    if found[2, 2] <= covariance[2, 2]:
        return None
    relief = np.maximum((np.abs(spectra.slopes[2][:, chosen]) ** 2).sum(axis=0) - 2 * covariance[2, 2] * shape, 0)
    total = max(float(relief.sum()), 1e-30)
    return WaveGroup(float((spectra.per_mm[chosen] * relief).sum()) / total, count, whitening @ found @ whitening)
