"""How near the truth the live pose is: the simulated camera held at known places over several sites."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from imaging.alignment.pose import PoseReference, PoseTracker
from imaging.camera.device import Target
from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.grid import Grid
from imaging.camera.simulated.motion import Hand, Placement
from imaging.camera.simulated.population import Population
from imaging.guidance.pose import placement_of
from imaging.model.protocol import Laterality
from imaging.model.visit import SiteKey

SITES = (
    SiteKey("crows-feet", Laterality.LEFT),
    SiteKey("forehead", Laterality.MIDLINE),
    SiteKey("cheek", Laterality.RIGHT),
)
FARTHEST = Placement(3.0, 2.5, 6.0, 0.04)
"""mm, mm, degrees, share of the size."""


@dataclass(frozen=True)
class PoseErrors:
    """Largest deviations from the truth."""

    offset_mm: float
    rotation_deg: float
    scale_pct: float
    found: int
    looked_for: int


class PlacedPopulation(Population):
    """Every replicate is held still, at a place drawn from its number; the first as at the baseline."""

    def hand(self, target: Target) -> Hand:
        if target.replicate == 1:
            return Hand(Placement(), Placement(), 0.0, sway=0.0)
        x, y, turn, nearer = np.random.default_rng(target.replicate).uniform(-1, 1, 4)
        rest = Placement(
            FARTHEST.x_mm * x, FARTHEST.y_mm * y, FARTHEST.rotation_deg * turn, 1 + FARTHEST.scale * nearer
        )
        return Hand(rest, Placement(), 0.0, sway=0.0)


def pose_errors(shape: tuple[int, int], count: int, sites: Sequence[SiteKey] = SITES) -> PoseErrors:
    """Of so many known places at each site, told after a jump from the place before."""
    found = [one for site in sites for one in _at_site(shape, site, count)]
    known = np.abs(np.array([one for one in found if one is not None]))
    worst = known.max(axis=0) if len(known) else np.full(3, np.nan)
    return PoseErrors(float(worst[0]), float(worst[1]), float(worst[2]), len(known), len(found))


def _at_site(shape: tuple[int, int], site: SiteKey, count: int) -> list[tuple[float, float, float] | None]:
    population, clock = PlacedPopulation(seed=1, subjects=1), SteppedClock()
    camera = SimulatedCamera(population, shape=shape, seed=2, clock=clock, sway=0.0)
    target = Target("S-001", site, 0, 1)
    camera.aim(target)
    camera.start()
    tracker = PoseTracker(PoseReference(camera.grab(1.0).pixels))
    errors: list[tuple[float, float, float] | None] = []
    for replicate in range(2, 2 + count):
        there = replace(target, replicate=replicate)
        camera.aim(there)
        pose = tracker.locate(camera.grab(1.0).pixels)
        spacing, hand = camera.calibration().spacing, population.hand(there).placement(0.0)
        assert spacing is not None
        placed = None if pose is None else placement_of(pose, shape, spacing)
        truth = _offset_mm(hand, shape)
        errors.append(
            None
            if placed is None or placed.right_mm is None or placed.up_mm is None
            else (
                float(np.hypot(placed.right_mm - truth[0], placed.up_mm - truth[1])),
                placed.rotation_deg + hand.rotation_deg,  # the simulated hand counts counter-clockwise
                100 * (placed.scale - hand.scale),
            )
        )
    camera.close()
    return errors


def _offset_mm(hand: Placement, shape: tuple[int, int]) -> tuple[float, float]:
    """(right, up): where the middle of the picture looks, from where it looked at the baseline."""
    grid = Grid(shape)
    middle = np.array([(shape[1] - 1) / 2, (shape[0] - 1) / 2, 1.0])
    now, then = (one.matrix(grid.spacing_mm, shape, grid.margin_px) @ middle for one in (hand, Placement()))
    right, down = (now - then) * grid.spacing_mm
    return float(right), float(-down)
