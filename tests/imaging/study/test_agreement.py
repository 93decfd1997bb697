"""Against the examples printed in the papers."""

import numpy as np
import pytest

from imaging.study.agreement import bland_altman, icc_2_1

JUDGES = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], np.float64)
"""Shrout and Fleiss 1979, table 2."""
LARGE_METER = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI_METER = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
"""Peak flow, l/min: Bland and Altman 1986, table 1, first readings."""


def test_the_correlation_of_the_papers_judges() -> None:
    found = icc_2_1(JUDGES)

    assert found is not None
    assert found.value == pytest.approx(0.29, abs=0.005)
    assert (found.low, found.high) == pytest.approx((0.019, 0.761), abs=0.002)


def test_repeats_that_agree_have_a_correlation_of_one() -> None:
    found = icc_2_1(np.repeat(np.arange(5.0)[:, None], 3, axis=1))

    assert found is not None
    assert found.value == 1


def test_a_shift_between_repeats_lowers_absolute_agreement() -> None:
    skin = np.array([100.0, 140, 90, 120, 160])
    noise = np.array([1.0, -1, 0.5, -0.5, 0])
    same, shifted = icc_2_1(np.stack([skin, skin + noise], 1)), icc_2_1(np.stack([skin, skin + noise + 30], 1))

    assert same is not None and shifted is not None
    assert shifted.value < 0.8 < same.value


def test_one_subject_or_one_repeat_has_no_correlation() -> None:
    assert icc_2_1(np.ones((1, 3))) is None
    assert icc_2_1(np.ones((3, 1))) is None
    assert icc_2_1(np.ones((3, 3))) is None


def test_the_limits_of_agreement_of_the_papers_meters() -> None:
    found = bland_altman(MINI_METER, LARGE_METER)

    assert found is not None
    assert found.bias == pytest.approx(-2.1, abs=0.05)
    assert (found.high - found.bias) / 2.1199 == pytest.approx(38.8, abs=0.05)
    assert found.u_bias == pytest.approx(9.4, abs=0.05)


def test_two_pairs_are_too_few() -> None:
    assert bland_altman([1.0, 2.0], [1.0, 2.0]) is None


def test_readings_that_say_next_to_nothing_have_an_interval_that_says_so() -> None:
    rng = np.random.default_rng(5)
    for _ in range(300):
        scale = 10 ** rng.uniform(-6, 6, (2, 1))
        found = icc_2_1(rng.normal(0, 1, (2, 2)) * scale + rng.normal(0, 1, (1, 2)) * 1e3)
        assert found is None or (np.isfinite([found.low, found.high]).all() and found.low <= found.high + 1e-9)
