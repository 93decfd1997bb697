"""Centre lines over microrelief; the table of all scenes is `make figures`."""

import pytest

from tests.figures.wrinkle_lines import lines_of
from tests.renderings.scenes import SCENES
from tests.renderings.truth import Scene

GRAINED = [scene for scene in SCENES if scene.microrelief_um >= 20]


@pytest.mark.parametrize("scene", GRAINED, ids=lambda scene: scene.name)
def test_lines_are_found_and_are_true(scene: Scene) -> None:
    lines = lines_of(scene)
    assert lines.precision >= 0.8  # goal: 0.9
    assert lines.recall >= 0.8  # goal: 0.9
