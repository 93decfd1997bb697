"""Draws of skins: spread as skin is known to vary, then around what is likely, without changing what is believed."""

import numpy as np
import pytest

from imaging.surface.scattering.skin_draw import DIMENSIONS, first_draw, nearer


def test_the_first_draw_is_normal_in_every_coordinate() -> None:
    draw = first_draw()
    assert draw.scores.mean(axis=0) == pytest.approx(np.zeros(DIMENSIONS), abs=0.02)
    assert draw.scores.std(axis=0) == pytest.approx(np.ones(DIMENSIONS), abs=0.03)
    assert not draw.log_share.any()


def test_a_later_draw_has_more_points_where_skin_is_likely_and_the_same_mean() -> None:
    """Against the closed form: two normal distributions multiplied."""
    centre, width = 0.8, 0.3

    def log_seen(scores: np.ndarray) -> np.ndarray:
        return np.asarray(-0.5 * (((scores[:, :3] - centre) / width) ** 2).sum(axis=1))

    draw = first_draw()
    counted = []
    for _ in range(3):
        weight = log_seen(draw.scores) + draw.log_share
        share = np.exp(weight - weight.max())
        share /= share.sum()
        counted.append(1 / (share**2).sum())
        found = share @ draw.scores
        draw = nearer(draw, weight)
    assert counted[-1] > 3 * counted[0]
    expected = np.zeros(DIMENSIONS)
    expected[:3] = centre / (1 + width**2)
    assert found == pytest.approx(expected, abs=0.05)
