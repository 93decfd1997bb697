"""How far the skin is stretched or pressed compared with the baseline: the strain of its microrelief."""

import numpy as np

from imaging.model.arrays import Points
from imaging.model.geometry import Roi
from imaging.model.visit import SiteKey

NODES = 9
"""Places along each side of the ROI at which the strain is read."""
REACH = 0.1
"""Standard deviation of the weight around a place, as a share of the ROI's diagonal."""
LEAST_POINTS = 8.0
"""Points that bear on a place; with fewer it says nothing."""
LEAST_SHARE = 0.5
"""Of the places have to say something."""


def microrelief_strain(points: Points, roi: Roi) -> float | None:
    """Median over the ROI of the difference of the two principal strains, as a share.

    For skin pulled in one direction it is the strain itself. Shift, turn and distance leave it alone, since it is the
    same in both directions then; of a camera held at an angle, the part that a plane explains is taken out first.
    The displacement between points is a plane through those around each place, weighted by a Gaussian: the elastic rest
    of a registration whose rigid part is a similarity. The strain is the symmetric part of its gradient [1]_.

    Parameters
    ----------
    points : (n, 2, 2), points of the baseline and where the same skin lies in the live picture, (col, row), once this
        was laid on the baseline by shift, turn and scale: `Pose.points`
    roi : on the baseline

    Returns
    -------
    None where there is too little to see.

    References
    ----------
    .. [1] M. A. Sutton, J.-J. Orteu, H. W. Schreier (2009), Image Correlation for Shape, Motion and Deformation
       Measurements, Springer, chapter 5.
    """
    baseline, live = points[:, 0], points[:, 1]
    rows, cols = roi.shape
    middle, length = np.array([roi.col0 + cols / 2, roi.row0 + rows / 2]), float(np.hypot(rows, cols))
    at, moved = (baseline - middle) / length, (live - baseline) / length
    if len(at) < 2 * LEAST_POINTS:
        return None
    differences = _principal_differences(at, moved - _tilt(at, moved), _nodes(rows / length, cols / length))
    known = differences[~np.isnan(differences)]
    return float(np.median(known)) if len(known) >= LEAST_SHARE * len(differences) else None


def relax_instruction(strain: float, site: SiteKey | None) -> str:
    """What the subject has to do, for example "The skin is pulled by 5 %: do not smile or squint."."""
    how = _RELAX.get(site.site, _RELAXED) if site is not None else _RELAXED
    return f"The skin is pulled by {100 * strain:.0f} %: {how}."


_RELAXED = "relax the face, as at the baseline"
_RELAX = {
    "crows-feet": "do not smile or squint",
    "eye-region": "do not smile or squint",
    "lower-eyelid": "do not smile or squint",
    "forehead": "let the brows rest",
    "glabella": "do not frown",
    "nasolabial-fold": "do not smile",
    "cheek": "do not smile",
    "perioral": "close the lips without pressing",
    "upper-lip": "close the lips without pressing",
    "neck": "hold the head as at the baseline",
}


def _nodes(height: float, width: float) -> Points:
    """(n, 2) places over the ROI, away from its rim."""
    steps = (np.arange(NODES) + 0.5) / NODES - 0.5
    return np.stack(np.meshgrid(steps * width, steps * height), axis=-1).reshape(-1, 2)


def _tilt(at: Points, moved: Points) -> Points:
    """The part of the motion that only a plane seen from another angle has: x (h . x).

    Fitted together with everything linear, of which nothing is taken.
    """
    x, y = at.T
    one, none = np.ones_like(x), np.zeros_like(x)
    along = np.column_stack([one, none, x, none, y, none, x * x, x * y])
    across = np.column_stack([none, one, none, x, none, y, x * y, y * y])
    solved, *_ = np.linalg.lstsq(np.vstack([along, across]), moved.T.ravel(), rcond=None)
    return np.asarray(at * (at @ solved[6:])[:, None])


def _principal_differences(at: Points, moved: Points, nodes: Points) -> Points:
    """(nodes,) first minus second principal strain; NaN where too few points lie."""
    away = at[None] - nodes[:, None]
    weight = np.exp(-np.sum(away**2, axis=2) / (2 * REACH**2))
    bearing = weight.sum(axis=1) ** 2 / np.maximum(np.sum(weight**2, axis=1), 1e-12)
    terms = np.concatenate([np.ones((*away.shape[:2], 1)), away], axis=2)
    weighted = (terms * weight[..., None]).swapaxes(1, 2)
    gradient = np.linalg.solve(weighted @ terms + 1e-9 * np.eye(3), weighted @ moved)[:, 1:]
    stretch = gradient[:, 0, 0] - gradient[:, 1, 1]
    shear = gradient[:, 0, 1] + gradient[:, 1, 0]
    return np.where((bearing >= LEAST_POINTS) & (weight.sum(axis=1) > 1), np.hypot(stretch, shear), np.nan)
