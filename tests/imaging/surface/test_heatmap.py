"""Colours say what they should."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.model.geometry import Spacing
from imaging.model.surface import Surface
from imaging.surface.heatmap import colour_change, colour_depth, colour_scale, depth_below_reference
from tests.scenes import Furrow, square

GRID = square(300, 400, 0.04)


def surface_of(height: np.ndarray) -> Surface:
    valid = np.isfinite(height)
    three = np.repeat(height[..., None], 3, axis=2)
    return Surface(
        height=height, height_full=height, uncertainty=height, normals=three, albedo=three,
        photograph=np.zeros((*height.shape, 3), np.uint8), valid=valid, spacing=Spacing.square(0.04),
        method="photometric", height_unit="um",
    )  # fmt: skip


def test_depth_below_the_reference_is_the_furrow() -> None:
    furrow = Furrow(0.15, 1.0, 8, "cosine", 20)
    height = GRID.height_um(furrow)
    height[:20, :30] = np.nan
    depth = depth_below_reference(surface_of(height))
    assert np.isnan(depth[:20, :30]).all() and np.nanmin(depth) >= 0
    assert np.nanmax(depth) == pytest.approx(150, rel=0.03)
    uncalibrated = depth_below_reference(replace(surface_of(height), spacing=None, height_unit="px"))
    assert np.nanmax(uncalibrated) == pytest.approx(150, rel=0.1)


def test_depth_gets_brighter_and_nan_is_clear() -> None:
    depth = np.array([[0, 50, 100, 200, 500, np.nan]], np.float32)
    colours = colour_depth(depth, 200)
    light = colours[0, :5, :3].astype(int).sum(axis=1)
    assert (np.diff(light) >= 0).all() and light[3] == light[4] and light[0] < light[1]
    assert colours[0, 5, 3] == 0 and (colours[0, :5, 3] == 255).all()


def test_zero_change_is_the_middle() -> None:
    change = np.array([[-100, 0, 100, np.nan]], np.float32)
    colours = colour_change(change, 100).astype(int)
    assert colours[0, 1, :3].min() > 200
    assert colours[0, 0, 2] > colours[0, 0, 0] and colours[0, 2, 0] > colours[0, 2, 2]
    assert colours[0, 3, 3] == 0


@pytest.mark.parametrize("kind", ["depth", "change"])
def test_scale_matches_the_map(kind: str) -> None:
    scale = colour_scale(kind, 11)  # type: ignore[arg-type]
    values = np.linspace(0, 1, 11, dtype=np.float32)[None] if kind == "depth" else np.linspace(-1, 1, 11)[None]
    painted = (colour_depth if kind == "depth" else colour_change)(values.astype(np.float32), 1.0)
    assert scale.shape == (11, 3)
    assert np.abs(scale.astype(int) - painted[0, :, :3].astype(int)).max() <= 2
