from pathlib import Path

import pytest

from imaging.archive.settings_file import read_settings, write_settings
from imaging.errors import ArchiveError
from imaging.model.settings import StationSettings


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "none.toml") == StationSettings()


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    settings = StationSettings(archive="somewhere", theme="dark", heat_map_limit_um=300.0, sounds=False)
    write_settings(tmp_path / "deep" / "settings.toml", settings)
    assert read_settings(tmp_path / "deep" / "settings.toml") == settings


@pytest.mark.parametrize("text", ["theme = [", 'heat_map_limit_um = "deep"', "\x00\xff"])
def test_garbage_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ArchiveError, match="correct or delete it") as caught:
        read_settings(path)
    assert "\n" not in str(caught.value)
