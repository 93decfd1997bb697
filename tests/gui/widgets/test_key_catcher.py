"""A key is learnt from the keyboard, whatever it does elsewhere."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.widgets.key_catcher import KeyCatcher


@pytest.fixture
def catcher(qtbot: QtBot) -> KeyCatcher:
    made = KeyCatcher("Press here", "Press now")
    qtbot.addWidget(made)
    made.show()
    return made


def listen(catcher: KeyCatcher) -> None:
    QTest.mouseClick(catcher, Qt.MouseButton.LeftButton)
    assert catcher.text() == "Press now"


@pytest.mark.parametrize(
    ("key", "name"),
    [(Qt.Key.Key_B, "B"), (Qt.Key.Key_F13, "F13"), (Qt.Key.Key_Tab, "Tab"), (Qt.Key.Key_Space, "Space"),
     (Qt.Key.Key_Return, "Return"), (Qt.Key.Key_PageDown, "PgDown")],
)  # fmt: skip
def test_the_next_key_is_the_one(catcher: KeyCatcher, qtbot: QtBot, key: Qt.Key, name: str) -> None:
    listen(catcher)
    with qtbot.waitSignal(catcher.learnt) as learnt:
        QTest.keyClick(catcher, key)
    assert (learnt.args, catcher.key, catcher.text()) == ([name], name, f"Key: {name}")


def test_escape_learns_nothing(catcher: KeyCatcher) -> None:
    catcher.set_key("F13")
    listen(catcher)
    QTest.keyClick(catcher, Qt.Key.Key_Shift)
    assert catcher.text() == "Press now"
    QTest.keyClick(catcher, Qt.Key.Key_Escape)
    assert (catcher.key, catcher.text()) == ("F13", "Key: F13")


def test_a_shortcut_does_not_snatch_it(catcher: KeyCatcher) -> None:
    snatched: list[bool] = []
    QShortcut(QKeySequence("S"), catcher, lambda: snatched.append(True))
    listen(catcher)
    QTest.keyClick(catcher, Qt.Key.Key_S)
    assert (catcher.key, snatched) == ("S", [])


def test_without_listening_keys_are_left_alone(catcher: KeyCatcher) -> None:
    QTest.keyClick(catcher, Qt.Key.Key_B)
    assert (catcher.key, catcher.text()) == ("", "Press here")
