"""One path-traced picture under a ring: furrows in their order, paint not taken for furrows."""

import pytest

from tests.figures.ring_furrows import factor_of, line_at, measure_ring, readings
from tests.renderings.ring import RING_SCENES

SCENES = {scene.name: scene for scene in RING_SCENES}


@pytest.mark.parametrize("name", ["ring-plain", "ring-skin"])
def test_furrows_come_in_their_order_and_within_a_fifth_after_calibration(name: str) -> None:
    found = readings(SCENES[name])
    depths = [reading.found.max_depth for reading in found if reading.found is not None]
    assert len(depths) == len(found)
    assert depths == sorted(depths)
    for low, high in ((0, -1), (1, -2), (2, 3)):
        factor = factor_of([found[low], found[high]])
        for reading in found:
            assert factor * reading.found.max_depth == pytest.approx(reading.furrow.depth_um, rel=0.2)
    assert len(measure_ring(SCENES[name]).measurement.items) == len(found)


def test_furrows_are_found_through_strongly_mottled_skin() -> None:
    found = readings(SCENES["ring-mottled"])
    assert all(reading.found is not None and not reading.found.is_pigment_suspect for reading in found)
    depths = [reading.found.max_depth for reading in found if reading.found is not None]
    assert depths == sorted(depths)
    factor = factor_of([found[1], found[-2]])
    for reading, depth in zip(found, depths, strict=True):
        assert factor * depth == pytest.approx(reading.furrow.depth_um, rel=0.2)


def test_widths_and_lengths_are_those_of_the_furrows() -> None:
    for reading in readings(SCENES["ring-plain"]):
        furrow, found = reading.furrow, reading.found
        assert found is not None
        assert found.mean_width_um == pytest.approx(850 * furrow.width_mm, rel=0.25)
        assert found.length_mm == pytest.approx(furrow.length_mm + furrow.width_mm, abs=1.2)


def test_paint_on_flat_skin_is_suspected_and_the_furrow_beside_it_is_not() -> None:
    for scene in (SCENES["ring-paint"], SCENES["ring-mottled"]):
        for stain in scene.stains:
            found = line_at(stain, scene)
            assert found is None or found.is_pigment_suspect
    scene = SCENES["ring-paint"]
    furrow = line_at(scene.furrows[0], scene)
    assert furrow is not None and not furrow.is_pigment_suspect


def test_grooves_with_two_walls_are_not_suspected() -> None:
    suspects = [r for name in ("ring-plain", "ring-skin") for r in readings(SCENES[name]) if r.found.is_pigment_suspect]
    assert len(suspects) <= 1
