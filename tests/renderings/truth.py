"""The surfaces that were rendered, in closed form: what the pictures must be read as.

Axes as everywhere: x right, y up (mm, origin at the picture's centre), heights in µm, positive towards the camera.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from tests.renderings.pigment import Pigment, blotches

Array = npt.NDArray[np.float64]
Place = tuple[float, float, float]
Section = Literal["cosine", "v", "u"]

SHAPE = (320, 426)
SPACING_MM = 0.04
NEAR_LIGHTS_MM: tuple[Place, ...] = ((18.0, 18.0, 30.0), (-18.0, 18.0, 30.0), (-18.0, -18.0, 30.0), (18.0, -18.0, 30.0))
RING_OF_EIGHT_MM: tuple[Place, ...] = tuple(
    (round(16 * float(np.cos(a)), 3), round(16 * float(np.sin(a)), 3), 18.0) for a in np.arange(8) * np.pi / 4
)


@dataclass(frozen=True)
class Furrow:
    """A furrow; `x_mm`, `y_mm` is its middle. It may be an arc."""

    x_mm: float
    y_mm: float
    angle_deg: float
    length_mm: float
    width_mm: float
    depth_um: float
    section: Section = "cosine"
    bend_per_mm: float = 0.0
    """Curvature of its line."""

    def height(self, x: Array, y: Array) -> Array:
        """Height in µm at (x, y); ends run out over one width."""
        angle = np.deg2rad(self.angle_deg)
        along = (x - self.x_mm) * np.cos(angle) + (y - self.y_mm) * np.sin(angle)
        across = -(x - self.x_mm) * np.sin(angle) + (y - self.y_mm) * np.cos(angle)
        across = across - 0.5 * self.bend_per_mm * along**2
        section = self._section(np.clip(np.abs(across) / (self.width_mm / 2), 0, 1))
        beyond = np.clip((np.abs(along) - self.length_mm / 2) / self.width_mm, 0, 1)
        return np.asarray(-self.depth_um * section * (0.5 + 0.5 * np.cos(np.pi * beyond)))

    def line_mm(self, share: float = 1.0) -> Array:
        """(n, 2) of x, y on the floor, over the middle `share` of its full depth."""
        along = np.linspace(-0.5, 0.5, 101) * share * self.length_mm
        across, angle = 0.5 * self.bend_per_mm * along**2, np.deg2rad(self.angle_deg)
        x = self.x_mm + along * np.cos(angle) - across * np.sin(angle)
        return np.column_stack([x, self.y_mm + along * np.sin(angle) + across * np.cos(angle)])

    def _section(self, aside: Array) -> Array:
        """Share of the depth at 0 (middle) to 1 (edge); a U has a flat bottom over 40 % of its width."""
        if self.section == "v":
            return 1 - aside
        wall = aside if self.section == "cosine" else np.clip((aside - 0.4) / 0.6, 0, 1)
        return np.asarray(0.5 + 0.5 * np.cos(np.pi * wall))


@dataclass(frozen=True)
class Medium:
    """What light meets under the surface, per mm in red, green and blue; isotropic, index matched."""

    scattering: tuple[float, float, float]
    absorption: tuple[float, float, float]


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
    second_roughness: float | None = None
    """Of a second lobe; each then counts half."""
    is_srgb8: bool = False
    shape: tuple[int, int] = SHAPE
    spacing_mm: float = SPACING_MM
    lights_mm: tuple[Place, ...] = NEAR_LIGHTS_MM
    intensity: float | None = 6000.0
    """None: exposed so that the brightest half percent reaches 0.85."""
    medium: Medium | None = None
    """None: opaque."""
    pigment: Pigment | None = None
    microrelief_um: float = 0.0
    """Lattice of fine lines, from deepest to highest."""
    electrons: float | None = None
    """Full well of the camera that adds photon noise; None: only what the path tracer leaves."""
    is_jpeg: bool = False
    seed: int = 0
    samples: int | None = None
    """Paths per pixel; None: the usual number."""
    is_held_out: bool = False
    """No constant of the engine was chosen on it."""

    @property
    def is_grey(self) -> bool:
        """Without colour gloss and bounces cannot be told from shading."""
        return self.pigment is None and len(set(self.reflectance)) == 1

    def height_um(self) -> Array:
        """(rows, cols) heights at the pixel centres."""
        return self.height_at(*self.places_mm())

    def places_mm(self) -> tuple[Array, Array]:
        """(rows, cols) x and y of the pixel centres."""
        rows, cols = self.shape
        x = (np.arange(cols) - (cols - 1) / 2) * self.spacing_mm
        y = ((rows - 1) / 2 - np.arange(rows)) * self.spacing_mm
        across, up = np.meshgrid(x, y)
        return across, up

    def height_at(self, x: Array, y: Array) -> Array:
        base = -(x**2 + y**2) / (2 * self.base_radius_mm) * 1000
        return np.asarray(base + self.relief_at(x, y))

    def relief_at(self, x: Array, y: Array) -> Array:
        """Without the base."""
        distance = np.hypot(x - 4, y - 3)
        bump = np.where(distance < 1, self.bump_um * (0.5 + 0.5 * np.cos(np.pi * distance)), 0)
        return np.asarray(bump + self._microrelief(x, y) + sum(f.height(x, y) for f in self.furrows))

    def _microrelief(self, x: Array, y: Array) -> Array:
        if self.microrelief_um == 0:
            return np.zeros(np.shape(x))
        waves = blotches(x, y, np.random.default_rng(self.seed + 77), (0.2, 0.6))
        return np.asarray(np.tanh(waves / 1.2) * self.microrelief_um / 2)

    def to_row_col(self, places_mm: Array) -> Array:
        """(n, 2) of x, y in mm to (n, 2) of row, col."""
        rows, cols = self.shape
        x, y = places_mm[:, 0] / self.spacing_mm, places_mm[:, 1] / self.spacing_mm
        return np.column_stack([(rows - 1) / 2 - y, x + (cols - 1) / 2])


LIGHT_SKIN = (0.62, 0.42, 0.33)
SKIN_MEDIUM = Medium((3.3, 4.0, 5.3), (0.03, 0.16, 0.20))
