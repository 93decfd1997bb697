"""Gaussian filters, form removal and the reference surface against closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.model.geometry import Spacing
from imaging.surface.filters import gaussian_filter, l_filter, remove_form, s_filter
from imaging.surface.reference import reference_surface
from tests.scenes import Furrow, Grid, bump, paraboloid, plane, sine, square, together

GRID = Grid(300, 500, 0.03, 0.02)
SPACING = Spacing(0.03, 0.02)
ALL = np.ones((300, 500), dtype=bool)
INNER = (slice(75, -75), slice(125, -125))


@pytest.mark.parametrize("cutoff_mm", [0.25, 0.5, 2.0, 4.0])
@pytest.mark.parametrize("angle_deg", [0.0, 35.0, 90.0])
def test_half_of_a_sine_at_the_cut_off_passes(cutoff_mm: float, angle_deg: float) -> None:
    height = GRID.height_um(sine(0.01, cutoff_mm, angle_deg))
    passed = gaussian_filter(height, ALL, SPACING, cutoff_mm)
    assert passed[INNER].std() / height[INNER].std() == pytest.approx(0.5, abs=0.01)


def test_s_and_l_filters_are_complements() -> None:
    height = GRID.height_um(sine(0.01, 0.4))
    low, high = s_filter(height, ALL, SPACING, 500), l_filter(height, ALL, SPACING, 0.5)
    np.testing.assert_allclose(low + high, height, atol=1e-3)


@given(level=st.floats(-500, 500), seed=st.integers(0, 99))
def test_gaps_neither_count_nor_come_back(level: float, seed: int) -> None:
    valid = np.random.default_rng(seed).random((40, 50)) > 0.3
    height = np.where(valid, np.float32(level), np.float32(1e6))
    smooth = gaussian_filter(height, valid, SPACING, 0.5)
    assert np.isnan(smooth[~valid]).all()
    np.testing.assert_allclose(smooth[valid], level, rtol=1e-4, atol=1e-3)


def test_form_removal_takes_second_order_and_leaves_the_furrow() -> None:
    base = together(plane(0.1, 0.03), paraboloid(30.0))
    furrow = Furrow(0.3, 1.5, 20, angle_deg=20)
    left = remove_form(GRID.height_um(together(base, furrow)), ALL)
    truth = GRID.height_um(furrow)
    assert np.abs(remove_form(GRID.height_um(base), ALL)).max() < 0.05
    assert np.abs(left - truth).max() < 6.0


def test_form_removal_keeps_nan() -> None:
    valid = ALL.copy()
    valid[:, :200] = False
    left = remove_form(GRID.height_um(paraboloid(30.0)), valid)
    assert np.isnan(left[:, :200]).all() and np.abs(left[:, 200:]).max() < 0.05


def test_a_basin_does_not_pull_its_reference_down() -> None:
    grid = square(400, 500, 0.04)
    height = grid.height_um(together(plane(0.02, 0.01), bump(-0.1, 1.5, 6.0, 4.0)))
    reference = reference_surface(height, np.ones(height.shape, dtype=bool), Spacing.square(0.04), 8.0)
    below = reference - height
    assert below.max() == pytest.approx(100, rel=0.03)
    assert below[:100].max() > 90 and np.abs(below[300:]).max() < 3.0
