"""The main job through the window: from an empty archive to an exported picture whose pixels are read back."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from imaging.archive.store import open_archive
from imaging.model.annotation import Shape
from tests.e2e.conftest import SHAPE, MakeWindow, click, type_into, wait_for
from tests.e2e.first_visit import first_picture

YELLOW = (255, 212, 0)


@pytest.mark.timeout(300)
def test_from_an_empty_archive_to_an_exported_picture(make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window()
    first_picture(window, tmp_path / "archive")
    _draw_rectangle(window)
    picture = _export(window, tmp_path / "out")
    _is_what_was_drawn(picture)
    window.close()
    with open_archive(tmp_path / "archive", "checker") as archive:
        assert archive.verify().is_sound


def _draw_rectangle(window) -> None:  # type: ignore[no-untyped-def]
    """On the review page, once the picture was measured: a rectangle from (100, 100) to (200, 300)."""
    click(window.rail.button("review"))
    page = window.pages["review"]
    wait_for(lambda: page.numbers.isVisible())
    click(page.picture.tools.tool(Shape.RECTANGLE))
    view = page.picture.view
    start, end = (view.position_of(*place).toPoint() for place in ((100, 100), (200, 300)))
    port = view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(port, (start + end) / 2)
    QTest.mouseMove(port, end)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    assert len(page.picture.annotations.annotations) == 1


def _export(window, folder: Path) -> np.ndarray:  # type: ignore[no-untyped-def]
    click(window.rail.button("export"))
    options = window.pages["export"].options
    type_into(options.folder, str(folder))
    QTest.keyClick(options.folder, Qt.Key.Key_Return)
    wait_for(lambda: options.write.isEnabled())
    click(options.write)
    wait_for(lambda: bool(list(folder.glob("[!.]*.png"))))
    return np.asarray(Image.open(next(folder.glob("[!.]*.png"))).convert("RGB"))


def _is_what_was_drawn(picture: np.ndarray) -> None:  # type: ignore[type-arg]
    rows, cols = SHAPE
    assert picture.shape[0] > rows and picture.shape[1] == cols, "full-size pixels with a caption below"
    edge = picture[100:201, 98:103].reshape(-1, 3).astype(int)
    is_yellow = (np.abs(edge - YELLOW).max(axis=1) < 40).mean()
    assert is_yellow > 0.1, "the left edge of the rectangle stands where it was drawn"
    caption = picture[rows:].astype(int)
    assert (caption.min(axis=2) > 240).mean() > 0.4 and (caption.max(axis=2) < 80).any(), "dark words on light paper"
    colours = picture[:rows].reshape(-1, 3).std(axis=0)
    assert colours.min() > 5, "there is skin, not a blank"
