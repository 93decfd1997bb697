"""Prerendered pictures of a target under each light, a few kept in memory."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

from imaging.camera.device import BenchTarget, Target
from imaging.camera.simulated.bench import lay_out
from imaging.camera.simulated.grid import Grid
from imaging.camera.simulated.optics import (
    QUADRANT_NAMES,
    QUADRANTS,
    RING,
    Optics,
    ShapedSkin,
    expose,
    light_skin,
    shape_skin,
)
from imaging.camera.simulated.population import Population

KEPT = 4
"""Scenes kept: about 30 MB each at 1280 x 960."""


@dataclass(frozen=True, eq=False)
class Scene:
    """One target: (rows, cols, 3) uint8 sRGB with the margin, by light; None is all lights on."""

    pictures: dict[str | None, npt.NDArray[np.uint8]]


class SceneStore:
    """Renders a target when it is first looked at. Safe to ask from two threads."""

    def __init__(self, population: Population, grid: Grid, lighting: str, optics: Optics) -> None:
        self._population, self._grid, self._lighting, self._optics = population, grid, lighting, optics
        self._scenes: OrderedDict[tuple[object, ...], Scene] = OrderedDict()
        self._lock = Lock()

    def scene(self, target: Target | BenchTarget) -> Scene:
        """The pictures of a target; how the camera is held does not matter."""
        key = _key(target)
        with self._lock:
            if key not in self._scenes:
                self._scenes[key] = self._render(target)
                while len(self._scenes) > KEPT:
                    self._scenes.popitem(last=False)
            self._scenes.move_to_end(key)
            return self._scenes[key]

    def _shaped(self, target: Target | BenchTarget) -> tuple[ShapedSkin, Optics]:
        if isinstance(target, BenchTarget):
            return lay_out(target, self._grid, self._optics)
        return shape_skin(self._population.skin(target, self._grid.frame_shape), self._optics), self._optics

    def _render(self, target: Target | BenchTarget) -> Scene:
        shaped, optics = self._shaped(target)
        names, positions = _lamps(self._lighting)
        pictures: dict[str | None, npt.NDArray[np.uint8]] = {}
        strengths = np.resize(np.array(self._optics.strengths), len(positions))
        total = np.zeros((*self._grid.shape, 3), dtype=np.float32)
        for name, position, strength in zip(names, positions, strengths, strict=True):
            lit = light_skin(shaped, optics, position, float(strength))
            total += lit
            if name is not None:
                pictures[name] = expose(lit, shaped, optics)
        total *= np.float32(self._optics.overview_gain / len(positions))
        pictures[None] = expose(total, shaped, optics)
        return Scene(pictures)


def _lamps(lighting: str) -> tuple[tuple[str | None, ...], npt.NDArray[np.float64]]:
    """Names and positions of the LEDs; those of a ring cannot be switched and have none."""
    return ((None,) * len(RING), RING) if lighting == "ring" else (QUADRANT_NAMES, QUADRANTS)


def _key(target: Target | BenchTarget) -> tuple[object, ...]:
    """What is seen, however it is held."""
    return (target,) if isinstance(target, BenchTarget) else (target.subject_code, target.site, target.week or 0)
