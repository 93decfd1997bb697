"""Courses and ghosts when a camera was replaced."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from gui.pages.compare.course_state import ANOTHER_CAMERA, Shown, course_state_of
from gui.session.calibration.bridge_words import bridge_rows, bridge_sentence, meaning
from gui.session.calibration.replacing import Replacing
from gui.session.calibration.trusted import REPLACE, Known, banner_words
from gui.session.capture.site_pictures import as_seen_by
from gui.session.chosen import Chosen
from gui.session.compare.following import Following
from imaging.comparison.repeatability import EndpointSpread, Repeatability
from imaging.model.bridging import Bridge, BridgedEndpoint, CameraUse
from imaging.model.calibration import DeviceCalibration, ScaleCalibration, Validity
from imaging.model.geometry import Spacing
from imaging.model.protocol import Laterality
from imaging.model.visit import Capture, CaptureFacts, SiteKey, Visit

DEPTH = "wrinkles.deepest_mean_depth_um"
SITE = SiteKey("crows-feet", Laterality.LEFT)
DAY = date(2026, 3, 2)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def followed(*cameras: tuple[str, ...]) -> Following:
    """One visit a week, with a picture for each camera named."""
    visits, captures = [], []
    for week, used in enumerate(cameras):
        visit = Visit(f"v{week}", "s", "study", week, START + timedelta(weeks=week), "ada")
        visits.append(visit)
        for camera in used:
            facts = CaptureFacts(visit.identifier, SITE, 1, visit.started_at, camera, camera)
            captures.append(Capture(f"{visit.identifier}-{camera}", "s", SITE, facts, "ada", (), "srgb", None))
    values = {c.identifier: {DEPTH: 212.0 if c.facts.camera_identity == "new" else 200.0} for c in captures}
    spreads = {DEPTH: EndpointSpread(0.03, 60, 0.04, 20)}
    studies = {"old": Repeatability("old", spreads, sites={SITE.site: spreads})}
    return Following(tuple(visits), tuple(captures), values, endpoint=DEPTH, studies=studies)


def test_the_course_is_broken_where_the_camera_changed() -> None:
    state = course_state_of(Chosen(), followed(("old",), ("old",), ("new",), ("new",)), Shown(SITE))
    (line,) = state.trend.lines
    assert [len(piece) for piece in line.pieces] == [2, 2]
    assert state.trend.breaks == ((10.5, ANOTHER_CAMERA),)
    assert line.band is None, "what the old camera repeats says nothing of the new one"
    assert "camera was replaced" in state.notes


def test_one_camera_breaks_nothing() -> None:
    state = course_state_of(Chosen(), followed(("old",), ("old",)), Shown(SITE))
    assert state.trend.breaks == () and state.trend.lines[0].band is not None


def test_a_visit_with_both_cameras_counts_with_the_one_until_now() -> None:
    state = course_state_of(Chosen(), followed(("old",), ("old", "new"), ("new",)), Shown(SITE))
    assert [point.mean for point in state.trend.lines[0].points] == [200.0, 200.0, 212.0]


def calibrated(um: float, shape: tuple[int, int] = (240, 320)) -> DeviceCalibration:
    scale = ScaleCalibration(Spacing.square(um / 1000), shape, Validity(DAY, None, 0.1))
    return DeviceCalibration("camera", scale)


def test_the_ghost_of_another_camera_has_the_size_of_this_one() -> None:
    picture = np.zeros((240, 320, 3), np.uint8)
    picture[110:130, 150:170] = 255
    seen = as_seen_by(picture, calibrated(20.0), calibrated(10.0))
    rows, cols = np.nonzero(seen[..., 0] > 127)
    assert seen.shape == picture.shape
    assert (np.ptp(rows) + 1, np.ptp(cols) + 1) == (pytest.approx(40, abs=2), pytest.approx(40, abs=2))
    assert (rows.mean(), cols.mean()) == (pytest.approx(119.5, abs=1), pytest.approx(159.5, abs=1))
    assert as_seen_by(picture, None, calibrated(10.0)) is picture
    assert as_seen_by(picture, calibrated(20.0), calibrated(20.0, (480, 640))).shape == (480, 640, 3)


ROW = BridgedEndpoint(DEPTH, 12, True, float(np.log(1.06)), 0.006, 0.01, 11, -0.01, 0.13)
BRIDGE = Bridge("old", "new", DAY, "1", tuple(map(str, range(12))), (ROW,), 2)


def test_a_difference_is_told_in_words() -> None:
    assert "reads 6.0\u00a0% deeper, ±\u00a01.2\u00a0%" in bridge_sentence(BRIDGE, DEPTH)
    assert "shallower" in bridge_sentence(BRIDGE.inverse, DEPTH)
    assert "could not be compared" in bridge_sentence(replace(BRIDGE, rows=()), DEPTH)
    assert "revision 2, from 12 sites" in meaning(BRIDGE)
    assert "too few" in meaning(replace(BRIDGE, shortcomings=("too few.",)))
    (row,) = bridge_rows(BRIDGE, DEPTH)
    assert (row.bias, row.limits, row.sites) == ("+6.0\u00a0%", "−1.0\u00a0% … +13.9\u00a0%", "12")


def test_differences_in_a_unit_keep_it() -> None:
    plain = replace(ROW, is_relative=False, bias=-3.0, u_bias=1.0, low=-8.0, high=2.0)
    assert "−3\u00a0µm" in bridge_sentence(replace(BRIDGE, rows=(plain,)), DEPTH)


def test_the_banner_names_the_camera_that_came_before() -> None:
    words = banner_words(Known(other=CameraUse("old", "Dermoscope", 4, DAY, DAY), why_not=""), "")
    assert words.action == REPLACE and "Dermoscope" in words.sentence


def test_one_camera_plugged_in_elsewhere_breaks_nothing() -> None:
    following = replace(followed(("old",), ("new",)), same_camera={"new": "old"})
    assert course_state_of(Chosen(), following, Shown(SITE)).trend.breaks == ()


def test_only_one_model_may_be_the_same_camera() -> None:
    assert Replacing(earlier="046d:085c@1-1", later="046d:085c@1-2").may_be_same
    assert not Replacing(earlier="046d:085c@1-1", later="0c45:6366@1-2").may_be_same
    assert not Replacing(earlier="simulated", later="simulated-2").may_be_same
    said = Bridge("046d:085c@1-1", "046d:085c@1-2", DAY, "1", (), (), is_same=True)
    assert not Replacing(earlier=said.earlier, later=said.later, kept=said).may_be_same
    assert "one camera" in bridge_sentence(said, DEPTH) and "as with one camera" in meaning(said)
