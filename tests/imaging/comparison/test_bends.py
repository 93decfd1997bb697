"""Broad bends against planes and waves whose answer is known."""

import numpy as np

from imaging.comparison.bends import broad_bends
from imaging.model.geometry import Spacing

GRID = Spacing.square(0.05)
MM = np.meshgrid(np.arange(240) * 0.05, np.arange(200) * 0.05)


def test_a_plane_is_followed_to_the_border() -> None:
    plane = (3 * MM[0] - 2 * MM[1] + 5).astype(np.float32)
    plane[:, :40] = np.nan
    plane[90:110, 100:150] = np.nan

    found = broad_bends(plane, GRID, 4.0)

    known = np.isfinite(plane)
    assert np.abs(found - plane)[known].max() < 0.03 * np.ptp(plane[known])
    assert np.median(np.abs(found - plane)[known]) < 0.1


def test_waves_pass_by_their_length_as_the_standard_says() -> None:
    for length_mm, passed in ((4.0, 0.5), (1.0, 0.0), (16.0, 0.96)):
        wave = np.cos(2 * np.pi * (MM[0] - 6) / length_mm).astype(np.float32)
        found = broad_bends(wave, GRID, 4.0)
        assert abs(found[100, 120] - passed) < 0.03


def test_nothing_known_is_no_error() -> None:
    assert broad_bends(np.full((40, 50), np.nan, np.float32), GRID, 4.0).shape == (40, 50)
