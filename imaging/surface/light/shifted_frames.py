"""Frames of a stack that do not lie where the others say they should."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import BoolMap, FloatMap
from imaging.surface.light.cells import Cells, middle
from imaging.surface.light.normal_solve import expected, scatter, solve

_FORM_CELLS = 3.0
_FARTHEST_CELLS = 12
_MOST_CELLS = 160
"""The middle of a large picture says enough."""
_LEAST_MATCH, _LEAST_GAIN = 0.55, 0.35
"""Correlation of a shifted frame with what the others foretell, and what it must have gained by the shift."""
_LEAST_SHIFT_CELLS = 1.4


@dataclass(frozen=True)
class ShiftedFrame:
    """A frame (from 0), how far it lies off in cells, and how well it matches there (0..1)."""

    number: int
    shift_cells: float
    match: float


def shifted_frames(cells: Cells, valid: BoolMap) -> tuple[ShiftedFrame, ...]:
    """Frames whose detail matches what the other frames foretell for their light only after a shift, best match first.

    With four lights, what three of them foretell is shifted too where one of the three moved: then several are named.

    Parameters
    ----------
    valid : (rows, cols) of the cells
    """
    part = (slice(None), *(middle(count, _MOST_CELLS) for count in valid.shape))
    grey, vectors, known = cells.grey[part], cells.light_vectors(), cells.known[part]
    wide = (len(grey), 3, *grey.shape[1:])
    vectors = vectors[:, :, part[1], part[2]] if vectors.shape[2:] == valid.shape else np.broadcast_to(vectors, wide)
    weights = np.maximum(known.astype(np.float32), np.float32(1e-4))
    inside = cv2.erode((valid[part[1:]] & known.all(axis=0)).astype(np.uint8), np.ones((5, 5), np.uint8))
    if not inside.any() or min(inside.shape) <= 4 * _FARTHEST_CELLS:
        return ()
    window = cv2.createHanningWindow(inside.shape[::-1], cv2.CV_32F) * inside
    found = []
    for number in range(len(grey)):
        others = np.arange(len(grey)) != number
        scaled = solve(scatter(grey[others], vectors[others], weights[others]))
        foretold = np.maximum(expected(vectors[number : number + 1], scaled)[0], 0)
        details = (_detail(one, grey[number], window) for one in (foretold, grey[number]))
        shift, match, unshifted = _best_shift(*details)
        if shift >= _LEAST_SHIFT_CELLS and match >= _LEAST_MATCH and match - unshifted >= _LEAST_GAIN:
            found.append(ShiftedFrame(number, shift, match))
    return tuple(sorted(found, key=lambda frame: -frame.match))


def _detail(frame: FloatMap, level: FloatMap, window: FloatMap) -> FloatMap:
    """What is finer than form, as a share of the light, highlights cut off."""
    around = cv2.GaussianBlur(level, (0, 0), _FORM_CELLS) + np.float32(1e-3)
    detail = (frame - cv2.GaussianBlur(frame, (0, 0), _FORM_CELLS)) / around
    most = 3 * float(np.std(detail[window > 0]))
    return np.asarray(np.clip(detail, -most, most) * window, dtype=np.float32)


def _best_shift(foretold: FloatMap, seen: FloatMap) -> tuple[float, float, float]:
    """Length of the shift that correlates best, its correlation, and that without a shift."""
    reach = _FARTHEST_CELLS
    product = np.conj(np.fft.rfft2(foretold)) * np.fft.rfft2(seen)
    scores = np.fft.irfft2(product, s=seen.shape) / (np.linalg.norm(foretold) * np.linalg.norm(seen) + 1e-12)
    near = np.roll(scores, (reach, reach), (0, 1))[: 2 * reach + 1, : 2 * reach + 1]
    row, col = np.unravel_index(int(near.argmax()), near.shape)
    return float(np.hypot(row - reach, col - reach)), float(near.max()), float(near[reach, reach])
