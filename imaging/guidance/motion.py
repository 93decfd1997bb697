"""How far the picture moved since the frame before."""

from functools import cache
from typing import Any

import cv2
import numpy as np

from imaging.guidance.light import grey8
from imaging.model.arrays import FloatMap, Pixels

REFERENCE_COLS = 1280
"""Motion is told in pixels of a picture this wide, whatever the camera's own size."""
REDUCED_COLS = 320
LEAST_CORRELATION = 0.3
"""Two frames that agree less than this after alignment show different things."""
_RIM = 0.1
"""Share of each side that the fine step leaves out: time saved, nothing lost."""
_TWELFTH = np.float32(1 / 12)


def reduced_grey(pixels: Pixels) -> FloatMap:
    """The picture 320 pixels wide, grey, float32, as the camera encoded it."""
    cols = min(REDUCED_COLS, pixels.shape[1])
    rows = max(1, round(pixels.shape[0] * cols / pixels.shape[1]))
    small: Any = grey8(pixels)
    while small.shape[1] >= 2 * cols:  # Halving by exactly two is the one size that OpenCV shrinks fast.
        size = small.shape[1] // 2, max(small.shape[0] // 2, 1)
        small = cv2.resize(small, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (cols, rows), interpolation=cv2.INTER_AREA), dtype=np.float32)


def shift_px(before: Pixels, now: Pixels) -> tuple[float, float] | None:
    """(row, col) that the picture moved from one frame to the next, in pixels of a picture 1280 wide.

    Phase correlation at reduced resolution under a Hann window [1]_ finds the whole pixels, one least-squares step on
    the gradients [2]_ the rest (the centroid of the correlation peak is drawn to whole pixels). Good to about 0.1 px.

    Parameters
    ----------
    before, now : (rows, cols, 3) RGB or (rows, cols), same size

    Returns
    -------
    None when the two frames cannot be laid on each other (unlike size, nothing to see, all different).

    References
    ----------
    .. [1] C. D. Kuglin, D. C. Hines (1975), The phase correlation image alignment method, Proc. IEEE Cybernetics
       and Society, 163-165.
    .. [2] B. D. Lucas, T. Kanade (1981), An iterative image registration technique, IJCAI, 674-679.
    """
    if before.shape != now.shape:
        return None
    first, second = reduced_grey(before), reduced_grey(now)
    # Copies, because OpenCV multiplies the window into what it is given.
    (col, row), _ = cv2.phaseCorrelate(first.copy(), second.copy(), _hann(first.shape[1], first.shape[0]))
    # The peak of frames that have nothing in common may lie anywhere, even outside of the picture.
    if not np.all(np.abs([row, col]) < np.divide(first.shape, 2)):
        return None
    whole = round(row), round(col)
    rest = _fine_shift(*_overlap(first, second, whole))
    if rest is None:
        return None
    scale = REFERENCE_COLS / first.shape[1]
    return (whole[0] + rest[0]) * scale, (whole[1] + rest[1]) * scale


def _overlap(first: FloatMap, second: FloatMap, shift: tuple[int, int]) -> tuple[FloatMap, FloatMap]:
    """The middle of what both frames show, cut out of each, when the second has moved by `shift` (row, col)."""
    rows, cols = first.shape
    (down, right), (up, left) = np.maximum(shift, 0), np.maximum(np.negative(shift), 0)
    both = first[up : rows - down, left : cols - right], second[down : rows - up, right : cols - left]
    rim_row, rim_col = (int(_RIM * side) for side in both[0].shape)
    middle = slice(rim_row, both[0].shape[0] - rim_row), slice(rim_col, both[0].shape[1] - rim_col)
    return both[0][middle], both[1][middle]


def _fine_shift(first: FloatMap, second: FloatMap) -> tuple[float, float] | None:
    """(row, col) below about one pixel that takes the first picture to the second; None when they do not agree."""
    if min(first.shape) < 8:
        return None
    first, second = _evened(first), _evened(second)
    if float((first * second).mean()) < LEAST_CORRELATION:
        return None
    by_row, by_col = _slopes(np.asarray((first + second) / 2, dtype=np.float32))
    slopes = np.stack([by_row.ravel(), by_col.ravel()])
    energy = slopes @ slopes.T
    if np.linalg.det(energy) <= 1e-6 * np.trace(energy) ** 2:
        return None  # Nothing to see, or stripes along which nothing can be told.
    row, col = np.linalg.solve(energy, slopes @ (first - second)[2:-2, 2:-2].ravel())
    return float(row), float(col)


def _evened(picture: FloatMap) -> FloatMap:
    """Smoothed a little, mean 0 and contrast 1: neither flicker nor noise is motion."""
    smooth = cv2.GaussianBlur(picture, (0, 0), 1.5)
    return np.asarray((smooth - smooth.mean()) / max(float(smooth.std()), 1e-6), dtype=np.float32)


def _slopes(picture: FloatMap) -> tuple[FloatMap, FloatMap]:
    """Change per row and per column by five points, two pixels smaller on each side."""
    tall, wide = picture[:, 2:-2], picture[2:-2]
    by_row = (8 * (tall[3:-1] - tall[1:-3]) - (tall[4:] - tall[:-4])) * _TWELFTH
    by_col = (8 * (wide[:, 3:-1] - wide[:, 1:-3]) - (wide[:, 4:] - wide[:, :-4])) * _TWELFTH
    return by_row, by_col


@cache
def _hann(cols: int, rows: int) -> FloatMap:
    return np.asarray(cv2.createHanningWindow((cols, rows), cv2.CV_32F), dtype=np.float32)
