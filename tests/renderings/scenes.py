"""Which skin was rendered. The pictures lie in folders of these names; `render.py` makes them anew."""

from dataclasses import replace

import numpy as np

from tests.renderings.pigment import Pigment
from tests.renderings.truth import LIGHT_SKIN, RING_OF_EIGHT_MM, SKIN_MEDIUM, Furrow, Medium, Place, Scene


def ring(count: int, radius_mm: float, height_mm: float, start_deg: float = 45) -> tuple[Place, ...]:
    angles = np.deg2rad(start_deg) + np.arange(count) * 2 * np.pi / count
    return tuple(
        (round(radius_mm * float(np.cos(a)), 3), round(radius_mm * float(np.sin(a)), 3), height_mm) for a in angles
    )


THREE = (
    Furrow(-4.5, 0.5, 75, 7, 1.2, 200),
    Furrow(-1.0, -0.5, 95, 8, 0.9, 120),
    Furrow(2.5, -1.5, 110, 6, 0.7, 70),
)
DEEP = (
    Furrow(-4.5, 0.5, 75, 6, 1.6, 400, "v"),
    Furrow(-0.5, -0.5, 95, 6, 1.4, 300, "u"),
    Furrow(3.5, -0.5, 110, 5, 1.0, 200, "v"),
)
CLEAR = (
    Furrow(-3.8, 0.3, 80, 5, 1.2, 300),
    Furrow(-0.3, -0.3, 95, 5, 0.9, 150),
    Furrow(3.4, -0.3, 105, 4, 0.7, 80),
)
DARK_SKIN = (0.26, 0.14, 0.09)
DENSE_MEDIUM = Medium((2.2, 2.9, 4.2), (0.02, 0.12, 0.30))
SMALL = (240, 320)
SMALL_MM = 0.05
CAMERA = Scene("", (), is_srgb8=True, intensity=None, electrons=10000.0, samples=64)
"""8-bit sRGB, exposed by itself, with photon noise."""
BLOTCHED = replace(
    CAMERA,
    name="blotched",
    furrows=(
        Furrow(-3.6, 0.4, 78, 6, 1.2, 200),
        Furrow(-0.2, -0.3, 95, 6, 0.9, 120, "v"),
        Furrow(3.2, 0.2, 108, 5, 0.9, 70, "u"),
    ),
    reflectance=LIGHT_SKIN,
    gloss_roughness=0.35,
    shape=(260, 340),
    spacing_mm=0.03,
    lights_mm=ring(4, 25, 30),
    pigment=Pigment(11, 0.1, 0.1, 10),
    seed=11,
)
BLOTCHED_EIGHT = replace(
    CAMERA,
    name="blotched-eight",
    furrows=(
        Furrow(-3.4, -0.4, 70, 5, 1.0, 100, "v"),
        Furrow(0.1, 0.3, 92, 6, 1.0, 60, "u"),
        Furrow(3.3, -0.2, 115, 5, 1.1, 160),
    ),
    reflectance=(0.45, 0.29, 0.21),
    gloss_roughness=0.25,
    shape=(230, 310),
    spacing_mm=0.033,
    base_radius_mm=40,
    lights_mm=ring(8, 16, 18, 10),
    pigment=Pigment(12, 0.12, 0.08, 6),
    seed=12,
)
FINE = replace(
    CAMERA,
    name="fine",
    furrows=(Furrow(-2.0, 0.0, 86, 5, 2.4, 300, "v"), Furrow(1.9, 0.1, 95, 5, 2.4, 120)),
    reflectance=(0.70, 0.50, 0.42),
    gloss_roughness=0.2,
    shape=(330, 450),
    spacing_mm=0.02,
    lights_mm=ring(4, 20, 40),
    pigment=Pigment(14, 0.08, 0.1, 6),
    microrelief_um=15.0,
    seed=14,
)
"""120 pixels across a furrow."""
DARK_LOW = replace(
    CAMERA,
    name="dark-low",
    furrows=(
        Furrow(-4.2, 0.3, 84, 7, 1.5, 400, "v"),
        Furrow(0.2, -0.3, 97, 7, 1.5, 250, "u"),
        Furrow(4.4, 0.2, 103, 6, 1.5, 120),
    ),
    reflectance=DARK_SKIN,
    gloss_roughness=0.5,
    shape=(190, 270),
    spacing_mm=0.05,
    base_radius_mm=80,
    lights_mm=ring(4, 18, 15, 30),
    pigment=Pigment(13, 0.08, 0.08, 8),
    seed=13,
)
DEEP_FAIR = replace(
    CAMERA,
    name="deep-fair",
    furrows=(
        Furrow(-3.7, 0.2, 80, 6, 1.3, 400, "u"),
        Furrow(0.0, -0.3, 96, 6, 1.3, 350, "v"),
        Furrow(3.6, 0.2, 106, 6, 1.2, 200),
    ),
    reflectance=(0.70, 0.50, 0.42),
    shape=(200, 280),
    base_radius_mm=100,
    lights_mm=ring(4, 22, 25),
    pigment=Pigment(16, 0.1, 0.1, 5),
    seed=16,
)
"""Without gloss: walls throw much light on each other."""
STAINED = replace(
    CAMERA,
    name="stained",
    reflectance=LIGHT_SKIN,
    gloss_roughness=0.35,
    shape=(230, 310),
    spacing_mm=0.04,
    lights_mm=ring(4, 25, 30),
    pigment=Pigment(17, 0.12, 0.12, 14, (-1.0, 0.3, 80, 0.35)),
    seed=17,
)
"""No relief but the curved base; a dark line."""
GRAINED = replace(
    CAMERA,
    name="grained",
    furrows=(
        Furrow(-4.6, 1.5, 80, 5, 0.7, 60, "cosine", 0.06),
        Furrow(-1.8, -0.8, 97, 5.5, 0.9, 80, "v", -0.05),
        Furrow(1.2, 0.9, 86, 5, 0.8, 110, "u"),
        Furrow(4.4, -0.4, 108, 6, 1.0, 70, "cosine", 0.04),
    ),
    reflectance=LIGHT_SKIN,
    gloss_roughness=0.35,
    shape=(250, 340),
    lights_mm=ring(4, 25, 30),
    pigment=Pigment(51, 0.1, 0.1, 8),
    microrelief_um=30.0,
    seed=51,
)
GRAINED_EIGHT = replace(
    CAMERA,
    name="grained-eight",
    furrows=(
        Furrow(-4.2, 0.6, 72, 6, 0.9, 65, "v", 0.05),
        Furrow(-0.6, 2.3, 12, 5.5, 0.8, 75, "cosine", 0.04),
        Furrow(0.6, -1.6, 170, 6, 0.7, 90, "cosine", -0.05),
        Furrow(5.1, 0.2, 96, 6, 1.1, 60, "u", -0.04),
    ),
    reflectance=(0.45, 0.29, 0.21),
    gloss_roughness=0.3,
    shape=(250, 340),
    base_radius_mm=45,
    lights_mm=ring(8, 18, 22),
    pigment=Pigment(52, 0.1, 0.1, 8),
    microrelief_um=25.0,
    seed=52,
)
LIVING = replace(
    CAMERA,
    name="living",
    furrows=(
        Furrow(-3.6, 0.3, 80, 5.5, 1.2, 300),
        Furrow(-0.2, -0.3, 95, 6, 0.9, 150),
        Furrow(3.3, 0.2, 106, 5, 0.7, 70),
    ),
    medium=SKIN_MEDIUM,
    gloss_roughness=0.35,
    pigment=Pigment(21, 0.08, 0.08, 6),
    seed=21,
    shape=(134, 178),
    spacing_mm=0.06,
    lights_mm=ring(4, 25.5, 30),
    samples=40,
)
"""Scattering, gloss and pigment together."""


def with_depths(scene: Scene, name: str, factor: float, seed: int) -> Scene:
    """The same furrows, all deeper or shallower, at another visit."""
    furrows = tuple(replace(furrow, depth_um=furrow.depth_um * factor) for furrow in scene.furrows)
    return replace(scene, name=name, furrows=furrows, seed=seed)


OPAQUE = (
    BLOTCHED,
    replace(BLOTCHED, name="blotched-jpeg", is_jpeg=True),
    replace(BLOTCHED_EIGHT, name="blotched-eight-jpeg", is_jpeg=True),
    FINE,
    DARK_LOW,
    DEEP_FAIR,
    STAINED,
    GRAINED,
    GRAINED_EIGHT,
)
LIVING_THIN = replace(
    LIVING,
    name="living-thin",
    furrows=(
        Furrow(-3.5, 0.2, 77, 5.5, 1.1, 220, "u"),
        Furrow(0.0, 0.3, 97, 6, 1.0, 130, "v"),
        Furrow(3.4, -0.2, 106, 5, 0.9, 90),
    ),
    medium=Medium((1.7, 2.3, 3.4), (0.025, 0.11, 0.24)),
    gloss_roughness=0.28,
    lights_mm=ring(4, 22, 27, 35),
    base_radius_mm=50,
    pigment=Pigment(61, 0.08, 0.08, 6),
    seed=61,
    samples=64,
    is_held_out=True,
)
LIVING_DENSE = replace(
    LIVING,
    name="living-dense",
    furrows=(
        Furrow(-3.4, -0.2, 80, 5.5, 1.3, 330),
        Furrow(0.1, 0.2, 94, 6, 1.0, 170, "u"),
        Furrow(3.5, -0.1, 105, 5, 0.8, 80),
    ),
    medium=Medium((4.0, 4.7, 5.9), (0.05, 0.25, 0.42)),
    gloss_roughness=0.4,
    lights_mm=ring(4, 24, 33, 50),
    base_radius_mm=70,
    pigment=Pigment(62, 0.08, 0.08, 6),
    seed=62,
    samples=64,
    is_held_out=True,
)
SCATTERING = (
    LIVING,
    with_depths(LIVING, "living-deeper", 1.4, 1021),
    with_depths(LIVING, "living-shallower", 0.75, 2021),
    LIVING_THIN,
    LIVING_DENSE,
)

SCENES = (
    Scene("matte", THREE, bump_um=150, is_srgb8=True),
    Scene("glossy", THREE, bump_um=150, reflectance=(0.62, 0.42, 0.33), gloss_roughness=0.35, is_srgb8=True),
    Scene("deep", DEEP, reflectance=LIGHT_SKIN, is_srgb8=True, shape=SMALL, spacing_mm=SMALL_MM),
    Scene(
        "deep-glossy",
        DEEP,
        reflectance=LIGHT_SKIN,
        gloss_roughness=0.35,
        is_srgb8=True,
        shape=SMALL,
        spacing_mm=SMALL_MM,
    ),
    Scene(
        "dark-eight",
        THREE,
        reflectance=DARK_SKIN,
        gloss_roughness=0.3,
        is_srgb8=True,
        shape=SMALL,
        spacing_mm=SMALL_MM,
        lights_mm=RING_OF_EIGHT_MM,
        intensity=4500,
    ),
    Scene("translucent", CLEAR, is_srgb8=True, shape=(150, 200), spacing_mm=0.06, intensity=3600, medium=SKIN_MEDIUM),
    Scene(
        "translucent-other",
        CLEAR,
        is_srgb8=True,
        shape=(150, 200),
        spacing_mm=0.06,
        intensity=3600,
        medium=DENSE_MEDIUM,
    ),
    *OPAQUE,
    *SCATTERING,
)
CHANGES = tuple((LIVING, after) for after in SCATTERING[1:3])
"""Scenes of the same furrows before and after."""
