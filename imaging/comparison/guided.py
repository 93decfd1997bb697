"""A registration that begins at two points which a person marked on both pictures."""

import cv2
import numpy as np

from imaging.alignment.normalise import Grey
from imaging.alignment.rigid import RigidFit, apply_matrix, inverse, register_by_intensity
from imaging.comparison.pictures import Views
from imaging.model.arrays import Points
from imaging.model.comparison import PointPairs

NEAR_SHARE = 0.08
"""Of the longer side: how far from where the points say a feature may lie, and how far a person may be off."""
_MIN_CORRELATION = 0.3
_MIN_PIECES = 12
"""Pieces of skin that have to lie where the answer says, of about sixty; unlike skin has two or three by chance."""
_PIECE_SHARE, _STEP_SHARE, _SAME_SHARE = 0.12, 0.1, 0.0125
"""Of the longer side: size of a piece, distance to the next, and how far off it still counts."""
_LEAST_APART_SHARE = 0.1
"""Of the longer side: points that lie closer say little about rotation and scale."""


def too_close(points: PointPairs, longest: float) -> str:
    """Why two points cannot start a registration; empty when they can."""
    for pair, picture in ((points.reference, "reference"), (points.moving, "moving picture")):
        if np.hypot(*np.subtract(pair[0], pair[1])) < _LEAST_APART_SHARE * longest:
            return f"The two points on the {picture} lie too close together: set them further apart."
    return ""


def similarity_of(points: PointPairs) -> Points:
    """The shift, rotation and scale that bring both points of the moving picture onto the reference's, (3, 3)."""
    (r0, c0), (r1, c1) = points.moving
    (row0, col0), (row1, col1) = points.reference
    # as complex numbers a similarity is one factor and one shift
    factor = complex(col1 - col0, row1 - row0) / complex(c1 - c0, r1 - r0)
    shift = complex(col0, row0) - factor * complex(c0, r0)
    a, b = factor.real, factor.imag
    return np.array([[a, -b, shift.real], [b, a, shift.imag], [0.0, 0.0, 1.0]])


def near_pairs(guess: Points, pairs: tuple[Points, Points], longest: float) -> tuple[Points, Points]:
    """Those pairs of points (reference, moving) that lie near the guess."""
    points_ref, points_mov = pairs
    near = np.hypot(*(apply_matrix(guess, points_mov) - points_ref).T) < NEAR_SHARE * longest
    return points_ref[near], points_mov[near]


def by_intensity(guess: Points, reference: Views, moving: Views) -> RigidFit | None:
    """The guess, made better by what the coarse pictures themselves say; None where they do not bear it out."""
    small = inverse(reference.reduction.to_full) @ guess @ moving.reduction.to_full
    rows, cols = reference.shape
    picture, mask = moving.channels["photograph"], np.full(moving.shape, 255, np.uint8)
    warped = cv2.warpPerspective(picture, small, (cols, rows), borderMode=cv2.BORDER_CONSTANT, borderValue=128.0)
    seen = cv2.warpPerspective(mask, small, (cols, rows), flags=cv2.INTER_NEAREST) > 0
    found = register_by_intensity(reference.channels["photograph"], np.asarray(warped, np.uint8))
    if found is None or found[1] < _MIN_CORRELATION or not seen.any() or _moves_far(found[0], max(rows, cols)):
        return None
    better = found[0] @ small
    matrix = reference.reduction.to_full @ better @ inverse(moving.reduction.to_full)
    return RigidFit(matrix, "two points", np.ones(_agreeing_pieces(better, reference, moving), np.bool_), float("nan"))


def is_borne_out(matrix: Points, reference: Views, moving: Views) -> bool:
    """Do enough pieces of the reference lie in the moving picture just where `matrix` (full size) says?"""
    small = inverse(reference.reduction.to_full) @ matrix @ moving.reduction.to_full
    return _agreeing_pieces(small, reference, moving) >= _MIN_PIECES


def _agreeing_pieces(matrix: Points, reference: Views, moving: Views) -> int:
    """How many pieces of the reference are found in the moving picture just where `matrix` (its working pixels) says.

    Each is looked for as far around as a person may be off. An alignment that climbed a wrong hill, such as the next of
    several parallel furrows, has its pieces elsewhere; so has other skin.
    """
    counts = [0]
    for name in sorted(reference.channels.keys() & moving.channels.keys()):
        rows, cols = reference.shape
        warped = cv2.warpPerspective(
            moving.channels[name], matrix, (cols, rows), borderMode=cv2.BORDER_CONSTANT, borderValue=128.0
        )
        counts.append(_agreeing(reference.channels[name], np.asarray(warped, np.uint8)))
    return max(counts)


def _agreeing(fixed: Grey, warped: Grey) -> int:
    longest = max(fixed.shape)
    size, step, reach = (round(share * longest) for share in (_PIECE_SHARE, _STEP_SHARE, NEAR_SHARE))
    count = 0
    for row in range(reach, fixed.shape[0] - size - reach + 1, step):
        for col in range(reach, fixed.shape[1] - size - reach + 1, step):
            window = warped[row - reach : row + size + reach, col - reach : col + size + reach]
            likeness = cv2.matchTemplate(window, fixed[row : row + size, col : col + size], cv2.TM_CCOEFF_NORMED)
            _, best, _, (right, down) = cv2.minMaxLoc(np.nan_to_num(likeness))
            is_there = np.hypot(right - reach, down - reach) <= max(_SAME_SHARE * longest, 1.5)
            count += bool(best > _MIN_CORRELATION and is_there)
    return count


def _moves_far(matrix: Points, longest: float) -> bool:
    """True when the correction is larger than a person can be off: it climbed another hill."""
    corners = np.array([[0.0, 0.0], [longest, 0.0], [0.0, longest], [longest, longest]])
    return bool(np.hypot(*(apply_matrix(matrix, corners) - corners).T).max() > 1.5 * NEAR_SHARE * longest)
