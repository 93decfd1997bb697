"""Boards rendered with a known homography: spacing, distortion, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.calibration.boards import Grid, find_board
from imaging.calibration.scale import PrintedSize, estimate_scale
from imaging.errors import CalibrationError
from tests.imaging.calibration.target_pictures import SHAPE, Bytes, Look, picture_of_board, printed_board


@pytest.fixture(scope="module")
def printed() -> Bytes:
    return printed_board()


@pytest.mark.parametrize(
    "look",
    [
        Look(),
        Look(turned_deg=7),
        Look(turned_deg=-90),
        Look((43.0, 50.0), turned_deg=33),
        Look((60.0, 48.0), turned_deg=5),
        Look(blur_px=2.0, noise=8.0),
        Look(tilted_deg=(1.0, -1.0)),
    ],
    ids=["straight", "turned", "upright", "oblong and turned", "oblong", "blurred and noisy", "hardly tilted"],
)
def test_spacing_within_a_thousandth(printed: Bytes, look: Look) -> None:
    found = estimate_scale([find_board(picture_of_board(printed, look))])
    assert found.board == "middle"
    assert found.frame_shape == SHAPE
    assert 1000 * found.spacing.row_mm == pytest.approx(look.spacing_um[0], rel=1e-3)
    assert 1000 * found.spacing.col_mm == pytest.approx(look.spacing_um[1], rel=1e-3)
    assert found.residual_px < 0.3
    assert 0.001 < found.u_share < 0.01


@pytest.mark.parametrize("tilted", [(8.0, 0.0), (0.0, -8.0), (6.0, 6.0)])
def test_a_tilted_board_is_refused(printed: Bytes, tilted: tuple[float, float]) -> None:
    board = find_board(picture_of_board(printed, Look(tilted_deg=tilted)))
    with pytest.raises(CalibrationError, match="tilted"):
        estimate_scale([board])


@pytest.mark.parametrize("bent", [-0.04, 0.03])
def test_distortion_is_found_and_leaves_the_spacing_alone(printed: Bytes, bent: float) -> None:
    looks = [Look(bent=bent, turned_deg=angle) for angle in (0, 12)]
    found = estimate_scale([find_board(picture_of_board(printed, look)) for look in looks])
    assert found.distortion == pytest.approx((bent,), rel=0.1)
    assert found.edge_shift_px == pytest.approx(abs(bent) * 400, rel=0.1)
    assert found.spacing.row_mm == pytest.approx(0.05, rel=1e-3)


def test_no_distortion_is_claimed_where_there_is_none(printed: Bytes) -> None:
    assert estimate_scale([find_board(picture_of_board(printed, Look()))]).distortion == ()


def test_a_measured_print_corrects_the_scale(printed: Bytes) -> None:
    board = find_board(picture_of_board(printed, Look()))
    found = estimate_scale([board], PrintedSize(99.0, 101.0))
    assert found.spacing.col_mm == pytest.approx(0.05 * 0.99, rel=1e-3)
    assert found.spacing.row_mm == pytest.approx(0.05 * 1.01, rel=1e-3)
    assert found.u_share < estimate_scale([board]).u_share
    with pytest.raises(CalibrationError, match="print the target again"):
        estimate_scale([board], PrintedSize(90.0, 90.0))


def test_pictures_that_disagree_are_refused(printed: Bytes) -> None:
    looks = (Look(), Look((51.0, 51.0)))
    boards = [find_board(picture_of_board(printed, look)) for look in looks]
    with pytest.raises(CalibrationError, match="disagree by 2"):
        estimate_scale(boards)
    with pytest.raises(CalibrationError, match="differ in size"):
        estimate_scale([boards[0], replace(boards[1], shape=(960, 1280))])


def test_a_crumpled_board_is_refused(printed: Bytes) -> None:
    board = find_board(picture_of_board(printed, Look()))
    wavy = board.px + 2 * np.sin(board.mm[:, ::-1] / 2)
    with pytest.raises(CalibrationError, match="flatten the paper"):
        estimate_scale([replace(board, px=wavy)])


def test_a_plain_chessboard() -> None:
    rows, cols = np.indices((400, 520))
    chess = np.where((rows // 40 + cols // 40) % 2 == 0, 40, 220).astype(np.uint8)
    picture = np.full(SHAPE, 220, dtype=np.uint8)
    picture[40:440, 60:580] = chess
    found = estimate_scale([find_board(picture, Grid(12, 9, 2.0))])
    assert found.spacing.row_mm == pytest.approx(0.05, rel=1e-3)
    assert found.spacing.col_mm == pytest.approx(0.05, rel=1e-3)
    with pytest.raises(CalibrationError, match="11 x 9 inner corners"):
        find_board(picture, Grid(11, 9, 2.0))


@pytest.mark.parametrize("value", [0, 128])
def test_no_board(value: int) -> None:
    with pytest.raises(CalibrationError, match="No scale target"):
        find_board(np.full((240, 320, 3), value, dtype=np.uint8))
