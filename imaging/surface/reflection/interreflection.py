"""Light that one wall of a furrow throws on the other: it fills the furrow and makes it read too shallow."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imaging.model.arrays import FloatMap

_NEAR_PX = 3
"""Up to this distance every cell counts by itself; beyond, rings that grow with the distance are sampled."""
_RING_GROWTH = 1.35
_REACH_PX = 25.0
_DIRECTIONS = 12
_ROWS_AT_ONCE = 64
"""What is written between two steps then stays in the processor's own memory."""
_LEAST_UPRIGHT = np.float32(0.2)

Offset = tuple[int, int, float]
"""Rows, columns, and the area in cells that the cell there stands for."""


def bounced_light(height: FloatMap, normals: FloatMap, radiance: Sequence[FloatMap], pitch: float) -> list[FloatMap]:
    """Light each cell receives from the others, as the radiance of a white matte surface under it.

    Parameters
    ----------
    height : (rows, cols), unit of `pitch`
    normals : (rows, cols, 3) unit vectors, x right, y up, z to the camera
    radiance : (rows, cols) of each light: what the camera sees, 0 where not known
    pitch : side of a cell

    References
    ----------
    Nayar, Ikeuchi and Kanade 1991, "Shape from interreflections", IJCV 6(3). The radiance seen already holds all
    bounces, so one sum over the visible surface is exact; walls that hide one another are not looked for.
    """
    scene = _Scene.of(np.asarray(height / np.float32(pitch), dtype=np.float32), normals, radiance)
    received = [np.zeros_like(one) for one in radiance]
    for offset in _near() + _rings():
        for start in range(0, len(height), _ROWS_AT_ONCE):
            _exchange(scene, received, offset, start)
    return received


@dataclass(frozen=True, eq=False)
class _Scene:
    """What sends light and what receives it: maps (rows, cols), lengths in cells.

    Parameters
    ----------
    over_upright : 1 / z of the normal
    """

    height: FloatMap
    normals: tuple[FloatMap, ...]
    over_upright: FloatMap
    radiance: tuple[FloatMap, ...]

    @staticmethod
    def of(height: FloatMap, normals: FloatMap, radiance: Sequence[FloatMap]) -> "_Scene":
        parts = tuple(np.ascontiguousarray(part) for part in np.moveaxis(normals, -1, 0))
        return _Scene(height, parts, 1 / np.maximum(parts[2], _LEAST_UPRIGHT), tuple(radiance))


def _near() -> list[Offset]:
    """Every cell near by, one of each pair of opposite offsets: light goes both ways."""
    return [
        (row, col, 1.0)
        for row in range(_NEAR_PX + 1)
        for col in range(-_NEAR_PX, _NEAR_PX + 1)
        if (row > 0 or col > 0) and np.hypot(row, col) <= _NEAR_PX
    ]


def _rings() -> list[Offset]:
    """Some cells of each ring, half a turn of them."""
    rings: list[Offset] = []
    inner, turn = _NEAR_PX + 0.4, 0.0
    while inner < _REACH_PX:
        outer = inner * _RING_GROWTH
        radius, area = np.sqrt(inner * outer), np.pi * (outer**2 - inner**2) / _DIRECTIONS
        for step in range(_DIRECTIONS // 2):
            angle = (step + 0.25 + turn) * 2 * np.pi / _DIRECTIONS
            rings.append((round(radius * np.sin(angle)), round(radius * np.cos(angle)), float(area)))
        inner, turn = outer, 0.5 - turn
    return rings


def _exchange(scene: _Scene, received: list[FloatMap], offset: Offset, start: int) -> None:
    """Light between all pairs of cells that lie `offset` apart, added to `received` in place; of the first of each pair
    those in a band of rows."""
    rows, cols, area = offset
    stop = min(start + _ROWS_AT_ONCE, len(scene.height) - rows)
    here, there = _overlap(scene.height.shape[1], cols)
    near, far = (slice(start, stop), here), (slice(start + rows, stop + rows), there)
    if stop <= start or scene.height[near].size == 0:
        return
    (x, y, z), (x2, y2, z2) = ([part[place] for part in scene.normals] for place in (near, far))
    rise = scene.height[far] - scene.height[near]
    leaving = np.clip(x * np.float32(cols) - y * np.float32(rows) + z * rise, 0, np.inf)
    arriving = np.clip(y2 * np.float32(rows) - x2 * np.float32(cols) - z2 * rise, 0, np.inf)
    factor = leaving * arriving
    factor *= np.float32(area / np.pi)
    factor /= (np.float32(rows**2 + cols**2) + rise * rise) ** 2
    to_near, to_far = factor * scene.over_upright[far], factor * scene.over_upright[near]
    for light, total in zip(scene.radiance, received, strict=True):
        total[near] += to_near * light[far]
        total[far] += to_far * light[near]


def _overlap(size: int, shift: int) -> tuple[slice, slice]:
    """Where a cell and the one `shift` further on both lie inside."""
    if shift >= 0:
        return slice(0, max(size - shift, 0)), slice(min(shift, size), size)
    return slice(min(-shift, size), size), slice(0, max(size + shift, 0))
