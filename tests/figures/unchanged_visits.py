"""Visits between which nothing happened but days: how often is that called a change, and where does it lean to?"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from scipy import stats

from imaging.camera.device import Target
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.motion import Hand, Placement
from imaging.camera.simulated.population import Population
from imaging.comparison.change import CompareOptions, compare_captures
from imaging.comparison.repeatability import Repeatability
from imaging.comparison.repeated import read_repeated
from imaging.model.comparison import Change, Verdict
from imaging.model.measurement import MeasuredCapture
from imaging.model.study import RepeatReading
from imaging.model.visit import SiteKey
from imaging.study.repeatability import StudyFacts, as_repeatability, repeatability_report
from tests.figures.rendered_pairs import CROWS_FEET, FOREHEAD, StillClock, take
from tests.figures.study import FigureTable
from tests.figures.unchanged_skin import ENDPOINTS

HEADLINE = "wrinkles.deepest_mean_depth_um"
STUDIED, VISITED = 40, 250
"""Patches of skin of the repeatability study, of each site, and of the visits that are judged on it.

One study's luck stays with every verdict on it: 20 patches leave 1 to 13 % of unchanged ones called changed, 40 leave
2 to 10 %, though over many studies it is 5 % with either."""
SHAPE = (480, 640)
MOST_MM, MOST_DEG, MOST_SCALE = 0.5, 3.0, 0.02
LOW, HIGH = 0.02, 0.08
_DAYS = (0, 1, 2)
_CAMERA = "simulated"


@dataclass(frozen=True)
class Patch:
    """One site of one person who is not treated."""

    seed: int
    key: SiteKey


@dataclass(frozen=True)
class Pair:
    """What one comparison said: change of each endpoint in per cent of both visits' mean, and the verdict.

    `drawn` is by how many per cent the furrows themselves had been made deeper between the two days.
    """

    changes: Mapping[str, float]
    verdict: Verdict
    is_first: bool
    drawn: float


class Untreated(Population):
    """Skin that differs from day to day only; every picture is placed anew."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, 1, is_treated=False)

    def hand(self, target: Target) -> Hand:
        rng = np.random.default_rng((self.seed, round(target.week or 0), target.replicate))
        x, y, turn, nearer = rng.uniform(-1, 1, 4)
        rest = Placement(MOST_MM * x, MOST_MM * y, MOST_DEG * turn, 1 + MOST_SCALE * nearer)
        return replace(super().hand(target), rest=rest, approach=Placement())


def patches(first: int, count: int) -> list[Patch]:
    """Crow's feet and foreheads of that many different people."""
    return [Patch(first + n, (CROWS_FEET, FOREHEAD)[n % 2]) for n in range(count)]


def shots(patch: Patch, days: Sequence[int], replicates: int) -> Iterator[list[MeasuredCapture]]:
    """Replicates of each day, measured as the station does it."""
    population, clock = Untreated(patch.seed), StillClock()
    camera = SimulatedCamera(population, shape=SHAPE, clock=clock, seed=patch.seed)
    baseline = None
    for day in days:
        visit = []
        for replicate in range(1, replicates + 1):
            visit.append(take(camera, clock, population, Target("S-101", patch.key, day, replicate), baseline)[0])
            baseline = baseline or visit[0]
        yield visit


def readings(patch: Patch) -> list[RepeatReading]:
    """What a repeatability study reads of a patch: two days, two pictures each."""
    cv2.setNumThreads(1)
    found = read_repeated(shots(patch, _DAYS[:2], 2))
    return [
        RepeatReading(
            f"S-{patch.seed}", patch.key.site, patch.key.laterality.value, f"{patch.seed}/{day}",
            date(2026, 3, 9 + day), "technician", _CAMERA, 1 + replicate, values,
        )
        for day, visit in enumerate(found.visits)
        for replicate, values in enumerate(visit)
        if values is not None
    ]  # fmt: skip


def repeatability_of(read: Sequence[RepeatReading]) -> Repeatability:
    return as_repeatability(repeatability_report(read, _CAMERA, StudyFacts("R", HEADLINE, date(2026, 3, 10))))


def pairs(patch: Patch, known: Repeatability) -> list[Pair]:
    """Two later days of a patch, one picture each, compared with the first."""
    cv2.setNumThreads(1)
    first, *later = (visit[0] for visit in shots(patch, _DAYS, 1))
    options = CompareOptions(HEADLINE, known.at_site(patch.key.site))
    plan = Untreated(patch.seed).plan
    at_first, *then = (plan(Target("S-101", patch.key, day, 1)).furrow_factor for day in _DAYS)
    drawn = [100 * (factor / at_first - 1) for factor in then]
    found = [compare_captures([first], [one], options=options) for one in later]
    return [_pair(one, more, is_first=n == 0) for n, (one, more) in enumerate(zip(found, drawn, strict=True))]


def _pair(change: Change, drawn: float, *, is_first: bool) -> Pair:
    percents = {
        row.endpoint: 200 * (row.moving - row.reference) / (row.moving + row.reference)
        for row in change.endpoints
        if row.reference and row.moving
    }
    headline = next(row for row in change.endpoints if row.endpoint == HEADLINE)
    return Pair(percents, headline.verdict, is_first, drawn)


def unchanged_visits_study(_data: Path | None, studied: int = STUDIED, visited: int = VISITED) -> FigureTable:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        read = [one for many in pool.map(readings, patches(5000, 2 * studied)) for one in many]
        known = repeatability_of(read)
        found = [
            pair for many in pool.map(pairs, patches(6000, visited), [known] * visited, chunksize=5) for pair in many
        ]
    rows = [(name, *_lean(found, name)) for name in ENDPOINTS]
    return FigureTable(
        "Untreated skin from day to day",
        f"Repeatability study of {studied} patches each of crow's feet and forehead (two days, two pictures), then "
        f"{len(found)} pairs of single shots on different days of {visited} other patches, simulated camera at 36 µm a "
        f"pixel, placed anew within {MOST_MM} mm, {MOST_DEG:g} degrees and {MOST_SCALE:.0%}; a furrow's depth differs "
        f"by 2 % between days. {_verdicts(found)} {_drawn(found)}",
        ("endpoint", "mean change, % (goal ±0.3)", "standard error, %", "scatter of a pair, %"),
        tuple(rows),
    )


def called_changed(found: Sequence[Pair]) -> tuple[int, int]:
    """Verdicts of change, and verdicts at all; one pair of each patch, so that they do not depend on each other."""
    verdicts = [pair.verdict for pair in found if pair.is_first and pair.verdict is not Verdict.CANNOT_JUDGE]
    return sum(verdict is not Verdict.NO_CHANGE for verdict in verdicts), len(verdicts)


def _verdicts(found: Sequence[Pair]) -> str:
    changed, judged = called_changed(found)
    chance = stats.binomtest(changed, judged).proportion_ci()
    return (
        f"{judged} first pairs got a verdict on the headline endpoint, {changed} of them ({changed / judged:.1%}, 95 % "
        f"interval {chance.low:.1%} to {chance.high:.1%}, goal {LOW:.0%} to {HIGH:.0%}) of change."
    )


def _drawn(found: Sequence[Pair]) -> str:
    """Days are drawn by chance too: what they did to the furrows themselves is no lean of the station."""
    drawn = np.array([pair.drawn for pair in found])
    return f"The furrows themselves had been drawn {drawn.mean():+.2f} % deeper on average on the later days."


def _lean(found: Sequence[Pair], name: str) -> tuple[str, str, str]:
    changes = np.array([pair.changes[name] for pair in found if name in pair.changes])
    scatter = changes.std(ddof=1)
    return f"{changes.mean():+.2f}", f"{scatter / np.sqrt(len(changes)):.2f}", f"{scatter:.1f}"
