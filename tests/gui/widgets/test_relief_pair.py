"""Two reliefs under one hand."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.widgets.relief_pair import MOVING_PX, ReliefPair, Shown
from imaging.model.relief import ReliefView

Calls = list[tuple[ReliefView, tuple[int, int]]]


@pytest.fixture
def calls() -> Calls:
    return []


@pytest.fixture
def pair(qtbot: QtBot, calls: Calls) -> ReliefPair:
    made = ReliefPair()
    qtbot.addWidget(made)
    made.resize(1400, 700)
    made.show()
    made.show_reliefs((Shown(drawing(calls, 90), "Baseline"), Shown(drawing(calls, 200), "Week 4")))
    qtbot.waitUntil(lambda: not made.pictures[1].image.isNull())
    return made


def drawing(calls: Calls, grey: int) -> Callable[[ReliefView, tuple[int, int]], np.ndarray]:
    def draw(view: ReliefView, size: tuple[int, int]) -> np.ndarray:
        calls.append((view, size))
        return np.full((*size, 3), grey, np.uint8)

    return draw


def test_a_drag_on_one_turns_both_to_the_same_side(pair: ReliefPair, calls: Calls, qtbot: QtBot) -> None:
    before, picture = pair.view, pair.pictures[1]
    calls.clear()
    QTest.mousePress(picture, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(picture, QPoint(150, 120))
    QTest.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=QPoint(150, 120))
    assert pair.view.azimuth_deg > before.azimuth_deg and pair.view.elevation_deg > before.elevation_deg
    qtbot.waitUntil(lambda: len(calls) >= 2)
    assert calls[0][0] == calls[1][0] == pair.view


def test_small_while_it_turns_full_once_it_rests(pair: ReliefPair, calls: Calls, qtbot: QtBot) -> None:
    calls.clear()
    QTest.keyClick(pair.pictures[0], Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: len(calls) >= 4)
    rows, cols = calls[0][1]
    assert rows * cols == pytest.approx(MOVING_PX, rel=0.01)
    assert calls[2][1][0] * calls[2][1][1] > MOVING_PX


def test_keys_turn_zoom_and_go_back(pair: ReliefPair) -> None:
    first, picture = pair.view, pair.pictures[0]
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Plus):
        QTest.keyClick(picture, key)
    assert pair.view.azimuth_deg == pytest.approx((first.azimuth_deg - 5) % 360)
    assert pair.view.elevation_deg == first.elevation_deg - 5 and pair.view.zoom > first.zoom
    QTest.keyClick(picture, Qt.Key.Key_0)
    assert pair.view == first


def test_it_never_turns_below_the_skin_nor_zooms_out_of_sight(pair: ReliefPair) -> None:
    for _ in range(30):
        QTest.keyClick(pair.pictures[0], Qt.Key.Key_Up)
        QTest.keyClick(pair.pictures[0], Qt.Key.Key_Plus)
    assert pair.view.elevation_deg == 10 and pair.view.zoom <= 8
    pair.set_exaggeration(99)
    assert pair.view.exaggeration == 15


def test_the_wheel_zooms_both(pair: ReliefPair) -> None:
    before, picture = pair.view.zoom, pair.pictures[0]
    at = QPointF(50, 50)
    none, up = QPoint(), QPoint(0, 120)
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        at, QPointF(picture.mapToGlobal(at.toPoint())), none, up, buttons, keys, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(picture, event)
    assert pair.view.zoom == pytest.approx(before * 1.25)


def test_without_reliefs_nothing_is_drawn(pair: ReliefPair, calls: Calls, qtbot: QtBot) -> None:
    pair.show_reliefs(None)
    qtbot.waitUntil(lambda: pair.pictures[0].image.isNull())
    calls.clear()
    QTest.keyClick(pair.pictures[0], Qt.Key.Key_Right)
    qtbot.wait(50)
    assert calls == []
