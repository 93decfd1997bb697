"""Light that one wall of a furrow throws on the other: it fills the furrow and makes it read too shallow."""

from collections.abc import Sequence

import numpy as np

from imaging.model.arrays import FloatMap

_NEAR_PX = 3
"""Up to this distance every cell counts by itself; beyond, rings that grow with the distance are sampled."""
_RING_GROWTH = 1.35
_REACH_PX = 25.0
_DIRECTIONS = 12

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
    received = [np.zeros_like(one) for one in radiance]
    maps = (height / np.float32(pitch), *np.moveaxis(normals, -1, 0))
    for offset in _half_plane():
        _exchange(maps, radiance, received, offset)
    return received


def _half_plane() -> list[Offset]:
    """One of each pair of opposite offsets: light goes both ways."""
    near = [
        (row, col, 1.0)
        for row in range(_NEAR_PX + 1)
        for col in range(-_NEAR_PX, _NEAR_PX + 1)
        if (row > 0 or col > 0) and np.hypot(row, col) <= _NEAR_PX
    ]
    rings: list[Offset] = []
    inner, turn = _NEAR_PX + 0.4, 0.0
    while inner < _REACH_PX:
        outer = inner * _RING_GROWTH
        radius, area = np.sqrt(inner * outer), np.pi * (outer**2 - inner**2) / _DIRECTIONS
        for step in range(_DIRECTIONS // 2):
            angle = (step + 0.25 + turn) * 2 * np.pi / _DIRECTIONS
            rings.append((round(radius * np.sin(angle)), round(radius * np.cos(angle)), float(area)))
        inner, turn = outer, 0.5 - turn
    return near + rings


def _exchange(
    maps: tuple[FloatMap, ...], radiance: Sequence[FloatMap], received: list[FloatMap], offset: Offset
) -> None:
    """Light between all pairs of cells that lie `offset` apart, added to `received` in place."""
    rows, cols, area = offset
    here, there = _overlap(maps[0].shape[0], rows), _overlap(maps[0].shape[1], cols)
    near, far = (here[0], there[0]), (here[1], there[1])
    if maps[0][near].size == 0:
        return
    (h, x, y, z), (h2, x2, y2, z2) = ([m[place] for m in maps] for place in (near, far))
    rise = h2 - h
    leaving = np.maximum(x * np.float32(cols) - y * np.float32(rows) + z * rise, 0)
    arriving = np.maximum(y2 * np.float32(rows) - x2 * np.float32(cols) - z2 * rise, 0)
    factor = leaving * arriving
    factor *= np.float32(area / np.pi)
    factor /= (np.float32(rows**2 + cols**2) + rise * rise) ** 2
    to_near, to_far = factor / np.maximum(z2, np.float32(0.2)), factor / np.maximum(z, np.float32(0.2))
    for light, total in zip(radiance, received, strict=True):
        total[near] += to_near * light[far]
        total[far] += to_far * light[near]


def _overlap(size: int, shift: int) -> tuple[slice, slice]:
    """Where a cell and the one `shift` further on both lie inside."""
    if shift >= 0:
        return slice(0, max(size - shift, 0)), slice(min(shift, size), size)
    return slice(min(-shift, size), size), slice(0, max(size + shift, 0))
