"""Annotations are drawn, moved, written and taken back with the mouse and the keyboard."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from gui.bridge.arrays import to_array
from gui.widgets.annotation_bar import AnnotationBar
from gui.widgets.annotation_layer import AnnotationLayer
from gui.widgets.image_view import ImageView
from imaging.model.annotation import Annotation, Shape
from imaging.model.geometry import Spacing

"""The offscreen platform cannot pass size hints on, and says so for every window."""
LEFT = Qt.MouseButton.LeftButton


class Desk:
    """A view with its layer and its bar."""

    def __init__(self, qtbot: QtBot) -> None:
        self.view = ImageView()
        self.layer = AnnotationLayer(self.view)
        self.bar = AnnotationBar(self.layer)
        for widget in (self.view, self.bar):
            qtbot.addWidget(widget)
            widget.show()
        self.view.resize(400, 300)
        self.view.set_picture(np.zeros((300, 400, 3), dtype=np.uint8))
        self.heard: list[tuple[Annotation, ...]] = []
        self.layer.changed.connect(self.heard.append)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """From (row, col) to (row, col)."""
        first, last = (self.view.position_of(*place).toPoint() for place in (start, end))
        QTest.mousePress(self.view.viewport(), LEFT, pos=first)
        QTest.mouseMove(self.view.viewport(), QPoint((first.x() + last.x()) // 2, (first.y() + last.y()) // 2))
        QTest.mouseMove(self.view.viewport(), last)
        QTest.mouseRelease(self.view.viewport(), LEFT, pos=last)

    def draw(self, shape: Shape, start: tuple[int, int], end: tuple[int, int]) -> Annotation:
        QTest.mouseClick(self.bar.tool(shape), LEFT)
        self.drag(start, end)
        return self.layer.annotations[-1]

    def editor(self) -> QLineEdit:
        found = [e for e in self.view.viewport().findChildren(QLineEdit) if e.isVisible()]
        assert len(found) == 1
        return found[0]


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


@pytest.mark.parametrize("shape", [Shape.ARROW, Shape.LINE, Shape.RECTANGLE])
def test_a_drag_draws_from_where_it_starts_to_where_it_ends(desk: Desk, shape: Shape) -> None:
    drawn = desk.draw(shape, (50, 60), (200, 300))
    assert drawn.shape is shape
    assert drawn.start == pytest.approx((50, 60), abs=1)
    assert drawn.end == pytest.approx((200, 300), abs=1)
    assert desk.heard == [(drawn,)]
    assert desk.layer.shape is None
    assert desk.bar.tool(None).isChecked()


def test_what_is_drawn_is_seen(desk: Desk) -> None:
    desk.draw(Shape.RECTANGLE, (50, 60), (200, 300))
    place = desk.view.position_of(50, 180).toPoint()
    colour = to_array(desk.view.viewport().grab().toImage())[place.y(), place.x()]
    assert colour[0] > 200
    assert colour[2] < 80


def test_a_mere_click_draws_nothing(desk: Desk) -> None:
    QTest.mouseClick(desk.bar.tool(Shape.ARROW), LEFT)
    desk.drag((50, 60), (51, 61))
    assert desk.layer.annotations == ()


def test_drawing_ends_at_the_edge_of_the_picture(desk: Desk) -> None:
    drawn = desk.draw(Shape.ARROW, (150, 200), (150, 399))
    assert drawn.end[1] <= 399.5


def test_text_is_written_where_one_clicks(desk: Desk) -> None:
    QTest.mouseClick(desk.bar.tool(Shape.TEXT), LEFT)
    desk.drag((40, 50), (40, 50))
    QTest.keyClicks(desk.editor(), "canthus")
    QTest.keyClick(desk.editor(), Qt.Key.Key_Return)
    (written,) = desk.layer.annotations
    assert written.text == "canthus"
    assert written.start == pytest.approx((40, 50), abs=1)


def test_no_words_no_text(desk: Desk) -> None:
    QTest.mouseClick(desk.bar.tool(Shape.TEXT), LEFT)
    desk.drag((40, 50), (40, 50))
    QTest.keyClick(desk.editor(), Qt.Key.Key_Return)
    assert desk.layer.annotations == ()


def test_another_click_keeps_what_was_written(desk: Desk) -> None:
    QTest.mouseClick(desk.bar.tool(Shape.TEXT), LEFT)
    desk.drag((40, 50), (40, 50))
    QTest.keyClicks(desk.editor(), "kept")
    desk.drag((250, 350), (250, 350))
    assert [a.text for a in desk.layer.annotations] == ["kept"]


def test_escape_drops_what_was_written(desk: Desk) -> None:
    QTest.mouseClick(desk.bar.tool(Shape.TEXT), LEFT)
    desk.drag((40, 50), (40, 50))
    QTest.keyClicks(desk.editor(), "dropped")
    QTest.keyClick(desk.editor(), Qt.Key.Key_Escape)
    desk.layer.end_text()
    assert desk.layer.annotations == ()


def test_a_double_click_writes_beside_a_shape(desk: Desk) -> None:
    desk.draw(Shape.ARROW, (50, 60), (200, 300))
    QTest.mouseDClick(desk.view.viewport(), LEFT, pos=desk.view.position_of(50, 60).toPoint())
    QTest.keyClicks(desk.editor(), "here")
    QTest.keyClick(desk.editor(), Qt.Key.Key_Return)
    assert desk.layer.annotations[0].text == "here"


def test_a_shape_is_moved_as_a_whole(desk: Desk) -> None:
    desk.draw(Shape.LINE, (50, 100), (50, 300))
    desk.drag((50, 200), (120, 180))
    (moved,) = desk.layer.annotations
    assert moved.start == pytest.approx((120, 80), abs=1)
    assert moved.end == pytest.approx((120, 280), abs=1)


def test_an_end_is_moved_by_its_handle(desk: Desk) -> None:
    desk.draw(Shape.LINE, (50, 100), (50, 300))
    desk.drag((50, 300), (150, 250))
    (moved,) = desk.layer.annotations
    assert moved.start == pytest.approx((50, 100), abs=1)
    assert moved.end == pytest.approx((150, 250), abs=1)


def test_beside_every_shape_the_picture_is_panned(desk: Desk) -> None:
    desk.draw(Shape.LINE, (50, 100), (50, 300))
    desk.view.zoom_by(2)
    before = desk.view.position_of(0, 0)
    QTest.mousePress(desk.view.viewport(), LEFT, pos=QPoint(200, 200))
    QTest.mouseMove(desk.view.viewport(), QPoint(230, 220))
    QTest.mouseRelease(desk.view.viewport(), LEFT, pos=QPoint(230, 220))
    assert desk.view.position_of(0, 0).x() - before.x() == pytest.approx(30, abs=1)
    assert len(desk.heard) == 1


def test_delete_undo_redo(desk: Desk) -> None:
    drawn = desk.draw(Shape.LINE, (50, 100), (50, 300))
    QTest.keyClick(desk.view, Qt.Key.Key_Delete)
    assert desk.layer.annotations == ()
    QTest.mouseClick(desk.bar.undo, LEFT)
    assert desk.layer.annotations == (drawn,)
    QTest.mouseClick(desk.bar.undo, LEFT)
    assert desk.layer.annotations == ()
    assert not desk.bar.undo.isEnabled()
    QTest.mouseClick(desk.bar.redo, LEFT)
    assert desk.layer.annotations == (drawn,)
    assert [len(heard) for heard in desk.heard] == [1, 0, 1, 0, 1]


def test_another_picture_starts_its_own_history(desk: Desk) -> None:
    desk.draw(Shape.LINE, (50, 100), (50, 300))
    other = Annotation(Shape.TEXT, (10, 10), (10, 10), "other", identifier="x")
    desk.layer.set_annotations((other,), Spacing.square(0.02))
    assert not desk.layer.can_undo
    assert desk.layer.annotations == (other,)
    assert len(desk.heard) == 1
