"""Furrows of known course, depth and width."""

from dataclasses import dataclass

import numpy as np

from imaging.camera.simulated.grid import Grid
from imaging.model.arrays import FloatMap, Points

ROUNDING = 0.16
"""Radius of the floor as a share of the half width: living furrows are not knife cuts."""


WANDER_MM = 0.035
"""How far a furrow strays from its drawn line."""


@dataclass(frozen=True)
class Furrow:
    """One furrow: a bent line with a valley along it.

    The valley is `depth_um` deep below straight shoulders `2 * half_width_mm` apart, tapers at both ends and varies
    a little along the line. x right, y up, mm.
    """

    start_mm: tuple[float, float]
    angle_deg: float
    length_mm: float
    depth_um: float
    half_width_mm: float
    bend_mm: float = 0.0
    """Sideways bow in the middle."""
    wave_mm: float = 0.0
    wave_phase: float = 0.0
    taper_mm: float = 2.5
    variation: float = 0.12

    def scaled(self, factor: float) -> "Furrow":
        """The same furrow, its depth multiplied."""
        return Furrow(**{**self.__dict__, "depth_um": self.depth_um * factor})

    def sideways(self, along: FloatMap) -> FloatMap:
        """Where the centre line runs, mm to the left of the chord, for mm along it."""
        share = along / self.length_mm
        bow = 4.0 * self.bend_mm * share * (1.0 - share)
        return np.asarray(bow + self.wave_mm * np.sin(along * 1.1 + self.wave_phase), dtype=np.float32)

    def depth_along(self, along: FloatMap) -> FloatMap:
        """Depth in µm for mm along the chord; 0 beyond the ends."""
        to_end = np.minimum(along, self.length_mm - along) / self.taper_mm
        ramp = np.clip(to_end, 0.0, 1.0)
        smooth = ramp * ramp * (3.0 - 2.0 * ramp)
        wavy = 1.0 + self.variation * np.sin(along * 0.8 + 2.0 * self.wave_phase)
        return np.asarray(self.depth_um * smooth * wavy, dtype=np.float32)

    def centre_line(self, step_mm: float = 0.1) -> tuple[Points, FloatMap]:
        """(n, 2) of x, y in mm along the floor, and the depth there in µm."""
        along = np.arange(0.0, self.length_mm + step_mm / 2, step_mm, dtype=np.float32)
        side = self.sideways(along)
        cos, sin = np.cos(np.radians(self.angle_deg)), np.sin(np.radians(self.angle_deg))
        x = self.start_mm[0] + along * cos - side * sin
        y = self.start_mm[1] + along * sin + side * cos
        return np.column_stack([x, y]).astype(np.float64), self.depth_along(along)


def valley(across: FloatMap) -> FloatMap:
    """Share of the depth at a distance from the centre line, in half widths: 1 on the line, 0 from 1 on.

    A parabola standing on its rim, (1 - r)^2, with a rounded floor: steep walls, soft shoulders, no knife edge.
    """
    r = np.sqrt(across * across + np.float32(ROUNDING**2))
    wall = np.clip((np.float32(np.sqrt(1.0 + ROUNDING**2)) - r), 0.0, None)
    return np.asarray((wall / np.float32(np.sqrt(1.0 + ROUNDING**2) - ROUNDING)) ** 2, dtype=np.float32)


def _box(furrow: Furrow, grid: Grid) -> tuple[slice, slice]:
    """Rows and columns that a furrow touches; empty when it lies outside."""
    points, _ = furrow.centre_line(0.5)
    row_col = grid.to_row_col(points)
    reach = (1.5 * furrow.half_width_mm + 5 * WANDER_MM) / grid.spacing_mm + 2
    low = np.floor(row_col.min(axis=0) - reach).astype(int)
    high = np.ceil(row_col.max(axis=0) + reach).astype(int)
    return tuple(  # type: ignore[return-value]
        slice(int(np.clip(low[i], 0, grid.shape[i])), int(np.clip(high[i], 0, grid.shape[i]))) for i in range(2)
    )


def _carve(furrow: Furrow, grid: Grid, box: tuple[slice, slice], wobble: tuple[FloatMap, FloatMap]) -> FloatMap:
    """Depth in µm inside `box`; `wobble` shifts the line (mm) and widens it (share)."""
    cos, sin = np.cos(np.radians(furrow.angle_deg)), np.sin(np.radians(furrow.angle_deg))
    dx = grid.x_mm[:, box[1]] - np.float32(furrow.start_mm[0])
    dy = grid.y_mm[box[0]] - np.float32(furrow.start_mm[1])
    along = np.asarray(dx * np.float32(cos) + dy * np.float32(sin))
    across = dy * np.float32(cos) - dx * np.float32(sin) - furrow.sideways(along) + wobble[0][box]
    slope = 4.0 * furrow.bend_mm * (1.0 - 2.0 * along / furrow.length_mm) / furrow.length_mm
    depth = furrow.depth_along(along)
    narrowing = 0.4 + 0.6 * np.minimum(depth / np.float32(furrow.depth_um), 1.0)
    across /= narrowing * np.sqrt(1.0 + slope * slope) * np.float32(furrow.half_width_mm) * (1.0 + wobble[1][box])
    return np.asarray(depth * valley(across), dtype=np.float32)


def furrow_depth(furrows: tuple[Furrow, ...], grid: Grid, rng: np.random.Generator) -> FloatMap:
    """Depth below the skin's own level in µm, (rows, cols), >= 0; where furrows meet the deeper one counts.

    Lines wander by `WANDER_MM` and widths vary by a sixth from place to place, as drawn from `rng`; depths do not.
    """
    wander = np.float32(WANDER_MM) * (grid.noise(rng, 0.9) + 0.4 * grid.noise(rng, 0.3))
    wobble = np.asarray(wander), np.asarray(np.clip(0.16 * grid.noise(rng, 1.2), -0.4, 0.4))
    depth = np.zeros(grid.shape, dtype=np.float32)
    for furrow in furrows:
        box = _box(furrow, grid)
        if depth[box].size:
            np.maximum(depth[box], _carve(furrow, grid, box, wobble), out=depth[box])
    return depth
