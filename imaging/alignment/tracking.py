"""Points of a reference followed into a live picture of soft skin: what moves smoothly is right, the rest is chance.

Corners are tracked both ways by Lucas and Kanade's method [1]_. Skin that is stretched, tilted or bent moves its points
smoothly: a polynomial of second order in both directions keeps them within a pixel or two of each other, and leaves out
those that landed anywhere.

.. [1] Bouguet 2001, Intel Corporation, "Pyramidal implementation of the affine Lucas Kanade feature tracker".
"""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.alignment.normalise import Grey
from imaging.alignment.rigid import apply_matrix, estimate_affine, inverse
from imaging.model.arrays import BoolMap, FloatMap, Points

_WINDOW = (21, 21)
_LEVELS = 2
_THERE_AND_BACK_PX = 0.7
_THRESHOLDS_PX = 5.0, 3.0, 2.0, 1.5
"""Of the distance to the smooth motion, from round to round."""
_ROUGH_PX = 5.0
_LEAST = 12
"""Points that a polynomial of second order can be trusted on."""
_FEW_SHARE = 0.6
"""With fewer that agree, the tracking is begun anew from what they say."""
_RIM_PX = 3


@dataclass(frozen=True, eq=False)
class Tracked:
    """Points found again, in the pixels of the pictures that were compared.

    Parameters
    ----------
    reference, live : (n, 2) of (col, row) each
    smooth : (n, 2), where the smooth motion puts the live points on the reference
    agrees : (n,) True where the point lies there
    """

    reference: Points
    live: Points
    smooth: Points
    agrees: BoolMap

    @property
    def count(self) -> int:
        return int(self.agrees.sum())


def track(reference: Grey, corners: FloatMap, live: Grey, start: Points) -> Tracked:
    """Follow corners of the reference into a live picture of about the same size, from a first guess.

    Parameters
    ----------
    reference, live : (rows, cols) uint8, locally normalised
    corners : (n, 2) float32 of (col, row) in the reference
    start : (3, 3), live to reference
    """
    found = _judged(*_followed(reference, corners, live, start))
    if _LEAST <= found.count < _FEW_SHARE * len(found.agrees):
        better, _ = estimate_affine(found.live[found.agrees], found.reference[found.agrees], _ROUGH_PX)
        again = _judged(*_followed(reference, corners, live, better))
        found = again if again.count > found.count else found
    return found


def _followed(reference: Grey, corners: FloatMap, live: Grey, start: Points) -> tuple[Points, Points]:
    """(in the reference, in the live picture), those that come back to where they started."""
    nothing = np.zeros((0, 2)), np.zeros((0, 2))
    if not len(corners):
        return nothing
    size = reference.shape[1], reference.shape[0]
    flags = cv2.INTER_LINEAR
    warped = np.asarray(cv2.warpPerspective(live, start, size, flags=flags, borderValue=128.0), dtype=np.uint8)
    there, seen = _flow(reference, warped, corners)
    back, came = _flow(warped, reference, there)
    in_live = apply_matrix(inverse(start), there.astype(np.float64))
    limits = np.array([live.shape[1], live.shape[0]]) - _RIM_PX
    is_inside = (in_live > _RIM_PX - 1).all(axis=1) & (in_live < limits).all(axis=1)
    is_kept = seen & came & is_inside & (np.linalg.norm(back - corners, axis=1) < _THERE_AND_BACK_PX)
    return corners[is_kept].astype(np.float64), in_live[is_kept]


def _flow(one: Grey, two: Grey, points: FloatMap) -> tuple[FloatMap, BoolMap]:
    found, status, _ = cv2.calcOpticalFlowPyrLK(one, two, points, np.array(points), winSize=_WINDOW, maxLevel=_LEVELS)
    return np.asarray(found, np.float32).reshape(-1, 2), np.asarray(status).ravel().astype(np.bool_)


def _judged(reference: Points, live: Points) -> Tracked:
    """Which points move smoothly."""
    matrix, agrees = estimate_affine(live, reference, _ROUGH_PX)
    smooth = apply_matrix(matrix, live)
    if agrees.sum() < _LEAST:
        return Tracked(reference, live, smooth, np.zeros(len(live), np.bool_))
    terms = _second_order(live)
    for threshold in _THRESHOLDS_PX:
        if agrees.sum() < _LEAST:
            break
        solved, *_ = np.linalg.lstsq(terms[agrees], reference[agrees], rcond=None)
        smooth = terms @ solved
        agrees = np.linalg.norm(smooth - reference, axis=1) < threshold
    return Tracked(reference, live, smooth, agrees)


def _second_order(points: Points) -> Points:
    """(n, 6): 1, x, y and their products, each of about size one."""
    x, y = ((points - points.mean(axis=0)) / max(float(points.std()), 1e-6)).T
    return np.column_stack([np.ones_like(x), x, y, x * x, x * y, y * y])
