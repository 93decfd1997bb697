import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from imaging.comparison.repeatability import (
    EndpointSpread,
    Repeatability,
    mdc95,
    read_repeatability,
    write_repeatability,
)
from imaging.errors import MeasurementError

_MANY = 1_000_000


@pytest.mark.parametrize(("replicates", "percent"), [(1, 13.9), (3, 12.1)])
def test_the_printed_example(replicates: int, percent: float) -> None:
    """Within 3 %, day to day 4 %: the figures of the clinical rules are those of many degrees of freedom."""
    limit = mdc95(EndpointSpread(0.03, _MANY, 0.04, _MANY), replicates, replicates)
    assert round(100 * limit.value, 1) == percent


@pytest.mark.parametrize(("replicates", "percent"), [(1, 14.7), (3, 13.2)])
def test_the_smallest_study_allowed_widens_it(replicates: int, percent: float) -> None:
    limit = mdc95(EndpointSpread(0.03, 30, 0.04, 10), replicates, replicates)
    assert round(100 * limit.value, 1) == percent


def test_degrees_of_freedom_are_satterthwaites() -> None:
    limit = mdc95(EndpointSpread(3.0, 30, 4.0, 10), 1, 1)
    df = (9 + 16) ** 2 / (9**2 / 30 + 16**2 / 10)
    assert limit.df == pytest.approx(df)
    assert limit.value == pytest.approx(stats.t.ppf(0.975, df) * np.sqrt(2 * 25))


def test_unequal_visits_lie_between_equal_ones() -> None:
    spread = EndpointSpread(0.03, 60, 0.04, 20)
    assert mdc95(spread, 3, 3).value < mdc95(spread, 3, 1).value < mdc95(spread, 1, 1).value
    assert mdc95(spread, 3, 1).value == mdc95(spread, 1, 3).value


def test_unchanged_skin_passes_it_in_one_case_of_twenty() -> None:
    """Studies of 20 subjects, then unchanged pairs of new visits: 5 % exceed, whatever the spread."""
    rng = np.random.default_rng(11)
    within, between, replicates, exceeded = 0.03, 0.04, 3, []
    for _ in range(400):
        s_within = within * np.sqrt(rng.chisquare(60) / 60)
        s_between = between * np.sqrt(rng.chisquare(20) / 20)
        limit = mdc95(EndpointSpread(s_within, 60, s_between, 20), replicates, replicates)
        spread = np.sqrt(between**2 + within**2 / replicates)
        exceeded.append(np.abs(rng.normal(0, spread * np.sqrt(2), 100)) > limit.value)
    assert 0.04 < np.mean(exceeded) < 0.06


def test_the_file_comes_back_as_it_went(tmp_path: Path) -> None:
    spreads = {
        "wrinkles.mean_depth_um": EndpointSpread(0.03, 60.0, 0.04, 19.0),
        "texture.Sa_um": EndpointSpread(0.4, 60.0, is_relative=False),
    }
    path = tmp_path / "repeatability.json"
    write_repeatability(path, Repeatability("046d:085c", spreads, "2026-03-01"))
    found = read_repeatability(path)
    assert found == Repeatability("046d:085c", spreads, "2026-03-01", "repeatability.json")
    assert found.endpoints["texture.Sa_um"].is_same_session_only
    assert list(tmp_path.iterdir()) == [path]


_GOOD = {"format": "rhytid-repeatability", "version": 1, "device": "d"}


@pytest.mark.parametrize(
    "content",
    [
        "not json",
        "[]",
        json.dumps({"endpoints": {}}),
        json.dumps({**_GOOD, "version": 9, "endpoints": {}}),
        json.dumps({**_GOOD, "endpoints": {"a": {"s_within": 0.1}}}),
        json.dumps({**_GOOD, "endpoints": {"a": {"s_within": -0.1, "df_within": 30}}}),
        json.dumps({**_GOOD, "endpoints": {"a": {"s_within": 0.1, "df_within": 0}}}),
        json.dumps({**_GOOD, "endpoints": {"a": {"s_within": 0.1, "df_within": 30, "s_between": 0.1}}}),
        json.dumps(
            {**_GOOD, "endpoints": {"a": {"s_within": 0.1, "df_within": 30, "s_between": 0.1, "df_between": 0}}}
        ),
        json.dumps({**_GOOD, "endpoints": {"a": 3}}),
    ],
)
def test_a_bad_file_is_named_in_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "study.json"
    path.write_text(content)
    with pytest.raises(MeasurementError, match=r"study\.json"):
        read_repeatability(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MeasurementError, match=r"none\.json"):
        read_repeatability(tmp_path / "none.json")
