import pytest

from imaging.comparison.repeatability import EndpointSpread, Repeatability
from imaging.comparison.verdicts import Rules, VisitValues, judge_endpoints
from imaging.model.comparison import EndpointChange, Verdict

_HEADLINE = "wrinkles.deepest_mean_depth_um"
_STUDY = Repeatability("d", {_HEADLINE: EndpointSpread(0.03, 60, 0.04, 20)}, source="study.json")


def _judged(then: float | None, now: float | None, rules: Rules) -> EndpointChange:
    before = VisitValues({_HEADLINE: then, "texture.Sa_um": 10.0}, {_HEADLINE: 2.0, "texture.Sa_um": None}, 3)
    after = VisitValues({_HEADLINE: now, "texture.Sa_um": 5.0}, {_HEADLINE: 2.0, "texture.Sa_um": None}, 3)
    rows = judge_endpoints(before, after, rules)
    assert [row.endpoint for row in rows] == [_HEADLINE, "texture.Sa_um"]
    assert rows[1].verdict == Verdict.CANNOT_JUDGE
    return rows[0]


@pytest.mark.parametrize(
    ("now", "verdict"), [(240.0, Verdict.INCREASE), (160.0, Verdict.DECREASE), (190.0, Verdict.NO_CHANGE)]
)
def test_the_headline_is_judged_by_its_detectable_change(now: float, verdict: Verdict) -> None:
    row = _judged(200.0, now, Rules(_HEADLINE, _STUDY))
    assert row.verdict == verdict
    assert row.reason == ""
    assert row.change == pytest.approx(now - 200)
    assert row.change_pct == pytest.approx((now - 200) / 2)
    assert row.mdc95_source == "study.json"
    assert row.mdc95 is not None
    assert 0.115 < row.mdc95 / ((200 + now) / 2) < 0.135


def test_without_a_study_the_uncertainties_are_shown_and_nothing_is_judged() -> None:
    row = _judged(200.0, 100.0, Rules(_HEADLINE))
    assert row.verdict == Verdict.CANNOT_JUDGE
    assert row.reason.startswith("Same session only")
    assert row.mdc95_source == "propagated"
    assert row.mdc95 == pytest.approx(1.96 * 2 * 2**0.5, rel=1e-3)
    assert row.mdc95_df is None


@pytest.mark.parametrize(
    ("spread", "word"),
    [(EndpointSpread(0.03, 60), "Same session only"), (EndpointSpread(0.03, 60, 0.04, 5), "too small")],
)
def test_a_poor_study_gives_no_verdict(spread: EndpointSpread, word: str) -> None:
    row = _judged(200.0, 100.0, Rules(_HEADLINE, Repeatability("d", {_HEADLINE: spread})))
    assert row.verdict == Verdict.CANNOT_JUDGE
    assert word in row.reason


def test_a_refusal_comes_before_everything() -> None:
    row = _judged(200.0, 100.0, Rules(_HEADLINE, _STUDY, ("The light sets differ.",)))
    assert (row.verdict, row.reason) == (Verdict.CANNOT_JUDGE, "The light sets differ.")


@pytest.mark.parametrize(("then", "now"), [(None, 100.0), (100.0, None)])
def test_what_was_not_measured_is_not_judged(then: float | None, now: float | None) -> None:
    row = _judged(then, now, Rules(_HEADLINE, _STUDY))
    assert row.verdict == Verdict.CANNOT_JUDGE
    assert row.change is None
    assert row.change_pct is None


@pytest.mark.parametrize(
    "key",
    [
        "wrinkles.count", "texture.Sz_um", "texture.Ssk", "wrinkles.max_depth_um", "depressions.max_depth_um",
        "wrinkles.max_depth_rel", "wrinkles.deepest_max_depth_rel", "wrinkles.max_width_um",
    ],
)  # fmt: skip
def test_counts_and_extremes_never_carry_a_verdict(key: str) -> None:
    study = Repeatability("d", {key: EndpointSpread(0.01, 60, 0.01, 20)})
    values = VisitValues({key: 10.0}, {key: None}, 1)
    (row,) = judge_endpoints(values, VisitValues({key: 20.0}, {key: None}, 1), Rules(key, study))
    assert row.verdict == Verdict.CANNOT_JUDGE
    assert "never carry a verdict" in row.reason


def test_a_relative_depth_may_carry_one() -> None:
    key = "wrinkles.deepest_mean_depth_rel"
    study = Repeatability("d", {key: EndpointSpread(0.01, 60, 0.01, 20)})
    before, after = VisitValues({key: 10.0}, {}, 1), VisitValues({key: 20.0}, {}, 1)
    assert judge_endpoints(before, after, Rules(key, study))[0].verdict == Verdict.INCREASE


def test_an_unknown_headline_is_named() -> None:
    rows = judge_endpoints(VisitValues({}, {}, 1), VisitValues({}, {}, 1), Rules("wrinkles.nothing", _STUDY))
    assert rows[0].endpoint == "wrinkles.nothing"
    assert rows[0].verdict == Verdict.CANNOT_JUDGE
