"""Lights and depth against the device file: a lamp that moved, sank, or weakened is named."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from imaging.calibration.depth import DepthEstimate
from imaging.calibration.lights import LightsEstimate
from imaging.calibration.verification import other_order_words, verify_depth, verify_lights
from imaging.errors import CalibrationError
from imaging.model.calibration import Check, DepthCalibration, LightsCalibration, Validity
from imaging.model.lights import Lights

NOW = datetime(2026, 3, 2, tzinfo=UTC)
VALID = Validity(date(2026, 1, 5), date(2027, 1, 5), 0.01)
LAMPS = np.array([[26.0, 26, 40], [-26, 26, 40], [-26, -26, 40], [26, -26, 40]])
STRENGTHS = np.array([1.0, 0.96, 1.03, 0.99])
KNOWN = LightsCalibration(Lights("near", LAMPS, STRENGTHS), VALID, 0.5)


def seen(positions: np.ndarray = LAMPS, strengths: np.ndarray = STRENGTHS) -> LightsEstimate:
    return LightsEstimate(Lights("near", positions, strengths), 0.01, 0.5)


def by_name(checks: tuple[Check, ...]) -> dict[str, float]:
    return {check.quantity: check.deviation for check in checks}


def test_lights_that_stayed_pass() -> None:
    checks = verify_lights(KNOWN, seen(), NOW)
    assert by_name(checks) == pytest.approx({"direction": 0.0, "distance": 0.0, "strength": 0.0}, abs=1e-4)
    assert all(check.passed and check.section == "lights" for check in checks)


def test_a_lamp_that_was_bent_is_off_in_direction() -> None:
    turn = np.radians(5.0)
    moved = LAMPS.copy()
    moved[1] = [-26 * np.cos(turn) - 26 * np.sin(turn), 26 * np.cos(turn) - 26 * np.sin(turn), 40]
    found = by_name(verify_lights(KNOWN, seen(moved), NOW))
    radius = np.hypot(26, 26) / np.linalg.norm(LAMPS[1])
    assert found["direction"] == pytest.approx(2 * np.degrees(np.arcsin(radius * np.sin(turn / 2))), abs=1e-6)
    assert found["distance"] == pytest.approx(0, abs=1e-6)


def test_a_ring_that_slid_is_off_in_distance() -> None:
    checks = verify_lights(KNOWN, seen(1.12 * LAMPS), NOW)
    assert by_name(checks)["distance"] == pytest.approx(12.0)
    assert [check.quantity for check in checks if not check.passed] == ["distance"]


def test_lights_in_another_order_are_told_from_lights_that_moved() -> None:
    assert "in the order 2, 3, 4, 1:" in other_order_words(KNOWN, seen(LAMPS[[1, 2, 3, 0]]))
    assert other_order_words(KNOWN, seen()) == ""
    assert other_order_words(KNOWN, seen(np.add(LAMPS, (0, 12, 0)))) == ""
    assert other_order_words(KNOWN, seen(LAMPS[:3], STRENGTHS[:3])) == ""


def test_a_lamp_that_weakened_is_off_in_strength() -> None:
    checks = verify_lights(KNOWN, seen(strengths=STRENGTHS * [1, 0.8, 1, 1]), NOW)
    assert by_name(checks)["strength"] == pytest.approx(-15.8, abs=0.2)
    assert not next(check for check in checks if check.quantity == "strength").passed


def test_a_mirror_ball_says_nothing_of_strength() -> None:
    assert set(by_name(verify_lights(KNOWN, seen(strengths=np.ones(4)), NOW))) == {"direction", "distance"}


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(CalibrationError, match="3 lights for 4"):
        verify_lights(KNOWN, seen(LAMPS[:3], STRENGTHS[:3]), NOW)
    directions = LAMPS / np.linalg.norm(LAMPS, axis=1)[:, None]
    far = LightsEstimate(Lights("distant", directions, STRENGTHS), 0.01, 0.5)
    with pytest.raises(CalibrationError, match="several places"):
        verify_lights(KNOWN, far, NOW)
    with pytest.raises(CalibrationError, match="directions only"):
        verify_lights(replace(KNOWN, lights=far.lights), seen(), NOW)
    assert set(by_name(verify_lights(replace(KNOWN, lights=far.lights), far, NOW))) == {"direction", "strength"}


@pytest.mark.parametrize(("factor", "passes"), [(1.0, True), (1.05, True), (0.88, False), (1.2, False)])
def test_depth_within_and_beyond_its_limit(factor: float, passes: bool) -> None:
    section = DepthCalibration(0.95, 0.02, VALID, "photometric")
    check = verify_depth(section, DepthEstimate(0.95 * factor, 0.02, 0.01, "photometric", (0.0,)), NOW)
    assert check.deviation == pytest.approx(100 * (factor - 1))
    assert check.passed is passes
