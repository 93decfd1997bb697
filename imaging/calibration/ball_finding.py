"""Where a ball lies in a picture, without a mask painted by hand."""

from collections.abc import Sequence

import cv2
import numpy as np

from imaging.calibration.balls import Ball, Floats
from imaging.errors import CalibrationError
from imaging.model.arrays import BoolMap, FloatMap, Pixels
from imaging.surface.light.linearise import EncodingWish, to_linear
from imaging.surface.light.stack import mean_of_channels

_SEARCH_PX = 480
"""The search begins on a picture of this width."""
_SMALLEST, _LARGEST = 0.04, 0.6
"""Radius as a share of the picture's height."""
_RAYS = 180
_REACH = 0.15
"""How far from the first circle its edge is looked for, as a share of the radius."""
_LEAST_RAYS = 0.6
_SCATTER = 0.02


def seek_ball(frames: Sequence[Pixels], encoding: EncodingWish = "auto") -> Ball:
    """The one ball in pictures that were taken from the same place.

    Circles are proposed by the Hough transform on the brightest of all lights; the edge along rays from the centre
    says which of them is a ball, and fits it to a fraction of a pixel.

    Parameters
    ----------
    frames : RGB or grey, of one size; together they light the ball all around
    encoding : as for `to_linear`

    Raises
    ------
    CalibrationError
        No ball, or one that is cut by the edge of the picture.

    References
    ----------
    Canny edges with gradient directions, as in OpenCV's HOUGH_GRADIENT_ALT.
    """
    light = np.max([mean_of_channels(to_linear(frame, encoding)) for frame in frames], axis=0)
    shown = _levelled(np.asarray(light, dtype=np.float32))
    fits = [fit for circle in _proposed(shown) if (fit := _fitted(shown, circle)) is not None]
    if not fits:
        raise CalibrationError(
            "No ball can be seen: lay it on the black field, all of it in the picture, in focus and brighter than the "
            "field."
        )
    return max(fits, key=lambda ball: ball.radius)


def ball_mask(ball: Ball, shape: tuple[int, int]) -> BoolMap:
    """(rows, cols) True on the ball."""
    rows, cols = np.ogrid[: shape[0], : shape[1]]
    return np.asarray((rows - ball.row) ** 2 + (cols - ball.col) ** 2 <= (ball.radius - 0.5) ** 2)


def _levelled(light: FloatMap) -> FloatMap:
    """Lightness, 0..1: a dark ball on black shows its edge too, a highlight does not outshine it."""
    top = max(float(np.percentile(light[::3, ::3], 99)), 1e-4)
    return np.asarray(np.sqrt(np.clip(light / top, 0, 1)), dtype=np.float32)


def _proposed(shown: FloatMap) -> list[Floats]:
    """(col, row, radius) of circles, largest support first."""
    factor = min(1.0, _SEARCH_PX / shown.shape[1])
    small = cv2.resize(shown, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(np.asarray(255 * small, dtype=np.uint8), (0, 0), 1.2)
    rows = grey.shape[0]
    found = cv2.HoughCircles(
        grey, cv2.HOUGH_GRADIENT_ALT, 1.5, rows / 4, param1=60, param2=0.6,
        minRadius=int(_SMALLEST * rows), maxRadius=int(_LARGEST * rows),
    )  # fmt: skip
    if found is None:
        return []
    return [np.asarray(circle[:3], dtype=np.float64) / factor for circle in found.reshape(-1, found.shape[-1])[:6]]


def _fitted(shown: FloatMap, circle: Floats) -> Ball | None:
    """The circle through the steepest places along rays; None when they do not lie on one, or the picture cuts it."""
    angles = np.arange(_RAYS) * 2 * np.pi / _RAYS
    for _ in range(2):
        points = _edge_points(shown, circle, angles)
        if len(points) < _LEAST_RAYS * _RAYS:
            return None
        circle, scatter = _circle_through(points)
    rows, cols = shown.shape
    is_inside = circle[2] < min(circle[0], circle[1], cols - 1 - circle[0], rows - 1 - circle[1])
    if not is_inside or scatter > max(_SCATTER * circle[2], 0.8):
        return None
    return Ball(float(circle[0]), float(circle[1]), float(circle[2]))


def _edge_points(shown: FloatMap, circle: Floats, angles: Floats) -> Floats:
    """(n, 2) (col, row) where the light falls off most steeply outwards, on rays that show an edge at all."""
    steps = np.arange(-_REACH, _REACH, 0.5 / circle[2]) + 1
    col = (circle[0] + circle[2] * np.outer(np.cos(angles), steps)).astype(np.float32)
    row = (circle[1] + circle[2] * np.outer(np.sin(angles), steps)).astype(np.float32)
    profiles = cv2.remap(shown, col, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    falls = -np.diff(cv2.GaussianBlur(profiles, (0, 0), 1.5, sigmaY=0.1), axis=1)
    best = falls.argmax(axis=1)
    rays = np.arange(len(angles))
    has_edge = falls[rays, best] > max(0.15 * float(np.percentile(falls[rays, best], 90)), 2e-3)
    return np.asarray(np.column_stack([col[rays, best], row[rays, best]])[has_edge], dtype=np.float64)


def _circle_through(points: Floats) -> tuple[Floats, float]:
    """(col, row, radius) by least squares, points far off left out twice, and the scatter of the others."""
    kept = points
    for _ in range(3):
        system = np.column_stack([kept, np.ones(len(kept))])
        col, row, constant = np.linalg.lstsq(system, (kept**2).sum(axis=1))[0]
        centre = np.array([col, row]) / 2
        radius = float(np.sqrt(constant + (centre**2).sum()))
        off = np.hypot(*(points - centre).T) - radius
        spread = max(float(np.median(np.abs(off))) * 1.4826, 0.1)
        kept = points[np.abs(off) < 3 * spread]
    return np.asarray([*centre, radius], dtype=np.float64), spread
