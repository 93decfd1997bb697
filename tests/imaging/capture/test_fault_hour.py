"""Some minutes of many seeded faults; `python -m tests.imaging.capture.fault_hour` lives a whole hour of 220."""

import threading
from pathlib import Path

import pytest

from imaging.camera.simulated.faults import Fault
from tests.imaging.capture.fault_hour import Hour, Lived, growth, live, missing_from

MINUTES = Hour(seed=20, span_s=360.0, faults=60, shot_every_s=4.0, disk_share=0.1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults") / "archive"


@pytest.fixture(scope="module")
def lived(folder: Path) -> Lived:
    before = threading.active_count()
    lived = live(MINUTES, folder)
    assert threading.active_count() == before, "a thread stayed"
    return lived


def test_the_script_has_every_kind_of_fault() -> None:
    assert {event.fault for event in MINUTES.script()} == set(Fault)
    assert len(Hour().script()) >= 200


def test_no_capture_said_to_be_done_is_missing_and_none_is_bad(folder: Path, lived: Lived) -> None:
    assert len(lived.done) > 10
    assert missing_from(folder, lived) == []


def test_faults_were_met_and_refused_in_words(lived: Lived) -> None:
    assert sum(lived.refused.values()) > 3
    assert lived.not_kept > 0


def test_nothing_is_left_behind(lived: Lived) -> None:
    assert len(set(lived.threads)) == 1
    assert max(lived.files[len(lived.files) // 2 :]) <= max(lived.files[: len(lived.files) // 2]) + 1
    assert growth(lived.rss_mb) < 25
