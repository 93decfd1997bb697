"""The fine relief of skin: a polygonal network of lines, pores, shallow basins."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.spatial import Voronoi

from imaging.camera.simulated.grid import Grid
from imaging.model.arrays import FloatMap, Points

LEVELS = 6
"""Depth steps with which the lines of a network are drawn."""


@dataclass(frozen=True)
class Network:
    """Lines of the microrelief around polygons."""

    spacing_mm: float
    depth_um: float
    line_mm: float
    stretch: float = 1.0
    """Above 1: polygons drawn out along `angle_deg`, as older skin is along its tension lines."""
    angle_deg: float = 0.0


@dataclass(frozen=True)
class Pit:
    """A pore or a basin, round or slightly oval. x right, y up, mm."""

    x_mm: float
    y_mm: float
    radius_mm: float
    depth_um: float


def _polygon_edges(network: Network, grid: Grid, rng: np.random.Generator) -> Points:
    """(n, 2, 2) end points in mm of the edges between jittered, stretched cells."""
    reach = float(np.hypot(*grid.half_size_mm)) + 2 * network.spacing_mm
    ticks = np.arange(-reach, reach, network.spacing_mm)
    x, y = np.meshgrid(ticks, ticks)
    x = x + (np.arange(len(ticks)) % 2 * network.spacing_mm / 2)[:, None]
    seeds = np.column_stack([x.ravel(), y.ravel()]) + rng.normal(0, 0.24 * network.spacing_mm, (x.size, 2))
    diagram = Voronoi(seeds)
    ridges = np.asarray([r for r in diagram.ridge_vertices if r[0] >= 0 and r[1] >= 0])
    stretched = diagram.vertices * np.array([np.sqrt(network.stretch), 1 / np.sqrt(network.stretch)])
    angle = np.radians(network.angle_deg)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    edges = (stretched @ turn)[ridges]
    half = np.array(grid.half_size_mm) + network.spacing_mm
    return np.asarray(edges[(np.abs(edges) < half).all(axis=(1, 2))])


def network_depth(network: Network, grid: Grid, rng: np.random.Generator) -> FloatMap:
    """Depth of the lines below the polygons in µm, (rows, cols), >= 0."""
    edges = _polygon_edges(network, grid, rng)
    strength = np.clip(rng.normal(0.7, 0.28, len(edges)), 0.12, 1.0)
    row_col = grid.to_row_col(edges.reshape(-1, 2)).reshape(-1, 2, 2)
    ends = np.round(row_col[..., ::-1] * 16).astype(np.int32)
    drawn = np.zeros(grid.shape, dtype=np.uint8)
    for level in range(1, LEVELS + 1):
        chosen = ends[np.ceil(strength * LEVELS).astype(int) == level]
        cv2.polylines(drawn, list(chosen), False, 255 * level / LEVELS, 1, cv2.LINE_AA, 4)
    lines = _wavy(drawn, grid, rng).astype(np.float32)
    fine, wide = grid.blurred(lines, network.line_mm), grid.blurred(lines, 2.6 * network.line_mm)
    relief = fine / max(float(np.percentile(fine, 97)), 1e-6) + 0.55 * wide / max(float(np.percentile(wide, 97)), 1e-6)
    return np.asarray(relief * np.float32(network.depth_um / 1.55), dtype=np.float32)


def _wavy(drawn: npt.NDArray[np.uint8], grid: Grid, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Bend straight edges a little, as skin does."""
    push = np.float32(0.035 / grid.spacing_mm)
    col = np.arange(grid.shape[1], dtype=np.float32)[None, :] + push * grid.noise(rng, 0.35)
    row = np.arange(grid.shape[0], dtype=np.float32)[:, None] + push * grid.noise(rng, 0.35)
    return np.asarray(cv2.remap(drawn, col, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101), dtype=np.uint8)


def scatter(grid: Grid, rng: np.random.Generator, per_cm2: float) -> Points:
    """(n, 2) positions in mm, spread over the grid with gaps."""
    half_x, half_y = grid.half_size_mm
    step = 10.0 / np.sqrt(max(per_cm2, 1e-3))
    x, y = np.meshgrid(np.arange(-half_x, half_x, step), np.arange(-half_y, half_y, step))
    points = np.column_stack([x.ravel(), y.ravel()]) + rng.uniform(0, 1.1 * step, (x.size, 2))
    return np.asarray(points[rng.random(len(points)) < 0.8])


def stamp(canvas: FloatMap, grid: Grid, pit: Pit, value: float) -> None:
    """Add a round bell of `value`, falling to 10 % at the pit's radius, onto (rows, cols) `canvas`."""
    row, col = grid.to_row_col(np.array([[pit.x_mm, pit.y_mm]]))[0]
    radius = max(pit.radius_mm / grid.spacing_mm, 0.7)
    reach = int(np.ceil(1.6 * radius))
    r0, c0 = max(round(row) - reach, 0), max(round(col) - reach, 0)
    part = canvas[r0 : max(round(row) + reach + 1, 0), c0 : max(round(col) + reach + 1, 0)]
    if not part.size:
        return
    rows = (np.arange(r0, r0 + part.shape[0]) - row)[:, None] / radius
    cols = (np.arange(c0, c0 + part.shape[1]) - col)[None, :] / radius
    part += np.float32(value) * np.exp(np.float32(-2.3) * (rows**2 + cols**2)).astype(np.float32)


def pit_depth(pits: tuple[Pit, ...], grid: Grid) -> FloatMap:
    """Depth of pores and basins in µm, (rows, cols), >= 0."""
    depth = np.zeros(grid.shape, dtype=np.float32)
    for pit in pits:
        stamp(depth, grid, pit, pit.depth_um)
    return depth
