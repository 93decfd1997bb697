"""Where things are: pixels, millimetres, regions.

Image arrays are (row, col). Positions in mm are x right, y up, with the origin at the centre of the image.
"""

from dataclasses import dataclass

import numpy as np

from imaging.errors import MeasurementError
from imaging.model.arrays import BoolMap

_SMALLEST_MM, _LARGEST_MM = 1e-6, 1e3


@dataclass(frozen=True)
class Spacing:
    """Distance between neighbouring pixels on the object plane."""

    row_mm: float
    col_mm: float

    def __post_init__(self) -> None:
        if not all(_SMALLEST_MM <= step <= _LARGEST_MM for step in (self.row_mm, self.col_mm)):
            raise MeasurementError(
                f"The pixel spacing {self.row_mm * 1000:g} x {self.col_mm * 1000:g} µm is not a length of skin: "
                "give micrometres per pixel above zero."
            )

    @classmethod
    def square(cls, mm: float) -> "Spacing":
        return cls(mm, mm)

    @property
    def mean_mm(self) -> float:
        """The geometric mean of both directions."""
        return float(np.sqrt(self.row_mm * self.col_mm))

    @property
    def pixel_area_mm2(self) -> float:
        return self.row_mm * self.col_mm

    def scaled(self, factor: float) -> "Spacing":
        """The spacing of the same picture with `factor` times fewer pixels a side."""
        return Spacing(self.row_mm * factor, self.col_mm * factor)


@dataclass(frozen=True)
class Roi:
    """A rectangle of pixels, half open: rows row0..row1-1, columns col0..col1-1."""

    row0: int
    col0: int
    row1: int
    col1: int

    def __post_init__(self) -> None:
        if self.row0 < 0 or self.col0 < 0 or self.row1 <= self.row0 or self.col1 <= self.col0:
            raise MeasurementError(
                f"The region {self.row0},{self.col0},{self.row1},{self.col1} is empty: "
                "give ROW0,COL0,ROW1,COL1 with ROW1 > ROW0 and COL1 > COL0."
            )

    @classmethod
    def whole(cls, shape: tuple[int, ...]) -> "Roi":
        return cls(0, 0, shape[0], shape[1])

    @classmethod
    def proposed(cls, shape: tuple[int, ...]) -> "Roi":
        """The middle of a picture, a tenth off on every side: a picture placed anew still shows all of it."""
        down, across = round(0.1 * shape[0]), round(0.1 * shape[1])
        return cls(down, across, shape[0] - down, shape[1] - across)

    @property
    def slices(self) -> tuple[slice, slice]:
        return slice(self.row0, self.row1), slice(self.col0, self.col1)

    @property
    def shape(self) -> tuple[int, int]:
        return self.row1 - self.row0, self.col1 - self.col0

    def mask(self, shape: tuple[int, ...]) -> BoolMap:
        """True inside the region, (rows, cols) of `shape`."""
        inside = np.zeros(shape[:2], dtype=np.bool_)
        inside[self.slices] = True
        return inside
