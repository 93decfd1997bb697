"""Simulated captures: the truth lies within what is stated. Rendered ones stand in tests/renderings, many of both in
`make figures`."""

import numpy as np

from tests.figures.honesty import FURROW, OPAQUE, doubt_over_error, held_share, simulated_cases
from tests.figures.replaced_site import SITES


def test_simulated_furrows_hold_the_truth_and_not_much_more() -> None:
    cases = [case for case in simulated_cases(SITES[0], 2, OPAQUE, (480, 640)) if case.quantity == FURROW]
    assert len(cases) >= 8
    assert held_share(cases) >= 0.9
    assert doubt_over_error(cases) <= 2
    assert np.median([case.u / case.true for case in cases]) < 0.15
