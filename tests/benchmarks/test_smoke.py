"""Every benchmark still runs, and its peers still do the same job. Nothing here looks at a clock."""

import importlib
import math

import numpy as np
import pytest

from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights
from imaging.pipeline import measure
from imaging.surface.reconstruction import reconstruct
from tests import scenes
from tests.benchmarks import comparison, surface, surface_peer
from tests.benchmarks.__main__ import BENCHMARKS
from tests.benchmarks.figures import TINY, print_figures
from tests.benchmarks.stopwatch import Stopwatch, function_at, time_chain

SPACING_MM = 0.03
GRID = scenes.square(120, 160, SPACING_MM)
RELIEF = scenes.together(scenes.Furrow(0.1, 0.6, 3.0), scenes.sine(0.01, 0.9, 40.0))


@pytest.mark.parametrize("name", BENCHMARKS)
@pytest.mark.usefixtures("qapp")
def test_benchmark_runs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    figures = importlib.import_module(BENCHMARKS[name]).run(TINY)
    print_figures(name, figures)
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == len(figures) + 3
    assert all(math.isfinite(figure.value) or "memory" in figure.name for figure in figures)


@pytest.mark.parametrize(
    "place", [p for s in (surface.STAGES, comparison.STAGES) for places in s.values() for p in places]
)
def test_stage_is_still_there(place: str) -> None:
    assert callable(function_at(place))


def test_stages_add_up_to_the_whole() -> None:
    stack = _matte_stack()
    spent = time_chain(lambda _: reconstruct(stack), 1, surface.STAGES)
    parts = [one.passed_s for name, one in spent.items() if name != "total"]
    assert sum(parts) == pytest.approx(spent["total"].passed_s)
    assert {"normals", "integration", "form"} <= spent.keys()


def test_peer_measures_the_relief() -> None:
    """On a matte surface, where there is no gloss to take off."""
    height = surface_peer.measure_relief(Stopwatch(), _matte_stack()).height
    truth = surface_peer.level(GRID.height_um(RELIEF))
    assert np.corrcoef(height.ravel(), truth.ravel())[0, 1] > 0.99
    assert height.std() == pytest.approx(truth.std(), rel=0.05)


def _matte_stack() -> MeasureInputs:
    lamps = scenes.quadrant_leds()
    pictures = scenes.render(RELIEF, GRID, lamps, is_near=True)
    frames = tuple(scenes.to_srgb8(picture) for picture in pictures)
    return MeasureInputs(frames, Lights("near", lamps), Spacing.square(SPACING_MM), "srgb")


def test_modules_imported_while_listening_are_left_as_they_were() -> None:
    """A wrapper that stays behind would hide its stage from the next round."""
    stack = _matte_stack()
    first, second = (time_chain(lambda _: measure(stack), 1, surface.STAGES) for _ in range(2))
    assert first.keys() == second.keys()
