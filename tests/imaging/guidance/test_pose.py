import pytest

from imaging.alignment.pose import PoseReference
from imaging.guidance.pose import Placement, is_in_place, placement_of, pose_instruction, scale_instruction
from imaging.model.arrays import Pixels
from imaging.model.geometry import Spacing
from imaging.model.protocol import GateLimits, Laterality
from imaging.model.visit import SiteKey

LIMITS = GateLimits()
SPACING = Spacing.square(0.05)
RIGHT_EYE = SiteKey("crows-feet", Laterality.RIGHT)
LEFT_EYE = SiteKey("crows-feet", Laterality.LEFT)


@pytest.fixture(scope="module")
def reference(photograph, stand) -> PoseReference:
    return PoseReference(photograph(stand()))


def find_placement(reference: PoseReference, picture: Pixels, spacing: Spacing | None) -> Placement:
    pose = reference.locate(picture)
    assert pose is not None
    return placement_of(pose, picture.shape[:2], spacing)


def _placed(**different: float) -> Placement:
    exact = {
        "right_share": 0.0, "up_share": 0.0, "right_mm": 0.0, "up_mm": 0.0,
        "rotation_deg": 0.0, "scale": 1.0, "overlap_fraction": 1.0, "residual_px": 0.2,
    }  # fmt: skip
    return Placement(**{**exact, **different})


@pytest.mark.parametrize(
    ("right_px", "down_px", "turned_deg", "size"),
    [(0, 0, 0, 1), (40, 0, 0, 1), (0, 30, 0, 1), (0, 0, 4, 1), (0, 0, 0, 1.03), (-30, -20, -3, 0.98)],
)
def test_a_known_stand_is_found(reference, photograph, stand, right_px, down_px, turned_deg, size) -> None:
    placement = find_placement(reference, photograph(stand(right_px, down_px, turned_deg, size)), SPACING)
    assert placement.right_mm == pytest.approx(0.05 * right_px, abs=0.01)
    assert placement.up_mm == pytest.approx(-0.05 * down_px, abs=0.01)
    assert placement.rotation_deg == pytest.approx(turned_deg, abs=0.1)
    assert placement.scale == pytest.approx(size, abs=0.001)
    assert placement.residual_px < 1


def test_uncalibrated_offsets_are_shares_of_the_picture(reference, photograph, stand) -> None:
    placement = find_placement(reference, photograph(stand(right_px=64)), None)
    assert placement.offset_mm is None
    assert placement.right_share == pytest.approx(0.1, abs=0.001)
    assert pose_instruction(placement, GateLimits(min_overlap_fraction=0.95), None).startswith("Move the camera 10 %")


@pytest.mark.parametrize(
    ("placement", "site", "words"),
    [
        (_placed(right_mm=2.1, right_share=0.1), RIGHT_EYE, "Move the camera 2.1 mm towards the ear."),
        (_placed(right_mm=2.1, right_share=0.1), LEFT_EYE, "Move the camera 2.1 mm towards the nose."),
        (_placed(right_mm=-2.1, right_share=-0.1), LEFT_EYE, "Move the camera 2.1 mm towards the ear."),
        (_placed(right_mm=-2.1, right_share=-0.1), None, "Move the camera 2.1 mm to your right."),
        (_placed(up_mm=-3.0, up_share=-0.2), RIGHT_EYE, "Move the camera 3.0 mm up."),
        (_placed(up_mm=3.0, up_share=0.2), RIGHT_EYE, "Move the camera 3.0 mm down."),
        (_placed(rotation_deg=5.0), RIGHT_EYE, "Turn the camera 5° counter-clockwise."),
        (_placed(rotation_deg=-5.0), RIGHT_EYE, "Turn the camera 5° clockwise."),
        (_placed(overlap_fraction=0.8, scale=1.1), RIGHT_EYE, "Move the camera away: the picture is 10.0 % too large."),
    ],
)
def test_the_instruction_undoes_the_largest_deviation(placement, site, words: str) -> None:
    assert not is_in_place(placement, LIMITS)
    assert pose_instruction(placement, LIMITS, site) == words


def test_what_no_smooth_motion_explains_is_told() -> None:
    placement = _placed(residual_px=3.0)
    assert not is_in_place(placement, LIMITS)
    assert "does not lie as at the baseline" in pose_instruction(placement, LIMITS, None)


def test_too_small_a_picture_is_brought_closer() -> None:
    assert scale_instruction(_placed(scale=0.97)) == "Move the camera closer: the picture is 3.0 % too small."


def test_as_then_is_in_place() -> None:
    assert is_in_place(_placed(), LIMITS)
