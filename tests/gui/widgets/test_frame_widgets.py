"""Step rail, message strip, choices, badges, thumbnails, colour bar, empty state."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.bridge.arrays import to_array
from gui.bridge.icons import use_folder
from gui.bridge.theme import DARK, LIGHT, apply_theme, current_theme
from gui.widgets.badges import Badges
from gui.widgets.buttons import IconButton, WordButton
from gui.widgets.choice import ButtonRow, KeyedCombo
from gui.widgets.colour_bar import ColourBar, Scale
from gui.widgets.empty_state import EmptyState
from gui.widgets.message_strip import MessageStrip
from gui.widgets.step_rail import Step, StepRail
from gui.widgets.thumbnails import Thumbnail, ThumbnailStrip

LEFT = Qt.MouseButton.LeftButton
RESOURCES = Path(__file__).parents[3] / "resources"


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    """The application in its light look; as it was afterwards."""
    use_folder(RESOURCES / "icons")
    palette, style = qapp.palette(), qapp.style().objectName()
    apply_theme(qapp, LIGHT, RESOURCES / "style.qss")
    yield qapp
    qapp.setStyleSheet("")
    qapp.setStyle(style)
    qapp.setPalette(palette)


def test_the_rail_asks_for_steps_and_says_why_not(qtbot: QtBot) -> None:
    rail = StepRail([Step("today", "Today", "today"), Step("export", "Export", "export")])
    qtbot.addWidget(rail)
    rail.show()
    asked: list[str] = []
    rail.chosen.connect(asked.append)
    rail.set_ready("export", False, "Choose a subject first.")
    QTest.mouseClick(rail.button("export"), LEFT)
    QTest.mouseClick(rail.button("today"), LEFT)
    assert asked == ["today"]
    assert rail.button("export").toolTip() == "Choose a subject first."
    rail.set_current("export")
    assert rail.current == "export"


def test_an_error_stays_until_it_is_closed(qtbot: QtBot) -> None:
    strip = MessageStrip()
    qtbot.addWidget(strip)
    asked: list[bool] = []
    strip.action_asked.connect(lambda: asked.append(True))
    strip.show_message("The disk is full: free some space.", "error", "Try again")
    assert strip.text == "The disk is full: free some space."
    QTest.mouseClick(strip.findChild(WordButton), LEFT)
    assert asked == [True]
    QTest.mouseClick(strip.findChild(IconButton), LEFT)
    assert strip.text == ""


def test_choices_say_only_what_a_person_chose(qtbot: QtBot) -> None:
    combo, row = KeyedCombo("Site"), ButtonRow((("a", "A", "fit", ""), ("b", "B", "fit", "")))
    picked: list[object] = []
    for widget in (combo, row):
        qtbot.addWidget(widget)
        widget.show()
        widget.picked.connect(picked.append)
    combo.show_choices([(1, "One"), (2, "Two")], 2)
    row.show_choice("b")
    assert picked == []
    QTest.keyClick(combo, Qt.Key.Key_Up)
    QTest.mouseClick(row.button("a"), LEFT)
    assert picked == [1, "a"]


def test_badges_come_and_go(qtbot: QtBot) -> None:
    badges = Badges()
    qtbot.addWidget(badges)
    badges.show_badges([("a", "", ""), ("b", "warn", "why")])
    badges.show_badges([("c", "", "")])
    assert badges.words == ("c",)


def test_thumbnails_are_chosen_by_a_click(qtbot: QtBot) -> None:
    strip = ThumbnailStrip()
    qtbot.addWidget(strip)
    strip.show()
    chosen: list[str] = []
    strip.chosen.connect(chosen.append)
    picture = np.full((960, 1280, 3), 90, dtype=np.uint8)
    strip.show_thumbnails([Thumbnail("x", "1", picture), Thumbnail("y", "2")], "x")
    assert strip.button("x").isChecked()
    QTest.mouseClick(strip.button("y"), LEFT)
    assert chosen == ["y"]


def test_the_colour_bar_runs_from_low_to_high(qtbot: QtBot) -> None:
    bar = ColourBar()
    qtbot.addWidget(bar)
    bar.resize(416, 64)
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    bar.show_scale(Scale(ramp, 200, "µm", "Depth"))
    band = to_array(bar.grab().toImage())[31, 12:404, 0].astype(int)
    assert (np.diff(band) >= 0).all()
    assert band[0] < 10 and band[-1] > 245
    assert "0 to 200 µm" in bar.accessibleName()
    bar.show_scale(None)
    assert bar.isHidden()


def test_an_empty_state_says_what_to_do(qtbot: QtBot) -> None:
    empty = EmptyState("review", "Nothing yet", "Take a picture.", "Capture")
    qtbot.addWidget(empty)
    empty.resize(400, 400)
    empty.show()
    asked: list[bool] = []
    empty.action_asked.connect(lambda: asked.append(True))
    QTest.mouseClick(empty.findChild(WordButton), LEFT)
    assert asked == [True]
    assert empty.words == "Nothing yet Take a picture."


def test_every_button_is_large_enough_for_a_glove(dressed: QApplication, qtbot: QtBot) -> None:  # noqa: ARG001
    for button in (IconButton("fit", "Fit"), IconButton("fit", "Fit", "Whole picture"), WordButton("Go", "primary")):
        qtbot.addWidget(button)
        button.show()
        button.adjustSize()
        assert min(button.width(), button.height()) >= 40


def test_a_change_of_look_tints_the_icons_anew(dressed: QApplication, qtbot: QtBot) -> None:
    button = IconButton("close", "Close")
    qtbot.addWidget(button)
    button.resize(48, 48)
    button.show()
    light = to_array(button.grab().toImage())
    apply_theme(dressed, DARK, RESOURCES / "style.qss")
    assert current_theme() is DARK
    dark = to_array(button.grab().toImage())
    middle = QPoint(24, 24)
    assert light[middle.y(), middle.x()].max() < 90
    assert dark[middle.y(), middle.x()].min() > 160
