"""Skin of one site on one day: a height map in µm that is known exactly, and its colour."""

from dataclasses import dataclass

import numpy as np

from imaging.camera.simulated.furrow_layout import lay_furrows, mirrored
from imaging.camera.simulated.furrows import Furrow, furrow_depth
from imaging.camera.simulated.grid import Grid
from imaging.camera.simulated.pigment import Tone, albedo, blood_map, hair_map, melanin_map
from imaging.camera.simulated.relief import Pit, network_depth, pit_depth, scatter
from imaging.camera.simulated.sites import SiteRecipe
from imaging.model.arrays import FloatMap, read_only

FLATTENED = 0.5
"""Share of the fine relief that is stretched away on the floor of a furrow."""


@dataclass(frozen=True)
class SkinPlan:
    """Everything that decides what a site of one person looks like on one day."""

    seed: tuple[int, ...]
    recipe: SiteRecipe
    tone: Tone
    deepest_um: float
    """Deepest furrow at baseline."""
    furrow_factor: float = 1.0
    """Depth of the furrows relative to baseline: treatment and the day."""
    texture_factor: float = 1.0
    """Depth of the fine relief relative to baseline."""
    translucency: float = 1.0
    """How far light wanders under this person's skin, over usual skin."""
    is_mirrored: bool = False
    """Eye at the right edge: the subject's right side."""

    def generator(self, part: int) -> np.random.Generator:
        """Chance of one part of the skin: the same on every day."""
        return np.random.default_rng((*self.seed, part))


@dataclass(frozen=True, eq=False)
class Skin:
    """Skin on a grid.

    Parameters
    ----------
    height_um : (rows, cols) with the margin, positive towards the camera, curved base included
    reflectance : (rows, cols, 3) linear RGB
    oil : (rows, cols) relative strength of the gloss
    furrows, pits : what was carved, with depths in µm as they are on this day
    translucency : how far light wanders under it, over usual skin
    """

    grid: Grid
    height_um: FloatMap
    reflectance: FloatMap
    oil: FloatMap
    furrows: tuple[Furrow, ...]
    pits: tuple[Pit, ...]
    translucency: float = 1.0

    def __post_init__(self) -> None:
        for name in ("height_um", "reflectance", "oil"):
            object.__setattr__(self, name, read_only(getattr(self, name)))


def planned_furrows(plan: SkinPlan) -> tuple[Furrow, ...]:
    """The site's furrows with today's depths."""
    laid = lay_furrows(plan.recipe.layout, plan.recipe.furrow_count, plan.deepest_um, plan.generator(1))
    today = tuple(furrow.scaled(plan.furrow_factor) for furrow in laid)
    return tuple(mirrored(furrow) for furrow in today) if plan.is_mirrored else today


def planned_pits(plan: SkinPlan, grid: Grid) -> tuple[Pit, ...]:
    """Pores first, then basins."""
    rng, recipe = plan.generator(2), plan.recipe
    pores = [
        Pit(
            float(x), float(y), float(recipe.pore_radius_mm * np.exp(rng.normal(-0.15, 0.38))),
            float(recipe.pore_depth_um * rng.beta(1.3, 2.2) * 1.7 * plan.texture_factor),
        )
        for x, y in scatter(grid, rng, recipe.pores_per_cm2)
    ]  # fmt: skip
    half_x, half_y = grid.half_size_mm
    basins = [
        Pit(
            float(rng.uniform(-0.8, 0.8) * half_x), float(rng.uniform(-0.8, 0.8) * half_y),
            float(rng.uniform(0.5, 1.1)), float(rng.uniform(45, 120) * (0.5 + 0.5 * plan.furrow_factor)),
        )
        for _ in range(recipe.basins)
    ]  # fmt: skip
    return (*pores, *basins)


def fine_relief(plan: SkinPlan, grid: Grid) -> FloatMap:
    """Polygonal microrelief, depth in µm, (rows, cols)."""
    rng = plan.generator(3)
    lines = network_depth(plan.recipe.network, grid, rng)
    if plan.recipe.fine_network.line_mm * 2 > grid.spacing_mm:  # else finer than a pixel
        lines = lines + network_depth(plan.recipe.fine_network, grid, rng)
    strength = np.float32(plan.texture_factor) * (1.0 + np.float32(0.22) * grid.noise(rng, 4.0))
    return np.asarray(lines * strength, dtype=np.float32)


def curved_base(recipe: SiteRecipe, grid: Grid, rng: np.random.Generator) -> FloatMap:
    """The body's own form in µm, 0 at the centre: a paraboloid and a little unevenness."""
    across, along = (np.float32(radius) for radius in recipe.radius_mm)
    bowl = grid.x_mm**2 / (2 * across) + grid.y_mm**2 / (2 * along)
    return np.asarray(-1000 * bowl + 14.0 * grid.noise(rng, 3.5) + 5.0 * grid.noise(rng, 1.1), dtype=np.float32)


def make_skin(plan: SkinPlan, grid: Grid) -> Skin:
    """Skin of a plan on a grid. The same plan gives the same skin, pixel for pixel."""
    furrows, pits = planned_furrows(plan), planned_pits(plan, grid)
    carved = furrow_depth(furrows, grid, plan.generator(6))
    in_furrow = np.clip(carved / np.float32(80.0), 0, 1)
    fine = fine_relief(plan, grid) * (1.0 - np.float32(FLATTENED) * in_furrow)
    pores = pit_depth(pits, grid)
    height = curved_base(plan.recipe, grid, plan.generator(4)) - carved - fine - pores
    colour = plan.generator(5)
    melanin = melanin_map(plan.tone, grid, colour) * (1.0 + np.float32(0.0010) * np.minimum(pores, 60))
    blood = blood_map(plan.tone, grid, colour) * (
        1.0 + np.float32(0.0016) * np.minimum(pores, 60) + np.float32(0.20) * in_furrow
    )
    reflectance = albedo(melanin, blood, hair_map(plan.tone, grid, colour))
    oil = np.clip(1.0 + 0.2 * grid.noise(colour, 2.5) - np.float32(0.003) * fine - 0.2 * in_furrow, 0.1, None)
    return Skin(
        grid, np.asarray(height, dtype=np.float32), reflectance, np.asarray(oil, dtype=np.float32), furrows, pits,
        plan.translucency,
    )  # fmt: skip
