"""What red, green and blue say about one relief: on an opaque surface the same, else light has wandered or bounced."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.surface.normal_solve import scatter, solve

BANDS_PER_MM = (0.15, 0.25, 0.35, 0.5, 0.7, 1.0, 1.4)
"""Edges of the bands of spatial frequency. Finer ones are gloss and noise."""
_LEAST_COHERENCE = 0.5


@dataclass(frozen=True)
class ChannelRatios:
    """Slopes that red and green read over those that blue reads.

    Parameters
    ----------
    frequency : (bands,) per mm, middle of each band
    red, green : (bands,) ratios
    power : (bands,) how much relief each band holds, to weigh it; 0 where the channels do not agree on a relief
    """

    frequency: FloatMap
    red: FloatMap
    green: FloatMap
    power: FloatMap


def channel_ratios(
    light: Sequence[FloatMap], vectors: FloatMap, valid: BoolMap, pitch_mm: float
) -> ChannelRatios | None:
    """Ratios on cells; None for grey frames.

    Parameters
    ----------
    light : one (rows, cols, 3) per light
    vectors : (n, 3, rows, cols) light vectors
    valid : (rows, cols)
    """
    if any(one.ndim != 3 for one in light):
        return None
    spectra = np.stack([_spectrum(light, vectors, valid, channel) for channel in range(3)])
    rows, cols = valid.shape
    frequency = np.hypot(np.fft.fftfreq(rows, pitch_mm)[:, None], np.fft.rfftfreq(cols, pitch_mm)[None, :])
    table = [_band(spectra, (frequency >= low) & (frequency < high)) for low, high in _bands()]
    red, green, power = np.array(table, dtype=np.float32).T
    middle = np.array([np.sqrt(low * high) for low, high in _bands()], dtype=np.float32)
    return ChannelRatios(middle, red, green, power)


def _bands() -> list[tuple[float, float]]:
    return list(pairwise(BANDS_PER_MM))


def _spectrum(light: Sequence[FloatMap], vectors: FloatMap, valid: BoolMap, channel: int) -> FloatMap:
    """(2, rows, cols // 2 + 1) of the two slopes that one channel reads, form off, tapered to the borders."""
    signal = np.stack([one[..., channel] for one in light])
    scaled = solve(scatter(signal, vectors, np.ones_like(signal)))
    upright = np.maximum(scaled[2], np.float32(1e-4))
    taper = np.outer(np.hanning(valid.shape[0]), np.hanning(valid.shape[1])).astype(np.float32) * valid
    slopes = [np.where(valid, np.clip(scaled[k] / upright, -2, 2), 0) for k in (0, 1)]
    return np.stack([np.fft.rfft2(_levelled(slope, valid) * taper) for slope in slopes])


def _levelled(slope: FloatMap, valid: BoolMap) -> FloatMap:
    """Without its plane: the form's bending is not relief."""
    rows, cols = (np.linspace(-1, 1, n, dtype=np.float32) for n in valid.shape)
    basis = np.stack(np.broadcast_arrays(np.float32(1), rows[:, None], cols[None, :]), axis=-1)
    fit = np.linalg.lstsq(basis[valid], slope[valid], rcond=None)[0] if valid.any() else np.zeros(3)
    return np.asarray(slope - basis @ fit, dtype=np.float32)


def _band(spectra: FloatMap, inside: BoolMap) -> tuple[float, float, float]:
    def product(a: int, b: int) -> float:
        return float((spectra[a][:, inside] * spectra[b][:, inside].conj()).real.sum())

    red, green, blue = product(0, 0), product(1, 1), product(2, 2)
    if min(red, green, blue) <= 0:
        return 1.0, 1.0, 0.0
    agreed = min(product(0, 1) / np.sqrt(red * green), product(1, 2) / np.sqrt(green * blue))
    if agreed < _LEAST_COHERENCE:
        return 1.0, 1.0, 0.0
    # through the third channel, whose noise is independent: noise in the divisor would pass for blur
    return product(0, 1) / product(2, 1), product(0, 1) / product(0, 2), product(1, 1) * agreed
