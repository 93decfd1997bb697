"""One line through both visits, on heights that are known everywhere."""

import numpy as np
import pytest

from imaging.comparison.profile import cut_profile, line_across
from imaging.model.comparison import Change, Registration, WrinkleChange
from imaging.model.geometry import Roi, Spacing
from imaging.model.measurement import MeasuredCapture, MeasureLimits
from imaging.model.profile import ProfileLine
from imaging.model.surface import Surface
from imaging.surface.endpoints import measure_surface

ROWS, COLS = 120, 200
SPACING = Spacing(0.02, 0.04)
ROW, COL = np.mgrid[:ROWS, :COLS].astype(np.float32)
RAMP = (2 * COL).astype(np.float32)


def groove(depth_um: float) -> np.ndarray:
    """A straight furrow along the rows at column 100."""
    return (-depth_um * np.exp(-(((COL - 100) / 6) ** 2))).astype(np.float32)


def captured(height: np.ndarray, spacing: Spacing | None = SPACING) -> MeasuredCapture:
    doubt = np.full(height.shape, 3, np.float32)
    normals = np.dstack([np.zeros((ROWS, COLS, 2), np.float32), np.ones((ROWS, COLS), np.float32)])
    picture = np.full((ROWS, COLS, 3), 128, np.uint8)
    surface = Surface(
        height, height, doubt, normals, np.ones((ROWS, COLS, 3), np.float32), picture,
        np.ones((ROWS, COLS), np.bool_), spacing, "photometric", "um" if spacing else "px",
    )  # fmt: skip
    return MeasuredCapture(surface, measure_surface(surface, MeasureLimits(), Roi(0, 0, ROWS, COLS)), "ring")


def changed(
    before: np.ndarray, after: np.ndarray, verdict: str = "trusted", wrinkles: tuple[WrinkleChange, ...] = ()
) -> Change:
    nothing = np.zeros((ROWS, COLS, 2), np.float32)
    registration = Registration(np.eye(3), nothing, "similarity", 99, 0.1, 1.0, 0.0, verdict)
    picture = np.full((ROWS, COLS, 3), 128, np.uint8)
    doubts = {
        "reference_uncertainty": np.full((ROWS, COLS), 3, np.float32),
        "moving_uncertainty": np.full((ROWS, COLS), 4, np.float32),
        "change_uncertainty": np.full((ROWS, COLS), 2, np.float32),
    }
    significant = np.zeros((ROWS, COLS), np.bool_)
    return Change(
        registration, after - before, significant, picture, after, (), wrinkles, "wrinkles.count",
        Roi(10, 20, 110, 180), 1.0, reference_height=before, **doubts,
    )  # fmt: skip


ACROSS = ProfileLine((60.0, 70.0), (60.0, 130.0))


def test_both_curves_are_what_the_reliefs_are_along_the_line() -> None:
    before, after = RAMP + groove(200), RAMP + groove(150)
    profile = cut_profile(changed(before, after), captured(before), ACROSS)
    assert profile.distance_unit == "mm" and profile.height_unit == "µm"
    assert profile.length == pytest.approx(60 * 0.04)
    assert profile.reference == pytest.approx(before[60, 70:131], abs=1e-3)
    assert profile.moving == pytest.approx(after[60, 70:131], abs=1e-3)


def test_a_slanting_line_is_as_long_as_it_is_on_the_skin() -> None:
    before = groove(200)
    profile = cut_profile(changed(before, before), captured(before), ProfileLine((20.0, 50.0), (80.0, 130.0)))
    assert profile.length == pytest.approx(np.hypot(60 * 0.02, 80 * 0.04))
    place = profile.distance[np.nanargmin(profile.reference)]
    assert place == pytest.approx(profile.length * 50 / 80, rel=0.02)


def test_the_step_between_two_places_with_its_doubt() -> None:
    before, after = groove(200), groove(150)
    profile = cut_profile(changed(before, after), captured(before), ACROSS)
    then, now = profile.step(0.0, 30 * 0.04)
    assert then.value == pytest.approx(-200, abs=0.1) and now.value == pytest.approx(-150, abs=0.1)
    assert then.u_value == pytest.approx(3 * np.sqrt(2)) and now.u_value == pytest.approx(4 * np.sqrt(2))
    step = profile.change(0.0, 30 * 0.04)
    assert step.value == pytest.approx(50, abs=0.2) and step.u_value == pytest.approx(2 * np.sqrt(2))


def test_what_was_not_measured_has_no_step() -> None:
    before, after = groove(200), groove(150)
    after[:, 95:105] = np.nan
    profile = cut_profile(changed(before, after), captured(before), ACROSS)
    then, now = profile.step(0.0, 30 * 0.04)
    assert then is not None and now is None


def test_without_spacing_lengths_are_pixels() -> None:
    before = groove(2)
    profile = cut_profile(changed(before, before), captured(before, None), ACROSS)
    assert (profile.distance_unit, profile.height_unit, profile.length) == ("px", "px", 60.0)


def test_nothing_is_cut_through_visits_that_were_not_brought_together() -> None:
    before = groove(200)
    assert cut_profile(changed(before, before, "refused"), captured(before), ACROSS) is None
    point = ProfileLine((60.0, 70.0), (60.5, 70.5))
    assert cut_profile(changed(before, before), captured(before), point) is None


def test_a_first_line_lies_across_the_deepest_wrinkle() -> None:
    line = np.column_stack([np.arange(10.0, 110.0), np.full(100, 100.0)])
    shallow = np.column_stack([np.full(60, 30.0), np.arange(20.0, 80.0)])
    wrinkles = (WrinkleChange(1, 60.0, 60.0, shallow), WrinkleChange(2, 200.0, 150.0, line))
    before = groove(200)
    first = line_across(changed(before, before, wrinkles=wrinkles), captured(before))
    assert first.start[0] == pytest.approx(first.end[0], abs=1)
    assert sorted((first.start[1], first.end[1])) == pytest.approx([100 - 2 / 0.0283, 100 + 2 / 0.0283], abs=1)


def test_without_wrinkles_it_lies_in_the_middle_of_the_region() -> None:
    before = groove(200)
    first = line_across(changed(before, before), captured(before))
    assert (first.start, first.end) == ((60.0, 60.0), (60.0, 140.0))
