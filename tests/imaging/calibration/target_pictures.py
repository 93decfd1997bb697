"""Targets as an ideal camera sees them: what is printed is known, and where it lies."""

import re
import zlib
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.calibration.boards import BOARDS, board_boxes
from imaging.calibration.sheets import Sheet, picture_of

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
SHAPE = (480, 640)
_PRINT_PX_PER_MM = 20
_MARGIN_MM = 4.0


@dataclass(frozen=True)
class Look:
    """How the middle board is seen.

    Parameters
    ----------
    spacing_um : row, col
    turned_deg : board in its plane
    tilted_deg : about the picture's x and y axes
    bent : k1 of r (1 + k1 r^2), r in half diagonals
    """

    spacing_um: tuple[float, float] = (50.0, 50.0)
    turned_deg: float = 0.0
    tilted_deg: tuple[float, float] = (0.0, 0.0)
    distance_mm: float = 100.0
    bent: float = 0.0
    blur_px: float = 0.8
    noise: float = 2.0
    centre_mm: tuple[float, float] = (25.0, 17.5)


def printed_board() -> Bytes:
    """The middle board on white, grey levels, 20 pixels per mm."""
    board = BOARDS[1]
    sheet = Sheet("board", tuple(board_boxes(board, _MARGIN_MM, _MARGIN_MM)), ())
    width, height = (side + 2 * _MARGIN_MM for side in board.size_mm)
    return picture_of(sheet, _PRINT_PX_PER_MM, (0, 0, width, height))[..., 0]


def picture_of_board(printed: Bytes, look: Look) -> Bytes:
    """What a camera shows, (480, 640) grey; the centre of the picture lies on the object plane."""
    rows, cols = np.mgrid[: 2 * SHAPE[0], : 2 * SHAPE[1]] / 2 - 0.25
    px = _straightened(np.stack([cols, rows], axis=-1), look.bent)
    mm = np.concatenate([px, np.ones((*px.shape[:2], 1))], axis=-1) @ np.linalg.inv(_homography(look)).T
    place = (mm[..., :2] / mm[..., 2:] + _MARGIN_MM) * _PRINT_PX_PER_MM - 0.5
    seen = cv2.remap(printed, place.astype(np.float32), None, cv2.INTER_LINEAR, borderValue=255)
    seen = cv2.resize(seen, SHAPE[::-1], interpolation=cv2.INTER_AREA).astype(np.float64)
    seen = cv2.GaussianBlur(seen, (0, 0), look.blur_px) if look.blur_px else seen
    noise = np.random.default_rng(7).normal(0, look.noise, SHAPE)
    return np.clip(30 + 0.75 * seen + noise, 0, 255).astype(np.uint8)


def _straightened(px: Floats, bent: float) -> Floats:
    """Where an ideal lens would show what this one shows at `px`; fixed-point iteration."""
    centre = np.array([(SHAPE[1] - 1) / 2, (SHAPE[0] - 1) / 2])
    shown = px - centre
    ideal = shown
    for _ in range(8 if bent else 0):
        ideal = shown / (1 + bent * (ideal**2).sum(axis=-1, keepdims=True) / (centre**2).sum())
    return centre + ideal


def _homography(look: Look) -> Floats:
    """mm on the board to pixels (col, row) of a pinhole camera."""
    turn, about_x, about_y = (np.radians(angle) for angle in (look.turned_deg, *look.tilted_deg))
    flat = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    nod = np.array([[1, 0, 0], [0, np.cos(about_x), -np.sin(about_x)], [0, np.sin(about_x), np.cos(about_x)]])
    sway = np.array([[np.cos(about_y), 0, np.sin(about_y)], [0, 1, 0], [-np.sin(about_y), 0, np.cos(about_y)]])
    pose = sway @ nod @ flat
    row_mm, col_mm = (um / 1000 for um in look.spacing_um)
    camera = np.array(
        [
            [look.distance_mm / col_mm, 0, (SHAPE[1] - 1) / 2],
            [0, look.distance_mm / row_mm, (SHAPE[0] - 1) / 2],
            [0, 0, 1],
        ]
    )
    shift = np.array([[1, 0, -look.centre_mm[0]], [0, 1, -look.centre_mm[1]], [0, 0, 1]])
    return np.asarray(camera @ np.column_stack([pose[:, 0], pose[:, 1], [0, 0, look.distance_mm]]) @ shift)


def drawn_rectangles(pdf: bytes, px_per_mm: float) -> Bytes:
    """The filled rectangles of a one-page A4 PDF as pixels, in the order in which they are painted."""
    page = np.full((round(297 * px_per_mm), round(210 * px_per_mm), 3), 255, dtype=np.uint8)
    colour = (0, 0, 0)
    scale = px_per_mm * 25.4 / 72
    for line in _content(pdf).splitlines():
        *numbers, operator = line.split() or [""]
        if operator in ("rg", "g"):
            parts = [round(255 * float(number)) for number in numbers[-3:]]
            colour = (parts[0], parts[-2] if operator == "rg" else parts[0], parts[-1])
        elif line.endswith(" re f"):
            x, y, width, height = (float(number) * scale for number in numbers[:4])
            top = page.shape[0] - y
            rows, cols = sorted((round(top), round(top - height))), sorted((round(x), round(x + width)))
            page[rows[0] : rows[1], cols[0] : cols[1]] = colour
    return page


def _content(pdf: bytes) -> str:
    """The page's drawing operators."""
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        text = zlib.decompress(found[1])
        if b" re f" in text:
            return text.decode("latin-1")
    raise AssertionError("no rectangle in the PDF")
