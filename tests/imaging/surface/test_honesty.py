"""A few captures of both kinds: the truth lies within what is stated, and what is stated is not much more. Many of both
in `make figures`."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from tests.figures.honesty import (
    FURROW,
    OPAQUE,
    Case,
    captures_of,
    doubt_over_error,
    held_share,
    rendered_cases,
    simulated_cases,
)
from tests.figures.replaced_site import SITES
from tests.renderings.scenes import SCENES

SMALL = (480, 640)
RENDERED = {"grained": (0, 4), "deep-glossy": (1,), "blotched-jpeg": (2,), "dark-low": (5,), "grained-eight": (9,)}
"""Path-traced scenes, and in which of the ways that `captures_of` counts they are taken."""
GROUPS = {
    "depths": (FURROW, "wrinkles.mean_depth_um", "wrinkles.deepest_mean_depth_um", "wrinkles.deepest_max_depth_um"),
    "sizes": ("wrinkles.total_length_mm", "wrinkles.area_mm2", "wrinkles.mean_width_um", "wrinkles.volume_mm3"),
    "texture": ("texture.Sa_um", "texture.Sq_um", "texture.Sdq", "texture.Sal_um"),
}


def captures() -> Iterator[list[Case]]:
    for scene in SCENES:
        for number, (source, inputs) in enumerate(captures_of(scene)) if scene.name in RENDERED else ():
            if number in RENDERED[scene.name]:
                yield list(rendered_cases(scene, source, inputs))
    yield [case for case in simulated_cases(SITES[0], 2, OPAQUE, SMALL) if case.quantity in GROUPS["sizes"]]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [case for found in captures() for case in found]


def is_honest(cases: list[Case]) -> bool:
    """Neither too sure nor too careful, as far as some tens of cases of a few captures tell."""
    return held_share(cases) >= 0.8 and doubt_over_error(cases) <= 3


@pytest.mark.parametrize("group", GROUPS)
def test_the_truth_lies_within_what_is_stated_and_that_is_not_much_more(cases: list[Case], group: str) -> None:
    stated = [case for case in cases if case.quantity in GROUPS[group]]
    assert len(stated) >= 10
    assert is_honest(stated), [(c.source, c.quantity, c.value, c.true, c.u) for c in stated]


@pytest.mark.parametrize("factor", [0.25, 4.0], ids=["too sure", "too careful"])
def test_a_doubt_four_times_off_is_noticed(cases: list[Case], factor: float) -> None:
    for quantities in GROUPS.values():
        assert not is_honest([replace(case, u=factor * case.u) for case in cases if case.quantity in quantities])


def test_a_usual_furrow_is_known_to_a_tenth(cases: list[Case]) -> None:
    assert np.median([case.u / case.true for case in cases if case.quantity == FURROW]) < 0.1
