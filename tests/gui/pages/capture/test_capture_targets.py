"""Large enough for gloves, in the dress of the station and on its smallest screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from gui.bridge.icons import use_folder
from gui.bridge.theme import style_sheet, theme_named
from gui.dialogs.finish import FinishDialog
from gui.dialogs.form import FormDialog
from gui.dialogs.override import OverrideDialog
from gui.dialogs.settings import SettingsDialog
from gui.dialogs.skin import SkinDialog
from gui.pages.capture.page import CapturePage
from gui.session.run import Run
from imaging.camera.light_choice import MANUAL

RESOURCES = Path(__file__).parents[4] / "resources"
LEAST_PX = 44
PAGE, SCREEN = (1266, 728), (1366, 768)
"""Beside the rail, below the title of the window."""


def dressed(widget: QWidget) -> QWidget:
    use_folder(RESOURCES / "icons")
    widget.setStyleSheet(style_sheet((RESOURCES / "style.qss").read_text(encoding="utf-8"), theme_named("light")))
    return widget


def too_small(widget: QWidget) -> list[str]:
    """What is seen and may be pressed, by its name, where it is smaller than a gloved finger."""
    pressed = [*widget.findChildren(QAbstractButton), *widget.findChildren(QSlider)]
    return [
        f"{one.accessibleName() or one.text()}: {one.width()} x {one.height()}"
        for one in pressed
        if one.isVisible() and min(one.width(), one.height()) < LEAST_PX
    ]


@pytest.fixture
def page(in_visit: Run, qtbot: QtBot) -> Iterator[CapturePage]:
    opened = CapturePage(in_visit.capture, in_visit.devices, in_visit.hands)
    qtbot.addWidget(opened)
    dressed(opened).resize(*PAGE)
    opened.show()
    opened.enter()
    qtbot.waitUntil(lambda: in_visit.devices.newest_picture() is not None, timeout=30_000)
    yield opened
    opened.leave()


def test_everything_on_the_page_is_large_enough(page: CapturePage, in_visit: Run) -> None:
    assert page.size().toTuple() == PAGE, "nothing pushes the page beyond the screen"
    assert too_small(page) == []
    in_visit.devices.choose_lights(MANUAL)
    assert page.lights.stand.isVisible()
    assert too_small(page) == []


@pytest.mark.parametrize("make", [SkinDialog, OverrideDialog, FinishDialog, SettingsDialog])
def test_so_is_what_is_asked_in_between(make: type[FormDialog], in_visit: Run, qtbot: QtBot) -> None:
    given = {
        SkinDialog: (in_visit.capture, in_visit.visit),
        OverrideDialog: (in_visit.capture,),
        FinishDialog: (in_visit.visit,),
        SettingsDialog: (in_visit.study, in_visit.devices),
    }
    dialog = make(*given[make])  # type: ignore[call-arg]
    qtbot.addWidget(dialog)
    dressed(dialog).show()
    assert too_small(dialog) == []
    assert dialog.height() <= SCREEN[1]
