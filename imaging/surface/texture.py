"""Texture: areal roughness of fine skin, ISO 25178-2, on maps with gaps."""

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap
from imaging.model.geometry import Spacing
from imaging.surface.autocorrelation import decay_lengths_um

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
    heights = height[np.isfinite(height)].astype(np.float64)
    if heights.size < 16:
        return dict.fromkeys(
            ("Sa_um", "Sq_um", "Sz_um", "Sp_um", "Sv_um", "Ssk", "Sku", "Sdq", "Sdr_pct", "Sal_um", "Str")
        )
    shortest, longest = decay_lengths_um(height, spacing)
    ratio = None if shortest is None or longest is None else shortest / longest
    slopes = {"Sdq": rms_gradient(height, spacing), "Sdr_pct": developed_area_pct(height, spacing)}
    return {**height_parameters(heights), **slopes, "Sal_um": shortest, "Str": ratio}


def height_parameters(heights: _Floats) -> dict[str, float | None]:
    """Sa to Sku of heights (n,) in µm about their own mean."""
    away = heights - heights.mean()
    squares = away * away
    sq = float(np.sqrt(squares.mean()))
    is_plane = sq < 1e-9
    return {
        "Sa_um": float(np.abs(away).mean()),
        "Sq_um": sq,
        "Sz_um": float(away.max() - away.min()),
        "Sp_um": float(away.max()),
        "Sv_um": float(-away.min()),
        "Ssk": None if is_plane else float((squares * away).mean() / sq**3),
        "Sku": None if is_plane else float((squares * squares).mean() / sq**4),
    }


def rms_gradient(height: FloatMap, spacing: Spacing) -> float | None:
    """Sdq: root mean square slope, each direction over its own neighbouring pairs."""
    down = np.diff(height, axis=0) / np.float32(1000 * spacing.row_mm)
    across = np.diff(height, axis=1) / np.float32(1000 * spacing.col_mm)
    squares = [_mean_square(down), _mean_square(across)]
    known = [s for s in squares if s is not None]
    return float(np.sqrt(sum(known))) if len(known) == 2 else None


def developed_area_pct(height: FloatMap, spacing: Spacing) -> float | None:
    """Sdr: how much larger the surface is than its projection, %, over cells whose four corners are known.

    Each cell is cut into triangles along both diagonals and the two areas are averaged (D.15).
    """
    down = np.diff(height, axis=0) / np.float32(1000 * spacing.row_mm)
    across = np.diff(height, axis=1) / np.float32(1000 * spacing.col_mm)
    down *= down
    across *= across
    left, right, top, bottom = down[:, :-1], down[:, 1:], across[:-1], across[1:]
    total = np.zeros(left.shape, dtype=np.float32)
    for one in (left, right):
        for other in (top, bottom):
            total += _excess(one + other)
    cells = total[np.isfinite(total)]
    return float(25 * cells.mean(dtype=np.float64)) if cells.size else None


def _excess(squared_slope: FloatMap) -> FloatMap:
    """sqrt(1 + s) - 1 without the loss of digits at small slopes."""
    return np.asarray(squared_slope / (np.sqrt(1 + squared_slope) + 1), dtype=np.float32)


def _mean_square(slopes: FloatMap) -> float | None:
    known = slopes[np.isfinite(slopes)]
    return float(np.mean(known * known, dtype=np.float64)) if known.size else None
