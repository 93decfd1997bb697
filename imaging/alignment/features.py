"""Points that can be found again in another picture of the same skin.

SIFT [1]_ with the square root of its L1-normalised descriptors [2]_.

.. [1] Lowe 2004, Int. J. Computer Vision 60(2):91-110.
.. [2] Arandjelovic and Zisserman 2012, CVPR, "Three things everyone should know to improve object retrieval".
"""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.alignment.normalise import Grey
from imaging.model.arrays import BoolMap, FloatMap, Points, read_only

_NEVER = -2.0
"""Below every cosine."""


@dataclass(frozen=True, eq=False)
class Features:
    """Points of one picture and what their surroundings look like.

    Parameters
    ----------
    points : (n, 2) of (col, row) in pixels of the picture they were found in
    descriptors : (n, 128) unit vectors
    """

    points: Points
    descriptors: FloatMap

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", read_only(self.points))
        object.__setattr__(self, "descriptors", read_only(self.descriptors))

    def __len__(self) -> int:
        return len(self.points)


def find_features(picture: Grey, mask: BoolMap | None = None, limit: int = 2000) -> Features:
    """The strongest `limit` SIFT features of an 8-bit grey picture (rows, cols), inside `mask` if given.

    A picture without texture has none; that is no error.
    """
    allowed = None if mask is None else mask.astype(np.uint8)
    detector = cv2.SIFT.create(nfeatures=limit, contrastThreshold=0.02)
    keypoints, descriptors = detector.detectAndCompute(np.ascontiguousarray(picture), allowed)
    if descriptors is None or not len(keypoints):
        return Features(np.zeros((0, 2)), np.zeros((0, 128), np.float32))
    points = np.array([keypoint.pt for keypoint in keypoints], dtype=np.float64).reshape(-1, 2)
    return Features(points, _root(np.asarray(descriptors, dtype=np.float32)))


def match_features(reference: Features, moving: Features, ratio: float = 0.85) -> tuple[Points, Points]:
    """Pairs that choose each other, and each clearly before the second best.

    Parameters
    ----------
    ratio : largest distance to the best match relative to the second best, seen from both sides

    Returns
    -------
    points_ref, points_mov : (n, 2) each, (col, row)
    """
    if len(reference) < 2 or len(moving) < 2:
        return np.zeros((0, 2)), np.zeros((0, 2))
    likeness = reference.descriptors @ moving.descriptors.T
    forth, is_clear_forth = _best(likeness, ratio)
    back, is_clear_back = _best(likeness.T, ratio)
    index = np.arange(len(reference))
    kept = is_clear_forth & (back[forth] == index) & is_clear_back[forth]
    return np.asarray(reference.points[kept]), np.asarray(moving.points[forth[kept]])


def _best(likeness: FloatMap, ratio: float) -> tuple[Points, BoolMap]:
    """For each row the most alike column, and whether it is clearly ahead of the second."""
    index = np.arange(len(likeness))
    best = np.argmax(likeness, axis=1)
    first = likeness[index, best]
    rest = likeness.copy()
    rest[index, best] = _NEVER
    second = rest.max(axis=1)
    # The distance of unit vectors follows from their cosine: |a - b|^2 = 2 - 2 a.b
    return best, (1 - first) < ratio**2 * (1 - second)


def _root(descriptors: FloatMap) -> FloatMap:
    total = np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-9)
    return np.asarray(np.sqrt(descriptors / total), dtype=np.float32)
