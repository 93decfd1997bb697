"""From the picture in the archive to the picture on the disk: draw on it, export it, read its pixels back."""

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.main_window import MainWindow
from imaging.model.annotation import Shape
from imaging.model.arrays import Pixels
from tests.e2e.conftest import click, type_into, wait_for

YELLOW = (255, 212, 0)
TOP_LEFT, BOTTOM_RIGHT = (100, 100), (200, 300)


def draw_rectangle(window: MainWindow) -> None:
    """On the review page, once the picture was measured: a rectangle from (100, 100) to (200, 300)."""
    click(window.rail.button("review"))
    page = window.pages["review"]
    wait_for(lambda: page.numbers.isVisible())
    click(page.picture.tools.tool(Shape.RECTANGLE))
    view = page.picture.view
    start, end = (view.position_of(*place).toPoint() for place in (TOP_LEFT, BOTTOM_RIGHT))
    port = view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(port, (start + end) / 2)
    QTest.mouseMove(port, end)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    assert len(page.picture.annotations.annotations) == 1


def export(window: MainWindow, folder: Path) -> Pixels:
    """The picture with depth as PNG, opened again: (rows, cols, 3) RGB."""
    click(window.rail.button("export"))
    options = window.pages["export"].options
    type_into(options.folder, str(folder))
    QTest.keyClick(options.folder, Qt.Key.Key_Return)
    wait_for(lambda: options.write.isEnabled())
    click(options.write)
    wait_for(lambda: bool(list(folder.glob("[!.]*.png"))))
    return np.asarray(Image.open(next(folder.glob("[!.]*.png"))).convert("RGB"))


def check_exported(picture: Pixels, shape: tuple[int, int]) -> None:
    """Skin at full size, the rectangle where it was drawn, a caption below."""
    rows, cols = shape
    assert picture.shape[0] > rows and picture.shape[1] == cols, "full-size pixels with a caption below"
    edge = picture[TOP_LEFT[0] : BOTTOM_RIGHT[0] + 1, TOP_LEFT[1] - 3 : TOP_LEFT[1] + 4].reshape(-1, 3).astype(int)
    is_yellow = (np.abs(edge - YELLOW).max(axis=1) < 40).mean()
    assert is_yellow > 0.1, "the left edge of the rectangle stands where it was drawn"
    caption = picture[rows:].astype(int)
    assert (caption.min(axis=2) > 240).mean() > 0.4 and (caption.max(axis=2) < 80).any(), "dark words on light paper"
    colours = picture[:rows].reshape(-1, 3).std(axis=0)
    assert colours.min() > 5, "there is skin, not a blank"
