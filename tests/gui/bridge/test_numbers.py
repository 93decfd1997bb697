"""Numbers in words."""

import pytest

from gui.bridge.numbers import GAP, brief_text, doubt_text, length_text, number_text, signed_text, spelled, with_doubt
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
    assert number_text(value, unit) == words.replace(" ", GAP)


def test_doubt_is_twice_the_standard_uncertainty() -> None:
    assert doubt_text(214.3, 7.2, "µm") == f"214 ±{GAP}14{GAP}µm (95{GAP}%)"
    assert doubt_text(214.3, None, "µm") == f"214{GAP}µm"
    assert doubt_text(None, 1.0, "µm") == "–"


@pytest.mark.parametrize(
    ("value", "u_value", "words"),
    [
        (78.5, 20.4, "78 ± 41"),
        (0.958, 3.01, "1.0 ± 6.0"),
        (-16.34, 5.1, "−16 ± 10"),
        (8.17, 0.7, "8.2 ± 1.4"),
        (1.18, 0.01, "1.18 ± 0.02"),
        (11.0, 4.8, "11 ± 9.6"),
    ],
)
def test_no_digit_is_finer_than_the_doubt(value: float, u_value: float, words: str) -> None:
    assert with_doubt(value, u_value).replace(GAP, " ") == words


def test_signs() -> None:
    assert [signed_text(value, "%") for value in (4.0, 0.0, -4.0, None)] == [f"+4{GAP}%", f"0{GAP}%", f"−4{GAP}%", "–"]


def test_length_follows_both_spacings() -> None:
    assert length_text(30, 40, None) == f"50{GAP}px"
    assert length_text(30, 40, Spacing(0.1, 0.1)) == f"5.00{GAP}mm"
    assert length_text(300, 0, Spacing(0.1, 0.2)) == f"30.0{GAP}mm"


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.339, "min", "0.3 min"),
        (-1.88, "h", "−1.9 h"),
        (37.04, "%", "37 %"),
        (-0.01, "%", "0.0 %"),
        (9.97, "px", "10 px"),
    ],
)
def test_at_a_glance(value: float, unit: str, words: str) -> None:
    assert brief_text(value, unit) == words.replace(" ", GAP)


def test_one_spelling_of_per_cent() -> None:
    for words in ("only 78% of it", "only 78 % of it", f"only 78{GAP}% of it"):
        assert spelled(words) == f"only 78{GAP}% of it"
    assert spelled("in % of it") == "in % of it"


def test_a_sentence_of_the_engine_is_spelled_as_on_the_screen() -> None:
    assert spelled("expired on 2026-08-29.") == "expired on 29 Aug 2026."
    assert spelled("lights -24.9 % (limit 3 deg)") == f"lights −24.9{GAP}% (limit 3°)"
    assert spelled("study-4, 2026-13-01 and A-2026-08-29-3") == "study-4, 2026-13-01 and A-2026-08-29-3"
