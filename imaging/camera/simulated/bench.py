"""What a technician lays under the camera instead of skin: board, white card, colour card, ball, grooved plate.

Drawn without a word from `imaging.calibration`, so that what is found there was really seen. Flat sheets are seen in
perspective; the relief of balls and grooves is seen from far away, as the relief of skin is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from imaging.camera.device import BenchObject, BenchTarget
from imaging.camera.simulated.grid import FIELD_WIDTH_MM, Grid
from imaging.camera.simulated.motion import Placement
from imaging.camera.simulated.optics import Optics, ShapedSkin, shape_skin
from imaging.camera.simulated.skin import Skin
from imaging.model.arrays import FloatMap, Points

SQUARE_MM = 2.5
"""The middle board of the printed sheet: 20 x 14 squares with markers from number 140 on."""
_SQUARES, _FIRST_MARKER = (20, 14), 140
_BLACK, _WHITE = 0.045, 0.84
PATCH_MM = 2.0
PATCHES = np.array([
    (115, 82, 68), (194, 150, 130), (98, 122, 157), (87, 108, 67), (133, 128, 177), (103, 189, 170),
    (214, 126, 44), (80, 91, 166), (193, 90, 99), (94, 60, 108), (157, 188, 64), (224, 163, 46),
    (56, 61, 150), (70, 148, 73), (175, 54, 60), (231, 199, 31), (187, 86, 149), (8, 133, 161),
    (243, 243, 242), (200, 200, 200), (160, 160, 160), (122, 122, 121), (85, 85, 85), (52, 52, 52),
])  # fmt: skip
"""8-bit sRGB of the 24 patches, as their maker published them."""
BALL_RADIUS_MM = 3.0
GROOVE_WIDTH_MM = 1.6
GAP_WIDTH_MM, TAPE_SLOPE_MM = 2.0, 0.5
WORKING_DISTANCE_MM = 3 * FIELD_WIDTH_MM
SETTLING_S = 0.9
"""Time in which a sheet that was laid down askew comes to a third of that."""


_LEVEL = Placement()


@dataclass(frozen=True)
class Laying:
    """How a sheet comes to lie: from where it was put down, more and more, to where it stays.

    Parameters
    ----------
    start, rest : before and after; a lying sheet has both alike
    start_tilt_deg, rest_tilt_deg : about the picture's x and y axes
    """

    start: Placement = _LEVEL
    rest: Placement = _LEVEL
    start_tilt_deg: tuple[float, float] = (0.0, 0.0)
    rest_tilt_deg: tuple[float, float] = (0.0, 0.0)

    def matrix(self, since_s: float, grid: Grid) -> Points:
        """(3, 3): (col, row, 1) of the frame to (col, row) of the drawn sheet with its margin."""
        way = float(np.exp(-max(since_s, 0.0) / SETTLING_S))
        tilt = [b + way * (a - b) for a, b in zip(self.start_tilt_deg, self.rest_tilt_deg, strict=True)]
        placement = Placement(
            *(
                getattr(self.rest, name) + way * (getattr(self.start, name) - getattr(self.rest, name))
                for name in ("x_mm", "y_mm", "rotation_deg", "scale")
            )
        )
        flat = np.vstack([placement.matrix(grid.spacing_mm, grid.frame_shape, grid.margin_px), [0.0, 0.0, 1.0]])
        return np.asarray(flat @ _untilted(tilt[0], tilt[1], grid))


def _untilted(about_x_deg: float, about_y_deg: float, grid: Grid) -> Points:
    """(3, 3): pixels of a pinhole camera over a tilted plane to pixels as if the plane were not tilted."""
    nod, sway = np.radians(about_x_deg), np.radians(about_y_deg)
    about_x = np.array([[1, 0, 0], [0, np.cos(nod), -np.sin(nod)], [0, np.sin(nod), np.cos(nod)]])
    about_y = np.array([[np.cos(sway), 0, np.sin(sway)], [0, 1, 0], [-np.sin(sway), 0, np.cos(sway)]])
    turn, far = about_y @ about_x, WORKING_DISTANCE_MM
    seen = np.array([[far * turn[0, 0], far * turn[0, 1], 0], [far * turn[1, 0], far * turn[1, 1], 0],
                     [-turn[2, 0], -turn[2, 1], far]])  # fmt: skip
    rows, cols = grid.frame_shape
    to_px = np.array([[1 / grid.spacing_mm, 0, (cols - 1) / 2], [0, -1 / grid.spacing_mm, (rows - 1) / 2], [0, 0, 1]])
    return np.asarray(to_px @ np.linalg.inv(seen) @ np.linalg.inv(to_px))


LAYING: Mapping[BenchObject, Laying] = {
    BenchObject.SCALE: Laying(Placement(2.0, -1.4, 9.0, 1.0), Placement(0.3, 0.2, 1.4, 1.0), (11.0, -7.0), (0.3, 0.4)),
    BenchObject.CARD: Laying(Placement(1.4, 1.0, -7.0, 1.0), Placement(0.2, -0.1, -0.8, 1.0), (6.0, 3.0), (0.4, 0.2)),
}
"""Balls, plates and white card lie where they were put."""


def lay_out(target: BenchTarget, grid: Grid, optics: Optics) -> tuple[ShapedSkin, Optics]:
    """The object with its relief and colour, and the optics under which it is seen: nothing scatters under it."""
    matte = replace(optics, translucency=0.0, gloss=0.0)
    if target.thing is BenchObject.MATTE_BALL:
        return _ball(target, grid, optics, 0.5), matte
    if target.thing is BenchObject.MIRROR_BALL:
        return _ball(target, grid, optics, 0.09), replace(matte, gloss=60.0, roughness=0.13)
    cut = _CUTS.get(target.thing)
    height = cut(grid, target.depth_um) if cut is not None else _flat(grid)
    reflectance = _COLOURS[target.thing](grid)
    return shape_skin(Skin(grid, height, reflectance, _flat(grid), (), ()), matte), matte


def _flat(grid: Grid) -> FloatMap:
    return np.zeros(grid.shape, dtype=np.float32)


def _plain(share: float) -> Callable[[Grid], FloatMap]:
    """Smooth matte card, with the grain that even the best has."""

    def reflectance(grid: Grid) -> FloatMap:
        grain = 1 + 0.004 * grid.noise(np.random.default_rng(5), 0.3)
        return np.repeat((share * grain)[..., None], 3, axis=2).astype(np.float32)

    return reflectance


def _board(grid: Grid) -> FloatMap:
    """The printed board, its middle in the middle of the picture."""
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000)
    numbers = np.arange(_FIRST_MARKER, _FIRST_MARKER + _SQUARES[0] * _SQUARES[1] // 2)
    board = cv2.aruco.CharucoBoard(_SQUARES, SQUARE_MM, 0.7 * SQUARE_MM, dictionary, numbers)
    side = 200
    printed = board.generateImage((_SQUARES[0] * side, _SQUARES[1] * side))
    return _printed(np.asarray(printed, dtype=np.uint8), side / SQUARE_MM, grid)


def _printed(sheet: npt.NDArray[np.uint8], px_per_mm: float, grid: Grid) -> FloatMap:
    """Black and white print, (rows, cols, 3) reflectance, the sheet's middle in the middle of the grid."""
    scale = grid.spacing_mm * px_per_mm
    blurred = cv2.GaussianBlur(sheet, (0, 0), max(0.4 * scale, 0.3))
    middle = [(n - 1) / 2 for n in sheet.shape[::-1]]
    shift = [m - scale * (n - 1) / 2 for m, n in zip(middle, grid.shape[::-1], strict=True)]
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    seen = cv2.warpAffine(
        blurred, matrix, grid.shape[::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=255
    )
    grey = _BLACK + (_WHITE - _BLACK) * seen.astype(np.float32) / 255
    return np.repeat(grey[..., None], 3, axis=2).astype(np.float32)


def _card(grid: Grid) -> FloatMap:
    """24 patches on black, in the middle of a grey table."""
    codes = PATCHES / 255
    colours = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    gap = 0.15 * PATCH_MM
    width, height = 6 * (PATCH_MM + gap) + 2 * gap, 4 * (PATCH_MM + gap) + 2 * gap
    picture = np.full((*grid.shape, 3), 0.35, dtype=np.float32)
    _fill(picture, grid, (-width / 2, height / 2, width, height), np.full(3, 0.02))
    for number, colour in enumerate(colours):
        row, col = divmod(number, 6)
        left, top = -width / 2 + 1.5 * gap + col * (PATCH_MM + gap), height / 2 - 1.5 * gap - row * (PATCH_MM + gap)
        _fill(picture, grid, (left, top, PATCH_MM, PATCH_MM), colour)
    return picture


def _fill(picture: FloatMap, grid: Grid, box_mm: tuple[float, float, float, float], colour: Points) -> None:
    """Paint a rectangle given by its left and upper edge, width and height."""
    left, top, width, height = box_mm
    corners = grid.to_row_col(np.array([[left, top], [left + width, top - height]]))
    (row0, col0), (row1, col1) = np.round(corners).astype(int)
    picture[row0:row1, col0:col1] = colour


def _groove(grid: Grid, depth_um: float) -> FloatMap:
    """One V-groove across the middle of a plate, a few degrees from upright, its edges a little rounded."""
    depth = np.clip(1 - _from_middle_mm(grid) / (GROOVE_WIDTH_MM / 2), 0, None) * np.float32(depth_um)
    return grid.blurred(np.asarray(-depth, dtype=np.float32), 0.03)


def _gauge_gap(grid: Grid, depth_um: float) -> FloatMap:
    """The gap between two blades, the tape sloping from their edges down to the plate."""
    depth = np.clip((GAP_WIDTH_MM / 2 - _from_middle_mm(grid)) / TAPE_SLOPE_MM, 0, 1) * np.float32(depth_um)
    return grid.blurred(np.asarray(-depth, dtype=np.float32), 0.03)


def _from_middle_mm(grid: Grid) -> FloatMap:
    lean = np.radians(12.0)
    return np.asarray(np.abs(grid.x_mm * np.cos(lean) + grid.y_mm * np.sin(lean)), dtype=np.float32)


def _ball(target: BenchTarget, grid: Grid, optics: Optics, share: float) -> ShapedSkin:
    """A ball on the black field of the light card, with its exact normals."""
    across, upward = ((grid.x_mm, grid.y_mm)[n] - np.float32(target.place_mm[n]) for n in (0, 1))
    square = (across**2 + upward**2) / np.float32(BALL_RADIUS_MM**2)
    on_ball = square < 1
    z = np.sqrt(np.maximum(1 - square, 0))
    height = np.where(on_ball, BALL_RADIUS_MM * (1 + z), 0).astype(np.float32)
    reflectance = np.where(on_ball, share, 0.02)[..., None].repeat(3, axis=2).astype(np.float32)
    oil = np.asarray(on_ball, dtype=np.float32)
    plain = shape_skin(Skin(grid, _flat(grid), reflectance, oil, (), ()), optics)
    normals = [np.where(on_ball, n, flat).astype(np.float32) for n, flat in ((across / BALL_RADIUS_MM, 0.0),
               (upward / BALL_RADIUS_MM, 0.0), (z, 1.0))]  # fmt: skip
    return replace(plain, height_mm=height, normal_x=normals[0], normal_y=normals[1], normal_z=normals[2])


_COLOURS: Mapping[BenchObject, Callable[[Grid], FloatMap]] = {
    BenchObject.SCALE: _board,
    BenchObject.WHITE: _plain(0.78),
    BenchObject.CARD: _card,
    BenchObject.GROOVE: _plain(0.6),
    BenchObject.GAUGE_GAP: _plain(0.6),
}
_CUTS: Mapping[BenchObject, Callable[[Grid, float], FloatMap]] = {
    BenchObject.GROOVE: _groove,
    BenchObject.GAUGE_GAP: _gauge_gap,
}
