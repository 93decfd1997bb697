"""What a camera was set to before, over a crash too."""

from pathlib import Path

from imaging.camera.controls import FoundControls
from imaging.camera.found_settings import FoundSettings

CAMERA = "046d:085c@0000:00:14.0-1.4"
FIRST = FoundControls({"exposure": 156.0, "gain": 0.0}, {"exposure": 3.0})
OURS = FoundControls({"exposure": 300.0, "gain": 4.0}, {"exposure": 1.0})


def test_what_was_found_first_is_what_counts(tmp_path: Path) -> None:
    kept = FoundSettings(tmp_path)
    assert kept.keep(CAMERA, FIRST) == FIRST
    assert kept.keep(CAMERA, OURS) == FIRST


def test_after_a_crash_the_next_run_still_knows_it(tmp_path: Path) -> None:
    FoundSettings(tmp_path / "cameras").keep(CAMERA, FIRST)
    assert FoundSettings(tmp_path / "cameras").keep(CAMERA, OURS) == FIRST


def test_once_put_back_it_is_found_anew(tmp_path: Path) -> None:
    kept = FoundSettings(tmp_path)
    kept.keep(CAMERA, FIRST)
    kept.forget(CAMERA)
    assert list(tmp_path.iterdir()) == []
    assert FoundSettings(tmp_path).keep(CAMERA, OURS) == OURS


def test_a_damaged_file_and_a_folder_that_may_not_be_written_stop_nothing(tmp_path: Path) -> None:
    kept = FoundSettings(tmp_path)
    kept.keep(CAMERA, FIRST)
    next(tmp_path.iterdir()).write_text("{")
    assert FoundSettings(tmp_path).keep(CAMERA, OURS) == OURS
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert FoundSettings(blocked).keep(CAMERA, FIRST) == FIRST
