"""Treated and control beside each other in the course, and what is said where a side is not known."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gui.pages.compare.course_state import CourseState, Shown, course_state_of
from gui.session.arms import HIDDEN, NO_CONTROL, NOT_RECORDED
from gui.session.chosen import Chosen
from gui.session.compare.following import Following
from imaging.archive.protocols import read_protocol
from imaging.model.allocation import Allocation, Treated
from imaging.model.protocol import Laterality
from imaging.model.visit import Capture, CaptureFacts, SiteKey, Visit

KEY = "wrinkles.deepest_mean_depth_um"
SITES = tuple(SiteKey("crows-feet", side) for side in (Laterality.LEFT, Laterality.RIGHT))
PROTOCOL = read_protocol(Path(__file__).parents[4] / "resources" / "protocols" / "four-week.toml")
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def capture(site: SiteKey) -> Capture:
    facts = CaptureFacts("visit", site, 1, AT, "camera", "Camera")
    return Capture(str(site), "subject", site, facts, "ada", (), "srgb", None)


def course(chosen: Chosen) -> CourseState:
    captures = tuple(map(capture, SITES))
    values = {one.identifier: {KEY: 180.0} for one in captures}
    following = Following((Visit("visit", "subject", "study", 0, AT, "ada"),), captures, values)
    return course_state_of(chosen, following, Shown())


def test_treated_and_control_are_named_and_the_control_is_dashed() -> None:
    state = course(Chosen(protocol=PROTOCOL, allocation=Allocation(treated=Treated.RIGHT)))
    left, right = state.legend
    assert left.name.endswith(" · control") and left.is_dashed
    assert right.name.endswith(" · treated") and not right.is_dashed
    assert [line.is_dashed for line in state.trend.lines] == [True, False]
    assert NO_CONTROL not in state.notes


def test_while_no_side_is_known_the_right_one_is_dashed() -> None:
    left, right = course(Chosen(protocol=PROTOCOL)).legend
    assert (left.is_dashed, right.is_dashed) == (False, True)
    assert "treated" not in left.name + right.name


@pytest.mark.parametrize(
    ("chosen", "note"),
    [
        (Chosen(protocol=PROTOCOL), NO_CONTROL),
        (Chosen(protocol=PROTOCOL, allocation=Allocation(treated=Treated.BOTH)), NO_CONTROL),
        (Chosen(protocol=PROTOCOL, allocation=Allocation(is_hidden=True), is_blinded=True), HIDDEN),
    ],
)
def test_without_a_known_control_it_is_said(chosen: Chosen, note: str) -> None:
    assert note in course(chosen).notes


def test_a_control_that_the_protocol_wants_is_asked_for() -> None:
    wants = replace(PROTOCOL, has_control_site=True)
    assert NOT_RECORDED in course(Chosen(protocol=wants)).notes
