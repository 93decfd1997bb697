"""The colour of skin: melanin and blood as two dyes, spots, vessels and hairs."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.camera.simulated.grid import Grid
from imaging.camera.simulated.medium import REFLECTANCE
from imaging.camera.simulated.relief import Pit, scatter, stamp
from imaging.model.arrays import FloatMap, Points

MELANIN = np.array([0.34, 0.62, 0.95], dtype=np.float32)
"""Absorption of one unit of melanin, after the slope of its spectrum (Jacques 2013, Phys. Med. Biol. 58 R37)."""
BLOOD = np.array([0.07, 0.82, 0.66], dtype=np.float32)
"""Absorption of one unit of blood: green and blue, hardly red."""
USUAL_BLOOD = 0.36
"""Units that the medium under the surface holds already."""


@dataclass(frozen=True)
class Tone:
    """A person's colouring, in units of each dye."""

    melanin: float
    blood: float
    freckles_per_cm2: float
    vessels: int
    hairs: int


def melanin_map(tone: Tone, grid: Grid, rng: np.random.Generator) -> FloatMap:
    """Units of melanin, (rows, cols): mottled, with freckles."""
    mottle = 1.0 + 0.09 * grid.noise(rng, 3.5) + 0.06 * grid.noise(rng, 0.9) + 0.06 * grid.noise(rng, 0.22)
    melanin = np.float32(tone.melanin) * mottle
    for x, y in scatter(grid, rng, tone.freckles_per_cm2):
        if rng.random() < 0.45:
            radius = float(np.exp(rng.normal(-0.9, 0.45)))
            stamp(melanin, grid, Pit(x, y, radius, 0.0), float(rng.uniform(0.08, 0.42)) * tone.melanin)
    return np.asarray(np.maximum(melanin, 0.02), dtype=np.float32)


def _wandering_line(grid: Grid, rng: np.random.Generator, length_mm: float, turn: float) -> Points:
    """(n, 2) of x, y in mm: a line that changes its direction at random."""
    half_x, half_y = grid.half_size_mm
    steps = max(int(length_mm / 0.15), 4)
    drift = np.cumsum(rng.normal(0, turn, steps))
    angle = rng.uniform(0, 2 * np.pi) + np.convolve(drift, np.ones(5) / 5, mode="same")
    start = np.array([rng.uniform(-half_x, half_x), rng.uniform(-half_y, half_y)])
    return np.asarray(start + np.cumsum(0.15 * np.column_stack([np.cos(angle), np.sin(angle)]), axis=0))


def draw_lines(lines: list[Points], grid: Grid, width_mm: float) -> FloatMap:
    """Soft lines, (rows, cols), about 1 on the line and 0 away from it."""
    drawn = np.zeros(grid.shape, dtype=np.uint8)
    thickness = max(1, round(width_mm / grid.spacing_mm))
    for line in lines:
        points = np.round(grid.to_row_col(line)[:, ::-1] * 16).astype(np.int32)
        cv2.polylines(drawn, [points], False, 255, thickness, cv2.LINE_AA, 4)
    return grid.blurred(np.asarray(drawn * np.float32(1 / 255), dtype=np.float32), 0.35 * width_mm)


def blood_map(tone: Tone, grid: Grid, rng: np.random.Generator) -> FloatMap:
    """Units of blood, (rows, cols): mottled, with fine vessels that lie under the surface."""
    mottle = 1.0 + 0.11 * grid.noise(rng, 2.6) + 0.08 * grid.noise(rng, 0.7) + 0.10 * grid.noise(rng, 0.16)
    blood = np.float32(tone.blood) * mottle
    lines = [_wandering_line(grid, rng, float(rng.uniform(2, 6)), 0.24) for _ in range(tone.vessels)]
    blood += np.float32(0.5) * grid.blurred(draw_lines(lines, grid, 0.08), 0.05)
    return np.asarray(np.maximum(blood, 0.02), dtype=np.float32)


def hair_map(tone: Tone, grid: Grid, rng: np.random.Generator) -> FloatMap:
    """Share of the skin covered by vellus hair, (rows, cols), 0..1."""
    lines = [_wandering_line(grid, rng, float(rng.uniform(2.5, 7)), 0.045) for _ in range(tone.hairs)]
    return np.asarray(np.clip(draw_lines(lines, grid, 0.02) * 1.3, 0, 1), dtype=np.float32)


def albedo(melanin: FloatMap, blood: FloatMap, hair: FloatMap) -> FloatMap:
    """Linear reflectance, (rows, cols, 3) RGB, 0..1: the medium's, seen through a thin filter that is passed twice.

    The filter is melanin, and what there is more or less of blood than is usual.
    """
    usual = np.float32(USUAL_BLOOD)
    reflectance = np.empty((*melanin.shape, 3), dtype=np.float32)
    shadow = np.float32(1.0) - np.float32(0.22) * np.roll(cv2.GaussianBlur(hair, (0, 0), 3.0), (5, 3), (0, 1))
    for c, dark in enumerate((0.16, 0.09, 0.055)):
        dyed = REFLECTANCE[c] * cv2.exp(-(melanin * MELANIN[c] + (blood - usual) * BLOOD[c]))
        dyed *= shadow
        reflectance[..., c] = dyed + hair * (np.float32(0.6) * (np.float32(dark) - dyed))
    return reflectance
