"""Centre lines over microrelief; the table of all scenes is `make figures`."""

import pytest

from tests.figures.wrinkle_lines import GOAL, lines_of, scenes_with_lines
from tests.renderings.truth import Scene


@pytest.mark.parametrize("scene", scenes_with_lines(), ids=lambda scene: scene.name)
def test_lines_are_found_and_are_true(scene: Scene) -> None:
    lines = lines_of(scene)
    assert lines.precision >= GOAL
    assert lines.recall >= GOAL
