"""Registration of a real face photograph warped by a known amount."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from imaging.comparison.registration import register
from imaging.model.surface import Surface
from tests.figures.study import FigureTable

SCALES = (1.02, 1.05, 0.97)
FOREHEAD_AND_CHEEKS = (
    (slice(70, 110), slice(195, 255)),
    (slice(150, 185), slice(180, 210)),
    (slice(150, 185), slice(245, 270)),
)


def flat_surface(photograph: npt.NDArray[np.uint8]) -> Surface:
    """A photograph on which nothing is known of the shape."""
    rows, cols = photograph.shape[:2]
    flat = np.zeros((rows, cols), np.float32)
    normals = np.dstack([flat, flat, flat + 1])
    albedo = photograph.astype(np.float32) / 255
    return Surface(
        flat, flat, flat, normals, albedo, photograph, np.ones((rows, cols), np.bool_), None, "photometric", "px"
    )  # fmt: skip


def warp(shape: tuple[int, int], scale: float) -> npt.NDArray[np.float32]:
    """Where each reference pixel lies in the warped picture, (rows, cols, 2) of (row, col): scale, turn, stretch."""
    row, col = np.indices(shape, dtype=np.float64)
    angle = np.deg2rad(3)
    dy, dx = row - shape[0] / 2, col - shape[1] / 2
    new_row = shape[0] / 2 + 4 + scale * (np.cos(angle) * dy + np.sin(angle) * dx) + 1.5 * np.sin(col / 40)
    new_col = shape[1] / 2 - 3 + scale * (np.cos(angle) * dx - np.sin(angle) * dy) + 1.5 * np.cos(row / 45)
    return np.stack([new_row, new_col], axis=-1).astype(np.float32)


def warped_picture(picture: npt.NDArray[np.uint8], to_moving: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """The picture as seen after the warp; the inverse is found by fixed-point iteration."""
    shape = picture.shape[:2]
    goal = np.stack(np.indices(shape), axis=-1).astype(np.float32)
    source = goal.copy()
    for _ in range(30):
        there = cv2.remap(to_moving, source[..., 1], source[..., 0], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        source += goal - there
    seen = cv2.remap(picture, source[..., 1], source[..., 0], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    darker = np.clip(seen * 0.85, 0, 255).astype(np.uint8)
    _, jpeg = cv2.imencode(".jpg", darker, [cv2.IMWRITE_JPEG_QUALITY, 85])
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), dtype=np.uint8)


def face_study(_data: Path | None) -> FigureTable:
    from skimage.data import astronaut

    face = astronaut()
    rows = []
    for scale in SCALES:
        truth = warp(face.shape[:2], scale)
        registration = register(flat_surface(face), flat_surface(warped_picture(face, truth)))
        error = np.hypot(*np.moveaxis(registration.displacement - truth, -1, 0))
        skin = np.concatenate([error[where].ravel() for where in FOREHEAD_AND_CHEEKS])
        numbers = [f"{np.nanmedian(skin):.2f}", f"{np.nanpercentile(skin, 95):.2f}"]
        rows.append((f"{(scale - 1) * 100:+.0f} %", *numbers, registration.verdict))
    return FigureTable(
        "Warped face photograph",
        "`skimage.data.astronaut`, warped by scale, 3 degrees and an elastic stretch of 1.5 px, 15 % darker, JPEG 85; "
        "error of the displacement on forehead and cheeks.",
        ("scale", "median, px", "95th percentile, px", "verdict"),
        tuple(rows),
    )
