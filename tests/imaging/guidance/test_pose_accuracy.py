"""What the arrows may say: 0.1 mm, 0.2 degrees and 0.5 % on known motions of the simulated camera."""

from tests.benchmarks.known_poses import SITES, pose_errors


def test_known_motions_are_told_within_what_is_promised() -> None:
    errors = pose_errors((480, 640), 3, SITES[:2])
    assert errors.found == errors.looked_for == 6
    assert errors.offset_mm < 0.1
    assert errors.rotation_deg < 0.2
    assert errors.scale_pct < 0.5
