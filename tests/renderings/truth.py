"""The surfaces that were rendered, in closed form: what the pictures must be read as.

Axes as everywhere: x right, y up (mm, origin at the picture's centre), heights in µm, positive towards the camera.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SHAPE = (320, 426)
SPACING_MM = 0.04
NEAR_LIGHTS_MM = ((18.0, 18.0, 30.0), (-18.0, 18.0, 30.0), (-18.0, -18.0, 30.0), (18.0, -18.0, 30.0))


@dataclass(frozen=True)
class Furrow:
    """A straight furrow with a cosine section; `x_mm`, `y_mm` is its middle."""

    x_mm: float
    y_mm: float
    angle_deg: float
    length_mm: float
    width_mm: float
    depth_um: float

    def height(self, x: Array, y: Array) -> Array:
        """Height in µm at (x, y); ends run out over one width."""
        angle = np.deg2rad(self.angle_deg)
        along = (x - self.x_mm) * np.cos(angle) + (y - self.y_mm) * np.sin(angle)
        across = -(x - self.x_mm) * np.sin(angle) + (y - self.y_mm) * np.cos(angle)
        section = np.where(
            np.abs(across) < self.width_mm / 2, 0.5 + 0.5 * np.cos(2 * np.pi * across / self.width_mm), 0
        )
        beyond = np.clip((np.abs(along) - self.length_mm / 2) / self.width_mm, 0, 1)
        return np.asarray(-self.depth_um * section * (0.5 + 0.5 * np.cos(np.pi * beyond)))


@dataclass(frozen=True)
class Scene:
    """One rendered skin site."""

    name: str
    furrows: tuple[Furrow, ...]
    bump_um: float = 0.0
    """A round cosine bump 2 mm wide at (4, 3) mm."""
    base_radius_mm: float = 60.0
    reflectance: tuple[float, float, float] = (0.5, 0.5, 0.5)
    gloss_roughness: float | None = None
    is_srgb8: bool = False

    def height_um(self) -> Array:
        """(rows, cols) heights at the pixel centres."""
        rows, cols = SHAPE
        x = (np.arange(cols) - (cols - 1) / 2) * SPACING_MM
        y = ((rows - 1) / 2 - np.arange(rows)) * SPACING_MM
        return self.height_at(*np.meshgrid(x, y))

    def height_at(self, x: Array, y: Array) -> Array:
        base = -(x**2 + y**2) / (2 * self.base_radius_mm) * 1000
        distance = np.hypot(x - 4, y - 3)
        bump = np.where(distance < 1, self.bump_um * (0.5 + 0.5 * np.cos(np.pi * distance)), 0)
        return np.asarray(base + bump + sum(f.height(x, y) for f in self.furrows))


THREE = (
    Furrow(-4.5, 0.5, 75, 7, 1.2, 200),
    Furrow(-1.0, -0.5, 95, 8, 0.9, 120),
    Furrow(2.5, -1.5, 110, 6, 0.7, 70),
)
SCENES = (
    Scene("matte", THREE, bump_um=150),
    Scene("glossy", THREE, bump_um=150, reflectance=(0.62, 0.42, 0.33), gloss_roughness=0.35, is_srgb8=True),
    Scene("flat", (), bump_um=0),
)
