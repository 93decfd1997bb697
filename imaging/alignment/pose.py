"""Where the live picture is relative to a reference, fast enough for every few frames of a live view.

Coarse by features of a quarter-size picture, which finds the place again from anywhere; fine by tracking corners of the
reference (Lucas-Kanade) at half size, which gives a tenth of a pixel.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.alignment.features import Features, find_features, match_features
from imaging.alignment.normalise import Grey, Reduction, grey_of, normalise_locally, reduce
from imaging.alignment.rigid import apply_matrix, estimate_similarity, inverse, rotation_and_scale
from imaging.model.arrays import FloatMap, Pixels, Points, read_only
from imaging.model.geometry import Roi

_COARSE_PX, _FINE_PX = 340, 680
"""Longer side of the pictures for features and for tracking."""
_FEATURES = 500
_CORNERS = 250
_COARSE_INLIERS, _FINE_INLIERS = 8, 12
_TRACKED_SHARE = 0.25
"""Of the corners that can be seen, this many must agree: fewer is another place."""
_SCALES = 0.6, 1.6


@dataclass(frozen=True, eq=False)
class Pose:
    """How the live picture lies relative to the reference.

    Parameters
    ----------
    matrix : (3, 3), live (col, row, 1) to reference, full-size pixels
    offset_px : (row, col) that the skin at the middle of the ROI has moved: its place in the live picture minus its
        place in the reference; (10, 0) means the skin appears 10 px lower
    rotation_deg : by how much the skin appears turned in the live picture, counter-clockwise
    scale : size of the skin in the live picture relative to the reference; above 1 means too near
    overlap_fraction : share of the reference's ROI that the live picture shows, 0..1
    residual_px : root mean square of what a similarity leaves over, in reference pixels
    inliers : tracked points that agree
    """

    matrix: Points
    rotation_deg: float
    scale: float
    offset_px: tuple[float, float]
    overlap_fraction: float
    residual_px: float
    inliers: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", read_only(self.matrix))


class PoseReference:
    """A reference picture made ready once, to locate many live pictures against it.

    Parameters
    ----------
    picture : (rows, cols, 3) RGB or (rows, cols) grey, evenly lit
    roi : what has to be seen; the whole picture when None. Features are taken from the whole picture all the same.
    """

    def __init__(self, picture: Pixels, roi: Roi | None = None) -> None:
        self._roi = roi or Roi.whole(picture.shape)
        self._views = _views(picture)
        self._features = find_features(self._views.coarse, limit=_FEATURES)
        self._corners = _corners(self._views.fine)

    def locate(self, picture: Pixels) -> Pose | None:
        """The pose of a live picture; None when it does not register: another place, blurred, or without texture."""
        views = _views(picture)
        start = _coarse_matrix(self._views, self._features, views)
        if start is None:
            return None
        pairs = _track(self._views, self._corners, views, start)
        matrix, inliers = estimate_similarity(*pairs, threshold_px=2.0)
        if inliers.sum() < max(_FINE_INLIERS, _TRACKED_SHARE * len(inliers)):
            return None
        to_full_live = views.fine_to_full.to_full
        matrix = self._views.fine_to_full.to_full @ matrix @ inverse(to_full_live)
        moving, reference = apply_matrix(to_full_live, pairs[0]), apply_matrix(self._to_full, pairs[1])
        residual = np.linalg.norm(apply_matrix(matrix, moving[inliers]) - reference[inliers], axis=1)
        return self._pose(matrix, float(np.sqrt(np.mean(residual**2))), int(inliers.sum()), picture.shape)

    @property
    def _to_full(self) -> Points:
        return self._views.fine_to_full.to_full

    def _pose(self, matrix: Points, residual_px: float, inliers: int, shape: tuple[int, ...]) -> Pose:
        roi, back = self._roi, inverse(matrix)
        middle = np.array([[(roi.col0 + roi.col1 - 1) / 2, (roi.row0 + roi.row1 - 1) / 2]])
        moved = (apply_matrix(back, middle) - middle)[0]
        rotation, scale = rotation_and_scale(back, (float(middle[0, 0]), float(middle[0, 1])))
        overlap = overlap_of(roi, matrix, shape)
        return Pose(matrix, rotation, scale, (float(moved[1]), float(moved[0])), overlap, residual_px, inliers)


def overlap_of(roi: Roi, matrix: Points, moving_shape: tuple[int, ...]) -> float:
    """Share of a reference ROI that a moving picture of (rows, cols) covers through `matrix` (moving to reference)."""
    rows, cols = moving_shape[:2]
    frame = np.array([[-0.5, -0.5], [cols - 0.5, -0.5], [cols - 0.5, rows - 0.5], [-0.5, rows - 0.5]])
    covered = apply_matrix(matrix, frame).astype(np.float32)
    left, top, right, bottom = roi.col0 - 0.5, roi.row0 - 0.5, roi.col1 - 0.5, roi.row1 - 0.5
    wanted = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float32)
    area, _ = cv2.intersectConvexConvex(wanted, covered)
    return float(np.clip(area / (roi.shape[0] * roi.shape[1]), 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class _Views:
    """One picture at both sizes."""

    coarse: Grey
    coarse_to_full: Reduction
    fine: Grey
    fine_to_full: Reduction


def _views(picture: Pixels) -> _Views:
    fine, fine_to_full = reduce(grey_of(picture), _FINE_PX)
    fine = np.sqrt(np.maximum(fine, 0))
    floor = 0.008 * float(np.percentile(fine[::4, ::4], 99)) + 1e-9
    coarse, step = reduce(fine, _COARSE_PX)
    coarse_to_full = Reduction(fine_to_full.factor_row * step.factor_row, fine_to_full.factor_col * step.factor_col)
    return _Views(
        normalise_locally(coarse, 8.0, floor), coarse_to_full, normalise_locally(fine, 8.0, floor), fine_to_full
    )


def _corners(picture: Grey) -> FloatMap:
    """(n, 2) of (col, row) that can be tracked."""
    found = cv2.goodFeaturesToTrack(picture, _CORNERS, qualityLevel=0.02, minDistance=max(picture.shape) / 40)
    return np.zeros((0, 2), np.float32) if found is None else np.asarray(found, np.float32).reshape(-1, 2)


def _coarse_matrix(reference: _Views, features: Features, live: _Views) -> Points | None:
    """Live to reference, both at fine size; None when too few features agree."""
    points_ref, points_mov = match_features(features, find_features(live.coarse, limit=_FEATURES))
    matrix, inliers = estimate_similarity(points_mov, points_ref, threshold_px=2.5)
    _, scale = rotation_and_scale(matrix)
    if inliers.sum() < _COARSE_INLIERS or not _SCALES[0] < scale < _SCALES[1]:
        return None
    from_coarse = inverse(reference.fine_to_full.to_full) @ reference.coarse_to_full.to_full
    to_coarse = inverse(live.coarse_to_full.to_full) @ live.fine_to_full.to_full
    return np.asarray(from_coarse @ matrix @ to_coarse)


def _track(reference: _Views, corners: FloatMap, live: _Views, start: Points) -> tuple[Points, Points]:
    """Corners of the reference found in the live picture: (points in live, points in reference), at fine size."""
    rows, cols = reference.fine.shape
    if not len(corners):
        return np.zeros((0, 2)), np.zeros((0, 2))
    warped = cv2.warpPerspective(live.fine, start, (cols, rows), flags=cv2.INTER_LINEAR, borderValue=128.0)
    start_at = np.array(corners)
    found, status, _ = cv2.calcOpticalFlowPyrLK(reference.fine, warped, corners, start_at, winSize=(21, 21), maxLevel=2)
    found = np.asarray(found, np.float64).reshape(-1, 2)
    in_live = apply_matrix(inverse(start), found)
    size = np.array([live.fine.shape[1], live.fine.shape[0]])
    seen = np.asarray(status).ravel().astype(bool) & (in_live > 2).all(axis=1) & (in_live < size - 3).all(axis=1)
    return in_live[seen], corners[seen].astype(np.float64)
