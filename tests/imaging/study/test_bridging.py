"""Two cameras of which it is known how they differ: the bias comes back, and its doubt is honest."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from imaging.errors import MeasurementError
from imaging.model.bridging import LEAST_SITES, BridgedEndpoint
from imaging.model.study import RepeatReading
from imaging.study.bridging import BridgeFacts, bridge_of

DEPTH, SKEW = "wrinkles.deepest_mean_depth_um", "texture.Ssk"
DAY = date(2026, 3, 2)
FACTS = BridgeFacts("old", "new", DAY)


def bridging_set(
    sites: int = 12, ratio: float = 1.06, interaction: float = 0.0, seed: int = 1, replicates: int = 3
) -> Iterator[RepeatReading]:
    """Depths that scatter 3 % by re-placement; the new camera reads `ratio` of them, from site to site more or less."""
    random = np.random.default_rng(seed)
    for number in range(sites):
        truth = random.uniform(90, 220)
        own = ratio * np.exp(random.normal(0, interaction))
        for camera, factor, shift in (("old", 1.0, 0.0), ("new", own, 0.5)):
            for replicate in range(1, replicates + 1):
                values = {
                    DEPTH: truth * factor * np.exp(random.normal(0, 0.03)),
                    SKEW: random.normal(0, 0.1) + shift,
                    "texture.Sa_um": None,
                }
                yield RepeatReading(
                    f"B-{number:03}", "crows-feet", "left", camera, DAY, "ada", camera, replicate, values
                )


def depth_row(**more: float) -> BridgedEndpoint:
    row = bridge_of(bridging_set(**more), FACTS).row(DEPTH)  # type: ignore[arg-type]
    assert row is not None
    return row


def test_a_camera_that_reads_six_per_cent_deeper_is_found_out() -> None:
    found = bridge_of(bridging_set(), FACTS)
    row = found.row(DEPTH)
    assert row is not None and row.is_relative
    assert (row.sites, row.df, len(found.sites)) == (12, 11, 12)
    assert np.exp(row.bias) == pytest.approx(1.06, abs=0.02)
    assert row.u_bias == pytest.approx(0.03 * (2 / 3) ** 0.5 / 12**0.5, rel=0.5)
    assert row.low < row.bias < row.high
    assert found.is_large_enough


def test_what_changes_sign_is_compared_by_differences() -> None:
    row = bridge_of(bridging_set(), FACTS).row(SKEW)
    assert row is not None and not row.is_relative
    assert row.bias == pytest.approx(0.5, abs=0.1)


def test_what_was_not_measured_has_no_row() -> None:
    assert bridge_of(bridging_set(), FACTS).row("texture.Sa_um") is None


def test_cameras_that_differ_from_site_to_site_are_doubted_more() -> None:
    alike, unlike = (np.median([depth_row(interaction=s, seed=n).u_site for n in range(40)]) for s in (0.0, 0.05))
    assert alike < 0.015
    assert unlike == pytest.approx(0.05, rel=0.2)


@pytest.mark.parametrize("interaction", [0.0, 0.04])
def test_the_doubt_for_one_site_is_honest(interaction: float) -> None:
    """What the correction of one further site is off by lies within its 95 % in 90 to 99 % of 400 sets."""
    from scipy import stats

    hits = []
    for seed in range(400):
        row = depth_row(interaction=interaction, seed=seed)
        truth = np.log(1.06) + np.random.default_rng((seed, 7)).normal(0, interaction)
        hits.append(abs(row.bias - truth) <= stats.t.ppf(0.975, row.df) * row.u_site)
    assert 0.90 <= np.mean(hits) <= 0.99


def test_without_replicates_all_scatter_is_laid_to_the_cameras() -> None:
    rows = [depth_row(replicates=1, seed=seed) for seed in range(20)]
    assert np.median([row.u_site for row in rows]) == pytest.approx(0.03 * 2**0.5, rel=0.25)


def test_a_small_set_says_so_and_a_tiny_one_is_refused() -> None:
    found = bridge_of(bridging_set(sites=6), FACTS)
    assert not found.is_large_enough
    assert f"at least {LEAST_SITES} are needed" in found.shortcomings[0]
    with pytest.raises(MeasurementError, match="Only 2 sites"):
        bridge_of(bridging_set(sites=2), FACTS)


def test_the_same_set_may_be_asked_the_other_way_round() -> None:
    there, back = bridge_of(bridging_set(), FACTS), bridge_of(bridging_set(), BridgeFacts("new", "old", DAY))
    one, other = there.inverse.row(DEPTH), back.row(DEPTH)
    assert one is not None and other is not None
    assert (one.bias, one.low, one.u_site) == pytest.approx((other.bias, other.low, other.u_site))
    assert (there.inverse.earlier, there.inverse.later) == ("new", "old")
