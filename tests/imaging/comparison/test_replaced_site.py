"""Single shots of one simulated site, placed anew each time: the full study is `make figures`."""

import pytest

from imaging.comparison.repeated import read_repeated
from tests.figures.replaced_site import GOALS, SITES, shots, variations

SHOTS = 5
SMALL = (480, 640)


def test_single_shots_scatter_little() -> None:
    reading = read_repeated([shots(SITES[0], SHOTS, SMALL)])
    assert reading.refusals == ()
    found = variations(reading)
    for name, goal in GOALS.items():
        assert found[name] == pytest.approx(0, abs=goal)
