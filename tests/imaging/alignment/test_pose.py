import numpy as np
import pytest

from imaging.alignment.pose import PoseReference, PoseTracker, PoseView, overlap_of
from imaging.alignment.rigid import inverse
from imaging.model.geometry import Roi
from tests.imaging.alignment.pictures import SHAPE, corner_error, placement, seen_from, skin_world

_ROI = Roi(100, 120, 380, 520)
_HOME = placement((0, 0))


@pytest.fixture(scope="module")
def reference() -> PoseReference:
    return PoseReference(seen_from(skin_world(), _HOME), _ROI)


@pytest.mark.parametrize(
    ("shift", "degrees", "scale"),
    [((0, 0), 0, 1), ((12, -9), 5, 1.02), ((-60, 40), -12, 0.95), ((90, 70), 25, 1.1)],
)
def test_a_known_pose_is_found_to_a_fraction_of_a_pixel(
    reference: PoseReference, shift: tuple[float, float], degrees: float, scale: float
) -> None:
    view = placement(shift, degrees, scale)
    pose = reference.locate(seen_from(skin_world(), view, seed=3, gain=0.7))
    assert pose is not None
    truth = inverse(_HOME) @ view
    middle = np.array([319.5, 239.5, 1.0])
    moved = (inverse(truth) @ middle - middle)[1::-1]
    assert corner_error(pose.matrix, truth) < 0.5
    assert pose.offset_px == pytest.approx(tuple(moved), abs=0.15)
    # A picture taken by a camera turned clockwise (degrees > 0: rows go down) shows the skin turned counter-clockwise.
    assert pose.rotation_deg == pytest.approx(degrees, abs=0.05)
    assert pose.scale == pytest.approx(1 / scale, abs=0.001)
    assert pose.residual_px < 1


def test_the_share_of_the_roi_that_is_seen_is_reported(reference: PoseReference) -> None:
    pose = reference.locate(seen_from(skin_world(), placement((220, 0))))
    assert pose is not None
    assert pose.overlap_fraction == pytest.approx((520 - 220) / 400, abs=0.01)


def test_other_skin_is_nowhere(reference: PoseReference) -> None:
    assert reference.locate(seen_from(skin_world(4), _HOME)) is None
    assert reference.locate(np.ascontiguousarray(seen_from(skin_world(), _HOME)[:, ::-1])) is None
    assert reference.locate(np.full((*SHAPE, 3), 80, np.uint8)) is None
    assert reference.locate(np.zeros(SHAPE, np.uint8)) is None


def test_a_plain_reference_locates_nothing() -> None:
    plain = PoseReference(np.full((*SHAPE, 3), 80, np.uint8))
    assert plain.locate(seen_from(skin_world(), _HOME)) is None


def test_a_live_picture_of_another_size_is_located(reference: PoseReference) -> None:
    live = seen_from(skin_world(), _HOME)[40:440, 60:560]
    pose = reference.locate(live)
    assert pose is not None
    assert pose.matrix[:2, 2] == pytest.approx([60, 40], abs=0.3)
    assert pose.offset_px == pytest.approx((-40, -60), abs=0.3)


class WithoutFeatures(PoseView):
    """A live picture that may not be searched, only followed."""

    @property
    def features(self) -> None:
        raise AssertionError("searched")


def test_a_place_that_is_known_is_followed_without_a_search(reference: PoseReference) -> None:
    tracker = PoseTracker(reference)
    assert tracker.locate(seen_from(skin_world(), placement((-30, 0)))) is not None
    for step in range(-24, 25, 8):
        view = placement((step, step / 2), 0.1 * step, 1 + 0.001 * step)
        pose = tracker.locate(WithoutFeatures(seen_from(skin_world(), view, seed=step + 99)))
        assert pose is not None
        assert corner_error(pose.matrix, inverse(_HOME) @ view) < 0.5


def test_a_place_that_was_lost_is_found_again_from_anywhere(reference: PoseReference) -> None:
    tracker = PoseTracker(reference)
    assert tracker.locate(seen_from(skin_world(), _HOME)) is not None
    assert tracker.locate(np.full((*SHAPE, 3), 80, np.uint8)) is None
    far = placement((-60, 40), -12, 0.95)
    for view in (far, _HOME, far):  # the last jump is too far to follow
        pose = tracker.locate(seen_from(skin_world(), view))
        assert pose is not None
        assert corner_error(pose.matrix, inverse(_HOME) @ view) < 0.5


def test_the_way_there_does_not_show(reference: PoseReference) -> None:
    live, tracker = seen_from(skin_world(), placement((5, 3)), seed=4), PoseTracker(reference)
    for start in (placement((0, 0)), placement((14, -6), 2)):
        tracker.locate(seen_from(skin_world(), start))
        followed, searched = tracker.locate(live), reference.locate(live)
        assert followed is not None
        assert searched is not None
        assert corner_error(followed.matrix, searched.matrix) < 0.1


def test_overlap_of_a_shifted_picture() -> None:
    shift = np.array([[1.0, 0.0, 50.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert overlap_of(Roi(0, 0, 100, 100), np.eye(3), (100, 100)) == pytest.approx(1.0)
    assert overlap_of(Roi(0, 0, 100, 100), shift, (100, 100)) == pytest.approx(0.5)
    assert overlap_of(Roi(0, 0, 100, 20), shift, (100, 100)) == 0.0
