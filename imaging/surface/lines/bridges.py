"""Straight lines that rest on a section from above, over its middle: the reference of a furrow's depth."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Columns = npt.NDArray[np.intp]

_MOST_TURNS = 50
_PREFER_FAR = 1e-9
"""Of points on one straight line the outermost are taken."""


def find_bridges(profiles: Floats, offsets: Floats) -> tuple[Columns, Columns]:
    """Ends of the upper convex hull's edge over the middle of each profile.

    Parameters
    ----------
    profiles : (n, m) heights, NaN where not known
    offsets : (m,) place of each column, rising

    Returns
    -------
    (n,) left column, at most the middle, and (n,) right column beyond it; both the middle where one side is unknown

    Notes
    -----
    The edge is the pair whose chord passes highest between the two middle columns. The best right end for a left end is
    the one seen under the steepest slope, and the other way round; taking turns ends at a line over all points.
    """
    middle = profiles.shape[1] // 2
    near, far = profiles[:, : middle + 1], profiles[:, middle + 1 :]
    x_near, x_far = offsets[: middle + 1], offsets[middle + 1 :]
    left = np.argmax(_known(near), axis=1)
    right = _steepest(near, x_near, left, (far, x_far))
    for _ in range(_MOST_TURNS):
        moved = _steepest(far, x_far, right, (near, x_near))
        if np.array_equal(moved, left):
            break
        left = moved
        right = _steepest(near, x_near, left, (far, x_far))
    has_both = np.isfinite(near).any(axis=1) & np.isfinite(far).any(axis=1)
    return np.where(has_both, left, middle), np.where(has_both, right + middle + 1, middle)


def _known(profiles: Floats) -> Floats:
    return np.where(np.isnan(profiles), -np.inf, profiles)


def _steepest(pivots: Floats, x_pivots: Floats, chosen: Columns, others: tuple[Floats, Floats]) -> Columns:
    """Column of `others` that is highest as seen from the chosen pivot of each profile."""
    heights, x = others
    pivot = np.nan_to_num(pivots[np.arange(len(pivots)), chosen])
    away = np.abs(x[None, :] - x_pivots[chosen][:, None])
    return np.asarray(np.argmax((_known(heights) - pivot[:, None]) / away + _PREFER_FAR * away, axis=1))
