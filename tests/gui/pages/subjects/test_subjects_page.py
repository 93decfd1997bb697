"""Finding a subject, and what is seen of it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.pages.subjects.page import SubjectsPage
from gui.pages.subjects.state import ready, state_of
from gui.session.chosen import Chosen
from gui.session.run import Run


def page_of(run: Run, qtbot: QtBot) -> SubjectsPage:
    page = SubjectsPage(run.visit)
    qtbot.addWidget(page)
    page.show()
    page.enter()
    return page


def test_typing_and_return_choose_the_first_found(enrolled: Run, qtbot: QtBot) -> None:
    enrolled.visit.add_subject("K-17", 1971, ())
    page = page_of(enrolled, qtbot)
    QTest.keyClicks(page.search, "s-0")
    assert page.subjects.count() == 1
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert enrolled.visit.chosen.subject is not None
    assert enrolled.visit.chosen.subject.code == "S-001"


def test_a_click_shows_consents_and_visits(in_visit: Run, qtbot: QtBot) -> None:
    in_visit.visit.finish_visit()
    page = page_of(in_visit, qtbot)
    item = page.subjects.visualItemRect(page.subjects.item(0))
    QTest.mouseClick(page.subjects.viewport(), Qt.MouseButton.LeftButton, pos=item.center())
    assert [button.text() for button in page.details.visit_buttons] == ["Look at"]
    with qtbot.waitSignal(page.goes_to) as going:
        QTest.mouseClick(page.details.visit_buttons[0], Qt.MouseButton.LeftButton)
    assert going.args == ["review"]


def test_an_open_visit_is_resumed(in_visit: Run, qtbot: QtBot) -> None:
    page = page_of(in_visit, qtbot)
    assert page.details.start.text() == "Resume visit"
    with qtbot.waitSignal(page.goes_to) as going:
        QTest.mouseClick(page.details.start, Qt.MouseButton.LeftButton)
    assert going.args == ["capture"]
    assert len(in_visit.visit.chosen.history) == 1


def test_a_visit_started_here_belongs_to_the_week_that_is_due(enrolled: Run, qtbot: QtBot) -> None:
    page = page_of(enrolled, qtbot)
    QTest.mouseClick(page.details.start, Qt.MouseButton.LeftButton)
    assert enrolled.visit.chosen.visit is not None
    assert enrolled.visit.chosen.visit.week == 0


def test_without_a_study_there_are_no_subjects() -> None:
    assert ready(Chosen())
    assert state_of(Chosen(), ()).count == "0 subjects"
