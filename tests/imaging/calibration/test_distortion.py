"""Distortion that a board shows is taken out of frames: straight lines are straight again, the spacing stays."""

import cv2
import numpy as np
import pytest

from imaging.calibration.boards import find_board
from imaging.calibration.distortion import edge_shift_px, without_distortion
from imaging.calibration.scale import estimate_scale
from imaging.errors import MeasurementError
from imaging.model.geometry import Spacing
from imaging.model.inputs import MeasureInputs
from tests.imaging.calibration.target_pictures import SHAPE, Look, picture_of_board, printed_board


@pytest.mark.parametrize("bent", [-0.03, 0.03])
def test_a_bent_board_becomes_straight(bent: float) -> None:
    looks = [Look(bent=bent, turned_deg=turn, centre_mm=(25, 17.5)) for turn in (0, 20, 90)]
    printed = printed_board()
    pictures = [picture_of_board(printed, look) for look in looks]
    found = estimate_scale([find_board(picture) for picture in pictures])
    assert found.distortion[0] == pytest.approx(bent, abs=0.006)
    straight = without_distortion(MeasureInputs((pictures[1],), distortion=found.distortion))
    again = find_board(np.asarray(straight.frames[0]))
    matrix, _ = cv2.findHomography(again.mm, again.px, 0)
    ideal = cv2.perspectiveTransform(again.mm[None], matrix)[0]
    assert float(np.sqrt(((ideal - again.px) ** 2).sum(axis=1).mean())) < 0.12
    before = find_board(pictures[1])
    matrix, _ = cv2.findHomography(before.mm, before.px, 0)
    bowed = cv2.perspectiveTransform(before.mm[None], matrix)[0]
    assert float(np.sqrt(((bowed - before.px) ** 2).sum(axis=1).mean())) > 0.5
    scale = estimate_scale([again])
    assert scale.spacing.row_mm == pytest.approx(0.05, rel=2e-3)
    assert scale.distortion == () or abs(scale.distortion[0]) < 0.004


def grid_points(shape: tuple[int, int]) -> np.ndarray:
    rows, cols = np.mgrid[20 : shape[0] - 20 : 40, 20 : shape[1] - 20 : 40]
    return np.column_stack([cols.ravel(), rows.ravel()]).astype(np.float64)


def test_dots_of_a_grid_go_where_they_belong() -> None:
    """A dot drawn where the lens shows it comes back to its place, within a twentieth of a pixel."""
    distortion, centre = (-0.04, 0.01), (np.array(SHAPE[::-1]) - 1) / 2
    points = grid_points(SHAPE)
    away = points - centre
    squared = (away**2).sum(axis=1, keepdims=True) / (centre**2).sum()
    shown = centre + away * (1 + distortion[0] * squared + distortion[1] * squared**2)
    rows, cols = np.indices(SHAPE)
    picture = np.zeros(SHAPE)
    for col, row in shown:
        near = (slice(max(0, int(row) - 9), int(row) + 10), slice(max(0, int(col) - 9), int(col) + 10))
        picture[near] += np.exp(-((rows[near] - row) ** 2 + (cols[near] - col) ** 2) / 8)
    picture16 = np.round(60000 * np.clip(picture, 0, 1)).astype(np.uint16)
    straight = np.asarray(without_distortion(MeasureInputs((picture16,), distortion=distortion)).frames[0], dtype=float)
    for col, row in points.astype(int):
        near = (slice(max(0, row - 9), row + 10), slice(max(0, col - 9), col + 10))
        weights = straight[near]
        found = np.array([(cols[near] * weights).sum(), (rows[near] * weights).sum()]) / weights.sum()
        np.testing.assert_allclose(found, (col, row), atol=0.05)


def test_what_the_lens_does_not_show_is_masked() -> None:
    frame = np.full((*SHAPE, 3), 120, dtype=np.uint8)
    mask = np.ones(SHAPE, dtype=np.bool_)
    mask[:, :100] = False
    inputs = MeasureInputs((frame,), spacing=Spacing.square(0.05), mask=mask, distortion=(0.04,))
    straight = without_distortion(inputs)
    assert straight.mask is not None and not straight.mask[0, -1] and straight.mask[240, 320]
    assert not straight.mask[:, :90].any()
    assert without_distortion(MeasureInputs((frame,), distortion=(-0.04,))).mask is None
    assert straight.distortion == () and straight.spacing == inputs.spacing
    assert straight.frames[0].dtype == np.uint8


def test_none_or_too_much() -> None:
    frame = np.full(SHAPE, 120, dtype=np.uint8)
    same = without_distortion(MeasureInputs((frame,)))
    assert np.shares_memory(same.frames[0], frame)
    with pytest.raises(MeasurementError, match="calibrate the scale again"):
        without_distortion(MeasureInputs((frame,), distortion=(-0.2,)))
    assert edge_shift_px((0.01,), SHAPE) == pytest.approx(0.01 * np.hypot(479, 639) / 2)
