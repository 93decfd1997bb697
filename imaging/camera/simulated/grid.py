"""The pixels on which skin is made: the frame and a margin around it for a patient who moves."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.model.arrays import FloatMap, Points
from imaging.model.geometry import Spacing

FIELD_WIDTH_MM = 23.04
"""Width of skin in the frame: 18 µm a pixel at 1280 columns."""
_RESIZED = 0.25
"""Variance in small pixels that making a picture smaller and larger again adds."""
MARGIN_MM = 2.6
"""Skin beyond the frame on every side."""


@dataclass(frozen=True)
class Grid:
    """Pixel grid of a frame (rows, cols) and its margin. x right, y up, mm, origin at the centre of the frame."""

    frame_shape: tuple[int, int]

    @property
    def spacing_mm(self) -> float:
        return FIELD_WIDTH_MM / self.frame_shape[1]

    @property
    def spacing(self) -> Spacing:
        return Spacing.square(self.spacing_mm)

    @property
    def margin_px(self) -> int:
        return round(MARGIN_MM / self.spacing_mm)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns with the margin."""
        return self.frame_shape[0] + 2 * self.margin_px, self.frame_shape[1] + 2 * self.margin_px

    @property
    def x_mm(self) -> FloatMap:
        """(1, cols) position of each column."""
        cols = self.shape[1]
        return ((np.arange(cols, dtype=np.float32) - (cols - 1) / 2) * np.float32(self.spacing_mm))[None, :]

    @property
    def y_mm(self) -> FloatMap:
        """(rows, 1) position of each row, up positive."""
        rows = self.shape[0]
        return (((rows - 1) / 2 - np.arange(rows, dtype=np.float32)) * np.float32(self.spacing_mm))[:, None]

    @property
    def half_size_mm(self) -> tuple[float, float]:
        """Half width and half height, margin included."""
        return self.shape[1] * self.spacing_mm / 2, self.shape[0] * self.spacing_mm / 2

    def to_row_col(self, points_mm: Points) -> Points:
        """(n, 2) of x, y in mm to (n, 2) of (row, col) on this grid, margin included."""
        row = (self.shape[0] - 1) / 2 - points_mm[:, 1] / self.spacing_mm
        col = (self.shape[1] - 1) / 2 + points_mm[:, 0] / self.spacing_mm
        return np.column_stack([row, col])

    def framed(self, picture: FloatMap) -> FloatMap:
        """Cut the margin off."""
        m = self.margin_px
        return picture[m : picture.shape[0] - m, m : picture.shape[1] - m]

    def noise(self, rng: np.random.Generator, scale_mm: float) -> FloatMap:
        """Smooth noise, (rows, cols), zero mean, about unit variance, with features of `scale_mm`."""
        step = max(scale_mm / self.spacing_mm, 1.0)
        coarse = rng.standard_normal([int(n / step) + 4 for n in self.shape], dtype=np.float32)
        full = cv2.resize(coarse, None, fx=step, fy=step, interpolation=cv2.INTER_CUBIC)[
            : self.shape[0], : self.shape[1]
        ]
        return np.asarray(full * np.float32(1.25), dtype=np.float32)

    def blurred(self, picture: FloatMap, sigma_mm: float) -> FloatMap:
        """Gaussian blur, on a smaller picture where that makes no difference."""
        sigma = sigma_mm / self.spacing_mm
        factor = max(1, int(sigma / 2.0))
        if factor == 1:
            return np.asarray(cv2.GaussianBlur(picture, (0, 0), max(sigma, 0.3)), dtype=np.float32)
        rows, cols = picture.shape
        small = cv2.resize(picture, (-(-cols // factor), -(-rows // factor)), interpolation=cv2.INTER_AREA)
        small = cv2.GaussianBlur(small, (0, 0), np.sqrt((sigma / factor) ** 2 - _RESIZED))
        return np.asarray(cv2.resize(small, (cols, rows), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
