"""Light between walls, against closed forms."""

import numpy as np
import pytest

from imaging.surface.reflection.interreflection import bounced_light


def relief_normals(height: np.ndarray, pitch: float) -> np.ndarray:
    down, across = np.gradient(height, pitch)
    normals = np.stack([-across, down, np.ones_like(height)], axis=-1)
    return (normals / np.linalg.norm(normals, axis=-1, keepdims=True)).astype(np.float32)


def received(height: np.ndarray, pitch: float) -> np.ndarray:
    flat = np.ones(height.shape, dtype=np.float32)
    return bounced_light(height.astype(np.float32), relief_normals(height, pitch), [flat], pitch)[0]


def test_a_plane_lights_itself_not() -> None:
    col = np.arange(60.0)
    assert np.abs(received(np.tile(0.3 * col, (50, 1)), 1.0)).max() < 1e-4


def test_a_hill_lights_itself_not() -> None:
    row, col = np.indices((61, 61)) - 30.0
    assert received(-(row**2 + col**2) / 200, 1.0)[20:41, 20:41].max() < 1e-4


def test_inside_a_shallow_bowl_every_place_gets_the_same_light() -> None:
    """A piece of a sphere of radius R sees itself with the constant form factor 1 / (4 pi R^2) per area."""
    radius = 40.0
    row, col = np.indices((81, 81)) - 40.0
    distance = np.hypot(row, col)
    bowl = radius - np.sqrt(np.maximum(radius**2 - np.minimum(distance, 20) ** 2, 0))
    inside = received(np.where(distance < 20, bowl, bowl.max()), 1.0)
    area = 2 * np.pi * radius * bowl.max()
    assert inside[40, 40] == pytest.approx(area / (4 * np.pi * radius**2), rel=0.1)


def test_a_finer_grid_gives_nearly_the_same_light() -> None:
    def valley(step: float) -> float:
        x = np.arange(-24, 24 + step / 2, step)
        walls = np.tile(np.minimum(np.abs(x) * 0.5, 4.0), (len(x), 1))
        return float(received(walls, step)[len(x) // 2, int(np.argmin(np.abs(x - 4)))])

    assert valley(1.0) == pytest.approx(valley(2.0), rel=0.25)
