"""Numbers in words."""

import pytest

from gui.bridge.numbers import doubt_text, length_text, number_text, signed_text
from imaging.model.geometry import Spacing


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (None, "µm", "–"),
        (0.0, "µm", "0 µm"),
        (214.31, "µm", "214 µm"),
        (1234.6, "µm", "1235 µm"),
        (12.34, "mm2", "12.3 mm²"),
        (-5.25, "um", "−5.25 µm"),
        (0.0123, "fraction", "1.23 %"),
        (3.2, "deg", "3.20°"),
        (float("nan"), "", "–"),
    ],
)
def test_number(value: float | None, unit: str, words: str) -> None:
    assert number_text(value, unit) == words


def test_doubt_is_twice_the_standard_uncertainty() -> None:
    assert doubt_text(214.3, 7.2, "µm") == "214 ± 14 µm (95 %)"
    assert doubt_text(214.3, None, "µm") == "214 µm"
    assert doubt_text(None, 1.0, "µm") == "–"


def test_signs() -> None:
    assert [signed_text(value, "%") for value in (4.0, 0.0, -4.0, None)] == ["+4 %", "0 %", "−4 %", "–"]


def test_length_follows_both_spacings() -> None:
    assert length_text(30, 40, None) == "50 px"
    assert length_text(30, 40, Spacing(0.1, 0.1)) == "5.00 mm"
    assert length_text(300, 0, Spacing(0.1, 0.2)) == "30.0 mm"
