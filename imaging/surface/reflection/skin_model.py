"""Opaque skin as four numbers for the whole site: strength and roughness of the gloss, how bright the skin is, and what
the facets of its coat lose.

Light a cell sends under lamp i: reflectance * (let in by the coat * n . v_i + light from other cells * brightness) +
gloss(n, lamp i). The shape of each cell under given numbers is found by Gauss-Newton steps.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.model.arrays import FloatMap
from imaging.surface.light.normal_solve import scatter, solve
from imaging.surface.reflection.coat import transmission_slope, transmitted_share
from imaging.surface.reflection.gloss import Rays, cosines, mirror

_MOST_STEP = np.float32(0.4)
"""Of the length: Gauss-Newton overshoots where the lobe is narrow."""
_FARTHEST = np.float32(100)
"""Where a cell got no light at all the system has no solution."""
_STEEPEST_Z = np.float32(0.2)
_ROBUST_SCALE = np.float32(0.03)


@dataclass(frozen=True)
class SkinModel:
    """What is alike everywhere on the site.

    Parameters
    ----------
    gloss : strength of the mirrored lobe, in the unit of the frames
    roughness : of the mirroring face (GGX)
    brightness : reflectance of skin that shows the signal 1 under a light vector of length 1; 0: no light bounces
    coat : 0 (bare) to 1 (light is let in as through a rough face)
    lost : 0 to 1, how much of the light that facets of the face hide from each other is lost
    """

    gloss: float = 0.0
    roughness: float = 0.35
    brightness: float = 0.0
    coat: float = 0.0
    lost: float = 0.0


@dataclass(frozen=True)
class SkinCells:
    """Cells of any shape (...), with what is known of the light over them.

    Parameters
    ----------
    grey : (n, ...) mean of the channels, linear
    vectors : (n, 3, ...) light vectors
    rays : of `vectors`
    bounced : (n, ...) light received from other cells if they and this one were white
    weights : (n, ...) 0..1
    """

    grey: FloatMap
    vectors: FloatMap
    rays: Rays
    bounced: FloatMap
    weights: FloatMap

    def some(self, index: npt.NDArray[np.intp]) -> "SkinCells":
        """Some cells by their numbers in reading order, as (P,)."""
        axes = self.grey.ndim - 1
        return self._each(lambda maps: np.ascontiguousarray(maps.reshape(*maps.shape[:-axes], -1)[..., index]))

    def rows(self, rows: slice) -> "SkinCells":
        """A band of rows of (rows, cols)."""
        return self._each(lambda maps: maps[..., rows, :])

    def _each(self, part: Callable[[FloatMap], FloatMap]) -> "SkinCells":
        rays = Rays(**{name: part(values) for name, values in vars(self.rays).items()})
        return SkinCells(part(self.grey), part(self.vectors), rays, part(self.bounced), part(self.weights))


@dataclass(frozen=True)
class Explained:
    """One solution and what the model makes of it.

    Parameters
    ----------
    scaled : (3, ...) reflectance times normal
    reflectance : (...), normals : (3, ...) unit vectors
    shading : (n, ...) signal of unit reflectance from the lamp alone, through the coat
    let_in : (n, ...) share let in by the coat
    gloss : (n, ...)
    """

    scaled: FloatMap
    reflectance: FloatMap
    normals: FloatMap
    shading: FloatMap
    let_in: FloatMap
    gloss: FloatMap


def solve_skin(model: SkinModel, cells: SkinCells, start: FloatMap | None = None, steps: int = 3) -> Explained:
    """Reflectance and normals under a model; robust in the last step with five lights or more.

    Parameters
    ----------
    start : (3, ...) reflectance times normal to start from; None for plain least squares
    """
    scaled = solve(scatter(cells.grey, cells.vectors, cells.weights)) if start is None else start
    for number in range(steps):
        is_robust = number == steps - 1 and len(cells.grey) >= 5
        scaled = scaled + _step(model, cells, scaled, is_robust)
    return _explain(model, cells, scaled)[0]


def _step(model: SkinModel, cells: SkinCells, scaled: FloatMap, is_robust: bool) -> FloatMap:
    seen, effective = _explain(model, cells, scaled)
    between = np.float32(model.brightness) * cells.bounced * seen.reflectance
    left = cells.grey - seen.reflectance * seen.shading - seen.gloss - between
    weights = cells.weights
    if is_robust:
        weights = weights / (1 + (left / (_ROBUST_SCALE * seen.reflectance)) ** 2)
    step = np.clip(solve(scatter(left, effective, weights)), -_FARTHEST, _FARTHEST)
    length = np.sqrt((step**2).sum(axis=0)) / seen.reflectance
    return np.asarray(step * np.minimum(1, _MOST_STEP / np.maximum(length, np.float32(1e-6))), dtype=np.float32)


def _explain(model: SkinModel, cells: SkinCells, scaled: FloatMap) -> tuple[Explained, FloatMap]:
    """The parts of the signal, and its derivative by `scaled`, (n, 3, ...)."""
    rays = cells.rays
    reflectance = np.sqrt((scaled**2).sum(axis=0)) + np.float32(1e-6)
    normals = _upright(scaled / reflectance)
    towards = cosines(normals, rays.light)
    let_in, bend = _coat(model, towards)
    shading = let_in * rays.strength * np.maximum(towards, 0)
    # the derivative is a sum along three directions: to the lamp, half way to it, and the normal
    to_lamp, along = let_in * rays.strength, np.float32(model.brightness) * cells.bounced
    if bend is not None:
        slope = bend * rays.strength * np.maximum(towards, 0)
        to_lamp += slope
        along -= slope * towards
    if model.gloss == 0:
        effective = to_lamp[:, None] * rays.light + along[:, None] * normals
        return Explained(scaled, reflectance, normals, shading, let_in, np.zeros_like(shading)), effective
    mirrored = mirror(normals, rays, towards, model.roughness)
    gloss = np.float32(model.gloss) * mirrored.light
    half_way = gloss * mirrored.pull / reflectance
    along -= half_way * mirrored.cosine
    effective = to_lamp[:, None] * rays.light
    effective += half_way[:, None] * rays.half
    effective += along[:, None] * normals
    return Explained(scaled, reflectance, normals, shading, let_in, gloss), effective


def _coat(model: SkinModel, towards: FloatMap) -> tuple[FloatMap, FloatMap | None]:
    """Share let in, and its derivative by the cosine (None without a coat)."""
    if model.coat == 0:
        return np.ones_like(towards), None
    coat = np.float32(model.coat)
    let_in = 1 - coat * (1 - transmitted_share(towards, model.roughness, model.lost))
    return let_in, coat * transmission_slope(towards, model.roughness, model.lost)


def _upright(normals: FloatMap) -> FloatMap:
    """Unit vectors no steeper than 78 degrees."""
    level = normals.copy()
    np.maximum(level[2], _STEEPEST_Z, out=level[2])
    level /= np.sqrt((level**2).sum(axis=0))
    return level
