"""Means, doubts and bands of a course on values that are known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gui.pages.compare.course_state import (
    ANOTHER_PROGRAM,
    MEASURED_BEFORE,
    NO_STUDY,
    Shown,
    course_state_of,
)
from gui.session.chosen import Chosen
from gui.session.compare.following import Following, band_of, course_of
from imaging.comparison.repeatability import EndpointSpread, Repeatability
from imaging.model.protocol import Laterality
from imaging.model.visit import Capture, CaptureFacts, SiteKey, Visit

KEY = "wrinkles.deepest_mean_depth_um"
LEFT, RIGHT = (SiteKey("crows-feet", side) for side in (Laterality.LEFT, Laterality.RIGHT))
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SPREADS = {KEY: EndpointSpread(0.03, 60, 0.04, 19)}
STUDY = Repeatability("camera", SPREADS, sites={"crows-feet": SPREADS})


def visit(week: int) -> Visit:
    return Visit(f"v{week}", "subject", "study", week, START + timedelta(weeks=week), "tester")


def capture(week: int, site: SiteKey, number: int, camera: str = "camera") -> Capture:
    facts = CaptureFacts(f"v{week}", site, number, START + timedelta(weeks=week), camera, camera)
    return Capture(f"{week}{site}{number}", "subject", site, facts, "tester", (), "srgb", None)


def following(values: dict[tuple[int, SiteKey, int], float | None], camera_at_4: str = "camera") -> Following:
    cameras = {4: camera_at_4}
    captures = {place: capture(*place, cameras.get(place[0], "camera")) for place in values}
    named = {
        c.identifier: {KEY: values[place], "wrinkles.u_deepest_mean_depth_um": 6.0} for place, c in captures.items()
    }
    return Following((visit(0), visit(4)), tuple(captures.values()), named)


BOTH = {(0, LEFT, 1): 200.0, (0, LEFT, 2): 210.0, (4, LEFT, 1): 190.0, (0, RIGHT, 1): 150.0, (4, RIGHT, 1): None}


def test_a_visit_is_the_mean_of_its_replicates_and_what_was_not_measured_is_left_out() -> None:
    first, second = course_of(following(BOTH), LEFT, KEY)
    assert (first.mean, first.replicates) == (205.0, (200.0, 210.0))
    assert first.u_mean == pytest.approx(6.0 / 2**0.5)
    assert second.mean == 190.0 and second.u_mean == 6.0
    assert [value.visit.week for value in course_of(following(BOTH), RIGHT, KEY)] == [0]


def test_the_band_is_the_minimal_detectable_change_of_a_study_that_allows_a_verdict() -> None:
    course = course_of(following(BOTH), LEFT, KEY)
    assert band_of(course, KEY, None) is None
    half = band_of(course[:1] + course[1:], KEY, STUDY)
    assert half is not None and half / course[0].mean == pytest.approx(0.13, abs=0.01)
    same_session = Repeatability("camera", {KEY: EndpointSpread(0.03, 60)})
    assert band_of(course, KEY, same_session) is None


def test_lines_by_site_and_side_the_chosen_one_with_its_band() -> None:
    known = replace(following(BOTH), studies={"camera": STUDY})
    state = course_state_of(Chosen(), replace(known, endpoint=KEY), Shown(LEFT))
    left, right = state.trend.lines
    assert (left.is_dashed, right.is_dashed) == (False, True)
    assert left.colour == right.colour
    assert left.band is not None and right.band is None
    assert [point.spread for point in left.points] == pytest.approx([2 * 6.0 / 2**0.5, 12.0])
    assert NO_STUDY not in state.notes
    assert [entry.words for entry in state.legend] == ["205 → 190\u00a0µm", "150\u00a0µm"]


def test_without_a_study_it_says_so_and_hidden_sites_have_no_line() -> None:
    state = course_state_of(Chosen(), replace(following(BOTH), endpoint=KEY), Shown(None, frozenset({RIGHT})))
    assert NO_STUDY in state.notes
    assert [line.band for line in state.trend.lines] == [None]
    assert [entry.is_shown for entry in state.legend] == [True, False]


def test_another_camera_breaks_the_line() -> None:
    state = course_state_of(Chosen(), replace(following(BOTH, "other"), endpoint=KEY), Shown())
    assert [len(piece) for piece in state.trend.lines[0].pieces] == [1, 1]


def test_what_an_earlier_version_measured_is_shown_broken_off_and_still_to_be_measured() -> None:
    before = following(BOTH)
    old = {c.identifier: "0.0.9" for c in before.captures if c.facts.visit_id == "v0"}
    known = replace(before, endpoint=KEY, engine="0.1.0", engines=old, studies={"camera": STUDY})
    assert {c.facts.visit_id for c in known.missing} == {"v0"}
    first, second = course_of(known, LEFT, KEY)
    assert (first.engine, second.engine) == ("0.0.9", "0.1.0") and not first.is_like(second)
    state = course_state_of(Chosen(), known, Shown(LEFT))
    assert [words for _, words in state.trend.breaks] == [ANOTHER_PROGRAM]
    left = next(line for line in state.trend.lines if line.is_strong)
    assert left.band is None and len(left.pieces) == 2
    assert MEASURED_BEFORE in state.notes
