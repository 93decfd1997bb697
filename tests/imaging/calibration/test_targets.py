"""What is printed is what the finders look for: read back from the PDF itself."""

from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from imaging.calibration.boards import BOARDS, find_board
from imaging.calibration.colour_card import card_boxes, card_size_mm, read_card
from imaging.calibration.colours import PATCH_LAB_D50, linear_srgb_of_lab
from imaging.calibration.scale import estimate_scale
from imaging.calibration.sheets import Box, Ring, Sheet, pdf_of, picture_of
from imaging.calibration.targets import colour_sheet, scale_sheet, target_sheets
from imaging.errors import CalibrationError
from tests.imaging.calibration.target_pictures import Bytes, drawn_rectangles

PX_PER_MM = 20.0
MADE = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def printed_scale() -> Bytes:
    return drawn_rectangles(pdf_of(scale_sheet(), made_at=MADE), PX_PER_MM)


@pytest.mark.parametrize(("number", "corner"), [(0, (20.0, 92.0)), (1, (80.0, 92.0)), (2, (20.0, 152.0))])
def test_each_board_of_the_pdf_has_its_size(printed_scale: Bytes, number: int, corner: tuple[float, float]) -> None:
    board = BOARDS[number]
    col0, row0 = (round((place - 2) * PX_PER_MM) for place in corner)
    height, width = (round((side + 4) * PX_PER_MM) for side in board.size_mm[::-1])
    seen = cv2.GaussianBlur(printed_scale[row0 : row0 + height, col0 : col0 + width], (0, 0), 0.7)
    found = find_board(seen)
    assert found.name == board.name
    assert len(found.px) > 0.9 * 19 * 13
    scale = estimate_scale([found])
    assert scale.spacing.row_mm == pytest.approx(1 / PX_PER_MM, rel=1e-3)
    assert scale.spacing.col_mm == pytest.approx(1 / PX_PER_MM, rel=1e-3)


def test_the_check_bars_are_100_mm(printed_scale: Bytes) -> None:
    dark = printed_scale[..., 0] < 128
    across = np.flatnonzero(dark[round(226 * PX_PER_MM)])
    down = np.flatnonzero(dark[:, round(158 * PX_PER_MM)])
    for ticks in (across, down):
        assert (ticks[-1] - ticks[0]) / PX_PER_MM == pytest.approx(100, abs=0.15)


def test_the_card_of_the_pdf_is_found_with_its_colours() -> None:
    page = drawn_rectangles(pdf_of(colour_sheet(), made_at=MADE), 10.0)
    colours, _ = read_card(page[980:1420, 1080:1720])
    wanted = np.clip(linear_srgb_of_lab(np.array(PATCH_LAB_D50)), 0, 1)
    np.testing.assert_allclose(colours, wanted, atol=0.005)


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_a_turned_card_keeps_its_order(quarter_turns: int) -> None:
    width, height = card_size_mm(4.0)
    sheet = Sheet("card", tuple(card_boxes(5, 5, 4.0)), ())
    seen = np.rot90(picture_of(sheet, 20, (0, 0, width + 10, height + 10)), quarter_turns)
    colours, places = read_card(np.ascontiguousarray(seen))
    assert colours[18].min() > 0.8
    assert colours[23].max() < 0.05
    assert len(places) == 24


def test_no_card_is_a_sentence_not_a_crash() -> None:
    with pytest.raises(CalibrationError, match="No 24-patch"):
        read_card(np.full((200, 300, 3), 128, dtype=np.uint8))
    with pytest.raises(CalibrationError, match="grey"):
        read_card(np.full((200, 300), 128, dtype=np.uint8))


@pytest.mark.parametrize("sheet", target_sheets(), ids=lambda sheet: sheet.name)
def test_every_sheet_fits_on_the_page_and_says_what_to_do(sheet: Sheet) -> None:
    assert len(sheet.words) >= 4
    assert any("python main.py" in words.text for words in sheet.words)
    for shape in sheet.shapes:
        reach = (shape.width, shape.height) if isinstance(shape, Box) else (shape.radius,) * 2
        least = (0.0, 0.0) if isinstance(shape, Box) else reach
        assert isinstance(shape, Box | Ring)
        assert shape.x - least[0] >= 10 and shape.x + reach[0] <= 200
        assert shape.y - least[1] >= 10 and shape.y + reach[1] <= 262
    assert b"/PrintScaling /None" in pdf_of(sheet, made_at=MADE)
