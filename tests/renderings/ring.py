"""Skin under a ring of lights around the lens: one picture, in which brightness says how steep, not which way.

The surfaces and colours that were rendered, in closed form. Axes as in `truth.py`.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tests.renderings.truth import LIGHT_SKIN, Array, Furrow, Place, Section

SHAPE = (300, 426)
SPACING_MM = 0.04
LIGHTS_IN_RING = 12
MELANIN = (0.30, 0.62, 1.0)
BLOOD = (0.06, 0.80, 0.55)
GREY = (0.7, 0.7, 0.7)
"""Optical density in red, green and blue of one unit of each."""
_WAVES = 60


def ring(radius_mm: float, height_mm: float) -> tuple[Place, ...]:
    """Lights evenly around the lens."""
    angles = 2 * np.pi * np.arange(LIGHTS_IN_RING) / LIGHTS_IN_RING
    return tuple((radius_mm * float(np.cos(a)), radius_mm * float(np.sin(a)), height_mm) for a in angles)


@dataclass(frozen=True)
class Stain:
    """A straight dark line of colour on flat skin; soft edges."""

    x_mm: float
    width_mm: float
    density: tuple[float, float, float]
    y_mm: float = 0.0
    angle_deg: float = 90.0
    length_mm: float = 7.0

    def density_at(self, x: Array, y: Array) -> Array:
        """(..., 3)"""
        angle = np.deg2rad(self.angle_deg)
        along = (x - self.x_mm) * np.cos(angle) + (y - self.y_mm) * np.sin(angle)
        across = -(x - self.x_mm) * np.sin(angle) + (y - self.y_mm) * np.cos(angle)
        aside = np.hypot(np.maximum(np.abs(along) - self.length_mm / 2, 0), across)
        share = np.exp(-0.5 * (aside / (self.width_mm / 2.5)) ** 2)
        return np.asarray(share[..., None] * np.array(self.density))


@dataclass(frozen=True)
class RingScene:
    """One rendered picture."""

    name: str
    furrows: tuple[Furrow, ...]
    stains: tuple[Stain, ...] = ()
    mottling: float = 0.0
    """Standard deviation of melanin and of blood, in the units of MELANIN and BLOOD."""
    gloss_roughness: float | None = None
    lights_mm: tuple[Place, ...] = field(default_factory=lambda: ring(20, 30))
    base_radius_mm: float = 60.0
    shape: tuple[int, int] = SHAPE
    spacing_mm: float = SPACING_MM
    reflectance: tuple[float, float, float] = LIGHT_SKIN
    seed: int = 1

    def height_at(self, x: Array, y: Array) -> Array:
        base = -(x**2 + y**2) / (2 * self.base_radius_mm) * 1000
        return np.asarray(base + sum(f.height(x, y) for f in self.furrows))

    def colour_at(self, x: Array, y: Array) -> Array:
        """Reflectance (..., 3)."""
        density = np.zeros((*x.shape, 3))
        for number, pigment in enumerate((MELANIN, BLOOD)):
            if self.mottling:
                density += self.mottling * blotches(x, y, self.seed + number)[..., None] * np.array(pigment)
        for stain in self.stains:
            density += stain.density_at(x, y)
        return np.asarray(np.clip(np.array(self.reflectance) * np.exp(-density), 0.002, 0.95))


def blotches(x: Array, y: Array, seed: int) -> npt.NDArray[np.float64]:
    """A random field of unit variance, wavelengths 1 to 8 mm, the long ones stronger; the same at any grid."""
    rng = np.random.default_rng(seed)
    wavelength = np.exp(rng.uniform(np.log(1.0), np.log(8.0), _WAVES))
    angle, phase = rng.uniform(0, 2 * np.pi, (2, _WAVES))
    strength = np.sqrt(wavelength)
    total = np.zeros(x.shape)
    for w, a, p, s in zip(wavelength, angle, phase, strength, strict=True):
        total += s * np.sin(2 * np.pi * (x * np.cos(a) + y * np.sin(a)) / w + p)
    return np.asarray(total / np.sqrt((strength**2).sum() / 2))


def side_by_side(shapes: tuple[tuple[float, float, Section], ...], step_mm: float = 2.6) -> tuple[Furrow, ...]:
    """Furrows of (depth_um, width_mm, section), 7 mm long, left to right, leaning a little to either side."""
    left = -step_mm * (len(shapes) - 1) / 2
    return tuple(
        Furrow(left + step_mm * i, 0.4 * (-1) ** i, 90 + 6 * (-1) ** i, 7, width, depth, section)
        for i, (depth, width, section) in enumerate(shapes)
    )


PLAIN = side_by_side(
    ((50, 0.35, "cosine"), (400, 1.4, "v"), (120, 0.6, "cosine"),
     (260, 0.9, "v"), (80, 0.9, "cosine"), (180, 1.2, "cosine"))
)  # fmt: skip
SKIN = side_by_side(
    ((240, 1.4, "cosine"), (60, 0.3, "cosine"), (110, 0.8, "cosine"),
     (350, 1.2, "v"), (80, 0.5, "v"), (160, 0.7, "cosine"))
)  # fmt: skip
STAINS = (
    Stain(-6.0, 0.5, (0.12, 0.25, 0.40)),
    Stain(-3.5, 0.35, (0.03, 0.40, 0.28), angle_deg=84),
    Stain(-1.0, 0.30, (0.22, 0.22, 0.22), angle_deg=94),
    Stain(1.5, 0.8, (0.10, 0.10, 0.10), angle_deg=88),
    Stain(6.0, 0.4, (1.1, 1.1, 1.1), angle_deg=92),
)
"""Brown, red, grey, faint broad grey, black; the furrow stands between the last two."""
MOTTLED = (
    Furrow(-4.8, -0.3, 85, 6.5, 0.7, 180), Furrow(-1.6, 0.2, 91, 6.5, 0.8, 60),
    Furrow(1.6, -0.3, 89, 6.5, 0.5, 110), Furrow(4.8, 0, 84, 6.5, 1.1, 260),
)  # fmt: skip
MOTTLED_STAINS = (
    Stain(-3.2, 0.4, (0.10, 0.30, 0.35)),
    Stain(0.0, 0.3, (0.25, 0.25, 0.25)),
    Stain(3.2, 0.5, (0.05, 0.35, 0.25)),
)
"""Brown, grey, red, between the furrows."""

RING_SCENES = (
    RingScene("ring-plain", PLAIN),
    RingScene("ring-skin", SKIN, mottling=0.12, gloss_roughness=0.35),
    RingScene("ring-paint", (Furrow(3.8, 0, 90, 7, 0.8, 130),), STAINS, mottling=0.08, gloss_roughness=0.35, seed=5),
    RingScene(
        "ring-mottled", MOTTLED, MOTTLED_STAINS, mottling=0.12, gloss_roughness=0.4, lights_mm=ring(20, 50), seed=13
    ),
)
