"""The main job through the window: from an empty archive to an exported picture whose pixels are read back."""

from pathlib import Path

import pytest

from imaging.archive.store import open_archive
from tests.e2e.conftest import SHAPE, MakeWindow
from tests.e2e.exported import check_exported, draw_rectangle, export
from tests.e2e.first_visit import first_picture


@pytest.mark.timeout(300)
def test_from_an_empty_archive_to_an_exported_picture(make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window()
    first_picture(window, tmp_path / "archive")
    draw_rectangle(window)
    check_exported(export(window, tmp_path / "out"), SHAPE)
    window.close()
    with open_archive(tmp_path / "archive", "checker") as archive:
        assert archive.verify().is_sound
