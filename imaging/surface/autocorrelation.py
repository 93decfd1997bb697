"""How far a texture resembles itself: Sal and Str from the autocorrelation, on maps with gaps."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import scipy.fft
from scipy import ndimage

from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing

_LEVEL = 0.2
_SMALL = 1024
_CELL_PX = 4
_LONGEST_LAG_MM = 2.0
"""Four times the coarsest texture that passes the L-filter; on small pictures coarser ones are looked for as well."""
_LEAST_OVERLAP = 0.05


def decay_lengths_um(height: FloatMap, spacing: Spacing) -> tuple[float | None, float | None]:
    """Shortest and longest distance in which the autocorrelation falls to 0.2; None where it does not within reach.

    Parameters
    ----------
    height : (rows, cols), NaN where unknown

    References
    ----------
    ISO 25178-2:2021, 4.3.1 and 4.3.2, with s = 0.2.
    """
    rows, cols = height.shape
    near = min(rows - 1, int(_LONGEST_LAG_MM / spacing.row_mm)), min(cols - 1, int(_LONGEST_LAG_MM / spacing.col_mm))
    far = (rows - 1 if rows <= _SMALL else near[0], cols - 1 if cols <= _SMALL else near[1])
    shortest, longest = _decay_lengths_um(height, spacing, near)
    return (shortest, longest) if longest is not None or far == near else _decay_lengths_um(height, spacing, far)


def _decay_lengths_um(height: FloatMap, spacing: Spacing, lags: tuple[int, int]) -> tuple[float | None, float | None]:
    correlation = autocorrelation(height, lags)
    lobe = _central_lobe(correlation)
    lengths = _crossings(correlation, lobe, spacing)
    if lengths.size == 0:
        return None, None
    is_open = bool((ndimage.binary_dilation(lobe, iterations=2) & _unreached(correlation)).any())
    return float(1000 * lengths.min()), None if is_open else float(1000 * lengths.max())


def autocorrelation(height: FloatMap, lags: tuple[int, int]) -> FloatMap:
    """(2 lags + 1) map of the mean product of points a lag apart over the variance; 1 in the middle.

    Only pairs of known points count; NaN where there are too few of them.
    """
    known = np.isfinite(height)
    mean = float(np.sum(height, where=known, dtype=np.float64)) / max(int(np.count_nonzero(known)), 1)
    away = np.where(known, height - np.float32(mean), np.float32(0))
    products, pairs = _correlated(away, lags), _pairs(known, lags)
    enough = pairs > _LEAST_OVERLAP * _LEAST_OVERLAP * known.sum()
    covariance = np.where(enough, products / np.maximum(pairs, 1), np.nan)
    return np.asarray(covariance / max(float(covariance[lags[0], lags[1]]), 1e-30), dtype=np.float32)


def _pairs(known: BoolMap, lags: tuple[int, int]) -> npt.NDArray[Any]:
    """How many pairs of known points are each lag apart, (2 lags + 1).

    On large maps with gaps counted on cells, whose count is smooth, but at lag 0.
    """
    if known.all():
        return np.outer(*(n - np.abs(np.arange(-lag, lag + 1)) for n, lag in zip(known.shape, lags, strict=True)))
    if max(known.shape) <= _SMALL:
        return np.round(_correlated(known.astype(np.float32), lags))
    rows, cols = (n + -n % _CELL_PX for n in known.shape)
    padded = np.zeros((rows, cols), dtype=np.float32)
    padded[: known.shape[0], : known.shape[1]] = known
    cells = cv2.resize(padded, (cols // _CELL_PX, rows // _CELL_PX), interpolation=cv2.INTER_AREA)
    reach = (-(-lags[0] // _CELL_PX), -(-lags[1] // _CELL_PX))
    counted = _correlated(np.asarray(cells, dtype=np.float32), reach) * np.float32(_CELL_PX**2)
    down, across = (np.arange(-lag, lag + 1) / _CELL_PX + middle for lag, middle in zip(lags, reach, strict=True))
    at = np.meshgrid(across.astype(np.float32), down.astype(np.float32))
    pairs = np.asarray(cv2.remap(counted, at[0], at[1], cv2.INTER_LINEAR), dtype=np.float32)
    pairs[lags] = np.count_nonzero(known)
    return pairs


def _correlated(values: FloatMap, lags: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Sums of products of points a lag apart, (2 lags + 1). The way back is only gone for the lags asked for."""
    size = [scipy.fft.next_fast_len(n + lag, real=True) for n, lag in zip(values.shape, lags, strict=True)]
    spectrum = scipy.fft.rfft2(values, s=size, workers=2)
    power = spectrum.real**2
    power += spectrum.imag**2
    # of real numbers: the inverse is the conjugate of the transform, and what lies before it mirrors what lies after
    later = scipy.fft.rfft(power, axis=0, workers=2)[: lags[0] + 1].conj() / np.float32(size[0])
    half = np.concatenate([later[:0:-1].conj(), later])
    cols = np.arange(-lags[1], lags[1] + 1)
    return np.asarray(scipy.fft.irfft(half, n=size[1], axis=1, workers=2)[:, cols], dtype=np.float32)


def _central_lobe(correlation: FloatMap) -> BoolMap:
    parts, _ = ndimage.label(correlation > _LEVEL)
    middle = parts[correlation.shape[0] // 2, correlation.shape[1] // 2]
    return np.asarray((parts == middle) & (parts > 0))


def _unreached(correlation: FloatMap) -> BoolMap:
    """The rim of the map and lags with too few pairs: beyond them the decay is not known."""
    unknown = np.isnan(correlation)
    unknown[[0, -1]] = True
    unknown[:, [0, -1]] = True
    return unknown


def _crossings(correlation: FloatMap, lobe: BoolMap, spacing: Spacing) -> npt.NDArray[np.float64]:
    """Distances (mm) from the middle to the rim of the lobe, between the last pixel inside and the first outside."""
    rim = np.argwhere(ndimage.binary_dilation(lobe) & ~lobe).astype(np.float64)
    if rim.size == 0:
        return np.zeros(0)
    away = rim - np.array(correlation.shape) // 2
    pixels = np.hypot(away[:, 0], away[:, 1])
    distance = np.hypot(away[:, 0] * spacing.row_mm, away[:, 1] * spacing.col_mm)
    back = np.arange(0, 2.01, 0.1)
    share = np.maximum(1 - back[None, :] / pixels[:, None], 0)
    middle = np.array(correlation.shape)[:, None, None] // 2
    at = middle + away.T[:, :, None] * share
    values = ndimage.map_coordinates(np.nan_to_num(correlation), at, order=3, mode="nearest")
    inside = values > _LEVEL
    first = np.where(inside.any(axis=1), inside.argmax(axis=1), 0)
    index = np.arange(len(rim))
    here, before = values[index, first], values[index, np.maximum(first - 1, 0)]
    part = np.clip((here - _LEVEL) / np.maximum(here - before, 1e-12), 0, 1)
    at_share = share[index, first] + part * (share[index, np.maximum(first - 1, 0)] - share[index, first])
    return np.asarray(distance * at_share)
