"""Where the window stood."""

from pathlib import Path

from PySide6.QtWidgets import QLabel, QMainWindow, QSplitter
from pytestqt.qtbot import QtBot

from gui.bridge.window_state import WindowState

"""The offscreen platform cannot pass size hints on, and says so for every window."""


def window(qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    splitter = QSplitter()
    splitter.setObjectName("body")
    splitter.addWidget(QLabel("a"))
    splitter.addWidget(QLabel("b"))
    made.setCentralWidget(splitter)
    qtbot.addWidget(made)
    return made


def test_a_second_run_opens_as_the_first_was_left(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = window(qtbot), window(qtbot)
    first.resize(640, 400)
    first.show()
    first.findChild(QSplitter).setSizes([500, 140])
    WindowState(tmp_path / "window.ini").save(first)
    assert WindowState(tmp_path / "window.ini").restore(second)
    assert second.size() == first.size()
    second.show()
    assert second.findChild(QSplitter).sizes() == first.findChild(QSplitter).sizes()


def test_nothing_known_changes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    made = window(qtbot)
    assert not WindowState(tmp_path / "window.ini").restore(made)
