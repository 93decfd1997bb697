"""How far the frames of one stack lie apart, when there is also a picture with all their lights on.

Light adds up: the picture with all lights on is the sum of the pictures under each, on any skin, gloss and
scattering included. What is left of that sum when the skin moved in between is, to first order, each frame's gradient
times its motion. Shading that moves with the light misleads every comparison of two frames; here it is part of the sum.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from imaging.alignment.normalise import grey_of, reduce
from imaging.alignment.rigid import apply_matrix
from imaging.model.arrays import BoolMap, FloatMap, Points

_WORKING_PX = 320
_BLURS_PX = 5.0, 2.5, 1.2
"""Coarse to fine: the coarse one reaches motions of about its own size and more in some rounds."""
_ROUNDS = 6
_SURROUND_PX = 16.0
"""What is wider than this is left out: room light, and lamps that shine a little less when all are on."""
_FARTHEST_PX = 48.0
"""A step that leads farther away has lost its way."""
_WHITE = 0.97
_MOST_UNEXPLAINED = 0.5
"""Share of the picture's contrast that the sum may leave open; more says that these pictures do not add up."""


@dataclass(frozen=True, eq=False)
class Superposed:
    """Where the frames of a stack lie.

    Parameters
    ----------
    places : (3, 3) each, where the points of the overview lie in each frame: shift and turn, (col, row, 1), full size
    doubt_px : largest distance between what the two finest scales say, over nine places, in px
    """

    places: tuple[Points, ...]
    doubt_px: float


def superpose(overview: FloatMap, frames: Iterable[FloatMap]) -> Superposed | None:
    """Where the points of the overview lie in each frame.

    Parameters
    ----------
    overview : linear light with all lights on, (rows, cols) or (rows, cols, 3), white at 1
    frames : linear light under each single one, same size and unit; looked at one after the other

    Returns
    -------
    None when the frames do not add up to the overview, so that nothing can be said.
    """
    even, reduction = reduce(grey_of(overview), _WORKING_PX)
    small = [reduce(grey_of(picture), _WORKING_PX)[0] for picture in frames]
    valid = _away_from_clipping(even)
    found: list[list[Points]] = [[np.eye(3)] * len(small)]
    unexplained = 1.0
    for blur in _BLURS_PX:
        target, places = _band(even, blur), found[-1]
        bands = [_band(picture, blur) for picture in small]
        for _ in range(_ROUNDS):
            places, unexplained = _improved(target, bands, places, valid)
            if max(float(np.abs(place[:2, 2]).max()) for place in places) > _FARTHEST_PX:
                return None
        found.append(places)
    if unexplained > _MOST_UNEXPLAINED:
        return None
    full = reduction.to_full
    finest, finer = ([np.asarray(full @ place @ np.linalg.inv(full)) for place in found[n]] for n in (-1, -2))
    doubt_px = max(apart_px(one, two, overview.shape) for one, two in zip(finest, finer, strict=True))
    return Superposed(tuple(finest), doubt_px)


def superposed_motion_px(overview: FloatMap, frames: Iterable[FloatMap]) -> float | None:
    """How far any frame lies from the overview at most, over nine places, in px; None as above."""
    found = superpose(overview, frames)
    return None if found is None else max(apart_px(place, np.eye(3), overview.shape) for place in found.places)


def apart_px(one: Points, two: Points, shape: tuple[int, ...]) -> float:
    """Largest distance of what two matrices (3, 3) make of nine places of a picture of (rows, cols)."""
    rows, cols = shape[:2]
    points = np.array([[col, row] for col in (0.1, 0.5, 0.9) for row in (0.1, 0.5, 0.9)]) * [cols, rows]
    return float(np.linalg.norm(apply_matrix(one, points) - apply_matrix(two, points), axis=1).max())


def _away_from_clipping(even: FloatMap) -> BoolMap:
    """Where the overview is not white, with a margin."""
    white = (even > _WHITE).astype(np.uint8)
    valid = cv2.dilate(white, np.ones((9, 9), np.uint8)) == 0
    valid[:8], valid[-8:], valid[:, :8], valid[:, -8:] = False, False, False, False
    return np.asarray(valid)


def _band(picture: FloatMap, blur: float) -> FloatMap:
    fine = cv2.GaussianBlur(picture, (0, 0), blur)
    return np.asarray(fine - cv2.GaussianBlur(picture, (0, 0), _SURROUND_PX), dtype=np.float32)


def _improved(
    target: FloatMap, bands: list[FloatMap], places: list[Points], valid: BoolMap
) -> tuple[list[Points], float]:
    """One step for all frames at once: target = gain x sum of (frame + gradient . motion), least squares."""
    rows, cols = target.shape
    x = np.broadcast_to(np.arange(cols, dtype=np.float32) - (cols - 1) / 2, target.shape)
    y = np.broadcast_to((np.arange(rows, dtype=np.float32) - (rows - 1) / 2)[:, None], target.shape)
    moved = [_moved(band, place) for band, place in zip(bands, places, strict=True)]
    terms = [np.sum(moved, axis=0)]
    for band in moved:
        right, down = cv2.Sobel(band, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(band, cv2.CV_32F, 0, 1, scale=1 / 8)
        terms += [right, down, (down * x - right * y) / cols]
    columns = (np.stack(terms) * valid).reshape(len(terms), -1)
    wanted = (target * valid).ravel()
    normal = (columns @ columns.T).astype(np.float64)
    normal[np.diag_indices_from(normal)] *= 1 + 1e-4
    solved, *_ = np.linalg.lstsq(normal, (columns @ wanted).astype(np.float64), rcond=1e-12)
    gain = max(float(solved[0]), 1e-6)
    steps = np.asarray(solved[1:] / gain, dtype=np.float64).reshape(-1, 3)
    left = wanted - np.float32(gain) * columns[0]
    unexplained = float(np.sqrt(float(left @ left) / max(float(wanted @ wanted), 1e-12)))
    return [_stepped(place, step, (rows, cols)) for place, step in zip(places, steps, strict=True)], unexplained


def _stepped(place: Points, step: Points, shape: tuple[int, int]) -> Points:
    """`place` followed by a small shift (col, row) and turn: (3, 3), where the overview's points lie in the frame."""
    rows, cols = shape
    right, down, turn = float(step[0]), float(step[1]), float(step[2]) / cols
    middle = np.array([[1.0, 0.0, (cols - 1) / 2], [0.0, 1.0, (rows - 1) / 2], [0.0, 0.0, 1.0]])
    motion = np.array([[np.cos(turn), -np.sin(turn), right], [np.sin(turn), np.cos(turn), down], [0.0, 0.0, 1.0]])
    return np.asarray(place @ middle @ motion @ np.linalg.inv(middle))


def _moved(band: FloatMap, place: Points) -> FloatMap:
    """The frame as the overview's pixels see it."""
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    size = band.shape[1], band.shape[0]
    return np.asarray(cv2.warpAffine(band, place[:2], size, flags=flags, borderMode=cv2.BORDER_REPLICATE))
