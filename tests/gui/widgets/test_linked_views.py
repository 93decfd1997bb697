"""Two visits: linked zoom and pan, curtain, blink, change."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.bridge.arrays import to_array
from gui.widgets.image_view import ImageView
from gui.widgets.linked_views import LinkedViews, Mode, Pair
from imaging.model.profile import ProfileLine

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


def drag(view: QWidget, start: QPoint, end: QPoint) -> None:
    """A real drag with the left button."""
    QTest.mousePress(view, LEFT, pos=start)
    QTest.mouseMove(view, (start + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, LEFT, pos=end)


@pytest.fixture
def with_depth(views: LinkedViews) -> LinkedViews:
    depth = np.zeros((300, 400, 4), dtype=np.uint8)
    depth[..., 1:] = 255, 0, 255
    dark, bright = (np.full((300, 400, 3), grey, dtype=np.uint8) for grey in (40, 220))
    views.show_pair(Pair(dark, bright, "Baseline", "Week 4", depth, depth, np.zeros_like(depth)))
    views.set_heat_map(False, 1.0)
    return views


def test_three_up_shows_the_change_beside_both(views: LinkedViews) -> None:
    views.set_mode(Mode.THREE_UP)
    seen = (views.reference, views.moving, views.change)
    assert all(view.isVisible() for view in seen)
    views.change.zoom_by(3, QPointF(40, 40))
    assert views.reference.look == views.change.look == views.moving.look
    views.set_mode(Mode.CHANGE)
    assert views.change.isVisible() and not views.reference.isVisible()


def test_the_lens_shows_depth_in_a_circle_on_both_pictures(with_depth: LinkedViews) -> None:
    with_depth.set_mode(Mode.LENS)
    for view, around in ((with_depth.reference, 40), (with_depth.moving, 220)):
        shown = to_array(view.viewport().grab().toImage())
        inside, outside = view.position_of(130, 180).toPoint(), view.position_of(10, 10).toPoint()
        assert shown[inside.y(), inside.x()].tolist() == [0, 255, 0]
        assert shown[outside.y(), outside.x()].tolist() == [around] * 3


def test_the_lens_is_dragged_and_moved_by_keys(with_depth: LinkedViews) -> None:
    with_depth.set_mode(Mode.LENS)
    lens, view = with_depth.lens, with_depth.moving
    drag(view.viewport(), view.position_of(*lens.place).toPoint(), view.position_of(60, 80).toPoint())
    assert lens.place == pytest.approx((60, 80), abs=1.5)
    before = lens.place
    QTest.keyClick(with_depth.reference, Qt.Key.Key_Right)
    assert lens.place[1] > before[1] and lens.place[0] == before[0]
    lens.set_radius(10_000)
    assert lens.radius_px < 1000


def test_beside_the_lens_the_hand_pans(with_depth: LinkedViews) -> None:
    with_depth.set_mode(Mode.LENS)
    view, lens = with_depth.reference, with_depth.lens
    view.zoom_by(6)
    place, look = lens.place, view.look
    drag(view.viewport(), QPoint(20, 20), QPoint(60, 50))
    assert lens.place == place and view.look != look


def test_a_line_is_drawn_once_and_lies_on_both_pictures(views: LinkedViews) -> None:
    views.set_mode(Mode.PROFILE)
    found: list[ProfileLine] = []
    views.line.drawn.connect(found.append)
    view = views.moving
    drag(view.viewport(), view.position_of(50, 60).toPoint(), view.position_of(200, 300).toPoint())
    (line,) = found
    assert line.start == pytest.approx((50, 60), abs=1.5) and line.end == pytest.approx((200, 300), abs=1.5)
    middle = views.reference.position_of(125, 180).toPoint()
    seen = to_array(views.reference.viewport().grab().toImage())[middle.y() - 2 : middle.y() + 3, middle.x()]
    assert (seen[:, 0] > 200).any()


def test_an_end_of_the_line_is_moved_and_keys_move_all_of_it(views: LinkedViews) -> None:
    views.set_mode(Mode.PROFILE)
    view = views.reference
    views.line.show_line(ProfileLine((100.0, 100.0), (100.0, 300.0)))
    drag(view.viewport(), view.position_of(100, 300).toPoint(), view.position_of(200, 300).toPoint())
    assert views.line.line.start == (100.0, 100.0)
    assert views.line.line.end == pytest.approx((200, 300), abs=1.5)
    before = views.line.line
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert views.line.line.start[0] < before.start[0] and views.line.line.end[0] < before.end[0]
    QTest.mouseClick(view.viewport(), LEFT, pos=view.position_of(20, 20).toPoint())
    assert views.line.line.length_px == pytest.approx(before.length_px)


def test_marks_are_set_moved_and_taken_back(views: LinkedViews) -> None:
    views.set_marking(True)
    marks, view = views.points, views.reference
    for place in ((50, 60), (200, 300)):
        QTest.mouseClick(view.viewport(), LEFT, pos=view.position_of(*place).toPoint())
    assert marks.marks.next_on == (1, 0)
    drag(view.viewport(), view.position_of(200, 300).toPoint(), view.position_of(250, 320).toPoint())
    assert marks.marks.of(0)[1] == pytest.approx((250, 320), abs=1.5)
    QTest.mouseClick(view.viewport(), LEFT, pos=view.position_of(150, 20).toPoint())
    assert len(marks.marks.of(0)) == 2
    QTest.keyClick(view, Qt.Key.Key_Backspace)
    assert list(marks.marks.of(0)) == [0]


def test_marks_by_keys_alone(views: LinkedViews) -> None:
    views.set_marking(True)
    marks, started = views.points, []
    marks.started.connect(lambda: started.append(True))
    for view in (views.reference, views.moving):
        for key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            QTest.keyClick(view, Qt.Key.Key_Space)
            for _ in range(10):
                QTest.keyClick(view, key)
    QTest.keyClick(views.moving, Qt.Key.Key_Return)
    assert marks.marks.is_complete and started
    for where in (0, 1):
        assert marks.marks.of(where)[0][1] < marks.marks.of(where)[1][1]


def test_marking_ends_as_it_began(views: LinkedViews) -> None:
    views.set_mode(Mode.LENS)
    views.set_marking(True)
    assert views.points.is_on and not views.lens.is_on
    views.set_marking(False)
    assert views.lens.is_on and not views.points.is_on
