"""What the doubt of a site's numbers leaves open in its depths: against a case that can be worked out."""

import numpy as np
import pytest

from imaging.surface.reflection.fit_doubt import depth_doubt

SHAPE = np.random.default_rng(1).normal(size=(2, 500)).astype(np.float32)
GAINS = np.array([0.1, -0.3, 0.02])


def slopes(numbers: np.ndarray) -> np.ndarray:
    """All slopes grow in proportion to the numbers."""
    return (SHAPE * (1 + GAINS @ numbers)).astype(np.float32)


def test_depths_doubt_what_the_numbers_move_them_by() -> None:
    covariance = np.diag([0.04, 0.01, 1.0])
    expected = np.sqrt((0.1 * 0.2) ** 2 + (0.3 * 0.1) ** 2 + 0.02**2)
    assert depth_doubt(np.zeros(3), covariance, slopes) == pytest.approx(expected, rel=0.01)


def test_numbers_that_make_up_for_each_other_leave_no_doubt() -> None:
    along = np.array([3.0, 1.0, 0.0])
    assert depth_doubt(np.zeros(3), np.outer(along, along), slopes) == pytest.approx(0, abs=1e-3)


def test_other_numbers_that_explain_the_skin_too_count_by_how_likely_they_are() -> None:
    others = [(np.zeros(3), 1.0), (np.array([0.0, 1.0, 0.0]), 0.25)]
    expected = np.sqrt(0.25 / 1.25) * 0.3
    assert depth_doubt(np.zeros(3), np.zeros((3, 3)), slopes, others) == pytest.approx(expected, rel=0.01)
