"""The line over a furrow, against the upper convex hull."""

import numpy as np
from scipy.spatial import ConvexHull

from imaging.surface.lines.bridges import find_bridges


def hull_edge(profile: np.ndarray, x: np.ndarray) -> tuple[int, int]:
    """The edge of SciPy's convex hull over the middle, from above."""
    known = np.flatnonzero(np.isfinite(profile))
    low = np.column_stack([x[known[[0, -1]]], np.full(2, -1e6)])
    hull = ConvexHull(np.concatenate([np.column_stack([x[known], profile[known]]), low]))
    top = sorted(known[v] for v in hull.vertices if v < len(known))
    middle = len(profile) // 2
    return max(k for k in top if k <= middle), min(k for k in top if k > middle)


def test_the_bridge_is_the_edge_of_the_convex_hull() -> None:
    noise = np.random.default_rng(5)
    x = np.linspace(-1, 1, 101)
    profiles = np.cumsum(noise.normal(size=(40, 101)), axis=1) + 30 * x**2
    profiles[5:10, :20] = np.nan
    left, right = find_bridges(profiles, x)
    for profile, *found in zip(profiles, left, right, strict=True):
        assert tuple(found) == hull_edge(profile, x)


def test_of_points_on_a_straight_line_the_outermost_are_taken() -> None:
    x = np.linspace(-1, 1, 41)
    profile = np.where(np.abs(x) < 0.4, np.abs(x) - 0.4, 0.0)
    left, right = find_bridges(profile[None], x)
    assert (left[0], right[0]) == (0, 40)


def test_without_a_far_side_there_is_no_bridge() -> None:
    profile = np.zeros((1, 21))
    profile[0, 11:] = np.nan
    left, right = find_bridges(profile, np.linspace(-1, 1, 21))
    assert left[0] == right[0] == 10
