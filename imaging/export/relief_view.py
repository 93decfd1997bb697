"""A surface seen from the side: a parallel projection that can be turned, drawn without a graphics card.

Each column of the picture is a line of sight across the skin. Walking along it from the near edge, a place is seen
where it stands higher on the picture than everything before it ("floating horizon", Wright 1973, IEEE Trans. Comput.
22(9)).
"""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.export.picture import to_rgb8
from imaging.model.arrays import BoolMap, FloatMap, Pixels
from imaging.model.geometry import Spacing
from imaging.model.relief import Relief, ReliefView

GROUND = (244, 245, 247)
"""Behind the relief; RGB."""
_BLOCK = np.array([150, 154, 160], dtype=np.uint8)
_ROOM = 0.9
"""Of the picture that the relief fills at zoom 1, whichever way it is turned."""
_LIGHT = np.array([-0.45, 0.45, 0.77], dtype=np.float32)
"""Towards the light: from the upper left of the picture, x right, y away from the viewer, z up."""
_AMBIENT = 0.35


def draw_relief(
    relief: Relief, view: ReliefView, size: tuple[int, int], ground: tuple[int, int, int] = GROUND
) -> Pixels:
    """The relief as a picture of `size` (rows, cols), RGB uint8; `ground` is what is seen behind it."""
    rows, cols = size
    mm_per_px = _extent_mm(relief) / (_ROOM * min(rows, cols)) / max(view.zoom, 1e-3)
    height, colours, known = _turned(relief, view, size, mm_per_px)
    to_px = np.float32(view.exaggeration / (1000 if relief.spacing else 1) / mm_per_px)
    height *= to_px
    lit = _lit(colours, height, known)
    stage = np.empty((rows, cols, 3), np.uint8)
    stage[:] = ground
    return _projected(height, lit, known, (view, stage))


def reduced(relief: Relief, most_px: int) -> Relief:
    """The same relief on at most about so many pixels, each the mean of what it replaces: quick to turn."""
    rows, cols = relief.height_um.shape
    step = float(np.sqrt(rows * cols / most_px))
    if step <= 1:
        return relief
    size = max(round(cols / step), 2), max(round(rows / step), 2)
    known = np.isfinite(relief.height_um)
    weight = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    height = cv2.resize(np.where(known, relief.height_um, np.float32(0)), size, interpolation=cv2.INTER_AREA)
    height = np.where(weight > 0.5, height / np.maximum(weight, np.float32(1e-6)), np.float32(np.nan))
    colours = cv2.resize(relief.colours, size, interpolation=cv2.INTER_AREA)
    pitch = relief.spacing
    spacing = Spacing(pitch.row_mm * rows / size[1], pitch.col_mm * cols / size[0]) if pitch else None
    return Relief(np.asarray(height, np.float32), np.asarray(colours, np.uint8), spacing)


def dressed(photograph: Pixels, heat_map: npt.NDArray[np.uint8] | None, opacity: float) -> Pixels:
    """(rows, cols, 3) uint8 colours for a relief: the photograph, with an RGBA heat map over it."""
    picture = to_rgb8(photograph)
    if heat_map is None or opacity <= 0:
        return picture
    share = heat_map[..., 3:].astype(np.float32) * np.float32(opacity / 255)
    return np.asarray(picture * (1 - share) + heat_map[..., :3] * share, np.uint8)


def _extent_mm(relief: Relief) -> float:
    """Diagonal, so that turning never cuts a corner off."""
    pitch = relief.spacing or Spacing(1, 1)
    rows, cols = relief.height_um.shape
    return float(np.hypot(rows * pitch.row_mm, cols * pitch.col_mm))


def _turned(
    relief: Relief, view: ReliefView, size: tuple[int, int], mm_per_px: float
) -> tuple[FloatMap, FloatMap, BoolMap]:
    """Height (µm), colours and where known, on a ground plan: columns are lines of sight, the nearest row first."""
    depth, cols = _depth_px(view, size), size[1]
    pitch = relief.spacing or Spacing(1, 1)
    turn = np.radians(view.azimuth_deg)
    right, away = (np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))
    centre = (np.array(relief.height_um.shape[::-1]) - 1) / 2
    # ground plan (column u, row v from the near edge) -> source (col, row); rows of the source run towards the viewer
    along = np.array([right[0] / pitch.col_mm, -right[1] / pitch.row_mm]) * mm_per_px
    into = np.array([away[0] / pitch.col_mm, -away[1] / pitch.row_mm]) * mm_per_px
    matrix = np.column_stack([along, into, centre - along * (cols - 1) / 2 - into * (depth - 1) / 2])
    known = np.isfinite(relief.height_um)
    sources = np.where(known, relief.height_um, 0).astype(np.float32), relief.colours, known.astype(np.uint8)
    flags = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    height, colours, seen = (cv2.warpAffine(s, matrix, (cols, depth), flags=flags, borderValue=0) for s in sources)
    return np.asarray(height, np.float32), np.asarray(colours, np.float32), np.asarray(seen > 0, np.bool_)


def _depth_px(view: ReliefView, size: tuple[int, int]) -> int:
    """Rows of the ground plan: all of the skin, or what of it the picture can show."""
    everything = _ROOM * min(size) * view.zoom
    shown = 1.5 * size[0] / np.sin(_tilt(view))
    return max(2, round(float(min(everything, shown))))


def _tilt(view: ReliefView) -> float:
    return float(np.radians(np.clip(view.elevation_deg, 5, 90)))


def _lit(colours: FloatMap, height_px: FloatMap, known: BoolMap) -> FloatMap:
    """Colours under one distant light; slopes as the picture shows them, exaggerated."""
    across = cv2.Sobel(height_px, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    into = cv2.Sobel(height_px, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    steepness = np.sqrt(across * across + into * into + 1)
    shade = (_LIGHT[2] - _LIGHT[0] * across - _LIGHT[1] * into) / steepness
    shade = _AMBIENT + (1 - _AMBIENT) * np.clip(shade / _LIGHT[2], 0, 1.25)
    shade[~known] = 1
    return np.asarray(colours * shade[..., None], np.float32)


def _projected(height_px: FloatMap, lit: FloatMap, known: BoolMap, seen: tuple[ReliefView, Pixels]) -> Pixels:
    view, picture = seen
    rows, cols = picture.shape[:2]
    tilt = _tilt(view)
    depth = len(height_px)
    ground = (np.arange(depth, dtype=np.float32)[:, None] - np.float32((depth - 1) / 2)) * np.float32(np.sin(tilt))
    screen = ground + height_px * np.float32(np.cos(tilt))
    floor = float(np.percentile(height_px[known][::7], 1)) * np.cos(tilt) if known.any() else 0.0
    screen[~known] = -np.inf
    horizon = np.maximum.accumulate(screen, axis=0)
    nearest, columns = known.argmax(axis=0), np.arange(cols)
    edge = np.where(known.any(axis=0), ground[nearest, 0] + np.float32(floor), np.inf)
    levels = (np.float32((rows - 1) / 2) - np.arange(rows, dtype=np.float32))[:, None]
    first = _first_reaching(horizon, rows)
    is_seen = (first < depth) & (levels >= edge)
    colours = np.clip(lit, 0, 255).astype(np.uint8).reshape(-1, 3)
    picture[is_seen] = colours[(first * cols + columns)[is_seen]]
    picture[(levels <= horizon[nearest, columns]) & (levels >= edge)] = _BLOCK
    return picture


def _first_reaching(horizon: FloatMap, rows: int) -> npt.NDArray[np.int64]:
    """For each pixel of the picture (rows, cols) the nearest place whose horizon is not below it; all of them: depth.

    Each place lies above so many of the picture's rows; how many places lie above fewer than these is counted for all
    lines of sight at once.
    """
    depth, cols = horizon.shape
    below = np.clip(np.ceil(np.float32((rows - 1) / 2) - horizon), 0, rows).astype(np.int64)
    below += np.arange(cols) * (rows + 1)
    counts = np.bincount(below.ravel(), minlength=cols * (rows + 1)).reshape(cols, rows + 1)
    return np.ascontiguousarray((depth - counts.cumsum(axis=1)[:, :rows]).T)
