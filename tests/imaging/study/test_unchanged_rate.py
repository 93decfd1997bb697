"""Unchanged patches drawn with known scatter, through the study and the verdict: one in twenty is called changed."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pytest

from imaging.comparison.repeatability import Repeatability
from imaging.comparison.verdicts import Rules, VisitValues, judge_endpoints
from imaging.model.comparison import Verdict
from imaging.model.study import RepeatReading
from imaging.study.repeatability import StudyFacts, as_repeatability, repeatability_report

DEPTH = "wrinkles.deepest_mean_depth_um"
DAY_ONE = date(2026, 3, 2)
WITHIN, BETWEEN = 0.012, 0.018
STUDIES, PATCHES, REPLICATES, VISITED = 40, 40, 3, 200
Floats = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, ...]], Floats]


def normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    return rng.normal(0, 1, shape)


def heavy_tailed(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Student's t with five degrees of freedom, of unit variance."""
    return np.asarray(rng.standard_t(5, shape) * np.sqrt(3 / 5))


def drawn(rng: np.random.Generator, draw: Draw, shape: tuple[int, int, int]) -> Floats:
    """(patches, days, replicates) depths."""
    patches, days, _ = shape
    skin = rng.uniform(80, 250, (patches, 1, 1))
    return np.asarray(skin * (1 + BETWEEN * draw(rng, (patches, days, 1)) + WITHIN * draw(rng, shape)))


def studied(depths: Floats) -> Repeatability:
    read = [
        RepeatReading(
            f"S{patch}", "forehead", "midline", f"{patch}/{day}", DAY_ONE + timedelta(days=day), "ada", "cam:1",
            replicate, {DEPTH: float(depths[patch, day, replicate])},
        )
        for patch, day, replicate in np.ndindex(depths.shape)
    ]  # fmt: skip
    found = as_repeatability(repeatability_report(read, "cam:1", StudyFacts("R", DEPTH, DAY_ONE))).at_site("forehead")
    assert found is not None
    return found


def called_changed(depths: Floats, known: Repeatability) -> int:
    """Of patches seen on two days, verdicts of change on the means of their replicates."""
    replicates = depths.shape[2]
    verdicts = [
        judge_endpoints(
            VisitValues({DEPTH: then}, {DEPTH: None}, replicates),
            VisitValues({DEPTH: now}, {DEPTH: None}, replicates),
            Rules(DEPTH, known),
        )[0].verdict
        for then, now in depths.mean(axis=2).tolist()
    ]
    assert Verdict.CANNOT_JUDGE not in verdicts
    return sum(verdict is not Verdict.NO_CHANGE for verdict in verdicts)


@pytest.mark.parametrize("draw", [normal, heavy_tailed])
@pytest.mark.parametrize("replicates", [1, REPLICATES])
def test_one_unchanged_patch_of_twenty_is_called_changed(draw: Draw, replicates: int) -> None:
    """Over many studies; one study of 20 patches alone leaves 1 to 15 %, of 40 patches 2 to 11 %."""
    rng = np.random.default_rng(20)
    rates = []
    for _ in range(STUDIES):
        known = studied(drawn(rng, draw, (PATCHES, 2, REPLICATES)))
        rates.append(called_changed(drawn(rng, draw, (VISITED, 2, replicates)), known) / VISITED)

    chance = np.std(rates, ddof=1) / np.sqrt(STUDIES)
    assert chance < 0.01
    assert np.mean(rates) == pytest.approx(0.05, abs=max(3 * chance, 0.01))


def test_a_real_change_is_still_found() -> None:
    """No threshold is inflated: 10 % of depth is found at nine patches of ten, visits scattering by 2 %."""
    rng = np.random.default_rng(21)
    known = studied(drawn(rng, normal, (PATCHES, 2, REPLICATES)))
    depths = drawn(rng, normal, (VISITED, 2, REPLICATES)) * np.array([1.0, 0.9])[None, :, None]

    assert called_changed(depths, known) > 0.9 * VISITED
