"""Boards for scale and distortion: what is printed, and finding its corners in a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.calibration.sheets import WHITE, Box
from imaging.errors import CalibrationError
from imaging.model.arrays import Pixels, Points

_DICTIONARY = cv2.aruco.DICT_5X5_1000
_MODULES = 7
"""Cells across a marker, its black rim included."""
_LEAST_CORNERS = 12
_LEAST_MARKERS = 4
_REFINE_SHARE = 0.12
"""Half the window of the corner search, as a share of a square: never into a marker."""


@dataclass(frozen=True)
class Board:
    """A chessboard whose white squares hold numbered markers (ChArUco), so that a part of it is enough.

    Parameters
    ----------
    squares : across, down
    square_mm, marker_mm : side lengths
    first_marker : number of the upper left marker; boards on one sheet share no number
    """

    name: str
    square_mm: float
    first_marker: int
    squares: tuple[int, int] = (20, 14)

    @property
    def marker_mm(self) -> float:
        return 0.7 * self.square_mm

    @property
    def size_mm(self) -> tuple[float, float]:
        return self.squares[0] * self.square_mm, self.squares[1] * self.square_mm

    @property
    def marker_count(self) -> int:
        return self.squares[0] * self.squares[1] // 2


BOARDS = (Board("fine", 1.5, 0), Board("middle", 2.5, 140), Board("coarse", 4.0, 280))
"""For fields 12-25, 20-40 and 35-80 mm wide: 8 to 20 squares across the picture."""


@dataclass(frozen=True)
class Grid:
    """A plain chessboard without markers, all of it in the picture: inner corners across and down."""

    across: int
    down: int
    square_mm: float


@dataclass(frozen=True, eq=False)
class FoundBoard:
    """Corners of a board in one picture.

    Parameters
    ----------
    name : which board
    mm : (n, 2) x right, y down on the board
    px : (n, 2) col, row in the picture; the centre of the first pixel is (0, 0)
    shape : rows and columns of the picture
    """

    name: str
    mm: Points
    px: Points
    shape: tuple[int, int]


def board_boxes(board: Board, x: float, y: float) -> list[Box]:
    """The black and white rectangles of a board whose upper left corner is at (x, y) mm of a page."""
    boxes = []
    side, rim = board.square_mm, (board.square_mm - board.marker_mm) / 2
    marker = board.first_marker
    for row in range(board.squares[1]):
        for col in range(board.squares[0]):
            left, top = x + col * side, y + row * side
            if (row + col) % 2 == 0:
                boxes.append(Box(left, top, side, side))
                continue
            boxes += _marker_boxes(marker, left + rim, top + rim, board.marker_mm)
            marker += 1
    return boxes


def _marker_boxes(number: int, x: float, y: float, side: float) -> list[Box]:
    """A black square with its white cells, neighbours in a row joined so that no hairline shows between them."""
    cells = cv2.aruco.getPredefinedDictionary(_DICTIONARY).generateImageMarker(number, _MODULES) > 0
    cell = side / _MODULES
    boxes = [Box(x, y, side, side)]
    for row, line in enumerate(cells):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], line.astype(np.int8), [0]])))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            boxes.append(Box(x + start * cell, y + row * cell, (end - start) * cell, cell, WHITE))
    return boxes


def find_board(picture: Pixels, grid: Grid | None = None) -> FoundBoard:
    """The corners of the printed board, or of a plain chessboard if `grid` says which.

    Parameters
    ----------
    picture : RGB (rows, cols, 3) or grey (rows, cols)

    Raises
    ------
    CalibrationError
        No board, or too little of it, can be seen.
    """
    grey = _grey8(picture)
    if grid is not None:
        return _find_grid(grey, grid)
    board, markers, marked = _board_in(grey)
    detector = cv2.aruco.CharucoDetector(_charuco(board))
    corners, numbers, _, _ = detector.detectBoard(grey, markerCorners=markers, markerIds=marked)
    px = np.reshape(corners if corners is not None else [], (-1, 2))
    if len(px) < _LEAST_CORNERS:
        raise CalibrationError(
            f"Only {len(px)} corners of the {board.name} board can be read, {_LEAST_CORNERS} are needed: bring the "
            "board into focus, fill the picture with it and avoid glare."
        )
    places = np.asarray(_charuco(board).getChessboardCorners(), dtype=np.float64)
    return _found(board.name, places[np.ravel(numbers)][:, :2], np.asarray(px, dtype=np.float64), grey)


def _board_in(grey: npt.NDArray[np.uint8]) -> tuple[Board, list[npt.NDArray[np.float32]], npt.NDArray[np.int32]]:
    """The board with most markers in the picture, with its markers."""
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(_DICTIONARY))
    places, numbers, _ = detector.detectMarkers(grey)
    seen = np.ravel(numbers).astype(np.int32) if numbers is not None else np.zeros(0, dtype=np.int32)
    of_board = [(seen >= b.first_marker) & (seen < b.first_marker + b.marker_count) for b in BOARDS]
    best = int(np.argmax([np.count_nonzero(mine) for mine in of_board]))
    mine = np.flatnonzero(of_board[best])
    if len(mine) < _LEAST_MARKERS:
        raise CalibrationError(
            "No scale target can be seen: lay the printed scale target under the camera, in focus and evenly lit, "
            "and choose the board whose squares are 1/20 to 1/8 of the picture's width."
        )
    return BOARDS[best], [np.asarray(places[int(i)], dtype=np.float32) for i in mine], seen[mine]


def _charuco(board: Board) -> cv2.aruco.CharucoBoard:
    numbers = np.arange(board.first_marker, board.first_marker + board.marker_count)
    dictionary = cv2.aruco.getPredefinedDictionary(_DICTIONARY)
    return cv2.aruco.CharucoBoard(board.squares, board.square_mm, board.marker_mm, dictionary, numbers)


def _find_grid(grey: npt.NDArray[np.uint8], grid: Grid) -> FoundBoard:
    is_found, corners = cv2.findChessboardCornersSB(grey, (grid.across, grid.down), flags=cv2.CALIB_CB_ACCURACY)
    if not is_found:
        raise CalibrationError(
            f"No chessboard with {grid.across} x {grid.down} inner corners can be seen: the whole board with a white "
            "rim must be in the picture, in focus; count its inner corners."
        )
    down, across = np.mgrid[: grid.down, : grid.across]
    mm = np.column_stack([across.ravel(), down.ravel()]) * grid.square_mm
    return _found("chessboard", mm, np.asarray(corners, dtype=np.float64).reshape(-1, 2), grey)


def _found(name: str, mm: Points, px: Points, grey: npt.NDArray[np.uint8]) -> FoundBoard:
    return FoundBoard(name, mm, _refined(grey, mm, px), (grey.shape[0], grey.shape[1]))


def _refined(grey: npt.NDArray[np.uint8], mm: Points, px: Points) -> Points:
    """Corners where the gradients around them meet (Foerstner), in a window that suits the size of the squares."""
    matrix, _ = cv2.findHomography(mm, px, cv2.RANSAC, 3.0)
    if matrix is None:
        raise CalibrationError("The corners of the board lie on one line: fill the picture with the board.")
    steps = np.sort(np.linalg.norm(np.diff(px, axis=0), axis=1))
    half = int(np.clip(_REFINE_SHARE * steps[len(steps) // 2], 2, 15))
    start = np.ascontiguousarray(px, dtype=np.float32).reshape(-1, 1, 2)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 50, 1e-4)
    moved = cv2.cornerSubPix(grey, start.copy(), (half, half), (-1, -1), criteria)
    return np.asarray(moved, dtype=np.float64).reshape(-1, 2)


def _grey8(picture: Pixels) -> npt.NDArray[np.uint8]:
    """8-bit grey with the darkest and brightest percent at both ends."""
    grey = np.asarray(picture, dtype=np.float32)
    grey = grey if grey.ndim == 2 else grey.mean(axis=2)
    low, high = np.percentile(grey[::3, ::3], (0.5, 99.5))
    scaled = (grey - low) * (255 / max(float(high - low), 1e-9))
    return np.asarray(np.clip(scaled, 0, 255), dtype=np.uint8)


def corner_coverage(found: Sequence[FoundBoard]) -> float:
    """Share of the picture's sixteen fields that hold a corner in some picture, 0..1."""
    rows, cols = found[0].shape
    cells = {(int(4 * row / rows), int(4 * col / cols)) for board in found for col, row in board.px}
    return len({(row, col) for row, col in cells if 0 <= row < 4 and 0 <= col < 4}) / 16
