from dataclasses import replace

import numpy as np
import pytest

from imaging.comparison.change import CompareOptions, compare_captures
from imaging.comparison.repeatability import EndpointSpread, Repeatability
from imaging.model.comparison import Change, EndpointChange, Verdict
from imaging.model.geometry import Roi
from imaging.model.measurement import MeasuredCapture, MeasureLimits
from imaging.model.surface import Surface
from imaging.surface.endpoints import measure_surface
from tests.imaging.comparison.skin_pairs import (
    SHAPE,
    Furrows,
    Noise,
    Placement,
    World,
    first_surface,
    furrow_on_reference,
    moving_surface,
)

_HEADLINE = "wrinkles.deepest_mean_depth_um"
_STUDY = Repeatability("d", {_HEADLINE: EndpointSpread(0.03, 60, 0.04, 20)}, source="study.json")
_ROI = Roi(40, 50, 320, 430)
_WORLD = World(5)
_OTHER = Noise(slope=0.01, pigment=0.4, exposure=0.85)
_RE_PLACED = Placement(5.0, (10.0, -12.0), 1.02, 3.3)
_BEFORE, _AFTER = Furrows((150.0, 220.0, 120.0)), Furrows((190.0, 165.0, 120.0))


def _captured(surface: Surface, light_set: str = "ring") -> MeasuredCapture:
    return MeasuredCapture(surface, measure_surface(surface, MeasureLimits(), _ROI), light_set, origin="visit")


@pytest.fixture(scope="module")
def reference() -> MeasuredCapture:
    return _captured(first_surface(_WORLD, _BEFORE))


@pytest.fixture(scope="module")
def changed() -> MeasuredCapture:
    return _captured(moving_surface(_WORLD, _AFTER, _RE_PLACED, _OTHER)[0])


@pytest.fixture(scope="module")
def found(reference: MeasuredCapture, changed: MeasuredCapture) -> Change:
    return compare_captures([reference], [changed], None, CompareOptions(repeatability=_STUDY))


def _headline(change: Change) -> EndpointChange:
    return next(row for row in change.endpoints if row.endpoint == change.headline)


@pytest.mark.parametrize(("number", "truth"), [(0, -40.0), (1, 55.0), (2, 0.0)])
def test_each_furrow_changed_by_what_it_did(found: Change, number: int, truth: float) -> None:
    floor = (furrow_on_reference(number) > 0.97) & np.isfinite(found.change)
    assert found.change[floor].mean() == pytest.approx(truth, abs=6)


def test_changes_are_found_and_nothing_else(found: Change) -> None:
    profiles = [furrow_on_reference(number) for number in range(3)]
    for profile in profiles[:2]:
        core = (profile > 0.5) & np.isfinite(found.change)
        assert found.significant[core].mean() > 0.9  # acceptance: 0.8
    unchanged = (profiles[0] < 0.02) & (profiles[1] < 0.02) & np.isfinite(found.change)
    assert found.significant[unchanged].mean() < 0.02


def test_wrinkles_are_followed_one_by_one(found: Change) -> None:
    changes = {}
    for wrinkle in found.wrinkles:
        rows, cols = wrinkle.centre_line.round().astype(int).T
        number = int(np.argmax([furrow_on_reference(n)[rows, cols].mean() for n in range(3)]))
        assert wrinkle.reference_depth_um is not None
        assert wrinkle.moving_depth_um is not None
        changes[number] = wrinkle.moving_depth_um - wrinkle.reference_depth_um
    assert changes[0] == pytest.approx(40, abs=10)
    assert changes[1] == pytest.approx(-55, abs=10)
    assert changes[2] == pytest.approx(0, abs=5)


def test_the_headline_alone_is_judged(found: Change) -> None:
    # On the mean of both visits furrow 1 (220 and 165) is deepest, though furrow 0 is at the second.
    row = _headline(found)
    assert row.verdict == Verdict.DECREASE
    assert row.change == pytest.approx(-55, abs=10)
    assert {other.verdict for other in found.endpoints if other is not row} == {Verdict.CANNOT_JUDGE}
    assert found.roi == _ROI
    assert found.common_area_fraction == pytest.approx(1.0)
    assert (found.n_reference, found.n_moving) == (1, 1)


def test_maps_lie_on_the_reference(found: Change, reference: MeasuredCapture) -> None:
    assert found.change.shape == found.significant.shape == found.moving_height.shape == SHAPE
    assert found.moving_photograph.shape == (*SHAPE, 3)
    seen = np.isfinite(found.moving_height)
    grey = reference.surface.photograph[..., 0][seen], found.moving_photograph[..., 0][seen]
    assert np.corrcoef(*grey)[0, 1] > 0.7


def test_replicates_are_averaged_and_nothing_changed(reference: MeasuredCapture) -> None:
    second = _captured(moving_surface(_WORLD, _BEFORE, Placement(1.0, (4.0, 3.0)), seed=11)[0])
    movings = [
        _captured(moving_surface(_WORLD, _BEFORE, Placement(-2.0, (6.0, shift), 0.99, 2.0), _OTHER, seed)[0])
        for seed, shift in ((21, 5.0), (22, -5.0))
    ]
    found = compare_captures([reference, second], movings, None, CompareOptions(repeatability=_STUDY))
    assert (found.n_reference, found.n_moving) == (2, 2)
    assert _headline(found).verdict == Verdict.NO_CHANGE
    assert abs(_headline(found).change_pct or 99) < 2
    assert found.significant.mean() < 0.01
    assert np.nanstd(found.change) < 3


def test_a_replicate_of_other_skin_is_left_out_and_named(reference: MeasuredCapture, changed: MeasuredCapture) -> None:
    stranger = replace(_captured(first_surface(World(8), _BEFORE)), origin="visit-2")
    found = compare_captures([reference], [stranger, changed])
    assert found.n_moving == 1
    assert found.registration.is_trusted
    assert any("visit-2 was left out" in warning for warning in found.warnings)
    row = _headline(found)  # no study was given
    assert row.verdict == Verdict.CANNOT_JUDGE
    assert row.reason.startswith("Same session only")
    assert row.mdc95_source == "propagated"


def test_other_skin_is_refused_but_every_map_is_there(reference: MeasuredCapture) -> None:
    stranger = _captured(first_surface(World(8), _BEFORE))
    found = compare_captures([reference], [stranger], None, CompareOptions(repeatability=_STUDY))
    assert found.registration.verdict == "refused"
    assert _headline(found).verdict == Verdict.CANNOT_JUDGE
    assert _headline(found).reason == found.registration.reason
    assert found.registration.displacement.shape == (*SHAPE, 2)
    assert np.isnan(found.change).all()
    assert not found.significant.any()
    assert found.n_moving == 0
    assert found.common_area_fraction == 0


def _uncalibrated(capture: MeasuredCapture) -> MeasuredCapture:
    surface = replace(capture.surface, spacing=None, height_unit="px")
    return replace(capture, surface=surface, measurement=replace(capture.measurement, s_filter_um=None))


def _single_light(capture: MeasuredCapture) -> MeasuredCapture:
    surface = replace(capture.surface, method="single-light", height_unit="rel")
    return replace(capture, surface=surface, measurement=measure_surface(surface, MeasureLimits(), _ROI))


def test_unlike_captures_are_shown_but_not_judged(reference: MeasuredCapture, changed: MeasuredCapture) -> None:
    other = replace(changed, light_set="quadrants")
    found = compare_captures([reference], [other], None, CompareOptions(repeatability=_STUDY))
    assert found.registration.is_trusted
    assert _headline(found).verdict == Verdict.CANNOT_JUDGE
    assert "light sets" in _headline(found).reason
    assert not found.significant.any()
    assert np.isfinite(found.change).mean() > 0.8


def test_heights_of_unlike_units_are_not_subtracted(reference: MeasuredCapture, changed: MeasuredCapture) -> None:
    found = compare_captures([reference], [_uncalibrated(changed)], None, CompareOptions(repeatability=_STUDY))
    assert found.registration.is_trusted
    assert "calibrated" in _headline(found).reason
    assert found.change.shape == SHAPE
    assert np.isnan(found.change).all()


def test_too_little_common_skin_gives_no_verdict(reference: MeasuredCapture) -> None:
    away = Placement(shift_px=(-150.0, 0.0))
    moving = _captured(moving_surface(_WORLD, _BEFORE, away, seed=4)[0])
    found = compare_captures([reference], [moving], None, CompareOptions(repeatability=_STUDY))
    assert 0.5 < found.common_area_fraction < 0.8
    assert "share only" in _headline(found).reason
    assert any("share only" in warning for warning in found.warnings)


def test_uncalibrated_captures_still_register(reference: MeasuredCapture, changed: MeasuredCapture) -> None:
    found = compare_captures([_uncalibrated(reference)], [_uncalibrated(changed)])
    assert found.registration.is_trusted
    assert np.isfinite(found.change).mean() > 0.8
    assert _headline(found).verdict == Verdict.CANNOT_JUDGE
    assert "Both visits are uncalibrated" in _headline(found).reason and "Calibrate" in _headline(found).reason
    assert found.wrinkles == ()


def test_two_visits_under_one_light_are_told_why_no_depth_is_judged(
    reference: MeasuredCapture, changed: MeasuredCapture
) -> None:
    found = compare_captures([_single_light(reference)], [_single_light(changed)], None, CompareOptions())
    assert _headline(found).verdict == Verdict.CANNOT_JUDGE
    assert "shading is not depth" in _headline(found).reason
