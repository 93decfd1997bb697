"""What a live frame shows of a calibration target, and the one thing to do about it. Free of Qt."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from gui.session.calibration.calibrating import Choices, Sight, StepKey
from imaging.calibration.ball_finding import seek_ball
from imaging.calibration.boards import FoundBoard, corner_coverage, find_board
from imaging.calibration.colour_card import read_card
from imaging.calibration.scale import KEYSTONE_LIMIT_PCT
from imaging.camera.device import BenchObject, BenchTarget
from imaging.errors import CalibrationError
from imaging.model.arrays import Pixels, Points
from imaging.model.frame import Frame

Floats = npt.NDArray[np.float64]

BALL_PLACES = ((0.5, 0.24), (0.5, 0.76), (0.27, 0.5))
"""Row and column of the rings into which the ball is laid one after the other, as shares of the picture."""
SIMULATED_FIELD_MM = (17.28, 23.04)
"""Height and width of what the simulated camera sees: where its ball is laid."""
STEADY_PX = 1.5
"""From one look to the next, in pixels of the picture that is looked at."""
_LOOK_WIDTH = 640
HOLD_STILL = "Hold still: the picture is taken by itself."
_FULL_COVERAGE = 0.7
_RING_SHARE = 0.13
"""How far the ball may be from the middle of its ring, as a share of the picture's height."""
_TILT_SHARE = 0.6
"""Of the tilt that is refused: what is taken by itself is well within."""
_EDGES = (("left", "right"), ("upper", "lower"))


def look(step: StepKey, frame: Frame, place: int) -> Sight:
    """What the frame shows of the target of a step; `place` says which ring is the ball's.

    A large frame is looked at smaller, so that the hand is answered at once; the section is made from the frame itself.
    """
    factor = min(1.0, _LOOK_WIDTH / frame.shape[1])
    if factor == 1.0:
        return _LOOKS[step](frame, place)
    size = (round(frame.shape[1] * factor), round(frame.shape[0] * factor))
    small = cast(Pixels, cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA))
    return _enlarged(_LOOKS[step](replace(frame, pixels=small), place), 1 / factor)


def _enlarged(sight: Sight, factor: float) -> Sight:
    points = tuple((row * factor, col * factor) for row, col in sight.points)
    circles = [
        (circle[0] * factor, circle[1] * factor, circle[2] * factor) if circle else None
        for circle in (sight.circle, sight.wanted)
    ]
    return replace(sight, points=points, circle=circles[0], wanted=circles[1])


def is_steady(before: Sight, now: Sight) -> bool:
    """Nothing has moved between two looks."""
    if not before.is_good or not now.is_good or len(before.fingerprint) != len(now.fingerprint):
        return False
    moved = np.abs(np.subtract(before.fingerprint, now.fingerprint)).max(initial=0.0)
    return bool(moved < STEADY_PX)


def _board(frame: Frame, _place: int) -> Sight:
    try:
        board = find_board(frame.pixels)
    except CalibrationError:
        return Sight("Lay the printed board under the camera: in focus, filling the picture.")
    points = _row_col(board.px)
    if corner_coverage([board]) < _FULL_COVERAGE:
        return Sight("Move the board so that it fills the whole picture.", points=points)
    matrix = _homography(board)
    tilt = _tilt(matrix, board.shape)
    fingerprint = tuple(_corners_mm(matrix, board.shape).ravel() * _px_per_mm(matrix, board.shape))
    if tilt:
        return Sight(tilt, points=points, fingerprint=fingerprint)
    return Sight(HOLD_STILL, True, points, fingerprint=fingerprint)


def _homography(board: FoundBoard) -> Floats:
    matrix, _ = cv2.findHomography(board.mm, board.px, 0)
    return np.asarray(matrix, dtype=np.float64)


def _frame_corners(shape: tuple[int, int]) -> Floats:
    rows, cols = shape
    return np.array([[0, 0], [cols, 0], [cols, rows], [0, rows]], dtype=np.float64)


def _corners_mm(matrix: Floats, shape: tuple[int, int]) -> Floats:
    """(4, 2) where the corners of the picture lie on the board."""
    corners = np.column_stack([_frame_corners(shape), np.ones(4)]) @ np.linalg.inv(matrix).T
    return np.asarray(corners[:, :2] / corners[:, 2:], dtype=np.float64)


def _px_per_mm(matrix: Floats, shape: tuple[int, int]) -> float:
    across = np.linalg.norm(np.diff(_corners_mm(matrix, shape)[:2], axis=0))
    return float(shape[1] / max(float(across), 1e-6))


def _tilt(matrix: Floats, shape: tuple[int, int]) -> str:
    """Which edge of the board is too near; empty when it lies flat enough."""
    left_top, right_top, right_low, left_low = _corners_mm(matrix, shape)
    sides = {
        "left": np.linalg.norm(left_top - left_low), "right": np.linalg.norm(right_top - right_low),
        "upper": np.linalg.norm(left_top - right_top), "lower": np.linalg.norm(left_low - right_low),
    }  # fmt: skip
    changes = {(a, b): float(np.log(sides[a] / sides[b])) for a, b in _EDGES}
    (first, second), worst = max(changes.items(), key=lambda item: abs(item[1]))
    if 100 * abs(worst) < _TILT_SHARE * KEYSTONE_LIMIT_PCT:
        return ""
    return f"Tilt less: the {first if worst < 0 else second} edge is too close to the camera."


def _card(frame: Frame, _place: int) -> Sight:
    try:
        _, places = read_card(frame.pixels, frame.encoding)
    except CalibrationError as error:
        is_seen = "No 24-patch" not in str(error)
        return Sight(str(error) if is_seen else "Lay the colour card under the camera: all 24 patches in the picture.")
    corners = places[[0, 5, 18, 23]]
    return Sight(
        "Hold still: the picture is taken by itself.", True, _row_col(places), fingerprint=tuple(corners.ravel())
    )


def _ball(frame: Frame, place: int) -> Sight:
    rows, cols = frame.shape
    share = BALL_PLACES[place % len(BALL_PLACES)]
    wanted = (share[0] * rows, share[1] * cols, _RING_SHARE * rows * 1.6)
    try:
        ball = seek_ball([frame.pixels], frame.encoding)
    except CalibrationError:
        return Sight("Lay the ball on the black field of the light card, into the dashed ring.", wanted=wanted)
    circle = (ball.row, ball.col, ball.radius)
    if np.hypot(ball.row - wanted[0], ball.col - wanted[1]) > _RING_SHARE * rows:
        return Sight("Move the ball into the dashed ring.", circle=circle, wanted=wanted)
    words = "Hold still: the pictures are taken by themselves, one under each light."
    return Sight(words, True, circle=circle, wanted=wanted, fingerprint=circle)


def _white(_frame: Frame, _place: int) -> Sight:
    return Sight("Fill the whole picture with the white card, then press Space.")


def _groove(_frame: Frame, _place: int) -> Sight:
    return Sight("Lay the groove upright in the middle, enter its depth, then press Space.")


def _row_col(px: Points) -> tuple[tuple[float, float], ...]:
    return tuple((float(row), float(col)) for col, row in px)


_LOOKS: Mapping[StepKey, Callable[[Frame, int], Sight]] = {
    StepKey.SCALE: _board,
    StepKey.COLOUR: _card,
    StepKey.LIGHTS: _ball,
    StepKey.WHITE: _white,
    StepKey.DEPTH: _groove,
}


def bench_target(step: StepKey, place: int, choices: Choices) -> BenchTarget | None:
    """What a technician would lay before a real camera, for the simulated one; None where nothing is laid."""
    thing = _OBJECTS.get(step)
    if thing is None:
        return None
    if step is not StepKey.LIGHTS:
        is_gap = step is StepKey.DEPTH and choices.depth.shape == "step"
        return BenchTarget(BenchObject.GAUGE_GAP if is_gap else thing, depth_um=choices.depth.depth_um)
    down, right = BALL_PLACES[place % len(BALL_PLACES)]
    place_mm = (SIMULATED_FIELD_MM[1] * (right - 0.5), SIMULATED_FIELD_MM[0] * (0.5 - down))
    return BenchTarget(BenchObject.MIRROR_BALL if choices.ball == "mirror" else thing, place_mm)


_OBJECTS = {
    StepKey.SCALE: BenchObject.SCALE,
    StepKey.WHITE: BenchObject.WHITE,
    StepKey.COLOUR: BenchObject.CARD,
    StepKey.LIGHTS: BenchObject.MATTE_BALL,
    StepKey.DEPTH: BenchObject.GROOVE,
}
