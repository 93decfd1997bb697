"""Which lines count follows the depths when all of them are larger or smaller."""

import numpy as np
import pytest

from imaging.model.geometry import Spacing
from imaging.model.measurement import WrinkleLimits
from imaging.surface.counted_lines import Lookout, sums_if_moved
from imaging.surface.endpoint_doubt import Doubt
from imaging.surface.lines.fans import Relief
from imaging.surface.wrinkle_endpoints import wrinkle_values
from imaging.surface.wrinkles import FoundFurrows, LinesApart, draw_labels, find_furrows
from tests.scenes import Furrow, square, together

GRID, SPACING, LIMITS = square(480, 640, 0.02), Spacing.square(0.02), WrinkleLimits()
EVERYWHERE = np.ones((480, 640), dtype=bool)
DEEP, JUST, HARDLY_NOT = (Furrow(d, 0.8, 8, y0=y) for d, y in ((0.1, 3), (0.028, 0), (0.022, -3)))


def found_on(*shapes: Furrow) -> tuple[FoundFurrows, Lookout]:
    relief = Relief(GRID.height_um(together(*shapes)), SPACING)
    found = find_furrows(relief, EVERYWHERE, LIMITS, EVERYWHERE)
    return found, Lookout(relief, EVERYWHERE, draw_labels(found.furrows, (480, 640), SPACING), LIMITS)


def lengths(share: float, *shapes: Furrow) -> list[float]:
    return [sums.length_mm for sums in sums_if_moved(*found_on(*shapes), lambda _: share)]


def test_a_common_doubt_adds_lines_that_were_not_deep_enough_and_takes_those_that_just_were() -> None:
    read, deeper, shallower = lengths(0.3, DEEP, JUST, HARDLY_NOT)
    assert read == pytest.approx(16, abs=1)
    assert deeper == pytest.approx(24, abs=1.5)
    assert shallower == pytest.approx(8, abs=0.5)


def test_what_it_says_is_what_a_relief_so_much_deeper_is_read_as() -> None:
    deeper_shapes = (Furrow(1.3 * one.depth_mm, 0.8, 8, y0=one.y0) for one in (DEEP, JUST, HARDLY_NOT))
    again, _ = found_on(*deeper_shapes)
    stated = lengths(0.3, DEEP, JUST, HARDLY_NOT)[1]
    assert stated == pytest.approx(sum(f.wrinkle.length_mm for f in again.furrows), rel=0.02)


@pytest.mark.parametrize("share", [0.02, 0.3], ids=["well known", "hardly known"])
def test_lines_that_are_deep_enough_in_any_case_leave_nothing_doubtful(share: float) -> None:
    assert lengths(share, DEEP) == []
    assert lengths(0.02, DEEP, JUST) == []


def test_doubts_of_the_endpoints_follow() -> None:
    found, lookout = found_on(DEEP, JUST, HARDLY_NOT)
    items = [furrow.wrinkle for furrow in found.furrows]
    plain = Doubt(SPACING, LIMITS, 100.0, LinesApart(3.0, 1.0, 3.0))
    moved = Doubt(SPACING, LIMITS, 100.0, LinesApart(3.0, 1.0, 3.0), moved=sums_if_moved(found, lookout, lambda _: 0.3))
    sure, unsure = (wrinkle_values(items, doubt, "um") for doubt in (plain, moved))
    assert float(unsure["u_total_length_mm"] or 0) == pytest.approx(8, rel=0.2)
    for key in ("u_count", "u_area_mm2", "u_mean_depth_um", "u_volume_mm3"):
        assert float(unsure[key] or 0) > 1.5 * float(sure[key] or 0)
