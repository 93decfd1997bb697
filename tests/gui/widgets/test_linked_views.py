"""Two visits: linked zoom and pan, curtain, blink, change."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.bridge.arrays import to_array
from gui.widgets.image_view import ImageView
from gui.widgets.linked_views import LinkedViews, Mode, Pair

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def views(qtbot: QtBot) -> LinkedViews:
    made = LinkedViews()
    qtbot.addWidget(made)
    made.resize(808, 300)
    made.show()
    change = np.zeros((300, 400, 4), dtype=np.uint8)
    change[100:200, 100:200] = (0, 0, 255, 255)
    dark, bright = (np.full((300, 400, 3), grey, dtype=np.uint8) for grey in (40, 220))
    made.show_pair(Pair(dark, bright, "Baseline", "Week 4", change=change))
    return made


def grey(view: ImageView, row: int, col: int) -> int:
    place = view.position_of(row, col).toPoint()
    return int(to_array(view.viewport().grab().toImage())[place.y(), place.x(), 1])


def test_opens_side_by_side(views: LinkedViews) -> None:
    assert views.mode is Mode.SIDE_BY_SIDE
    assert (grey(views.reference, 200, 200), grey(views.moving, 200, 200)) == (40, 220)


def test_zoom_and_pan_go_together(views: LinkedViews) -> None:
    views.reference.zoom_by(4, QPointF(100, 80))
    assert views.moving.look == views.reference.look
    QTest.mousePress(views.moving.viewport(), LEFT, pos=QPoint(200, 150))
    QTest.mouseMove(views.moving.viewport(), QPoint(240, 130))
    QTest.mouseRelease(views.moving.viewport(), LEFT, pos=QPoint(240, 130))
    seen, other = views.moving.row_col_at(QPointF(50, 50)), views.reference.row_col_at(QPointF(50, 50))
    assert seen == pytest.approx(other, abs=0.3)


def test_a_loosened_link_lets_each_go_its_own_way(views: LinkedViews) -> None:
    views.link.set_linked(False)
    views.reference.zoom_by(4)
    assert views.moving.look.is_fitted
    views.link.set_linked(True)
    assert views.moving.zoom == pytest.approx(views.reference.zoom)


def test_the_pointer_is_marked_in_the_other_picture(views: LinkedViews, qtbot: QtBot) -> None:
    before = to_array(views.moving.viewport().grab().toImage())
    QTest.mouseMove(views.reference.viewport(), views.reference.position_of(150, 250).toPoint())
    qtbot.waitUntil(lambda: (to_array(views.moving.viewport().grab().toImage()) != before).any())


def test_the_curtain_parts_before_and_after(views: LinkedViews) -> None:
    views.set_mode(Mode.SWIPE)
    swipe = views.swipe
    assert (grey(swipe, 250, 100), grey(swipe, 250, 300)) == (40, 220)
    middle = swipe.position_of(150, 200).toPoint()
    QTest.mousePress(swipe.viewport(), LEFT, pos=middle)
    QTest.mouseMove(swipe.viewport(), swipe.position_of(150, 300).toPoint())
    QTest.mouseRelease(swipe.viewport(), LEFT, pos=swipe.position_of(150, 350).toPoint())
    assert swipe.share == pytest.approx(0.875, abs=0.01)
    assert grey(swipe, 250, 300) == 40


def test_the_curtain_moves_by_keys_and_stops_at_the_edge(views: LinkedViews) -> None:
    views.set_mode(Mode.SWIPE)
    QTest.keyClick(views.swipe, Qt.Key.Key_Left)
    assert views.swipe.share == pytest.approx(0.48)
    views.swipe.set_share(2)
    assert views.swipe.share == 1
    assert grey(views.swipe, 250, 395) == 40


def test_blinking_turns_and_never_flashes(views: LinkedViews, qtbot: QtBot) -> None:
    views.set_mode(Mode.BLINK)
    assert views.blink.is_running
    first = views.blink.is_moving_shown
    views.blink.set_rate(30)
    assert views.blink.interval_ms >= 333
    qtbot.waitUntil(lambda: views.blink.is_moving_shown != first)
    assert views.blink.title in ("Baseline", "Week 4")
    views.set_mode(Mode.SIDE_BY_SIDE)
    assert not views.blink.is_running


def test_each_turn_shows_its_own_picture(views: LinkedViews) -> None:
    views.set_mode(Mode.BLINK)
    views.stop()
    seen = {views.blink.title: grey(views.blink, 200, 200)}
    views.blink.turn()
    seen[views.blink.title] = grey(views.blink, 200, 200)
    assert seen == {"Baseline": 40, "Week 4": 220}


def test_change_lies_over_the_reference(views: LinkedViews) -> None:
    views.set_mode(Mode.CHANGE)
    views.set_heat_map(False, 1.0)
    shown = to_array(views.change.viewport().grab().toImage())
    inside, outside = (views.change.position_of(*place).toPoint() for place in ((150, 150), (250, 350)))
    assert shown[inside.y(), inside.x()].tolist() == [0, 0, 255]
    assert shown[outside.y(), outside.x()].tolist() == [40, 40, 40]


def test_another_way_to_look_stays_at_the_same_place(views: LinkedViews) -> None:
    views.reference.zoom_by(5, QPointF(50, 50))
    look = views.reference.look
    views.set_mode(Mode.SWIPE)
    assert views.swipe.look.row_share == pytest.approx(look.row_share, abs=0.01)
    assert views.swipe.look.col_share == pytest.approx(look.col_share, abs=0.01)


def test_nothing_to_compare_is_dark(views: LinkedViews) -> None:
    views.show_pair(None)
    assert views.reference.shape is None
    assert views.swipe.shape is None
