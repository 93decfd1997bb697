"""The skin is known: same plan, same skin; the relief has the sizes it should have."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.camera.device import Target
from imaging.camera.simulated.grid import FIELD_WIDTH_MM, Grid
from imaging.camera.simulated.population import Population
from imaging.camera.simulated.relief import Network, Pit, network_depth, pit_depth
from imaging.camera.simulated.skin import make_skin
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey

GRID = Grid((480, 640))
TARGET = Target("S-001", SiteKey("crows-feet", Laterality.LEFT), 0)
PLAN = Population(1).plan(TARGET)


@pytest.fixture(scope="module")
def skin():
    return make_skin(PLAN, GRID)


def test_the_same_plan_gives_the_same_skin(skin) -> None:
    again = make_skin(PLAN, GRID)
    assert np.array_equal(skin.height_um, again.height_um)
    assert np.array_equal(skin.reflectance, again.reflectance)


def test_shapes_and_ranges(skin) -> None:
    assert skin.height_um.shape == GRID.shape
    assert skin.height_um.dtype == np.float32
    assert skin.reflectance.shape == (*GRID.shape, 3)
    assert 0.0 < skin.reflectance.min() <= skin.reflectance.max() < 1.0
    assert not skin.height_um.flags.writeable


def test_treatment_takes_away_from_the_furrows_what_it_says(skin) -> None:
    treated = make_skin(replace(PLAN, furrow_factor=PLAN.furrow_factor * 0.8), GRID)
    deepest = max(skin.furrows, key=lambda furrow: furrow.depth_um)
    change = treated.height_um - skin.height_um
    assert change.max() == pytest.approx(0.2 * deepest.depth_um * (1 + deepest.variation), rel=0.2)
    assert np.percentile(np.abs(change), 50) < 1.0


def test_the_eye_side_is_where_the_furrows_come_from() -> None:
    right = Population(1).plan(replace(TARGET, site=SiteKey("crows-feet", Laterality.RIGHT)))
    assert right.is_mirrored
    left_start = np.mean([furrow.start_mm[0] for furrow in make_skin(PLAN, GRID).furrows])
    right_start = np.mean([furrow.start_mm[0] for furrow in make_skin(right, GRID).furrows])
    assert left_start < 0 < right_start


def test_microrelief_depth_and_mesh() -> None:
    relief = network_depth(Network(0.5, 40.0, 0.04), GRID, np.random.default_rng(1))
    assert np.percentile(relief, 97) == pytest.approx(40.0, rel=0.3)
    assert np.percentile(relief, 20) < 12.0
    assert 15.0 < relief.mean() * 2 < 40.0


def test_a_pit_is_as_deep_as_it_says_and_narrow() -> None:
    depth = pit_depth((Pit(0.0, 0.0, 0.5, 80.0),), GRID)
    assert depth.max() == pytest.approx(80.0, rel=0.02)
    rim = depth[GRID.shape[0] // 2, GRID.shape[1] // 2 + round(0.5 / GRID.spacing_mm)]
    assert rim == pytest.approx(8.0, abs=3.0)


def test_a_pit_outside_the_grid_is_no_trouble() -> None:
    assert pit_depth((Pit(500.0, 0.0, 0.5, 80.0), Pit(0.0, -500.0, 0.5, 80.0)), GRID).max() == 0.0


@pytest.mark.parametrize("shape", [(960, 1280), (240, 320), (480, 853)])
def test_the_field_is_the_same_in_every_size(shape: tuple[int, int]) -> None:
    grid = Grid(shape)
    assert grid.spacing_mm * shape[1] == pytest.approx(FIELD_WIDTH_MM)
    assert grid.framed(np.zeros(grid.shape, dtype=np.float32)).shape == shape
    centre = grid.to_row_col(np.zeros((1, 2)))[0]
    assert np.allclose(centre, (np.array(grid.shape) - 1) / 2)


def test_noise_is_noise_of_unit_size() -> None:
    noise = Grid((480, 640)).noise(np.random.default_rng(3), 0.5)
    assert abs(noise.mean()) < 0.15
    assert noise.std() == pytest.approx(1.0, abs=0.25)
