"""A study drawn with known scatter comes back with it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from imaging.comparison.repeatability import mdc95
from imaging.errors import MeasurementError
from imaging.model.study import RepeatReading
from imaging.study.repeatability import StudyFacts, as_repeatability, repeatability_report

DEPTH, SKEW = "wrinkles.deepest_mean_depth_um", "texture.Ssk"
FACTS = StudyFacts("REP-1", DEPTH, date(2026, 3, 9))
DAY_ONE = date(2026, 3, 2)


def study(
    subjects: int = 40, days: int = 2, replicates: int = 3, device: str = "cam:1", bias: float = 1.0, seed: int = 4
) -> Iterator[RepeatReading]:
    """Depth of about 150 µm that scatters 3 % by re-placement and 4 % from day to day; skewness around 0."""
    random, skin = np.random.default_rng(seed), np.random.default_rng(99)
    for subject in range(subjects):
        truth = skin.uniform(90, 220)
        for day in range(days):
            today = truth * bias * (1 + random.normal(0, 0.04))
            for replicate in range(1, replicates + 1):
                values = {DEPTH: today * (1 + random.normal(0, 0.03)), SKEW: random.normal(0, 0.2)}
                yield RepeatReading(
                    f"S{subject:02}", "crows-feet", "left", f"{subject}-{day}-{device}", DAY_ONE + timedelta(days=day),
                    ("ada", "bo")[day % 2], device, replicate, values,
                )  # fmt: skip


@pytest.fixture(scope="module")
def readings() -> list[RepeatReading]:
    return list(study())


def test_known_scatter_comes_back(readings: list[RepeatReading]) -> None:
    row = repeatability_report(readings, "cam:1", FACTS).row(DEPTH, "crows-feet")

    assert row is not None and row.is_relative
    assert row.s_within == pytest.approx(0.03, rel=0.15)
    assert row.s_between == pytest.approx(0.04, rel=0.25)
    assert (row.df_within, row.df_between) == (160, 40)
    assert row.sem == pytest.approx(np.hypot(row.s_between or 0, row.s_within / 3**0.5))
    assert row.icc is not None and row.icc.low < row.icc.value < row.icc.high
    assert row.icc.value == pytest.approx(0.96, abs=0.03)


def test_verdicts_get_the_same_detectable_change(readings: list[RepeatReading]) -> None:
    report = repeatability_report(readings, "cam:1", FACTS)
    row, kept = report.row(DEPTH, "crows-feet"), as_repeatability(report).at_site("crows-feet")

    assert row is not None and kept is not None
    assert mdc95(kept.endpoints[DEPTH], 3, 3).value == row.mdc95
    assert row.mdc95 < row.mdc95_single
    assert kept.endpoints[DEPTH].is_large_enough
    assert not report.shortcomings


def test_what_changes_sign_is_kept_in_its_own_unit(readings: list[RepeatReading]) -> None:
    row = repeatability_report(readings, "cam:1", FACTS).row(SKEW, "crows-feet")

    assert row is not None and not row.is_relative
    assert row.s_within == pytest.approx(0.2, rel=0.15)


def test_days_do_not_differ_when_nothing_changed(readings: list[RepeatReading]) -> None:
    row = repeatability_report(readings, "cam:1", FACTS).row(DEPTH, "crows-feet")

    assert row is not None and row.days is not None
    assert abs(row.days.bias) < 3 * row.days.u_bias
    assert len(row.days.differences) == 40


def test_components_name_their_sources(readings: list[RepeatReading]) -> None:
    row = repeatability_report(readings, "cam:1", FACTS).row(DEPTH, "crows-feet")

    assert row is not None
    assert set(row.components) == {"patch", "session", "operator", "re-placement"}
    assert row.components["re-placement"] == pytest.approx(0.03, rel=0.3)


def test_both_sides_of_a_face_share_the_day(readings: list[RepeatReading]) -> None:
    both = [*readings, *(replace(reading, side="right") for reading in readings)]

    row = repeatability_report(both, "cam:1", FACTS).row(DEPTH, "crows-feet")

    assert row is not None
    assert (row.df_within, row.df_between) == (320, 40)


def test_two_sites_are_told_apart_and_taken_together(readings: list[RepeatReading]) -> None:
    other = [replace(reading, site="forehead") for reading in readings]

    report = repeatability_report([*readings, *other], "cam:1", FACTS)

    assert report.sites == ("crows-feet", "forehead")
    assert report.row(DEPTH) is not None
    assert set(as_repeatability(report).sites) == {"crows-feet", "forehead"}


def test_cameras_are_compared_on_the_same_skin(readings: list[RepeatReading]) -> None:
    report = repeatability_report([*readings, *study(device="cam:2", bias=1.1, seed=5)], "cam:1", FACTS)

    [camera] = [found for found in report.agreements if found.kind == "camera"]
    row = report.row(DEPTH, "crows-feet")
    assert row is not None and row.patches == 40
    assert camera.agreement.bias == pytest.approx(0.1 * row.mean, rel=0.2)


@pytest.mark.parametrize(
    ("small", "missing"),
    [
        ({"subjects": 8}, "8 subjects"),
        ({"days": 1}, "1 day,"),
        ({"replicates": 2}, "2 replicates"),
    ],
)
def test_too_small_a_study_says_what_is_missing(small: dict[str, int], missing: str) -> None:
    report = repeatability_report(study(**small), "cam:1", FACTS)

    assert any(missing in sentence for sentence in report.shortcomings)


def test_nothing_repeated_is_refused() -> None:
    with pytest.raises(MeasurementError, match="photographed twice"):
        repeatability_report(study(replicates=1, days=1), "cam:1", FACTS)


def test_captures_whose_calibration_may_not_be_trusted_are_counted(readings: list[RepeatReading]) -> None:
    assert repeatability_report(readings, "cam:1", FACTS).calibration == ""
    states = ("expired", "expired", "failed", "expiring")
    off = [replace(reading, calibration=state) for reading, state in zip(readings, states, strict=False)]
    words = repeatability_report([*off, *readings[4:]], "cam:1", FACTS).calibration
    assert words == "The calibration of some of the 240 captures may not be trusted: 2 expired, 1 failed."
