"""All numbers: endpoints, each wrinkle then and now, and what speaks for the registration."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.bridge.arrays import to_array
from gui.pages.compare.page import ComparePage
from gui.session.compare.session import CompareSession
from gui.session.visit import VisitSession

Compared = tuple[VisitSession, CompareSession]
LEFT = Qt.MouseButton.LeftButton


def test_each_wrinkle_stands_there_then_and_now_and_is_seen_when_chosen(page: ComparePage, compared: Compared) -> None:
    change = compared[1].comparing.change
    QTest.mouseClick(page.strip.all_numbers, LEFT)
    numbers = page.numbers
    QTest.mouseClick(numbers.tabs.button("wrinkles"), LEFT)
    table = numbers.wrinkles
    assert table.isVisible() and table.rowCount() == len(change.wrinkles) > 0
    words = [table.item(0, col).text() for col in range(4)]
    assert words[0] == "1" and all(" → " in cell for cell in words[1:])
    assert change.wrinkles[0].reference_width_um > 100 and change.wrinkles[0].moving_length_mm > 1
    views = page.pictures.views
    before = [to_array(view.viewport().grab().toImage()) for view in (views.reference, views.moving)]
    QTest.mouseClick(table.viewport(), LEFT, pos=table.visualItemRect(table.item(0, 1)).center())
    for view, was in zip((views.reference, views.moving), before, strict=True):
        assert (to_array(view.viewport().grab().toImage()) != was).any()
    QTest.mouseClick(numbers.tabs.button("endpoints"), LEFT)
    assert len(views.reference.outlines) == 0


def test_what_speaks_for_the_registration_is_said(page: ComparePage) -> None:
    QTest.mouseClick(page.strip.all_numbers, LEFT)
    said = page.numbers.registration.text()
    assert said.startswith("Brought together: ") and "points agree, within" in said and "µm)" in said


def test_a_chosen_wrinkle_is_not_on_pictures_that_are_marked(page: ComparePage) -> None:
    """On the picture as it was taken it would lie beside the furrow."""
    QTest.mouseClick(page.strip.all_numbers, LEFT)
    QTest.mouseClick(page.numbers.tabs.button("wrinkles"), LEFT)
    table, views = page.numbers.wrinkles, page.pictures.views
    QTest.mouseClick(table.viewport(), LEFT, pos=table.visualItemRect(table.item(0, 1)).center())
    assert len(views.moving.outlines) == 1
    QTest.mouseClick(page.pictures.switches.points, LEFT)
    assert len(views.moving.outlines) == len(views.reference.outlines) == 0
    QTest.mouseClick(page.marking.cancel, LEFT)
    assert len(views.moving.outlines) == len(views.reference.outlines) == 1
