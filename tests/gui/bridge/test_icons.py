"""Icons: all drawn alike, tinted by what they stand beside."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from gui.bridge.icons import draw_icon, icon, use_folder

FOLDER = Path(__file__).parents[3] / "resources" / "icons"
NAMES = sorted(path.stem for path in FOLDER.glob("*.svg"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("qapp")
def test_every_icon_draws_lines_in_its_colour(name: str) -> None:
    use_folder(FOLDER)
    image = draw_icon(name, QColor("#ff0000"), QSize(48, 48)).toImage()
    opaque = [image.pixelColor(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() > 250]
    assert len(opaque) > 20
    if "currentColor" in (FOLDER / f"{name}.svg").read_text():
        assert all(colour.getRgb()[:3] == (255, 0, 0) for colour in opaque)


@pytest.mark.usefixtures("qapp")
def test_an_icon_that_is_not_there_is_empty() -> None:
    use_folder(FOLDER)
    assert icon("no-such-icon").isNull()
