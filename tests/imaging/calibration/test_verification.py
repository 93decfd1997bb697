"""Checks against limits, what they do to the state of a device, and what is due when."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from imaging.calibration.colour import CardReading
from imaging.calibration.colours import PATCH_LAB_D50, linear_srgb_of_lab
from imaging.calibration.scale import ScaleEstimate
from imaging.calibration.verification import (
    daily_checks_due,
    doubtful_since,
    drift,
    due_on,
    verdict_words,
    verify_colour,
    verify_flat_field,
    verify_scale,
)
from imaging.errors import CalibrationError
from imaging.model.calibration import (
    Check,
    ColourCalibration,
    DeviceCalibration,
    FlatFieldCalibration,
    ScaleCalibration,
    Validity,
)
from imaging.model.geometry import Spacing
from imaging.surface.light.linearise import to_srgb8
from tests.imaging.calibration.test_flat_field import plane

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
VALID = Validity(date(2026, 1, 1), date(2026, 6, 30), 0.2)
SCALE = ScaleCalibration(Spacing(0.02, 0.02), (480, 640), VALID)
IDENTITY = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def found(row_mm: float, col_mm: float, shape: tuple[int, int] = (480, 640)) -> ScaleEstimate:
    return ScaleEstimate(Spacing(row_mm, col_mm), 0.001, 0.1, (), 0.0, 0.1, 80, "middle", shape)


def check(section: str, days: float, deviation: float = 0.0, is_new: bool = False) -> Check:
    return Check(section, NOW + timedelta(days=days), deviation, 0.5, "%", is_new)


def device(*checks: Check) -> DeviceCalibration:
    flat_field = FlatFieldCalibration(("white.png",), VALID)
    return DeviceCalibration("camera", SCALE, flat_field=flat_field, checks=checks)


def test_scale_within_and_beyond_its_limit() -> None:
    good, bad = verify_scale(SCALE, found(0.02006, 0.02), NOW), verify_scale(SCALE, found(0.02, 0.0198), NOW)
    assert (good.passed, good.deviation) == (True, pytest.approx(0.3))
    assert (bad.passed, bad.deviation) == (False, pytest.approx(-1.0))
    assert "passed" in verdict_words([good])
    assert "calibrate the scale again" in verdict_words([bad])
    with pytest.raises(CalibrationError, match="camera mode"):
        verify_scale(SCALE, found(0.02, 0.02, (960, 1280)), NOW)


def test_white_fields_notice_dimming_and_a_moved_lamp() -> None:
    known = [to_srgb8(plane()), to_srgb8(plane((0, 18, 28)))]
    same = [to_srgb8(plane(noise=0.005)), to_srgb8(plane((0, 18, 28), noise=0.005))]
    dimmed = [to_srgb8(plane(level=0.5)), known[1]]
    moved = [to_srgb8(plane((15, 5, 28))), known[1]]
    assert all(check.passed for check in verify_flat_field(known, same, NOW))
    dim, even = verify_flat_field(known, dimmed, NOW)
    assert (dim.quantity, dim.passed, even.quantity, even.passed) == ("level", False, "evenness", True)
    assert dim.deviation == pytest.approx(-16.7, abs=1)
    assert not verify_flat_field(known, moved, NOW)[1].passed
    with pytest.raises(CalibrationError, match="one for each light"):
        verify_flat_field(known, same[:1], NOW)


def test_colour_notices_a_changed_white_balance() -> None:
    colours = linear_srgb_of_lab(np.array(PATCH_LAB_D50))
    places = np.zeros((24, 2))
    colour = ColourCalibration(IDENTITY, Validity(date(2026, 1, 1), None, 0.5))
    assert verify_colour(colour, [CardReading(colours, places)], NOW).passed
    assert not verify_colour(colour, [CardReading(colours * [1.3, 1.0, 0.8], places)], NOW).passed


def test_a_failed_check_fails_the_device_until_it_passes_again() -> None:
    day = date(2026, 3, 5)
    failing = (check("scale", 0), check("scale", 1, 0.9))
    assert device(check("scale", 0)).state_on(day) == "calibrated"
    assert device(*failing).state_on(day) == "failed"
    assert device(*failing, check("scale", 2, 0.1)).state_on(day) == "calibrated"
    assert device(*failing, check("scale", 2, is_new=True)).state_on(day) == "calibrated"
    assert device(*failing, check("flat_field", 2)).state_on(day) == "failed"


def test_captures_are_doubtful_since_the_last_pass() -> None:
    passes = check("scale", 0), check("scale", 1)
    assert doubtful_since(device(*passes)) is None
    assert doubtful_since(device(*passes, check("scale", 5, 0.9))) == passes[1].checked_at
    both = (*passes, check("flat_field", -3), check("flat_field", 6, 2.0), check("scale", 6, -2.0))
    assert doubtful_since(device(*both)) == NOW - timedelta(days=3)
    assert doubtful_since(device(check("scale", 3, 0.9))) == NOW + timedelta(days=3)


def test_daily_checks_are_due_once_a_day() -> None:
    assert daily_checks_due(device(), NOW) == ("flat_field", "scale")
    assert daily_checks_due(device(check("scale", 0)), NOW) == ("flat_field",)
    assert daily_checks_due(device(check("scale", -1), check("flat_field", 0)), NOW) == ("scale",)
    again = check("scale", 0), check("scale", 0.1, 0.9), check("flat_field", 0)
    assert daily_checks_due(device(*again), NOW) == ("scale",)
    assert daily_checks_due(DeviceCalibration("camera"), NOW) == ()


def test_expiry_is_announced_the_day_before() -> None:
    assert due_on(device(), date(2026, 6, 28)) == ()
    announced, expired = due_on(device(), date(2026, 6, 29)), due_on(device(), date(2026, 7, 1))
    assert {(due.section, due.is_expired) for due in announced} == {("scale", False), ("flat_field", False)}
    assert all(due.is_expired for due in expired)
    assert device().state_on(date(2026, 7, 1)) == "expired"


def test_drift_is_one_section_in_order() -> None:
    entries = check("scale", 2, 0.2), check("flat_field", 1), check("scale", 0, is_new=True)
    assert [c.deviation for c in drift(device(*entries), "scale")] == [0.0, 0.2]
