"""Texture: areal roughness of fine skin, ISO 25178-2, on maps with gaps."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.autocorrelation import decay_lengths_um
from imaging.surface.bands import for_each_band

_Floats = npt.NDArray[np.float64]


def roughness(height: FloatMap, spacing: Spacing) -> dict[str, float | None]:
    """All texture parameters of a scale-limited surface.

    Parameters
    ----------
    height : (rows, cols) µm, S- and L-filtered; NaN where it is not skin that counts
    spacing : of the pixels

    Returns
    -------
    Sa_um, Sq_um, Sz_um, Sp_um, Sv_um, Ssk, Sku, Sdq, Sdr_pct, Sal_um, Str. None where not defined: Ssk and Sku of a
    plane; Sal and Str where the autocorrelation does not fall to 0.2 within the picture.

    References
    ----------
    ISO 25178-2:2021, 4.2 (heights), 4.3 (Sal, Str), 4.4 (Sdq, Sdr; D.3 for the area of a cell).
    """
    if np.count_nonzero(np.isfinite(height)) < 16:
        return dict.fromkeys(
            ("Sa_um", "Sq_um", "Sz_um", "Sp_um", "Sv_um", "Ssk", "Sku", "Sdq", "Sdr_pct", "Sal_um", "Str")
        )
    shortest, longest = decay_lengths_um(height, spacing)
    ratio = None if shortest is None or longest is None else shortest / longest
    return {
        **height_parameters(height[np.isfinite(height)]),
        **slope_parameters(height, spacing),
        "Sal_um": shortest,
        "Str": ratio,
    }


def height_parameters(heights: npt.NDArray[Any]) -> dict[str, float | None]:
    """Sa to Sku of heights (n,) in µm about their own mean."""
    mean = _mean(heights, lambda part: part)
    peak, pit = float(heights.max()) - mean, mean - float(heights.min())
    moments = _mean(heights, lambda part: _powers(part - mean))
    sq = float(np.sqrt(moments[1]))
    is_plane = sq < 1e-9
    return {
        "Sa_um": float(moments[0]),
        "Sq_um": sq,
        "Sz_um": peak + pit,
        "Sp_um": peak,
        "Sv_um": pit,
        "Ssk": None if is_plane else float(moments[2] / sq**3),
        "Sku": None if is_plane else float(moments[3] / sq**4),
    }


def _powers(away: _Floats) -> _Floats:
    squares = away * away
    return np.stack([np.abs(away), squares, squares * away, squares * squares])


def _mean(heights: npt.NDArray[Any], of: Callable[[_Floats], _Floats]) -> Any:
    """Mean over all heights, (n,), of a function of them, (..., n); in double precision."""
    sums = for_each_band(lambda part: of(heights[part].astype(np.float64)).sum(axis=-1), (heights.size, 1))
    return np.sum(sums, axis=0) / heights.size


def slope_parameters(height: FloatMap, spacing: Spacing) -> dict[str, float | None]:
    """Sdq and Sdr of a map, (rows, cols) µm, with gaps.

    Sdq: root mean square slope, each direction over its own neighbouring pairs. Sdr: how much larger the surface is
    than its projection, %, over cells whose four corners are known; each cell is cut into triangles along both
    diagonals and the two areas are averaged (D.15).
    """
    shape = (height.shape[0], height.shape[1])
    sums = for_each_band(lambda rows: _slope_sums(height[rows.start : rows.stop + 1], rows, spacing), shape)
    down, count_down, across, count_across, excess, cells = np.sum(sums, axis=0)
    return {
        "Sdq": float(np.sqrt(down / count_down + across / count_across)) if count_down and count_across else None,
        "Sdr_pct": float(25 * excess / cells) if cells else None,
    }


def _slope_sums(height: FloatMap, rows: slice, spacing: Spacing) -> _Floats:
    """Of a band with the row below it: squared slopes down and across and the excess of area, each with its count."""
    down = np.diff(height, axis=0) * np.float32(1 / (1000 * spacing.row_mm))
    across = np.diff(height, axis=1) * np.float32(1 / (1000 * spacing.col_mm))
    down *= down
    across *= across
    total = np.zeros((down.shape[0], across.shape[1]), dtype=np.float32)
    for one in (down[:, :-1], down[:, 1:]):
        for other in (across[:-1], across[1:]):
            total += _excess(one + other)
    return np.concatenate([_sum_and_count(part) for part in (down, across[: rows.stop - rows.start], total)])


def _sum_and_count(values: FloatMap) -> _Floats:
    """Of what is known."""
    known = np.isfinite(values)
    return np.array([np.sum(values, where=known, dtype=np.float64), np.count_nonzero(known)])


def _excess(squared_slope: FloatMap) -> FloatMap:
    """sqrt(1 + s) - 1 without the loss of digits at small slopes."""
    return np.asarray(squared_slope / (np.sqrt(1 + squared_slope) + 1), dtype=np.float32)
