"""Where the live picture is relative to a reference, fast enough for every frame of a live view.

Coarse by features of a quarter-size picture, which finds the place again from anywhere; fine by tracking corners of the
reference at half size, which gives a tenth of a pixel. While the place is known the features are not needed.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np

from imaging.alignment.features import Features, find_features, match_features
from imaging.alignment.normalise import Grey, Reduction, grey_of, normalise_locally, reduce
from imaging.alignment.rigid import apply_matrix, estimate_similarity, inverse, rotation_and_scale
from imaging.alignment.tracking import Tracked, track
from imaging.model.arrays import FloatMap, Pixels, Points, read_only
from imaging.model.geometry import Roi

_COARSE_PX, _FINE_PX = 340, 680
"""Longer side of the pictures for features and for tracking."""
_FEATURES = 500
_CORNERS = 300
_COARSE_INLIERS, _FINE_INLIERS = 8, 12
_TRACKED_SHARE = 0.25
"""Of the corners that can be seen, this many must agree: fewer is another place."""
_SCALES = 0.6, 1.6
_LATELY = 30
"""Pictures: the hand has hardly turned round since."""
_GOING = 0.6
"""A place of which less was seen went over the edge of the picture."""


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
    residual_px : root mean square of what a smooth motion of the skin leaves over, in reference pixels
    inliers : tracked points that agree
    points : (n, 2, 2) those points, on the reference and where `matrix` puts them, (col, row), full-size pixels
    """

    matrix: Points
    rotation_deg: float
    scale: float
    offset_px: tuple[float, float]
    overlap_fraction: float
    residual_px: float
    inliers: int
    points: Points

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", read_only(self.matrix))
        object.__setattr__(self, "points", read_only(self.points))


class PoseView:
    """One live picture, prepared once for any number of references."""

    def __init__(self, picture: Pixels) -> None:
        self.shape = picture.shape
        fine, self.to_full = _reduced(picture)
        fine = np.sqrt(np.maximum(fine, 0))
        self._floor = 0.008 * float(np.percentile(fine[::4, ::4], 99)) + 1e-9
        self._even = fine
        self.fine = normalise_locally(fine, 8.0, self._floor)

    @cached_property
    def features(self) -> Features:
        """Of the quarter-size picture, in pixels of the half-size one."""
        coarse, step = reduce(self._even, _COARSE_PX)
        found = find_features(normalise_locally(coarse, 8.0, self._floor), limit=_FEATURES)
        return Features(apply_matrix(step.to_full, found.points), found.descriptors)


class PoseReference:
    """A reference picture made ready once, to locate many live pictures against it.

    Parameters
    ----------
    picture : (rows, cols, 3) RGB or (rows, cols) grey, evenly lit
    roi : what has to be seen; the whole picture when None. Features are taken from the whole picture all the same.
    """

    def __init__(self, picture: Pixels, roi: Roi | None = None) -> None:
        self.roi = roi or Roi.whole(picture.shape)
        self._view = PoseView(picture)
        self._features = self._view.features
        self._corners = _corners(self._view.fine)

    def locate(self, picture: Pixels | PoseView, near: Points | None = None) -> Pose | None:
        """The pose of a live picture; None when it does not register: another place, blurred, or without texture.

        Parameters
        ----------
        near : (3, 3), about where it lies, as `Pose.matrix`; found out from features when None
        """
        live = picture if isinstance(picture, PoseView) else PoseView(picture)
        start = self._searched(live) if near is None else inverse(self._view.to_full) @ near @ live.to_full
        if start is None:
            return None
        found = track(self._view.fine, self._corners, live.fine, start)
        if found.count < max(_FINE_INLIERS, _TRACKED_SHARE * self._visible(start, live)):
            return None
        return self._pose(found, live)

    def _searched(self, live: PoseView) -> Points | None:
        """Live to reference, both at half size; None when too few features agree."""
        points_ref, points_mov = match_features(self._features, live.features)
        matrix, inliers = estimate_similarity(points_mov, points_ref, threshold_px=5.0)
        _, scale = rotation_and_scale(matrix)
        return matrix if inliers.sum() >= _COARSE_INLIERS and _SCALES[0] < scale < _SCALES[1] else None

    def _visible(self, start: Points, live: PoseView) -> int:
        """Corners of the reference that the live picture has to show."""
        if not len(self._corners):
            return 0
        there = apply_matrix(inverse(start), self._corners.astype(np.float64))
        return int(((there > 2) & (there < np.array(live.fine.shape[::-1]) - 3)).all(axis=1).sum())

    def _pose(self, found: Tracked, live: PoseView) -> Pose | None:
        moving, reference = found.live[found.agrees], found.reference[found.agrees]
        to_full = self._view.to_full
        matrix = to_full @ _similarity(moving, reference) @ inverse(live.to_full)
        roi, back = self.roi, inverse(matrix)
        middle = np.array([[(roi.col0 + roi.col1 - 1) / 2, (roi.row0 + roi.row1 - 1) / 2]])
        moved = (apply_matrix(back, middle) - middle)[0]
        rotation, scale = rotation_and_scale(back, (float(middle[0, 0]), float(middle[0, 1])))
        if not _SCALES[0] < scale < _SCALES[1]:
            return None
        left_px = np.linalg.norm(found.smooth[found.agrees] - reference, axis=1) * to_full[0, 0]
        put = apply_matrix(matrix, apply_matrix(live.to_full, moving))
        return Pose(
            matrix,
            rotation,
            scale,
            (float(moved[1]), float(moved[0])),
            overlap_of(roi, matrix, live.shape),
            float(np.sqrt(np.mean(left_px**2))),
            found.count,
            np.stack([apply_matrix(to_full, reference), put], axis=1),
        )


class PoseTracker:
    """Follows live pictures from the last pose; searches everywhere when that is lost. For one thread."""

    def __init__(self, reference: PoseReference) -> None:
        self.reference = reference
        self._last: Pose | None = None
        self._seen: Pose | None = None
        self._lost_for = 0

    def locate(self, picture: Pixels | PoseView) -> Pose | None:
        """As `PoseReference.locate`, in a third of its time while the picture moves steadily."""
        live = picture if isinstance(picture, PoseView) else PoseView(picture)
        found = None if self._last is None else self.reference.locate(live, self._last.matrix)
        self._last = found or self.reference.locate(live)
        self._lost_for = 0 if self._last is not None else self._lost_for + 1
        self._seen = self._last or self._seen
        return self._last

    @property
    def seen_lately(self) -> Pose | None:
        """Where the place was when it went out of the picture a moment ago; None when it was lost otherwise."""
        seen = self._seen
        is_gone = seen is not None and self._lost_for <= _LATELY and seen.overlap_fraction < _GOING
        return seen if is_gone else None


def overlap_of(roi: Roi, matrix: Points, moving_shape: tuple[int, ...]) -> float:
    """Share of a reference ROI that a moving picture of (rows, cols) covers through `matrix` (moving to reference)."""
    rows, cols = moving_shape[:2]
    frame = np.array([[-0.5, -0.5], [cols - 0.5, -0.5], [cols - 0.5, rows - 0.5], [-0.5, rows - 0.5]])
    covered = apply_matrix(matrix, frame).astype(np.float32)
    left, top, right, bottom = roi.col0 - 0.5, roi.row0 - 0.5, roi.col1 - 0.5, roi.row1 - 0.5
    wanted = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float32)
    area, _ = cv2.intersectConvexConvex(wanted, covered)
    return float(np.clip(area / (roi.shape[0] * roi.shape[1]), 0.0, 1.0))


def _reduced(picture: Pixels) -> tuple[FloatMap, Points]:
    """Grey at half size, and the matrix to full-size pixels. Halved as often as possible first, which is fast."""
    factor_row = factor_col = 1.0
    small: Any = np.ascontiguousarray(picture)
    if small.dtype == np.uint8 and small.ndim == 3:  # One channel is halved in a third of the time.
        small = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    while max(small.shape[:2]) >= 2 * _FINE_PX:
        rows, cols = small.shape[0] // 2, small.shape[1] // 2
        factor_row, factor_col = factor_row * small.shape[0] / rows, factor_col * small.shape[1] / cols
        small = cv2.resize(small, (cols, rows), interpolation=cv2.INTER_AREA)
    grey, rest = reduce(grey_of(small), _FINE_PX)
    return grey, Reduction(factor_row * rest.factor_row, factor_col * rest.factor_col).to_full


def _corners(picture: Grey) -> FloatMap:
    """(n, 2) of (col, row) that can be tracked."""
    found = cv2.goodFeaturesToTrack(picture, _CORNERS, qualityLevel=0.02, minDistance=max(picture.shape) / 45)
    return np.zeros((0, 2), np.float32) if found is None else np.asarray(found, np.float32).reshape(-1, 2)


def _similarity(moving: Points, reference: Points) -> Points:
    """Least squares shift, rotation and scale of points that are known to agree: (3, 3), moving to reference [1]_.

    .. [1] Umeyama 1991, IEEE TPAMI 13(4):376-380.
    """
    middle_mov, middle_ref = moving.mean(axis=0), reference.mean(axis=0)
    mov, ref = ((p - m) @ np.array([1, 1j]) for p, m in ((moving, middle_mov), (reference, middle_ref)))
    turn = np.vdot(mov, ref) / max(float(np.vdot(mov, mov).real), 1e-12)
    linear = np.array([[turn.real, -turn.imag], [turn.imag, turn.real]])
    return np.vstack([np.column_stack([linear, middle_ref - linear @ middle_mov]), [0.0, 0.0, 1.0]])
