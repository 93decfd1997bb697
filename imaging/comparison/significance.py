"""Where a change of height is more than noise."""

from dataclasses import dataclass

import cv2
import numpy as np
from scipy import special

from imaging.comparison.bends import broad_bends
from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.filters import gaussian_filter, remove_form
from imaging.surface.reference import reference_surface

_FALSE_DISCOVERY_RATE = 0.05
_SMALLEST_MM = 0.2
"""Noise is averaged over this wavelength: the narrowest furrow that counts."""
_PIXELS_PER_CUTOFF = 8
"""Finer pictures are judged on cells: what is smoothed that far shows nothing more."""
_READING_SHARE = 0.03
"""Of the relief: by how much one and the same furrow reads differently when the skin lies differently to the lights."""
_UNEVEN = 1.5
"""Noise is believed to differ from place to place by at most this factor. Where lights and model disagree more, in
furrows above all, they do so at both visits alike: that is no noise, and it hid real changes."""
_BORDER_SHARE = 0.4
"""Of the reference length: how far inside the border broad bends are not believed."""
_MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, eq=False)
class HeightPair:
    """Two heights on one grid with what is doubtful about them.

    Parameters
    ----------
    reference, moving : (rows, cols), NaN where not measured
    uncertainty : (rows, cols), standard uncertainty of their difference as propagated
    jitter_px : by how many pixels (root mean square, both axes together) registration may be off
    spacing : None when uncalibrated
    """

    reference: FloatMap
    moving: FloatMap
    uncertainty: FloatMap
    jitter_px: float
    spacing: Spacing | None

    @property
    def valid(self) -> BoolMap:
        return np.asarray(np.isfinite(self.reference) & np.isfinite(self.moving))

    @property
    def grid(self) -> Spacing:
        """The spacing; without one a picture is taken to be 25 mm wide."""
        return self.spacing or Spacing.square(25.0 / max(self.reference.shape))


def level_change(pair: HeightPair, reference_mm: float) -> FloatMap:
    """Moving minus reference height, brought to a common reference on skin that did not change.

    A second-order form, then a reference surface of `reference_mm`, both fitted with Tukey weights: a change that is
    narrower than about half that length stands out and does not pull them along.
    """
    valid = pair.valid
    difference = np.where(valid, pair.moving - pair.reference, np.float32(np.nan)).astype(np.float32)
    if valid.sum() < 100:
        return difference
    levelled = remove_form(difference, valid, order=2)
    return np.asarray(levelled - reference_surface(levelled, valid, pair.grid, reference_mm), dtype=np.float32)


def significant_change(change: FloatMap, pair: HeightPair, reference_mm: float) -> BoolMap:
    """Where `change` is significant at a false-discovery rate of 5 % (Benjamini and Hochberg [1]_).

    The change is smoothed to the narrowest furrow that counts. Its noise has three parts: the propagated uncertainty,
    scaled to what flat places of this very pair show; registration jitter times slope; and a share of the relief
    itself. Noise is correlated over the smoothing length, so the rate is set on one sample per such length.

    References
    ----------
    .. [1] Benjamini and Hochberg 1995, J. R. Statist. Soc. B 57(1):289-300.
    """
    valid = np.isfinite(change)
    if valid.sum() < 100:
        return np.zeros(change.shape, np.bool_)
    cutoff_mm = max(_SMALLEST_MM, 3 * pair.grid.mean_mm)
    step = int(cutoff_mm / _PIXELS_PER_CUTOFF / pair.grid.mean_mm)
    if step > 1:
        found = significant_change(_reduced(change, step), _reduced_pair(pair, step), reference_mm)
        full = cv2.resize(found.astype(np.uint8), change.shape[::-1], interpolation=cv2.INTER_NEAREST)
        return np.asarray((full > 0) & valid)
    smooth = gaussian_filter(change, valid, pair.grid, cutoff_mm)
    kept = _without_end_effects(smooth, pair.grid, reference_mm)
    deviation = np.abs(kept) / _noise(smooth, pair, cutoff_mm, reference_mm)
    chance = np.where(valid, special.erfc(np.nan_to_num(deviation) / np.sqrt(2)), 1.0)
    step = max(round(cutoff_mm / 2 / pair.grid.mean_mm), 1)
    limit = benjamini_hochberg(chance[::step, ::step][valid[::step, ::step]], _FALSE_DISCOVERY_RATE)
    return _without_specks(chance <= limit, cutoff_mm / pair.grid.mean_mm)


def _reduced_pair(pair: HeightPair, step: int) -> HeightPair:
    maps = [_reduced(one, step) for one in (pair.reference, pair.moving, pair.uncertainty)]
    rows, cols = (full / small for full, small in zip(pair.reference.shape, maps[0].shape, strict=True))
    spacing = Spacing(pair.grid.row_mm * rows, pair.grid.col_mm * cols)
    return HeightPair(maps[0], maps[1], maps[2], pair.jitter_px / step, spacing)


def _reduced(values: FloatMap, step: int) -> FloatMap:
    """Means of cells; NaN where any part of a cell is."""
    size = values.shape[1] // step, values.shape[0] // step
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def benjamini_hochberg(chances: FloatMap, rate: float) -> float:
    """The largest p that may be called a discovery, (n,) -> 0..1; below zero when none may."""
    ordered = np.sort(np.ravel(chances))
    passed = np.nonzero(ordered <= rate * np.arange(1, ordered.size + 1) / max(ordered.size, 1))[0]
    return float(ordered[passed[-1]]) if passed.size else -1.0


def _without_end_effects(smooth: FloatMap, grid: Spacing, reference_mm: float) -> FloatMap:
    """Near the border of the common skin only what is narrow: integration leaves broad bends there."""
    valid = np.isfinite(smooth)
    framed = np.pad(valid.astype(np.uint8), 1)
    away_mm = cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1] * grid.mean_mm
    straight = smooth - broad_bends(smooth, grid, reference_mm / 2)
    narrow = np.where(np.abs(smooth) < np.abs(straight), smooth, straight)
    return np.where(away_mm < _BORDER_SHARE * reference_mm, narrow, smooth).astype(np.float32)


def change_uncertainty(change: FloatMap, pair: HeightPair, reference_mm: float) -> FloatMap:
    """Standard uncertainty of `change` at each of its pixels, as it stands and not smoothed; NaN where it is.

    From the same sources as its significance: what flat skin of this very pair shows, registration jitter times slope,
    and a share of the relief. What differs slowly is found on cells of half the narrowest furrow that counts.
    """
    valid = np.isfinite(change)
    if valid.sum() < 100:
        return np.full(change.shape, np.nan, np.float32)
    cutoff_mm = max(_SMALLEST_MM, 3 * pair.grid.mean_mm)
    step = max(int(cutoff_mm / 2 / pair.grid.mean_mm), 1)
    cells = _noise_parts(np.isfinite(_reduced(change, step)), _reduced_pair(pair, step), cutoff_mm, reference_mm)
    even, known, flat = (
        cv2.resize(part.astype(np.float32), change.shape[::-1], interpolation=cv2.INTER_NEAREST)
        for part in (cells.even, cells.known, cells.flat)
    )
    quiet = valid & (flat > 0) & np.isfinite(even)
    spread = _MAD_TO_SIGMA * float(np.median(np.abs(change[quiet] / even[quiet]))) if quiet.any() else 0.0
    return np.where(valid, np.sqrt(np.square(spread * even) + known), np.float32(np.nan)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class _NoiseParts:
    """Of a change: how its noise is spread, 1 in the middle; variance that is known; where skin is flat."""

    even: FloatMap
    known: FloatMap
    flat: BoolMap


def _noise(smooth: FloatMap, pair: HeightPair, cutoff_mm: float, reference_mm: float) -> FloatMap:
    parts = _noise_parts(np.isfinite(smooth), pair, cutoff_mm, reference_mm)
    even, flat = parts.even, parts.flat
    spread = _MAD_TO_SIGMA * float(np.median(np.abs(smooth[flat] / even[flat]))) if flat.any() else 0.0
    return np.asarray(np.sqrt(np.square(spread * even) + parts.known) + 1e-6, dtype=np.float32)


def _noise_parts(valid: BoolMap, pair: HeightPair, cutoff_mm: float, reference_mm: float) -> _NoiseParts:
    mean = np.where(valid, (pair.reference + pair.moving) / 2, np.float32(np.nan)).astype(np.float32)
    relief = gaussian_filter(
        mean - reference_surface(mean, valid, pair.grid, reference_mm), valid, pair.grid, cutoff_mm
    )
    slope = _slope(relief, valid)
    known = np.square(pair.jitter_px / np.sqrt(2) * slope) + np.square(_READING_SHARE * relief)
    even = np.where(valid, pair.uncertainty / np.nanmedian(pair.uncertainty[valid]), 1.0)
    even = np.clip(even, 1 / _UNEVEN, _UNEVEN)
    # Flat places first: furrows may really have changed and must not raise the noise they are judged by.
    flat = (
        valid & (slope <= np.nanmedian(slope[valid])) & (np.abs(relief) <= np.nanpercentile(np.abs(relief[valid]), 70))
    )
    return _NoiseParts(np.asarray(even), np.asarray(known), np.asarray(flat))


def _slope(relief: FloatMap, valid: BoolMap) -> FloatMap:
    """Height per pixel, steepest direction."""
    filled = np.where(valid, relief, np.float32(0))
    down, across = cv2.Sobel(filled, cv2.CV_32F, 0, 1, scale=1 / 8), cv2.Sobel(filled, cv2.CV_32F, 1, 0, scale=1 / 8)
    return np.where(valid, np.hypot(down, across), np.float32(np.nan)).astype(np.float32)


def _without_specks(found: BoolMap, length_px: float) -> BoolMap:
    """Regions at least as large as one smoothing length: smaller ones are single noise grains."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found.astype(np.uint8), connectivity=8)
    keeps = stats[:, cv2.CC_STAT_AREA] >= length_px**2
    keeps[0] = False
    return np.asarray(keeps[labels] if count > 1 else found, dtype=np.bool_)
