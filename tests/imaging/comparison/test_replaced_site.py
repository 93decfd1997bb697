"""Single shots of one simulated site, placed anew each time: the full study is `make figures`."""

from dataclasses import replace

import pytest

from imaging.camera.device import Target
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.motion import Hand, Placement
from imaging.camera.simulated.population import Population
from imaging.comparison.change import compare_captures
from imaging.comparison.repeated import read_repeated
from imaging.model.visit import SiteKey
from tests.figures.rendered_pairs import CROWS_FEET, FOREHEAD, StillClock, take
from tests.figures.replaced_site import GOALS, SITES, shots, variations

SHOTS = 5
SMALL = (480, 640)


def test_single_shots_scatter_little() -> None:
    reading = read_repeated([shots(SITES[0], SHOTS, SMALL)])
    assert reading.refusals == ()
    found = variations(reading)
    for name, goal in GOALS.items():
        assert found[name] == pytest.approx(0, abs=goal)


class Approached(Population):
    """Skin of one day, at replicate 2 seen from nearer or from farther."""

    def __init__(self, seed: int, scale: float) -> None:
        super().__init__(seed, 1, is_treated=False)
        self.scale = scale

    def hand(self, target: Target) -> Hand:
        scale = self.scale if target.replicate == 2 else 1.0
        return replace(super().hand(target), rest=Placement(scale=scale), approach=Placement())


@pytest.mark.parametrize(("site", "scale"), [(FOREHEAD, 1.02), (CROWS_FEET, 0.98)])
def test_skin_seen_from_nearer_or_farther_reads_as_deep(site: SiteKey, scale: float) -> None:
    """Heights brought to size alone read 2 % too shallow, and 2 % too deep."""
    population, clock = Approached(6003, scale), StillClock()
    camera = SimulatedCamera(population, shape=SMALL, clock=clock, seed=3)
    first = take(camera, clock, population, Target("S-101", site, 0, 1))[0]
    nearer = take(camera, clock, population, Target("S-101", site, 0, 2), first)[0]

    change = compare_captures([first], [nearer])

    depth = next(row for row in change.endpoints if row.endpoint == "wrinkles.mean_depth_um")
    assert depth.change_pct == pytest.approx(0, abs=0.8)
