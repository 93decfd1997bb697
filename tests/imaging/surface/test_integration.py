"""Integration with gaps and parts."""

import numpy as np
import pytest

from imaging.errors import MeasurementError
from imaging.model.geometry import Spacing
from imaging.surface.integration import integrate_normals
from tests.scenes import bump, paraboloid, plane, square, together

GRID = square(150, 200, 0.05)
SPACING = Spacing.square(0.05)


def test_parts_are_levelled_each() -> None:
    relief = together(paraboloid(20.0), plane(0.2))
    valid = np.ones((150, 200), dtype=bool)
    valid[:, 90:100] = False
    height = integrate_normals(GRID.normals(relief).astype(np.float32), valid, SPACING)
    truth = GRID.height_um(relief)
    for part in (slice(0, 90), slice(100, 200)):
        assert height[:, part].mean() == pytest.approx(0, abs=0.05)
        error = height[:, part] - truth[:, part]
        assert np.abs(error - error.mean()).max() < 0.5
    assert np.isnan(height[:, 90:100]).all()


def test_a_winding_mask_is_solved_all_the_same() -> None:
    relief = bump(0.4, 3.0)
    valid = np.ones((150, 200), dtype=bool)
    for k in range(5):
        valid[slice(0, 130) if k % 2 else slice(20, 150), 30 + 30 * k] = False
    height = integrate_normals(GRID.normals(relief).astype(np.float32), valid, SPACING)
    truth = GRID.height_um(relief)
    error = (height - truth)[valid]
    assert np.abs(error - error.mean()).max() < 3.0


def test_nothing_valid_is_refused() -> None:
    with pytest.raises(MeasurementError):
        integrate_normals(np.zeros((4, 5, 3), np.float32), np.zeros((4, 5), dtype=bool), None)
