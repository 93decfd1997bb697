"""Against hand-made and drawn readings with known scatter."""

import numpy as np
import pytest

from imaging.study.variance_components import components, nested_scatter


def drawn(sizes: tuple[int, int, int], deviations: tuple[float, float, float], seed: int = 0) -> np.ndarray:
    """Readings (subjects, sessions, repeats) with the standard deviation of each level."""
    random = np.random.default_rng(seed)
    levels = ((sizes[0], 1, 1), (sizes[0], sizes[1], 1), sizes)
    return 100 + sum(random.normal(0, deviation, shape) for deviation, shape in zip(deviations, levels, strict=True))


def test_scatter_of_a_balanced_table_by_hand() -> None:
    found = nested_scatter([[[1.0, 3.0], [5.0, 7.0]], [[2.0, 2.0], [2.0, 6.0]]])

    assert found is not None
    assert (found.within, found.df_within) == pytest.approx((np.sqrt((2 + 2 + 0 + 8) / 4), 4))
    assert found.between is not None
    # mean square of sessions: 2 x ((2 - 4)^2 + (6 - 4)^2 + (2 - 3)^2 + (4 - 3)^2) / 2 = 10
    assert found.between**2 == pytest.approx((10 - 3) / 2)
    assert found.df_between == 2


def test_scatter_of_unequal_sizes_is_unbiased() -> None:
    random, within, between = np.random.default_rng(1), [], []
    for _ in range(400):
        subjects = []
        for _ in range(10):
            days = random.normal(0, 4, 2)
            subjects.append([list(day + random.normal(0, 3, size)) for day, size in zip(days, (3, 2), strict=True)])
        found = nested_scatter(subjects)
        assert found is not None and found.between is not None
        within.append(found.within**2)
        between.append(found.between**2)

    assert np.mean(within) == pytest.approx(9, rel=0.05)
    assert np.mean(between) == pytest.approx(16, rel=0.08)


def test_sessions_that_scatter_less_than_their_readings_add_nothing() -> None:
    found = nested_scatter([[[1.0, 9.0], [2.0, 8.0]], [[0.0, 10.0], [5.0, 5.0]]])

    assert found is not None
    assert found.between == 0


def test_one_session_each_knows_nothing_of_days() -> None:
    found = nested_scatter([[[1.0, 2.0]], [[4.0, 5.0]]])

    assert found is not None
    assert found.between is None
    assert found.df_between is None


def test_single_readings_have_no_scatter() -> None:
    assert nested_scatter([[[1.0]], [[2.0]]]) is None


def test_likelihood_agrees_with_the_analysis_of_variance_where_both_are_exact() -> None:
    readings = drawn((12, 2, 3), (20.0, 5.0, 3.0))
    subjects = [str(subject) for subject in range(12) for _ in range(2)]

    found = components(readings.reshape(24, 3).tolist(), {"subject": subjects})
    nested = nested_scatter(readings.tolist())

    assert nested is not None and nested.between is not None
    assert found["reading"] == pytest.approx(nested.within, rel=1e-3)
    assert found["session"] == pytest.approx(nested.between, rel=1e-3)


def test_crossed_operators_are_told_from_subjects() -> None:
    random = np.random.default_rng(3)
    subject, operator = (index.ravel() for index in np.indices((15, 6)))
    means = random.normal(0, 10, 15)[subject] + np.array([-6.0, -3, 0, 1, 3, 5])[operator]
    readings = means[:, None] + random.normal(0, 2, (90, 3))

    found = components(
        readings.tolist(), {"subject": [str(a) for a in subject], "operator": [f"o{a}" for a in operator]}
    )

    assert found["operator"] == pytest.approx(np.std([-6, -3, 0, 1, 3, 5], ddof=1), rel=0.1)
    assert found["reading"] == pytest.approx(2, rel=0.1)
    assert found["session"] < 1


def test_a_factor_without_effect_adds_nothing() -> None:
    readings = drawn((20, 2, 3), (10.0, 0.5, 1.0), seed=8)

    found = components(
        readings.reshape(40, 3).tolist(),
        {"subject": [str(a) for a in range(20) for _ in range(2)], "weekday": [f"d{a % 3}" for a in range(40)]},
    )

    assert found["weekday"] < 0.5
