"""Settings come back as written, or stay as they were."""

import os
from pathlib import Path

import pytest

from imaging.archive.settings_file import read_settings, write_settings
from imaging.errors import ArchiveError
from imaging.model.settings import StationSettings


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml") == StationSettings()


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    settings = StationSettings(archive="somewhere", theme="dark", auto_shutter_frames=5)
    write_settings(tmp_path / "deep" / "settings.toml", settings)
    assert read_settings(tmp_path / "deep" / "settings.toml") == settings


def test_settings_of_an_earlier_version_are_read(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('theme = "dark"\nsounds = true\n')
    assert read_settings(tmp_path / "settings.toml") == StationSettings(theme="dark")


def test_a_full_disk_leaves_the_earlier_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.toml"
    write_settings(path, StationSettings(theme="dark"))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArchiveError, match=r"settings\.toml was not written: the disk is full"):
        write_settings(path, StationSettings(theme="light"))
    assert read_settings(path).theme == "dark"
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize("text", ["theme = [", 'auto_shutter_frames = "many"', "\x00\xff"])
def test_garbage_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ArchiveError, match="correct or delete it") as caught:
        read_settings(path)
    assert "\n" not in str(caught.value)
