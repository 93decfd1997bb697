"""Steps and grooves of known depth on height maps whose truth is known."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from imaging.calibration.depth import (
    DepthReading,
    estimate_depth_factor,
    flat_groove_depth,
    read_target,
    with_depth_factor,
)
from imaging.errors import CalibrationError
from imaging.model.calibration import DepthCalibration, Validity
from imaging.model.geometry import Spacing
from imaging.model.measurement import MeasuredCapture, MeasureLimits
from imaging.model.surface import Surface
from imaging.surface.endpoints import measure_surface

SPACING = Spacing(0.04, 0.05)
SHAPE = (160, 200)
VALID = Validity(date(2026, 1, 1), None, 0.0)


def flat_groove(depth: float, width_mm: float = 2.0, turned_deg: float = 0.0, tilt: float = 0.0) -> np.ndarray:  # type: ignore[type-arg]
    """A groove through the middle with walls over 5 % of its width each, on a tilted plane."""
    rows, cols = np.indices(SHAPE)
    x, y = (cols - 99.5) * SPACING.col_mm, (rows - 79.5) * SPACING.row_mm
    angle = np.radians(turned_deg)
    across = x * np.cos(angle) + y * np.sin(angle)
    inside = np.clip((width_mm / 2 - np.abs(across)) / (0.05 * width_mm) + 0.5, 0, 1)
    return np.asarray(-depth * inside + tilt * x)


def surface_of(height: np.ndarray, *, unit: str = "um", method: str = "photometric") -> Surface:  # type: ignore[type-arg]
    known = height.astype(np.float32)
    blank = np.full((*SHAPE, 3), 0.5, dtype=np.float32)
    return Surface(
        height=known, height_full=known, uncertainty=np.full(SHAPE, 2, dtype=np.float32), normals=blank, albedo=blank,
        photograph=np.full((*SHAPE, 3), 128, dtype=np.uint8), valid=np.ones(SHAPE, dtype=np.bool_), spacing=SPACING,
        method=method, height_unit=unit,  # type: ignore[arg-type]
    )  # fmt: skip


def captured(surface: Surface) -> MeasuredCapture:
    return MeasuredCapture(surface, measure_surface(surface, MeasureLimits()), "single", "groove-1")


@pytest.mark.parametrize("turned_deg", [0.0, 20.0, -75.0])
def test_iso_step_height(turned_deg: float) -> None:
    width = 2.0 if abs(turned_deg) < 45 else 1.5
    noise = np.random.default_rng(2).normal(0, 3, SHAPE)
    depth, doubt = flat_groove_depth(surface_of(flat_groove(120, width, turned_deg, tilt=8) + noise))
    assert depth == pytest.approx(120, rel=0.01)
    assert 0 < doubt < 2


def test_a_narrow_picture_has_no_land() -> None:
    with pytest.raises(CalibrationError, match="land of its own width"):
        flat_groove_depth(surface_of(flat_groove(120, 5.0)))


def test_holes_in_the_map_do_not_count() -> None:
    surface = surface_of(flat_groove(120))
    height, valid = surface.height.copy(), surface.valid.copy()
    height[40:60, 20:60], valid[40:60, 20:60] = np.nan, False
    assert flat_groove_depth(replace(surface, height=height, valid=valid))[0] == pytest.approx(120, rel=0.01)


def test_a_groove_is_read_by_the_section_definition() -> None:
    _, cols = np.indices(SHAPE)
    height = -80 * np.exp(-(((cols - 99.5) * SPACING.col_mm / 0.5) ** 2))
    reading = read_target(captured(surface_of(height)), 100.0)
    assert reading.measured == pytest.approx(80, rel=0.05)
    found = estimate_depth_factor([reading], "photometric")
    assert found.um_per_unit == pytest.approx(1.25, rel=0.05)
    assert found.u_um_per_unit / found.um_per_unit > 0.1


def test_one_factor_for_several_targets() -> None:
    readings = [DepthReading(measured, 0.3, true) for measured, true in ((10, 102.0), (20, 198.0), (40, 400.0))]
    found = estimate_depth_factor(readings, "single-light")
    assert found.um_per_unit == pytest.approx(10.0, rel=0.01)
    assert found.residual == pytest.approx(0.015, abs=0.01)
    assert abs(found.um_per_unit - 10) < 2 * found.u_um_per_unit < 1
    assert found.shares[0] == pytest.approx(-0.02, abs=0.01)


def test_targets_that_disagree_are_refused() -> None:
    with pytest.raises(CalibrationError, match="disagree by"):
        estimate_depth_factor([DepthReading(10, 0.1, 100), DepthReading(10, 0.1, 200)], "photometric")
    with pytest.raises(CalibrationError, match="no depth"):
        estimate_depth_factor([DepthReading(-1, 0.1, 100)], "photometric")


def test_what_is_no_target_is_refused() -> None:
    flat = captured(surface_of(np.zeros(SHAPE)))
    with pytest.raises(CalibrationError, match="No groove was found in groove-1"):
        read_target(flat, 100.0)
    for depth in (0.0, -5.0, float("nan")):
        with pytest.raises(CalibrationError, match="not a depth"):
            read_target(flat, depth)
    calibrated = replace(flat, surface=replace(flat.surface, depth=DepthCalibration(2.0, 0.1, VALID)))
    with pytest.raises(CalibrationError, match="without --calibration"):
        read_target(calibrated, 100.0)


def test_a_factor_scales_photometric_heights_and_their_doubt() -> None:
    surface = surface_of(flat_groove(100))
    scaled = with_depth_factor(surface, DepthCalibration(1.1, 0.055, VALID, "photometric"))
    np.testing.assert_allclose(scaled.height, 1.1 * surface.height, rtol=1e-5)
    np.testing.assert_allclose(scaled.uncertainty[80, 100], np.hypot(2.2, 0.05 * 110), rtol=1e-3)
    assert scaled.depth is not None
    assert with_depth_factor(surface, DepthCalibration(1.1, 0.05, VALID)) is surface
    relative = surface_of(flat_groove(100), unit="rel", method="single-light")
    assert with_depth_factor(relative, DepthCalibration(1.1, 0.05, VALID, "photometric")) is relative
