import numpy as np
import pytest

from imaging.guidance.motion import shift_px


@pytest.mark.parametrize(
    ("right_px", "down_px"), [(0, 0), (0.25, 0), (0.4, -0.3), (0.75, 1.0), (3, -2), (10.3, 15.2), (-100, 66)]
)
def test_a_known_shift_is_found(photograph, stand, right_px: float, down_px: float) -> None:
    before = photograph(stand())
    now = photograph(stand(right_px=-right_px, down_px=-down_px))  # the picture moves against the camera
    row, col = shift_px(before, now)
    # Pictures 640 wide: told in pixels of one 1280 wide.
    tolerance_px = 0.1 + 0.05 * np.hypot(right_px % 1, down_px % 1)
    assert row == pytest.approx(2 * down_px, abs=tolerance_px)
    assert col == pytest.approx(2 * right_px, abs=tolerance_px)


def test_flicker_is_not_motion(photograph, stand) -> None:
    before = photograph(stand())
    now = np.clip(photograph(stand()) * 0.9, 0, 255).astype(np.uint8)
    assert np.hypot(*shift_px(before, now)) < 0.05


def test_frames_of_different_things_have_no_shift(photograph, stand) -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (480, 640, 3), dtype=np.uint8)
    assert shift_px(photograph(stand()), noise) is None
    assert shift_px(np.full((480, 640, 3), 90, np.uint8), np.full((480, 640, 3), 90, np.uint8)) is None
    assert shift_px(noise, noise[:240]) is None


def test_frames_with_nothing_in_common_never_move_out_of_the_picture() -> None:
    """Of about one pair in a hundred the correlation's centroid lies outside; the live picture ended on it."""
    rng = np.random.default_rng(1)
    for _ in range(600):
        before, now = rng.integers(0, 2, (2, 24, 32), dtype=np.uint8) * 255
        shift = shift_px(before, now)
        assert shift is None or (abs(shift[0]) < 24 * 20 and abs(shift[1]) < 1280)
