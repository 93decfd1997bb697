from dataclasses import replace

import pytest

from imaging.comparison.comparability import found_anew, has_same_height_unit, obstacles
from imaging.model.measurement import MeasuredCapture, MeasureLimits
from imaging.model.skin_light import SkinGloss
from imaging.surface.endpoints import measure_surface
from tests.imaging.comparison.skin_pairs import Furrows, World, first_surface


@pytest.fixture(scope="module")
def capture() -> MeasuredCapture:
    surface = replace(first_surface(World(3), Furrows()), spacing=None)
    measurement = replace(measure_surface(surface, MeasureLimits()), s_filter_um=90.0)
    return MeasuredCapture(replace(first_surface(World(3), Furrows())), measurement, "ring")


def _with_filter(capture: MeasuredCapture, s_filter_um: float) -> MeasuredCapture:
    return replace(capture, measurement=replace(capture.measurement, s_filter_um=s_filter_um))


def test_captures_of_one_kind_may_be_compared(capture: MeasuredCapture) -> None:
    assert obstacles([capture, capture, _with_filter(capture, 92.0)]) == ()
    assert has_same_height_unit([capture, capture])


def test_every_difference_is_named(capture: MeasuredCapture) -> None:
    single = replace(capture, surface=replace(capture.surface, method="single-light", height_unit="rel"))
    bare = replace(capture, surface=replace(capture.surface, spacing=None, height_unit="px"))
    found = {
        "filters": _with_filter(capture, 250.0),
        "methods": single,
        "calibrated": _with_filter(bare, 90.0),
        "light sets": replace(capture, light_set="quadrants"),
    }
    for word, other in found.items():
        assert any(word in text for text in obstacles([capture, other])), word
    assert not has_same_height_unit([capture, single])
    assert not has_same_height_unit([capture, bare])


def test_one_reason_is_said_once(capture: MeasuredCapture) -> None:
    other = replace(capture, light_set="quadrants")
    assert len(obstacles([capture, other, other])) == 1


def test_what_is_known_to_be_alike_is_no_obstacle(capture: MeasuredCapture) -> None:
    """Lights that were calibrated anew; two cameras that were bridged, whose finest filters follow their spacing."""
    lights = replace(capture, light_set="calibrated anew")
    both = replace(_with_filter(capture, 99.0), light_set="of another camera")
    assert obstacles([capture, lights], has_alike_lights=True) == ()
    assert obstacles([capture, both], is_bridged=True) == ()
    assert "filters" in obstacles([capture, both], has_alike_lights=True)[0]


def test_gloss_that_was_found_anew_is_known_from_gloss_that_was_taken_over(capture: MeasuredCapture) -> None:
    gloss = SkinGloss(0.3, 0.4, 0.5, 1.0, 0.02)
    first = replace(capture, surface=replace(capture.surface, skin_light=gloss))
    carried = replace(first, surface=replace(first.surface, skin_light=replace(gloss, is_carried=True)))
    anew = replace(first, surface=replace(first.surface, skin_light=replace(gloss, gloss=0.35)))
    assert found_anew([first, carried]) == ()
    assert found_anew([first, carried, anew]) == (anew,)
    assert found_anew([capture, capture]) == (), "under one light there is none"
