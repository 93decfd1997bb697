"""Balls under known lights."""

import numpy as np

from imaging.calibration.lights import BallPictures
from imaging.model.arrays import BoolMap, FloatMap
from imaging.model.geometry import Spacing

SHAPE = (240, 320)
SPACING = Spacing(0.05, 0.05)
"""The field is 16 x 12 mm."""
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def ball_mask(row: float, col: float, radius: float) -> BoolMap:
    rows, cols = np.indices(SHAPE)
    return np.asarray((rows - row) ** 2 + (cols - col) ** 2 <= radius**2)


def ball_pictures(lamps: Floats, kind: str, place: tuple[float, float, float], is_near: bool) -> BallPictures:
    """Linear float frames of a ball at (row, col, radius) px lying on the object plane.

    `lamps` are unit directions, or positions in mm when `is_near`.
    """
    row, col, radius = place
    mask = ball_mask(row, col, radius)
    rows, cols = np.indices(SHAPE)
    x, y = (cols - col) / radius, -(rows - row) / radius
    normals = np.stack([x, y, np.sqrt(np.maximum(1 - x**2 - y**2, 0))], axis=-1)
    radius_mm = radius * SPACING.row_mm
    centre = np.array([(col - (SHAPE[1] - 1) / 2) * SPACING.col_mm, -(row - (SHAPE[0] - 1) / 2) * SPACING.row_mm])
    points = np.append(centre, radius_mm) + radius_mm * normals
    frames = tuple(_frame(lamp, kind, (normals, points, mask), is_near) for lamp in lamps)
    return BallPictures(frames, mask)


def _frame(lamp: Floats, kind: str, ball: tuple[Floats, Floats, BoolMap], is_near: bool) -> FloatMap:
    normals, points, mask = ball
    towards = lamp - points if is_near else np.broadcast_to(lamp, points.shape)
    distance = np.linalg.norm(towards, axis=-1, keepdims=True)
    towards = towards / distance
    if kind == "matte":
        fall_off = (20 / distance[..., 0]) ** 2 if is_near else 1.0
        signal = 0.6 * np.maximum((normals * towards).sum(axis=-1), 0) * fall_off
    else:
        half = towards + np.array([0.0, 0.0, 1.0])
        half /= np.linalg.norm(half, axis=-1, keepdims=True)
        signal = 0.03 + 1.5 * np.maximum((normals * half).sum(axis=-1), 0) ** 800
    noise = np.random.default_rng(1).normal(0, 0.002, mask.shape)
    return np.where(mask, np.clip(signal + noise, 0, 1), 0.01).astype(np.float32)
