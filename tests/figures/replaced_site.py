"""The same simulated site taken again and again: how much single shots scatter when the camera is placed anew."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from imaging.camera.device import Target
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.motion import Hand, Placement
from imaging.camera.simulated.optics import Optics
from imaging.camera.simulated.population import Population
from imaging.comparison.repeated import RepeatedReading, read_repeated
from imaging.model.measurement import MeasuredCapture
from imaging.model.visit import SiteKey
from tests.figures.rendered_pairs import CROWS_FEET, FOREHEAD, StillClock, take
from tests.figures.study import FigureTable, judged

MOST_MM, MOST_DEG, MOST_SCALE = 0.5, 3.0, 0.02
GOALS = {
    "wrinkles.mean_depth_um": 0.018,
    "wrinkles.deepest_mean_depth_um": 0.018,
    "wrinkles.total_length_mm": 0.03,
    "wrinkles.area_mm2": 0.03,
    "wrinkles.volume_mm3": 0.03,
}
"""Largest coefficient of variation of single shots."""
REPORTED = ("wrinkles.count", "wrinkles.max_depth_um", "wrinkles.max_width_um", "depressions.area_mm2", "texture.Sa_um")
SHAPE = (960, 1280)


@dataclass(frozen=True)
class Site:
    """One simulated site of one person."""

    seed: int
    key: SiteKey


SITES = tuple(Site(3000 + n, key) for n in range(3) for key in (CROWS_FEET, FOREHEAD))


class ReplacedPopulation(Population):
    """Every replicate after the first is held anew, within what a technician with an overlay manages."""

    def hand(self, target: Target) -> Hand:
        if target.replicate <= 1:
            return Hand(Placement(), Placement(), 0.0)
        rng = np.random.default_rng((self.seed, target.replicate))
        x, y, turn, nearer = rng.uniform(-1, 1, 4)
        rest = Placement(MOST_MM * x, MOST_MM * y, MOST_DEG * turn, 1 + MOST_SCALE * nearer)
        return replace(super().hand(target), rest=rest, approach=Placement())


def shots(site: Site, count: int, shape: tuple[int, int], optics: Optics | None = None) -> Iterator[MeasuredCapture]:
    """Single shots of one site, each measured as the station does it."""
    population, clock = ReplacedPopulation(site.seed, 1), StillClock()
    camera = SimulatedCamera(population, shape=shape, clock=clock, optics=optics or Optics(), seed=site.seed)
    baseline = None
    for replicate in range(1, count + 1):
        shot, _ = take(camera, clock, population, Target("S-101", site.key, 0, replicate), baseline)
        baseline = baseline or shot
        yield shot


def variations(reading: RepeatedReading) -> dict[str, float]:
    """Standard deviation over mean of each endpoint, over all shots."""
    known = [named for visit in reading.visits for named in visit if named is not None]
    answer = {}
    for name in (*GOALS, *REPORTED):
        values = [value for named in known if (value := named.get(name)) is not None]
        answer[name] = float(np.std(values, ddof=1) / np.mean(values)) if len(values) > 2 else float("nan")
    return answer


def replaced_site_study(_data: Path | None, count: int = 8) -> FigureTable:
    readings = [read_repeated([shots(site, count, SHAPE)]) for site in SITES]
    found = [variations(reading) for reading in readings]
    kept = sum(named is not None for reading in readings for visit in reading.visits for named in visit)
    rows = []
    for name in (*GOALS, *REPORTED):
        goal = f"{GOALS[name]:.1%}" if name in GOALS else "reported only"
        each = [one[name] for one in found]
        root = float(np.sqrt(np.mean(np.square(each))))
        verdict = judged(root <= GOALS[name]) if name in GOALS else ""
        rows.append((name, goal, f"{root:.1%}", verdict, " ".join(f"{100 * value:.1f}" for value in each)))
    return FigureTable(
        "The same site placed anew",
        f"{len(SITES)} sites of the simulated camera at 18 µm a pixel, {count} single shots of each, placed within "
        f"{MOST_MM} mm, {MOST_DEG:g} degrees and {MOST_SCALE:.0%} of distance, with new noise; ROI and scale carried "
        f"over from the first by registration ({kept} of {count * len(SITES)} shots taken in).",
        ("endpoint", "goal, CV", "CV of a single shot", "", "by site, %"),
        tuple(rows),
    )
