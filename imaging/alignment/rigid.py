"""One matrix that brings a moving picture onto a reference: similarity, affine or homography.

Points and matrices are (col, row); a matrix maps moving (col, row, 1) to reference.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from imaging.alignment.normalise import Grey
from imaging.model.arrays import BoolMap, FloatMap, Points

_AFFINE_MIN_INLIERS = 30
_HOMOGRAPHY_MIN_INLIERS = 60


@dataclass(frozen=True, eq=False)
class RigidFit:
    """A matrix with what speaks for it.

    Parameters
    ----------
    matrix : (3, 3), moving (col, row, 1) to reference
    model : "similarity", "affine", "homography" or "shift"
    inliers : (n,) True for the pairs that agree
    residual_px : root mean square distance of the inliers in the reference picture; NaN without any
    """

    matrix: Points
    model: str
    inliers: BoolMap
    residual_px: float

    @property
    def count(self) -> int:
        return int(self.inliers.sum())


def estimate_similarity(points_mov: Points, points_ref: Points, threshold_px: float = 3.0) -> tuple[Points, BoolMap]:
    """Shift, rotation and one scale by RANSAC; (3, 3) and the inliers (n,).

    Without an answer the matrix is the identity and no pair is an inlier.
    """
    # USAC raises in estimateAffinePartial2D of OpenCV 5.
    return _estimate(cv2.estimateAffinePartial2D, (points_mov, points_ref), 2, threshold_px)


def estimate_affine(points_mov: Points, points_ref: Points, threshold_px: float = 3.0) -> tuple[Points, BoolMap]:
    """Shift, rotation, two scales and shear by RANSAC; as `estimate_similarity`."""
    return _estimate(cv2.estimateAffine2D, (points_mov, points_ref), 3, threshold_px)


def estimate_homography(points_mov: Points, points_ref: Points, threshold_px: float = 3.0) -> tuple[Points, BoolMap]:
    """A plane seen from another angle, by RANSAC; as `estimate_similarity`."""
    return _estimate(cv2.findHomography, (points_mov, points_ref), 4, threshold_px)


def estimate_rigid(points_mov: Points, points_ref: Points, threshold_px: float = 3.0) -> RigidFit:
    """The simplest matrix that explains the pairs.

    Similarity first; affine, then homography only when enough pairs support them and they lower the squared distances,
    cut off at the threshold, by more than a fifth (a freer matrix always fits a little better, and extrapolates worse).
    """
    pairs = points_mov, points_ref
    fit = _fit("similarity", *estimate_similarity(*pairs, threshold_px), pairs)
    for model, estimate, needed in (
        ("affine", estimate_affine, _AFFINE_MIN_INLIERS),
        ("homography", estimate_homography, _HOMOGRAPHY_MIN_INLIERS),
    ):
        freer = _fit(model, *estimate(*pairs, threshold_px), pairs)
        if freer.count >= needed and _is_better(freer, fit, pairs, threshold_px):
            fit = freer
    return fit


def _is_better(freer: RigidFit, fit: RigidFit, pairs: tuple[Points, Points], threshold_px: float) -> bool:
    """Over the pairs that are right by either matrix, so that wrong ones do not drown the difference."""
    either = freer.inliers | fit.inliers
    costs = [np.minimum(_distances(one.matrix, pairs)[either], threshold_px) ** 2 for one in (freer, fit)]
    return bool(costs[0].sum() < 0.8 * costs[1].sum())


def inverse(matrix: Points) -> Points:
    """The way back of a (3, 3) matrix."""
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def apply_matrix(matrix: Points, points: Points) -> Points:
    """Points (n, 2) of (col, row) through a (3, 3) matrix."""
    mapped = points @ matrix[:2, :2].T + matrix[:2, 2]
    weight = points @ matrix[2, :2] + matrix[2, 2]
    return np.asarray(mapped / weight[:, None])


def apply_matrix_to_grid(matrix: Points, flow: FloatMap) -> FloatMap:
    """Each pixel moved by `flow`, then through a (3, 3) matrix: (rows, cols, 2) absolute (row, col), float32.

    Parameters
    ----------
    flow : (rows, cols, 2) of (row, col)
    """
    rows, cols = flow.shape[:2]
    m = matrix.astype(np.float32)
    row = np.arange(rows, dtype=np.float32)[:, None] + flow[..., 0]
    col = np.arange(cols, dtype=np.float32)[None, :] + flow[..., 1]
    found = np.empty((rows, cols, 2), np.float32)
    found[..., 0] = m[1, 0] * col + m[1, 1] * row + m[1, 2]
    found[..., 1] = m[0, 0] * col + m[0, 1] * row + m[0, 2]
    if m[2, 0] or m[2, 1]:
        found /= (m[2, 0] * col + m[2, 1] * row + m[2, 2])[..., None]
    return found


def rotation_and_scale(matrix: Points, at: tuple[float, float] = (0.0, 0.0)) -> tuple[float, float]:
    """Rotation in degrees (counter-clockwise as seen on the picture) and scale of a matrix near `at` (col, row)."""
    corner = np.array([at, (at[0] + 1, at[1]), (at[0], at[1] + 1)], dtype=np.float64)
    origin, right, down = apply_matrix(matrix, corner)
    jacobian = np.column_stack([right - origin, down - origin])
    scale = float(np.sqrt(abs(np.linalg.det(jacobian))))
    turn = np.arctan2(jacobian[0, 1] - jacobian[1, 0], jacobian[0, 0] + jacobian[1, 1])
    return float(np.degrees(turn)), scale


def register_by_intensity(reference: Grey, moving: Grey, start: Points | None = None) -> tuple[Points, float] | None:
    """Shift and rotation by enhanced correlation [1]_, started by phase correlation: for pictures with few features.

    Parameters
    ----------
    reference, moving : (rows, cols) uint8, equal sizes, locally normalised
    start : (3, 3), moving to reference; None tries none and the shift of the phase correlation

    Returns
    -------
    matrix (3, 3), moving to reference, and the correlation -1..1; None when it does not settle.

    References
    ----------
    .. [1] Evangelidis and Psarakis 2008, IEEE TPAMI 30(10):1858-1865.
    """
    starts = [np.eye(3), _shift(reference, moving)] if start is None else [start]
    found = [one for one in (_climb(reference, moving, first) for first in starts) if one is not None]
    return max(found, key=lambda one: one[1], default=None)


def _climb(reference: Grey, moving: Grey, start: Points) -> tuple[Points, float] | None:
    warp = inverse(start)[:2].astype(np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-5)
    try:
        score, found = cv2.findTransformECC(reference, moving, warp, cv2.MOTION_EUCLIDEAN, criteria)
    except cv2.error:
        return None  # OpenCV's way to say that the iterations ran away
    return inverse(np.vstack([found, [0.0, 0.0, 1.0]])), float(score)


def _shift(reference: Grey, moving: Grey) -> Points:
    window = cv2.createHanningWindow((reference.shape[1], reference.shape[0]), cv2.CV_32F)
    (cols, rows), _ = cv2.phaseCorrelate(moving.astype(np.float32), reference.astype(np.float32), window)
    return np.array([[1.0, 0.0, cols], [0.0, 1.0, rows], [0.0, 0.0, 1.0]])


def _estimate(find: Any, pairs: tuple[Points, Points], needed: int, threshold_px: float) -> tuple[Points, BoolMap]:
    moving, reference = (np.asarray(points, dtype=np.float64) for points in pairs)
    nothing = np.eye(3), np.zeros(len(moving), dtype=np.bool_)
    if len(moving) < needed:
        return nothing
    found, inliers = find(moving, reference, method=cv2.RANSAC, ransacReprojThreshold=threshold_px, maxIters=4000)
    if found is None or not np.isfinite(found).all():
        return nothing
    matrix = found if found.shape == (3, 3) else np.vstack([found, [0.0, 0.0, 1.0]])
    if abs(np.linalg.det(matrix)) < 1e-6:
        return nothing
    return np.asarray(matrix), np.asarray(inliers).ravel().astype(np.bool_)


def _fit(model: str, matrix: Points, inliers: BoolMap, pairs: tuple[Points, Points]) -> RigidFit:
    if not inliers.any():
        return RigidFit(matrix, model, inliers, float("nan"))
    distance = _distances(matrix, pairs)[inliers]
    return RigidFit(matrix, model, inliers, float(np.sqrt(np.mean(distance**2))))


def _distances(matrix: Points, pairs: tuple[Points, Points]) -> Points:
    return np.asarray(np.linalg.norm(apply_matrix(matrix, pairs[0]) - pairs[1], axis=1))
