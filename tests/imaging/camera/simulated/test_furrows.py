"""Furrows are as deep and as wide as they say."""

import numpy as np
import pytest

from imaging.camera.simulated.furrow_layout import lay_furrows, mirrored
from imaging.camera.simulated.furrows import WANDER_MM, Furrow, furrow_depth, valley
from imaging.camera.simulated.grid import Grid

GRID = Grid((480, 640))
STRAIGHT = Furrow((-8.0, 1.0), 0.0, 16.0, 250.0, 0.5, variation=0.0)


def test_the_valley_is_one_on_the_line_and_nothing_at_the_rim() -> None:
    across = np.linspace(-1.5, 1.5, 301, dtype=np.float32)
    profile = valley(across)
    assert profile.max() == pytest.approx(1.0, abs=1e-5)
    assert across[profile.argmax()] == pytest.approx(0.0, abs=1e-6)
    assert np.allclose(profile[np.abs(across) >= 1.0], 0.0, atol=1e-5)
    assert np.allclose(profile, profile[::-1], atol=1e-5)


def test_depth_and_width_on_the_grid() -> None:
    depth = furrow_depth((STRAIGHT,), GRID, np.random.default_rng(1))
    column = depth[:, GRID.shape[1] // 2]
    assert column.max() == pytest.approx(250.0, rel=0.01)
    assert GRID.y_mm[column.argmax(), 0] == pytest.approx(1.0, abs=4 * WANDER_MM + GRID.spacing_mm)
    width_mm = (column > 0).sum() * GRID.spacing_mm
    assert 0.55 < width_mm < 1.45


def test_where_furrows_cross_the_deeper_one_counts() -> None:
    crossing = Furrow((0.0, -6.0), 90.0, 14.0, 100.0, 0.5, variation=0.0)
    both = furrow_depth((STRAIGHT, crossing), GRID, np.random.default_rng(1))
    assert both.max() == pytest.approx(250.0, rel=0.01)


def test_the_centre_line_lies_on_the_floor() -> None:
    bent = Furrow((-7.0, -2.0), 25.0, 14.0, 200.0, 0.5, bend_mm=0.6, wave_mm=0.1, variation=0.0)
    depth = furrow_depth((bent,), GRID, np.random.default_rng(2))
    points, true_depth = bent.centre_line()
    at = np.round(GRID.to_row_col(points)).astype(int)
    reach = int(np.ceil(4 * WANDER_MM / GRID.spacing_mm))
    found = np.array([depth[r - reach : r + reach + 1, c - reach : c + reach + 1].max() for r, c in at])
    inner = true_depth > 190
    assert np.allclose(found[inner], true_depth[inner], rtol=0.05)


def test_depth_scales_and_nothing_else_does() -> None:
    shallow = STRAIGHT.scaled(0.9)
    assert shallow.depth_um == pytest.approx(225.0)
    assert shallow.half_width_mm == STRAIGHT.half_width_mm


def test_the_other_side_is_a_mirror_image() -> None:
    furrow = Furrow((-7.0, 2.0), 20.0, 12.0, 150.0, 0.4, bend_mm=0.5, wave_mm=0.1, wave_phase=0.4)
    there, _ = furrow.centre_line()
    back, _ = mirrored(furrow).centre_line()
    assert np.allclose(back, there * [-1, 1], atol=1e-6)


@pytest.mark.parametrize("layout", ["fan", "rows", "few"])
def test_no_furrow_is_deeper_than_the_deepest(layout) -> None:
    furrows = lay_furrows(layout, 6, 300.0, np.random.default_rng(4))
    depths = [furrow.depth_um for furrow in furrows]
    assert 150.0 < max(depths) <= 300.0
    assert min(depths) > 10.0


def test_crows_feet_fan_out_from_the_canthus() -> None:
    furrows = lay_furrows("fan", 9, 300.0, np.random.default_rng(4))
    upper = [furrow for furrow in furrows if furrow.start_mm[1] > 2]
    lower = [furrow for furrow in furrows if furrow.start_mm[1] < -2]
    assert np.mean([furrow.angle_deg for furrow in upper]) > 5
    assert np.mean([furrow.angle_deg for furrow in lower]) < -5
