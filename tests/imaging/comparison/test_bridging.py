"""Verdicts across cameras: the bias goes, its doubt stays."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from imaging.comparison.bridging import AcrossCameras, bridge_bytes, mdc95_across, read_bridge
from imaging.comparison.change import CompareOptions, compare_captures
from imaging.comparison.repeatability import EndpointSpread, Repeatability, mdc95
from imaging.comparison.repeated import read_repeated
from imaging.comparison.verdicts import BRIDGED, Rules, VisitValues, judge_endpoints
from imaging.errors import MeasurementError
from imaging.model.bridging import Bridge, BridgedEndpoint
from imaging.model.comparison import EndpointChange, Verdict
from imaging.model.measurement import MeasuredCapture, MeasureLimits
from imaging.surface.endpoints import measure_surface
from tests.imaging.comparison.skin_pairs import Furrows, Noise, Placement, World, first_surface, moving_surface

DEPTH = "wrinkles.deepest_mean_depth_um"
SPREAD = EndpointSpread(0.03, 60, 0.04, 20)
STUDY = Repeatability("old", {DEPTH: SPREAD}, source="study.json")


def bridge(u_site: float = 0.0, ratio: float = 1.06, short: tuple[str, ...] = ()) -> Bridge:
    names = (DEPTH, "wrinkles.mean_depth_um", "wrinkles.total_length_mm")
    rows = tuple(BridgedEndpoint(name, 12, True, np.log(ratio), 0.005, u_site, 11, -0.02, 0.14) for name in names)
    sites = tuple(f"B-{n}/crows-feet/left" for n in range(12))
    return Bridge("old", "new", date(2026, 3, 2), "1", sites, rows, shortcomings=short)


def judged(now: float, across: AcrossCameras) -> EndpointChange:
    before, after = (VisitValues({DEPTH: value}, {DEPTH: 2.0}, 3) for value in (200.0, now))
    return judge_endpoints(before, after, Rules(DEPTH, STUDY, across=across))[0]


def test_the_bias_is_no_change() -> None:
    row = judged(212.0, AcrossCameras(bridge(), STUDY))
    assert row.verdict == Verdict.NO_CHANGE
    assert row.moving == pytest.approx(200)
    assert row.change == pytest.approx(0, abs=1e-9)
    assert row.mdc95_source == BRIDGED


def test_a_change_behind_the_bias_is_seen() -> None:
    assert judged(212.0 * 0.8, AcrossCameras(bridge(), STUDY)).verdict == Verdict.DECREASE
    assert judged(200.0 * 0.8, AcrossCameras(bridge(ratio=0.8), STUDY)).verdict == Verdict.NO_CHANGE


def test_a_doubtful_bridge_asks_for_a_larger_change() -> None:
    sure, unsure = (judged(180.0, AcrossCameras(bridge(u), STUDY)).mdc95 for u in (0.0, 0.05))
    assert sure is not None and unsure is not None
    assert unsure > 1.2 * sure


def test_without_doubt_it_is_the_detectable_change_of_one_camera() -> None:
    row = replace(bridge().rows[0], u_site=0.0)
    across = mdc95_across((SPREAD, SPREAD), (3, 3), row)
    assert across is not None
    one = mdc95(SPREAD, 3, 3)
    assert across.value == pytest.approx(one.value, rel=0.04)  # two studies have more degrees of freedom than one


def test_the_detectable_change_holds_what_it_says() -> None:
    """Of unchanged skin under two cameras 5 % exceed it."""
    random, n = np.random.default_rng(5), 40_000
    row = replace(bridge().rows[0], u_site=0.02, df=1e6)
    limit = mdc95_across((EndpointSpread(0.03, 1e6, 0.04, 1e6),) * 2, (3, 1), row)
    assert limit is not None
    one, other = (random.normal(0, 0.04, n) + random.normal(0, 0.03 / m**0.5, n) for m in (3, 1))
    exceeded = np.abs(other - one + random.normal(0, 0.02, n)) > limit.value
    assert exceeded.mean() == pytest.approx(0.05, abs=0.005)


@pytest.mark.parametrize(
    ("across", "words"),
    [
        (AcrossCameras(bridge()), "Camera new: same session only"),
        (AcrossCameras(bridge(), Repeatability("new", {DEPTH: EndpointSpread(0.03, 60)})), "Camera new: same session"),
        (AcrossCameras(replace(bridge(), rows=()), STUDY), "not measured at both"),
    ],
)
def test_what_is_missing_gives_no_verdict(across: AcrossCameras, words: str) -> None:
    row = judged(212.0, across)
    assert row.verdict == Verdict.CANNOT_JUDGE
    assert words in row.reason


def test_a_bridge_is_kept_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "bridge.json"
    path.write_bytes(bridge_bytes(bridge(0.02)))
    assert read_bridge(path) == bridge(0.02)


@pytest.mark.parametrize(
    "content",
    [
        b"{", b"[]", b'{"format": "rhytid-bridging", "version": 2}', b'{"format": "rhytid-bridging", "version": 1}',
        bridge_bytes(bridge()).replace(b'"u_site": 0.0', b'"u_site": -1.0'),
        bridge_bytes(bridge()).replace(b'"df": 11', b'"df": NaN'),
        bridge_bytes(replace(bridge(), sites=("one",))),
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bridge.json"
    path.write_bytes(content)
    with pytest.raises(MeasurementError, match=r"bridge\.json"):
        read_bridge(path)


@pytest.fixture(scope="module")
def pair() -> tuple[MeasuredCapture, MeasuredCapture]:
    """The second camera has other lights, shows the skin 4 % larger, and reads it 6 % deeper."""
    world, furrows = World(5), Furrows((150.0, 220.0, 120.0))
    one = first_surface(world, furrows)
    deeper = Furrows((159.0, 233.2, 127.2))
    other, _ = moving_surface(world, deeper, Placement(1.0, (3.0, -2.0), 1.04), Noise(slope=0.005))
    assert other.spacing is not None
    finer = replace(other.spacing, row_mm=other.spacing.row_mm / 1.04, col_mm=other.spacing.col_mm / 1.04)
    surfaces = (one, replace(other, spacing=finer, height=other.height / 1.04, height_full=other.height_full / 1.04))
    measured = [measure_surface(surface, MeasureLimits()) for surface in surfaces]
    first, second = (MeasuredCapture(s, m, lights) for s, m, lights in zip(surfaces, measured, "ab", strict=True))
    return first, second


def test_a_pair_is_read_on_common_skin_although_the_lights_differ(
    pair: tuple[MeasuredCapture, MeasuredCapture],
) -> None:
    one, other = pair
    assert read_repeated([[one], [other]]).visits[1][0] is None, "refused without a word that they are two cameras"
    found = read_repeated([[one], [other]], is_bridging=True)
    assert not found.refusals
    (first,), (second,) = found.visits
    assert first is not None and second is not None
    then, now = first[DEPTH], second[DEPTH]
    assert then and now and now / then == pytest.approx(1.06, abs=0.03)


def test_a_comparison_says_that_it_crosses_cameras(pair: tuple[MeasuredCapture, MeasuredCapture]) -> None:
    one, other = pair
    change = compare_captures([one], [other], None, CompareOptions(DEPTH, STUDY, across=AcrossCameras(bridge(), STUDY)))
    (row,) = (row for row in change.endpoints if row.endpoint == DEPTH)
    assert row.verdict == Verdict.NO_CHANGE, row.reason
    assert abs(row.change_pct or 99) < 3
    assert any("two cameras" in words for words in change.warnings)
    assert not change.significant.any()
    depths = [(w.reference_depth_um, w.moving_depth_um) for w in change.wrinkles]
    assert all(now == pytest.approx(then, rel=0.06) for then, now in depths if then and now)


def test_a_small_bridging_set_gives_no_verdict(pair: tuple[MeasuredCapture, MeasuredCapture]) -> None:
    across = AcrossCameras(bridge(short=("6 sites were photographed, at least 10 are needed.",)), STUDY)
    change = compare_captures(*([one] for one in pair), None, CompareOptions(DEPTH, STUDY, across=across))
    (row,) = (row for row in change.endpoints if row.endpoint == DEPTH)
    assert row.verdict == Verdict.CANNOT_JUDGE
    assert "at least 10" in row.reason
