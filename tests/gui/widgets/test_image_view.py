"""Row and col meet x and y here: which pixel lies where, through zoom, pan and gestures."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.bridge.arrays import to_array
from gui.widgets.image_view import ImageView, Layer, Look

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: QtBot) -> ImageView:
    made = ImageView()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def chequered(rows: int = 30, cols: int = 40) -> np.ndarray:
    pixels = np.zeros((rows, cols, 3), dtype=np.uint8)
    pixels[10:20, 20:30] = (255, 0, 0)
    return pixels


def test_every_corner_pixel_is_found_where_it_is_drawn(view: ImageView) -> None:
    view.set_picture(chequered())
    for row, col in ((0, 0), (0, 39), (29, 0), (29, 39), (12, 21)):
        assert view.pixel_at(view.position_of(row, col)) == (row, col)


def test_the_picture_is_not_transposed_nor_mirrored(view: ImageView) -> None:
    view.set_picture(chequered())
    shown = to_array(view.viewport().grab().toImage())
    place = view.position_of(14, 24).toPoint()
    assert shown[place.y(), place.x()].tolist() == [255, 0, 0]
    outside = view.position_of(24, 14).toPoint()
    assert shown[outside.y(), outside.x()].tolist() == [0, 0, 0]


def test_outside_the_picture_there_is_no_pixel(view: ImageView) -> None:
    view.set_picture(chequered(30, 30))
    assert view.pixel_at(QPointF(5, 150)) is None


def test_the_wheel_holds_what_lies_under_the_pointer(view: ImageView) -> None:
    view.set_picture(chequered())
    place = QPointF(310, 90)
    before = view.row_col_at(place)
    wheel(view, place, 3)
    assert view.zoom == pytest.approx(10 * 1.25**3)
    assert view.row_col_at(place) == pytest.approx(before, abs=0.2)


def test_dragging_moves_the_picture_with_the_hand(view: ImageView) -> None:
    view.set_picture(chequered())
    view.zoom_by(4)
    held = view.row_col_at(QPointF(200, 150))
    drag(view, QPoint(200, 150), QPoint(260, 110))
    assert view.row_col_at(QPointF(260, 110)) == pytest.approx(held, abs=0.1)


def test_double_click_goes_to_one_to_one_and_back(view: ImageView) -> None:
    view.set_picture(chequered(600, 800))
    assert view.zoom == pytest.approx(0.5)
    QTest.mouseDClick(view.viewport(), LEFT, pos=QPoint(100, 100))
    assert view.zoom == pytest.approx(1)
    QTest.mouseDClick(view.viewport(), LEFT, pos=QPoint(100, 100))
    assert view.zoom == pytest.approx(0.5)


def test_keys_zoom_and_fit(view: ImageView) -> None:
    view.set_picture(chequered())
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.zoom == pytest.approx(12.5)
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.zoom == pytest.approx(10)


def test_another_picture_of_the_same_size_keeps_the_look(view: ImageView) -> None:
    view.set_picture(chequered())
    view.zoom_by(3)
    look = view.look
    view.set_picture(255 - chequered())
    assert view.look == look
    view.set_picture(chequered(60, 80))
    assert view.look.is_fitted


def test_a_fitted_view_fits_again_when_resized(view: ImageView, qtbot: QtBot) -> None:
    view.set_picture(chequered())
    view.resize(800, 600)
    qtbot.waitUntil(lambda: view.zoom == pytest.approx(20))


def test_a_look_carries_over(view: ImageView, qtbot: QtBot) -> None:
    other = ImageView()
    qtbot.addWidget(other)
    other.resize(400, 300)
    other.show()
    for one in (view, other):
        one.set_picture(chequered())
    view.set_look(Look(0.25, 0.75, 25.0, is_fitted=False))
    other.set_look(view.look)
    assert other.row_col_at(QPointF(33, 44)) == pytest.approx(view.row_col_at(QPointF(33, 44)), abs=0.05)


def test_the_pointer_is_read_out_and_forgotten(view: ImageView, qtbot: QtBot) -> None:
    view.set_picture(chequered())
    heard: list[object] = []
    view.pointed.connect(heard.append)
    QTest.mouseMove(view.viewport(), view.position_of(7, 9).toPoint())
    qtbot.waitUntil(lambda: (7, 9) in heard)
    QApplication.sendEvent(view, _leaving())
    assert heard[-1] is None


def test_layers_cover_with_their_opacity(view: ImageView) -> None:
    view.set_picture(np.zeros((30, 40, 3), dtype=np.uint8))
    veil = np.zeros((30, 40, 4), dtype=np.uint8)
    veil[:, 20:] = (0, 255, 0, 255)
    view.set_layer(Layer.HEAT_MAP, veil)
    view.set_opacity(Layer.HEAT_MAP, 0.5)
    assert _colour(view, 15, 5) == [0, 0, 0]
    assert _colour(view, 15, 35)[1] == pytest.approx(128, abs=2)
    view.set_visible(Layer.HEAT_MAP, False)
    assert _colour(view, 15, 35) == [0, 0, 0]


def test_a_smaller_layer_is_stretched_over_the_picture(view: ImageView) -> None:
    view.set_picture(np.zeros((30, 40, 3), dtype=np.uint8))
    view.set_layer(Layer.GHOST, np.full((15, 20, 3), 200, dtype=np.uint8))
    assert _colour(view, 28, 38) == [200, 200, 200]


def test_outlines_lie_on_their_points(view: ImageView) -> None:
    view.set_picture(np.zeros((30, 40, 3), dtype=np.uint8))
    view.set_outlines([np.array([[5.0, 5.0], [5.0, 35.0]])])
    assert min(_colour(view, 5, 20)) > 150
    view.outlines.choose(0)
    red, green, blue = _colour(view, 5, 20)
    assert red > 150 and green > 120 and blue < 80
    view.outlines.set_visible(False)
    assert _colour(view, 5, 20) == [0, 0, 0]


def _colour(view: ImageView, row: int, col: int) -> list[int]:
    place = view.position_of(row, col).toPoint()
    return [int(value) for value in to_array(view.viewport().grab().toImage())[place.y(), place.x()]]


def _leaving() -> object:
    from PySide6.QtCore import QEvent

    return QEvent(QEvent.Type.Leave)


def wheel(view: ImageView, place: QPointF, notches: int) -> None:
    there = view.viewport().mapToGlobal(place)
    steps, phase = QPoint(0, 120 * notches), Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(
        place, there, QPoint(), steps, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, phase, False
    )
    QApplication.sendEvent(view.viewport(), event)


def drag(view: ImageView, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(view.viewport(), LEFT, pos=start)
    QTest.mouseMove(view.viewport(), (start + end) / 2)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), LEFT, pos=end)
