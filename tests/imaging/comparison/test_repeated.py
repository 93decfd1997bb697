"""The same skin taken again: every capture read in one region on one choice of wrinkles."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.comparison.repeated import RepeatedReading, read_repeated
from imaging.model.geometry import Roi
from imaging.model.measurement import MeasuredCapture, MeasureLimits
from imaging.model.surface import Surface
from imaging.surface.endpoints import measure_surface
from tests.imaging.comparison.skin_pairs import Furrows, Noise, Placement, World, first_surface, moving_surface

_ROI = Roi(40, 50, 320, 430)
_WORLD, _FURROWS = World(5), Furrows((150.0, 220.0, 120.0))
_DEEPEST = "wrinkles.deepest_mean_depth_um"


def captured(surface: Surface, origin: str) -> MeasuredCapture:
    return MeasuredCapture(surface, measure_surface(surface, MeasureLimits(), _ROI), "ring", origin=origin)


def again(number: int) -> MeasuredCapture:
    placement = Placement(2.0 * number, (4.0 * number, -3.0), 1 + 0.005 * number, 1.0)
    noise = Noise(slope=0.005, pigment=0.1, exposure=0.95)
    return captured(moving_surface(_WORLD, _FURROWS, placement, noise)[0], f"shot {number}")


@pytest.fixture(scope="module")
def first() -> MeasuredCapture:
    return captured(first_surface(_WORLD, _FURROWS), "first")


@pytest.fixture(scope="module")
def elsewhere() -> MeasuredCapture:
    return captured(first_surface(World(77), Furrows((90.0, 60.0, 200.0))), "elsewhere")


@pytest.fixture(scope="module")
def reading(first: MeasuredCapture, elsewhere: MeasuredCapture) -> RepeatedReading:
    return read_repeated([[first, again(1)], [elsewhere, again(-1)]])


def test_unchanged_skin_reads_the_same_at_every_capture(reading: RepeatedReading) -> None:
    depths = [one[_DEEPEST] for visit in reading.visits for one in visit if one is not None]

    assert depths == pytest.approx([depths[0]] * 3, rel=0.03)


def test_another_site_is_left_out_and_named(reading: RepeatedReading) -> None:
    assert [one is None for visit in reading.visits for one in visit] == [False, False, True, False]
    assert len(reading.refusals) == 1
    assert reading.refusals[0].startswith("elsewhere was left out: ")


def test_lights_calibrated_anew_leave_a_capture_out_only_where_they_had_moved(first: MeasuredCapture) -> None:
    visits = [[first, replace(again(1), light_set="calibrated anew")]]
    moved, alike = (read_repeated(visits, has_alike_lights=is_alike) for is_alike in (False, True))
    assert "light sets differ" in moved.refusals[0] and moved.visits[0][1] is None
    assert alike.refusals == () and alike.visits[0][1] is not None


def test_all_captures_are_read_on_the_skin_they_share(reading: RepeatedReading) -> None:
    assert 0.8 < reading.common_area_fraction <= 1


def test_too_little_common_skin_is_refused(first: MeasuredCapture) -> None:
    seen = np.array(first.surface.valid)
    seen[:, : seen.shape[1] // 2] = False
    half = replace(first, surface=replace(first.surface, valid=seen), origin="half")

    found = read_repeated([[first], [half]])

    assert all(one is None for visit in found.visits for one in visit)
    assert "share only" in found.refusals[-1]
