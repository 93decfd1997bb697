"""The frames of one light stack brought onto each other: breathing and tremor between the lights.

Shading changes with the light and would pull edges along, by more than a pixel in trials. Where there is a picture
with all lights on, light adding up tells the motion. Else the ratio of colours does: what is left in it is pigment,
which stays on the skin. Grey frames have no such ratio and are left alone.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, cast

import cv2
import numpy as np

from imaging.alignment.normalise import Grey, Reduction, fill_gaps, normalise_locally, reduce
from imaging.alignment.rigid import apply_matrix, inverse, register_by_intensity
from imaging.alignment.superposition import superpose
from imaging.model.arrays import FloatMap, Pixels, Points

_WORKING_PX = 900
_BLURS_PX = 3.0, 1.5
"""Coarse, then fine: the coarse one finds shifts of several pixels."""
_MIN_CORRELATION = 0.2
_MAX_CLOSURE_PX = 1.0
"""Two ways to the same frame may differ by this much at working size; more means that pigment carries too little."""
_MAX_CLOSURE_SHARE = 0.3
"""Or by this share of the motion: taking most of a large motion out is better than leaving it."""
_MAX_SHIFT_SHARE = 0.04
_ACCEPTED_RESIDUAL_PX = 2.0
"""At full size; more is told to the user."""
_LEAST_COLOUR = 0.01
"""Of the brightest value: pictures whose channels differ less are grey."""
_PLAIN_MOTION_PX, _PLAIN_MOTION_CLOSURES = 1.0, 3.0
_SEEMING_MOTION_PX = 0.75
"""Frames that lay still seem to have moved by up to 0.7 px at working size, 2.5 times what the two ways differ."""
_FULL_SCALE = {"uint8": 255.0, "uint16": 65535.0}
_LEAST_MOVE_PX = 0.05
"""Smaller moves are left: every interpolation costs detail."""


def align_stack(frames: Sequence[Pixels]) -> tuple[tuple[Pixels, ...], float | None]:
    """Frames of one pose under different lights, moved onto the first.

    Parameters
    ----------
    frames : (rows, cols, 3) RGB or (rows, cols) grey each, of one size

    Returns
    -------
    frames : the same number, size and type; edges repeat the outermost pixel
    residual_px : root mean square disagreement between the direct way to a frame and the way over its neighbour.
        None when it cannot be judged (grey frames, too little pigment, fewer than three frames): then the frames come
        back as they were.
    """
    views = [_pigment(frame) for frame in frames]
    known = [view for view in views if view is not None]
    if len(known) < max(len(frames), 3):
        return tuple(frames), None
    pictures = [picture for picture, _ in known]
    direct = _places(pictures)
    steps = _steps(pictures[1:], direct)
    closure = _closure(direct, steps, pictures[0][0].shape)
    if closure is None or closure > max(_MAX_CLOSURE_PX, _MAX_CLOSURE_SHARE * _motion(direct, pictures[0][0].shape)):
        return tuple(frames), None
    reduction = known[0][1]
    moved = [_moved(frame, place, reduction.to_full) for frame, place in zip(frames[1:], direct, strict=True)]
    return (frames[0], *moved), closure * reduction.factor_row


def align_moved(frames: Sequence[Pixels]) -> tuple[tuple[Pixels, ...], tuple[str, ...]]:
    """As `align_stack`, for frames of which most lay still: they stay as they are unless they plainly moved.

    Returns
    -------
    frames, and a sentence that names a motion that was taken out with what is left of it, or that it cannot be told
    """
    views = [view for view in map(_pigment, frames) if view is not None]
    if len(views) < max(len(frames), 3):
        return tuple(frames), ()
    pictures, factor = [picture for picture, _ in views], views[0][1].factor_row
    direct, shape = _places(pictures), pictures[0][0].shape
    least = max(_PLAIN_MOTION_PX / factor, _SEEMING_MOTION_PX)
    motion = _motion(direct, shape) if all(place is not None for place in direct) else np.inf
    if motion < least:
        return tuple(frames), ()
    closure = _closure(direct, _steps(pictures[1:], direct), shape)
    if closure is None:
        return tuple(frames), motion_warnings(frames, None)
    if motion < _PLAIN_MOTION_CLOSURES * closure:
        return tuple(frames), ()
    moved = [_moved(frame, place, views[0][1].to_full) for frame, place in zip(frames[1:], direct, strict=True)]
    words = f"The skin moved by {motion * factor:.1f} px between the lights: the frames were brought onto the first one"
    return (frames[0], *moved), (f"{words}, within {closure * factor:.1f} px.",)


def align_by_sum(
    frames: Sequence[Pixels], overview: FloatMap, light: Iterable[FloatMap]
) -> tuple[tuple[Pixels, ...], float] | None:
    """As `align_stack`, told by the picture with all lights on; None when the frames do not add up to it.

    Parameters
    ----------
    frames : (rows, cols, 3) RGB or (rows, cols) grey each, of one size
    overview : linear light with all lights on, (rows, cols) or (rows, cols, 3), white at 1
    light : the frames in linear light; taken one after the other
    """
    found = superpose(overview, light) if len(frames) > 1 else None
    if found is None:
        return None
    first = found.places[0]
    moved = [
        _moved(frame, first @ inverse(place), np.eye(3))
        for frame, place in zip(frames[1:], found.places[1:], strict=True)
    ]
    return (frames[0], *moved), found.doubt_px


def motion_warnings(frames: Sequence[Pixels], residual_px: float | None) -> tuple[str, ...]:
    """What a user must know of the motion between the lights, one sentence or none.

    Parameters
    ----------
    frames : as they were given to `align_stack`
    residual_px : how well they fit. None says that it could not be judged: worth a word only for colour frames, whose
        pigment usually tells; grey ones never do, and their shots are taken at rest.
    """
    if residual_px is not None and residual_px > _ACCEPTED_RESIDUAL_PX:
        return (
            f"The skin moved between the lights and the frames fit only within {residual_px:.1f} px (at most "
            f"{_ACCEPTED_RESIDUAL_PX:g} px is good): heights may be wrong, take the picture again.",
        )
    if residual_px is None and len(frames) > 2 and all(_is_coloured(frame) for frame in frames):
        return (
            "Whether the skin moved between the lights could not be judged and nothing was aligned: look for double "
            "edges, and take the picture again if there are any.",
        )
    return ()


def _is_coloured(frame: Pixels) -> bool:
    """Enough colour in a thinned picture for red to differ from the other channels."""
    if frame.ndim != 3:
        return False
    thin = frame[::8, ::8].astype(np.float32)
    return float(np.abs(thin - thin.mean(axis=2, keepdims=True)).max()) >= _LEAST_COLOUR * float(thin.max()) > 0


def _pigment(frame: Pixels) -> tuple[list[Grey], Reduction] | None:
    """Log of red over the other colours, locally normalised, once for each blur; None for a grey frame."""
    if frame.ndim != 3:
        return None
    small, reduction = _reduced(frame)
    brightest = float(small.max())
    if brightest <= 0 or float(np.abs(small - small.mean(axis=2, keepdims=True)).max()) < _LEAST_COLOUR * brightest:
        return None
    views = []
    for blur in _BLURS_PX:
        even = np.log(np.maximum(cv2.GaussianBlur(small, (0, 0), blur), 0.01 * brightest))
        ratio = np.asarray(even @ np.array([1.0, -0.5, -0.5]), dtype=np.float32)
        views.append(normalise_locally(ratio, 12.0, floor=0.002))
    return views, reduction


def _reduced(frame: Pixels) -> tuple[FloatMap, Reduction]:
    """RGB at working size; clipped places, where the ratio lies, carried over from around them."""
    small, reduction = reduce(frame.astype(np.float32), _WORKING_PX)
    top = _FULL_SCALE.get(frame.dtype.name, float(small.max()))
    honest = np.asarray(small.max(axis=2) < 0.98 * top)
    layers = [fill_gaps(np.ascontiguousarray(small[..., n]), honest, 4.0) for n in range(3)]
    return np.stack(layers, axis=-1), reduction


def _places(pictures: list[list[Grey]]) -> list[Points | None]:
    """Each further frame on the first, looked for where the frame before it lay: skin does not jump."""
    found: list[Points | None] = []
    start = np.eye(3)
    for picture in pictures[1:]:
        place = _place(pictures[0], picture, start)
        found.append(place)
        start = start if place is None else place
    return found


def _steps(pictures: list[list[Grey]], direct: list[Points | None]) -> list[Points | None]:
    """Each frame on the one before it, measured anew from where the direct places put it."""
    found: list[Points | None] = []
    for (one, at), (two, then) in pairwise(zip(pictures, direct, strict=True)):
        found.append(None if at is None or then is None else _place(one, two, inverse(at) @ then))
    return found


def _place(reference: list[Grey], moving: list[Grey], start: Points | None = None) -> Points | None:
    """(3, 3) moving to reference at working size; None when the pigment does not say."""
    matrix, score = np.eye(3) if start is None else start, 0.0
    for fixed, other in zip(reference, moving, strict=True):
        found = register_by_intensity(fixed, other, matrix)
        if found is None:
            return None
        matrix, score = found
    limit = _MAX_SHIFT_SHARE * max(reference[0].shape)
    return matrix if score >= _MIN_CORRELATION and _distance(matrix, np.eye(3), reference[0].shape) < limit else None


def _closure(direct: list[Points | None], steps: list[Points | None], shape: tuple[int, ...]) -> float | None:
    known = [matrix for matrix in direct if matrix is not None]
    between = [matrix for matrix in steps if matrix is not None]
    if len(known) < len(direct) or len(between) < len(steps):
        return None
    pairs = zip(known, known[1:], between, strict=False)
    return float(np.sqrt(np.mean([_distance(one @ step, two, shape) ** 2 for one, two, step in pairs])))


def _motion(direct: list[Points | None], shape: tuple[int, ...]) -> float:
    moves = [_distance(place, np.eye(3), shape) for place in direct if place is not None]
    return float(np.sqrt(np.mean(np.square(moves))))


def _distance(one: Points, two: Points, shape: tuple[int, ...]) -> float:
    """Root mean square distance of two matrices over the picture, px."""
    rows, cols = shape[:2]
    points = np.array([[col, row] for col in (0.1, 0.5, 0.9) for row in (0.1, 0.5, 0.9)]) * [cols, rows]
    return float(np.sqrt(np.mean(np.sum((apply_matrix(one, points) - apply_matrix(two, points)) ** 2, axis=1))))


def _moved(frame: Pixels, place: Points | None, to_full: Points) -> Pixels:
    """A frame through a place found on a smaller picture."""
    if place is None or _distance(place, np.eye(3), frame.shape) < _LEAST_MOVE_PX:
        return frame
    matrix = to_full @ place @ inverse(to_full)
    size = frame.shape[1], frame.shape[0]
    found: Any = cv2.warpPerspective(frame, matrix, size, flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE)
    return cast(Pixels, found)
