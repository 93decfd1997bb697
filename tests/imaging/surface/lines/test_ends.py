"""Where lines run out is the wrinkle's, neither a basin nor texture."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.model.geometry import Spacing
from imaging.model.measurement import MeasureLimits, WrinkleLimits
from imaging.surface.depression_doubt import BasinDoubt, bent_basins
from imaging.surface.depressions import BasinMap, find_basins
from imaging.surface.filters import remove_form
from imaging.surface.lines.ends import draw_run_outs, near_wrinkles, open_ends, run_outs
from imaging.surface.lines.fans import Relief
from imaging.surface.lines.sections import Sections
from imaging.surface.wrinkles import draw_labels, find_furrows
from tests.scenes import Furrow, bump, square, together
from tests.scenes import Relief as Shape

GRID, SPACING = square(480, 640, 0.02), Spacing.square(0.02)
EVERYWHERE = np.ones((480, 640), dtype=bool)
LIMITS = MeasureLimits()
RUNNING_OUT = Furrow(0.2, 1.2, 3.0)
"""In the middle of the picture; beyond its ends a shallower stretch goes on."""
STRETCHES = (Furrow(0.045, 0.9, 0.3, x0=2.0), Furrow(0.045, 0.9, 0.3, x0=-2.0))


def relief_of(*shapes: Shape) -> Relief:
    return Relief(GRID.height_um(together(*shapes)).astype(np.float32), SPACING)


def sections_of(relief: Relief) -> list[Sections]:
    return [f.sections for f in find_furrows(relief, EVERYWHERE, WrinkleLimits(), EVERYWHERE).furrows]


def test_the_discs_reach_as_far_as_the_line_is_wide() -> None:
    relief = relief_of(RUNNING_OUT)
    (line,) = sections_of(relief)
    ends = run_outs(line, relief)
    width_mm = np.mean(line.width_mm)
    for widths in (0.5, 1.0):
        drawn = draw_run_outs(ends, (480, 640), SPACING, widths)
        assert drawn.sum() * SPACING.pixel_area_mm2 == pytest.approx(2 * np.pi * (widths * width_mm) ** 2, rel=0.05)
    coarse = draw_run_outs(ends, (160, 214), Spacing.square(0.06))
    assert coarse.sum() * 0.06**2 == pytest.approx(2 * np.pi * width_mm**2, rel=0.1)


def test_what_is_left_beyond_the_ends_of_a_furrow_is_no_basin() -> None:
    relief = relief_of(RUNNING_OUT, *STRETCHES)
    found = find_furrows(relief, EVERYWHERE, WrinkleLimits(), EVERYWHERE).furrows
    beside = ~near_wrinkles(draw_labels(found, (480, 640), SPACING), SPACING)
    skin = BasinMap(-relief.height, beside, SPACING)
    ends = tuple(end for furrow in found for end in run_outs(furrow.sections, relief))
    doubt = BasinDoubt(0.0, 0.0, 0.0, ends)
    assert find_basins(skin, LIMITS)
    assert not find_basins(doubt.without_ends(skin), LIMITS)


def test_a_basin_that_an_end_may_reach_is_doubtful_and_one_far_off_is_not() -> None:
    def areas(x0_mm: float) -> tuple[float, list[float]]:
        relief = relief_of(RUNNING_OUT, bump(-0.08, 0.45, x0_mm, 0.0))
        (line,) = sections_of(relief_of(RUNNING_OUT))
        skin = BasinMap(-relief.height, np.abs(GRID.height_um(RUNNING_OUT)) < 1, SPACING)
        read, again = bent_basins(skin, LIMITS, BasinDoubt(0.0, 0.0, 0.0, tuple(run_outs(line, relief))))
        return sum(b.area_mm2 for b in read), [sum(b.area_mm2 for b in one) for one in again]

    for x0_mm, is_doubtful in ((2.9, True), (4.5, False)):
        read, again = areas(x0_mm)
        assert (max(again) > min(again) + 0.1 * read) == is_doubtful


def test_a_furrow_that_leaves_the_picture_has_no_end_wall_there() -> None:
    leaving = Furrow(0.2, 1.0, 14.0, "v")
    relief = relief_of(leaving)
    fading = relief.height * (1 - 0.75 * np.clip((np.abs(GRID.x) - 5.0) / 1.4, 0, 1)).astype(np.float32)
    (line,) = sections_of(replace(relief, height=remove_form(fading, EVERYWHERE)))
    assert open_ends(line, relief) == (True, True)
    assert line.length_mm == pytest.approx(12.8, abs=0.2)
