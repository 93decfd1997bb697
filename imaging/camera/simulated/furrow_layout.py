"""Where a person's furrows run on a site."""

import numpy as np

from imaging.camera.simulated.furrows import Furrow
from imaging.camera.simulated.grid import FIELD_WIDTH_MM
from imaging.camera.simulated.sites import Layout

EYE_MM = 15.0
"""From the centre of the picture to the canthus."""
HALF_HEIGHT_MM = FIELD_WIDTH_MM * 0.375


def _half_width_mm(depth_um: float, rng: np.random.Generator) -> float:
    """Deeper furrows are wider: about 0.3 mm across at 60 µm, 1.4 mm at 400 µm."""
    return float(np.clip(0.11 + 0.00150 * depth_um, 0.16, 0.75) * rng.uniform(0.9, 1.12))


def _fan(count: int, deepest_um: float, rng: np.random.Generator) -> list[Furrow]:
    """Fanning out from a canthus at the left edge."""
    angles = np.linspace(-38.0, 38.0, count) + rng.normal(0, 3.0, count)
    furrows = []
    for angle in angles:
        share = 1.0 if abs(angle - 6) < 8 else rng.uniform(0.3, 0.75)
        near, length = rng.uniform(5.0, 9.5), rng.uniform(8.0, 15.5) * (0.65 + 0.35 * share)
        start = (-EYE_MM + near * np.cos(np.radians(angle)), near * np.sin(np.radians(angle)) - 0.5)
        furrows.append(_furrow(start, angle * 0.85, length, deepest_um * share * rng.uniform(0.85, 1.0), rng))
    return furrows + [_fork(furrow, rng) for furrow in furrows if rng.random() < 0.75]


def _fork(stem: Furrow, rng: np.random.Generator) -> Furrow:
    """A shallower branch that leaves a furrow on its way."""
    points, _ = stem.centre_line()
    at = points[int(len(points) * rng.uniform(0.25, 0.6))]
    angle = stem.angle_deg + rng.choice([-1, 1]) * rng.uniform(9, 22)
    return _furrow(
        (at[0], at[1]), angle, stem.length_mm * rng.uniform(0.35, 0.6), stem.depth_um * rng.uniform(0.3, 0.55), rng
    )


def _rows(count: int, deepest_um: float, rng: np.random.Generator) -> list[Furrow]:
    """Long, across the picture, one above the other, and a few short ones between."""
    heights = np.linspace(-0.72, 0.72, count) * HALF_HEIGHT_MM + rng.normal(0, 0.5, count)
    long = [_furrow((-15.5, y), rng.normal(0, 2.0), 31.0, deepest_um * rng.uniform(0.6, 1.0), rng) for y in heights]
    short = [
        _furrow(
            (rng.uniform(-9, 2), y + rng.uniform(1.2, 2.2)), rng.normal(0, 5), rng.uniform(4, 9), deepest_um * 0.3, rng
        )
        for y in heights
    ]
    return long + short


def _few(count: int, deepest_um: float, rng: np.random.Generator) -> list[Furrow]:
    """Fine lines running down and outwards."""
    return [
        _furrow(
            (rng.uniform(-8, 5), rng.uniform(0, 7)), rng.normal(-62, 9), rng.uniform(6, 11),
            deepest_um * (1.0 if n == 0 else rng.uniform(0.5, 0.9)), rng,
        )
        for n in range(count)
    ]  # fmt: skip


def _furrow(
    start: tuple[float, float], angle: float, length: float, depth_um: float, rng: np.random.Generator
) -> Furrow:
    return Furrow(
        (float(start[0]), float(start[1])), float(angle), float(length), float(depth_um),
        _half_width_mm(depth_um, rng), bend_mm=float(rng.normal(0, 0.035) * length),
        wave_mm=float(rng.uniform(0.03, 0.12)), wave_phase=float(rng.uniform(0, 6.28)),
        taper_mm=float(min(3.0, length / 3)),
    )  # fmt: skip


def lay_furrows(layout: Layout, count: int, deepest_um: float, rng: np.random.Generator) -> tuple[Furrow, ...]:
    """A site's furrows as on the subject's left side (eye at the left edge of the picture)."""
    laid = {"fan": _fan, "rows": _rows, "few": _few}[layout]
    return tuple(laid(count, deepest_um, rng))


def mirrored(furrow: Furrow) -> Furrow:
    """The same furrow on the other side of the face."""
    values = {**furrow.__dict__, "start_mm": (-furrow.start_mm[0], furrow.start_mm[1])}
    return Furrow(
        **{**values, "angle_deg": 180.0 - furrow.angle_deg, "bend_mm": -furrow.bend_mm, "wave_mm": -furrow.wave_mm}
    )
