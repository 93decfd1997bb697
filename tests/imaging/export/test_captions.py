"""The words below a picture."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from imaging.export.captions import time_words
from imaging.export.lettering import Lettering, wrapped
from imaging.export.picture import MIN_COLS

FONTS = Path(__file__).parents[3] / "resources" / "fonts"


@pytest.fixture
def in_zone(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("this system cannot change its time zone for one program")
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("in_zone", "words"),
    [
        ("Europe/Berlin", "2026-11-23 10:31\u00a0+01:00"),
        ("America/St_Johns", "2026-11-23 06:01\u00a0-03:30"),
        ("UTC", "2026-11-23 09:31\u00a0+00:00"),
    ],
    indirect=["in_zone"],
)
@pytest.mark.usefixtures("in_zone")
def test_a_time_says_how_far_from_utc_it_is(words: str) -> None:
    assert time_words(datetime(2026, 11, 23, 9, 31, tzinfo=UTC)) == words


def test_the_line_of_the_time_fits_below_the_narrowest_picture() -> None:
    lettering = Lettering.fitting((240, MIN_COLS, 3), FONTS)
    line = f"{time_words(datetime(2026, 11, 23, 9, 31, tzinfo=UTC))} · replicate 3 · Simulated skin camera"
    cols = MIN_COLS - 4 * lettering.size_px
    lines = wrapped(lettering, [line], cols)
    assert len(lines) <= 2
    assert max(lettering.width(words) for words in lines) <= cols
