"""The words below a picture."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from imaging.archive.protocols import read_protocol
from imaging.export.captions import CaptureRecord, calibration_words, time_words, visit_caption
from imaging.export.lettering import Lettering, wrapped
from imaging.export.picture import MIN_COLS
from imaging.model.allocation import Arm
from imaging.model.calibration import DeviceCalibration, ScaleCalibration, Validity
from imaging.model.geometry import Spacing
from imaging.model.protocol import Laterality
from imaging.model.visit import Capture, CaptureFacts, SiteKey, Visit

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


TAKEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def shot(until: date = date(2027, 1, 1), doubt: str = "") -> Capture:
    scale = ScaleCalibration(Spacing.square(0.02), (24, 32), Validity(date(2026, 1, 5), until, 0.1))
    calibration = DeviceCalibration("camera", scale)
    site = SiteKey("crows-feet", Laterality.LEFT)
    facts = CaptureFacts("visit", site, 2, TAKEN, "camera", "Dermoscope", calibration=calibration)
    return Capture("capture", "subject", site, facts, "ada", (), "srgb", None, doubt=doubt)


@pytest.mark.parametrize(
    ("captures", "words"),
    [
        ((shot(),), ""),
        ((shot(date(2026, 3, 2)),), ""),
        ((shot(date(2026, 2, 1)),), "Calibration expired: scale, last valid on 2026-02-01"),
        ((shot(doubt="the white field failed its check."),), "Calibration doubtful: the white field failed"),
        ((shot(), shot(doubt="the scale failed its check.")), "Calibration doubtful: the scale failed"),
        ((replace(shot(), facts=replace(shot().facts, calibration=None)),), ""),
    ],
)
def test_what_is_wrong_with_a_calibration_stands_below_every_export(captures: tuple[Capture, ...], words: str) -> None:
    said = calibration_words(captures)
    assert said.startswith(words) and bool(said) is bool(words)
    protocol = read_protocol(FONTS.parent / "protocols" / "four-week.toml")
    record = CaptureRecord("S-001", protocol, Visit("visit", "subject", "study", 4, TAKEN, "ada"), captures[0])
    lines = visit_caption(record, captures)
    assert lines[0] == "S-001 · Crow's feet, subject's LEFT · week 4"
    assert lines[2:] == ((said,) if said else ())
    treated = replace(record, arm=Arm.CONTROL)
    assert visit_caption(treated, captures)[0] == "S-001 · Crow's feet, subject's LEFT · control side · week 4"
