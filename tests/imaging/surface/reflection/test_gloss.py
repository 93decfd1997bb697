"""The mirrored lobe against what a mirror must do."""

import numpy as np
import pytest

from imaging.surface.reflection.gloss import cosines, mirror, rays_of

STEPS = 400


def hemisphere() -> tuple[np.ndarray, np.ndarray]:
    """Directions of lamps (n, 3) over the skin, and the solid angle each stands for."""
    z = (np.arange(STEPS) + 0.5) / STEPS
    turn = 2 * np.pi * (np.arange(STEPS) + 0.5) / STEPS
    z, turn = (m.ravel() for m in np.meshgrid(z, turn))
    level = np.sqrt(1 - z**2)
    return np.stack([level * np.cos(turn), level * np.sin(turn), z], axis=1), np.full(z.size, 2 * np.pi / z.size)


@pytest.mark.parametrize("roughness", [0.15, 0.35])
def test_a_lobe_of_strength_one_sends_on_all_light_it_meets_head_on(roughness: float) -> None:
    lamps, angle = hemisphere()
    rays = rays_of(lamps[:, :, None].astype(np.float32))
    upright = np.array([[0.0], [0.0], [1.0]], dtype=np.float32)
    seen = mirror(upright, rays, cosines(upright, rays.light), roughness)
    without_grazing = seen.light[:, 0] / rays.steepening[:, 0]
    # facets steeper than 45 degrees send it below the horizon
    assert float(np.sum(without_grazing * angle)) == pytest.approx(1 / (1 + roughness**2), abs=0.07)


def test_it_is_brightest_where_the_normal_halves_the_way_from_lamp_to_camera() -> None:
    tilt = np.radians(np.arange(0, 60))
    normals = np.stack([np.sin(tilt), 0 * tilt, np.cos(tilt)]).astype(np.float32)
    lamp = np.array([np.sin(np.radians(40)), 0, np.cos(np.radians(40))], dtype=np.float32)
    rays = rays_of(np.repeat(lamp[None, :, None], len(tilt), axis=2))
    seen = mirror(normals, rays, cosines(normals, rays.light), 0.15)
    assert abs(int(np.argmax(seen.light[0])) - 20) <= 1


def test_the_pull_is_the_slope_of_the_logarithm() -> None:
    tilt = np.radians(np.array([10.0, 10.01]))
    normals = np.stack([np.sin(tilt), 0 * tilt, np.cos(tilt)]).astype(np.float64)
    lamp = np.array([0.0, 0.0, 1.0])
    rays = rays_of(np.repeat(lamp[None, :, None], 2, axis=2))
    seen = mirror(normals, rays, cosines(normals, rays.light).astype(np.float64), 0.3)
    spread = 1 - np.cos(tilt) ** 2 * (1 - 0.09)
    expected = -2 * np.diff(np.log(spread))[0] / np.diff(np.cos(tilt))[0]
    assert float(seen.pull[0, 0]) == pytest.approx(expected, rel=0.01)
