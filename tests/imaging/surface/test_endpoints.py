"""From pictures or surfaces to the numbers of `measurement.json`."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from imaging.errors import MeasurementError
from imaging.model.calibration import DepthCalibration, Validity
from imaging.model.geometry import Roi, Spacing
from imaging.model.inputs import MeasureInputs
from imaging.model.lights import Lights
from imaging.model.measurement import DEPRESSION_KEYS, TEXTURE_KEYS, WRINKLE_KEYS, MeasureLimits
from imaging.model.surface import Surface
from imaging.surface.endpoints import default_s_filter_um, measure_surface, measure_wrinkles_on
from imaging.surface.reconstruction import reconstruct
from tests.scenes import (
    SKIN,
    Furrow,
    Rendering,
    bump,
    paraboloid,
    pigment_stripe,
    plane,
    quadrant_leds,
    render,
    sine,
    square,
    to_srgb8,
    together,
)

GRID = square(480, 640, 0.02)
LIMITS = MeasureLimits()
FURROWS = together(
    Furrow(0.12, 0.8, 5, "cosine", 10, 0, 2.2), Furrow(0.2, 1.0, 6, "cosine", -5, 0, -1.5), bump(-0.08, 0.8, 4.5, 0.5)
)
ANGLES = np.arange(6) * np.pi / 3


def photometric(relief: object, albedo: object = SKIN, spacing: Spacing | None = None) -> Surface:
    pictures = render(relief, GRID, quadrant_leds(), True, Rendering(albedo, 0.5, noise=0.003))  # type: ignore[arg-type]
    frames = tuple(to_srgb8(p) for p in pictures)
    return reconstruct(MeasureInputs(frames, Lights("near", quadrant_leds()), spacing or Spacing.square(0.02)))


def ring(relief: object, albedo: object = SKIN, **options: object) -> Surface:
    lamps = [np.array([[30 * np.cos(a), 30 * np.sin(a), 30.0]]) for a in ANGLES]
    total = sum(render(relief, GRID, lamp, True, Rendering(albedo, 0.1))[0] for lamp in lamps)  # type: ignore[arg-type]
    return reconstruct(MeasureInputs((to_srgb8(np.asarray(total)),), spacing=Spacing.square(0.02), **options))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def furrowed() -> Surface:
    return photometric(together(FURROWS, paraboloid(40.0)))


def test_rendered_furrows_are_read_right(furrowed: Surface) -> None:
    found = measure_surface(furrowed, LIMITS)
    assert found.wrinkles["count"] == 2
    assert found.wrinkles["deepest_mean_depth_um"] == pytest.approx(200, rel=0.03)
    assert found.wrinkles["total_length_mm"] == pytest.approx(11, rel=0.08)
    assert found.wrinkles["mean_spacing_mm"] == pytest.approx(3.7, rel=0.2)
    assert found.depressions["count"] == 1
    assert found.depressions["max_depth_um"] == pytest.approx(80, rel=0.1)
    assert found.texture["Sa_um"] is not None and found.texture["Sa_um"] < 1.5
    for item in found.items:
        assert (found.labels == item.label).any()


def test_every_endpoint_has_its_uncertainty(furrowed: Surface) -> None:
    found = measure_surface(furrowed, LIMITS)
    groups = ((found.wrinkles, WRINKLE_KEYS), (found.depressions, DEPRESSION_KEYS), (found.texture, TEXTURE_KEYS))
    for values, keys in groups:
        assert set(values) == {name for key in keys for name in (key, f"u_{key}")}
        for key in keys:
            assert (values[key] is None) == (values[f"u_{key}"] is None), key
            assert values[f"u_{key}"] is None or values[f"u_{key}"] >= 0
    assert 1 < found.uncertainty_um < 20 and found.uncertainty_contains
    error = abs(found.wrinkles["deepest_mean_depth_um"] - 200)
    assert error < 2 * found.wrinkles["u_deepest_mean_depth_um"]


def test_roi_and_region_choose_what_counts(furrowed: Surface) -> None:
    upper = measure_surface(furrowed, LIMITS, Roi(0, 0, 240, 640))
    assert upper.wrinkles["count"] == 1
    assert upper.wrinkles["deepest_mean_depth_um"] == pytest.approx(120, rel=0.04)
    region = np.zeros((480, 640), dtype=bool)
    region[240:] = True
    lower = measure_surface(furrowed, LIMITS, region=region)
    assert lower.wrinkles["count"] == 1
    assert lower.wrinkles["deepest_mean_depth_um"] == pytest.approx(200, rel=0.04)
    with pytest.raises(MeasurementError, match="outside"):
        measure_surface(furrowed, LIMITS, Roi(0, 0, 481, 640))


def test_bands_choose_and_never_change_a_depth(furrowed: Surface) -> None:
    all_items = measure_surface(furrowed, LIMITS).items
    strict = replace(LIMITS, wrinkle=replace(LIMITS.wrinkle, min_depth_um=150))
    kept = measure_surface(furrowed, strict).items
    assert [w.mean_depth for w in kept] == pytest.approx([all_items[0].mean_depth], rel=0.01)


def test_given_wrinkles_are_measured_again(furrowed: Surface) -> None:
    items = measure_surface(furrowed, LIMITS).items
    again = measure_wrinkles_on(furrowed, [w.centre_line for w in items], LIMITS)
    for one, other in zip(items, again, strict=True):
        assert other is not None and other.mean_depth == pytest.approx(one.mean_depth, rel=0.03)
    flat = photometric(plane())
    nothing = measure_wrinkles_on(flat, [items[0].centre_line], LIMITS)[0]
    assert nothing is None or nothing.mean_depth < 3


def test_uncalibrated_measures_no_wrinkles() -> None:
    frames = tuple(to_srgb8(p) for p in render(FURROWS, GRID, quadrant_leds(), False, Rendering(exposure=0.5)))
    found = measure_surface(reconstruct(MeasureInputs(frames, Lights("distant", quadrant_leds()))), LIMITS)
    for values in (found.wrinkles, found.depressions, found.texture):
        assert all(value is None for value in values.values())
    assert found.items == () and not found.labels.any() and found.uncertainty_um is None


def test_coarse_pixels_have_no_texture(furrowed: Surface) -> None:
    coarse = measure_surface(replace(furrowed, spacing=Spacing.square(0.06)), LIMITS)
    assert all(value is None for value in coarse.texture.values())
    assert any("Texture" in warning for warning in coarse.warnings)


def test_texture_of_waves_through_the_filters() -> None:
    height = GRID.height_um(sine(0.01, 0.2, 30))
    surface = replace(photometric(plane()), height=height)
    found = measure_surface(surface, LIMITS).texture
    # the S-filter (60 µm) and the L-filter (0.5 mm) leave shares of a 0.2 mm wave that the standard gives
    low = np.exp(-np.pi * (0.46972 * 0.06 / 0.2) ** 2)
    high = 1 - np.exp(-np.pi * (0.46972 * 0.5 / 0.2) ** 2)
    assert found["Sa_um"] == pytest.approx(2 / np.pi * 10 * low * high, rel=0.02)
    assert default_s_filter_um(Spacing.square(0.02)) == pytest.approx(60)
    assert default_s_filter_um(Spacing.square(0.005)) == 25


def test_pigment_alone_is_no_furrow_to_four_lights() -> None:
    stripe = pigment_stripe(GRID, 0.0, 0.5, (0.3, 0.15, 0.09))
    surface = photometric(plane(), stripe)
    assert measure_surface(surface, LIMITS).wrinkles["count"] == 0
    assert np.abs(surface.height).max() < 5


def test_one_light_ranks_furrows_and_names_its_unit() -> None:
    depths = (0.3, 0.2, 0.13)
    shapes = [Furrow(d, 0.9, 6, "cosine", 90, x) for d, x in zip(depths, (-3.5, 0, 3.5), strict=True)]
    found = measure_surface(ring(together(*shapes)), LIMITS)
    columns = [np.mean(w.centre_line[:, 1]) for w in found.items]
    assert len(columns) == 3 and columns == sorted(columns)
    assert found.depth_unit == "rel" and found.wrinkles["deepest_mean_depth_rel"] > 0
    assert "deepest_mean_depth_um" not in found.wrinkles
    assert found.wrinkles["volume_mm3"] is None and found.items[0].volume_mm3 is None
    assert all(v is None for v in (*found.depressions.values(), *found.texture.values()))


def test_one_light_with_a_depth_calibration_reads_um() -> None:
    depth = DepthCalibration(1.5, 0.15, Validity(date(2026, 1, 1), None, None))
    shape = Furrow(0.2, 0.9, 6, "cosine", 90)
    relative, calibrated = (measure_surface(ring(shape, depth=d), LIMITS) for d in (None, depth))
    one, other = relative.items[0], calibrated.items[0]
    # the line of the larger numbers may reach a section further
    assert calibrated.depth_unit == "um" and other.mean_depth == pytest.approx(1.5 * one.mean_depth, rel=1e-2)
    assert other.u_mean_depth > 0.2 * other.mean_depth


def test_every_number_of_a_wrinkle_states_its_doubt() -> None:
    for surface in (photometric(Furrow(0.2, 0.9, 6, "cosine", 90)), ring(Furrow(0.2, 0.9, 6, "cosine", 90))):
        (item,) = measure_surface(surface, LIMITS).items
        shares = [item.u_mean_depth / item.mean_depth, item.u_max_depth / item.max_depth]
        sizes = [item.u_length_mm / item.length_mm, item.u_mean_width_um / item.mean_width_um]
        sizes += [item.u_area_mm2 / item.area_mm2, item.u_max_width_um / item.max_width_um]
        least, most = (0.005, 0.1) if surface.method == "photometric" else (0.05, 0.15)
        assert all(least < share < most for share in sizes), sizes
        assert all(share > least for share in shares)
        assert (item.u_volume_mm3 is None) == (surface.method == "single-light")


def test_a_line_that_may_be_paint_makes_the_sums_doubtful() -> None:
    surface = ring(Furrow(0.2, 0.9, 6, "cosine", 90, -2), pigment_stripe(GRID, 2.5, 0.5, (0.12, 0.08, 0.06)))
    found = measure_surface(surface, LIMITS)
    suspected = sum(item.length_mm for item in found.items if item.is_pigment_suspect)
    assert suspected > 5
    assert found.wrinkles["u_total_length_mm"] > suspected


@pytest.mark.parametrize("colour", [(0.3, 0.15, 0.09), (0.12, 0.08, 0.06)], ids=["brown", "nearly black"])
def test_paint_under_one_light_is_suspected(colour: tuple[float, ...]) -> None:
    found = measure_surface(ring(plane(), pigment_stripe(GRID, 0.0, 0.5, colour)), LIMITS)
    assert found.items and all(w.is_pigment_suspect for w in found.items)


def test_grey_shading_is_not_suspected() -> None:
    found = measure_surface(ring(Furrow(0.2, 0.9, 6, "cosine", 90)), LIMITS)
    assert found.items and not any(w.is_pigment_suspect for w in found.items)
