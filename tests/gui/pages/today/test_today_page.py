"""The day's page with real clicks."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.pages.today.page import TodayPage
from gui.session.run import Run


def page_of(run: Run, qtbot: QtBot) -> TodayPage:
    page = TodayPage(run.study, run.visit)
    qtbot.addWidget(page)
    page.show()
    page.enter()
    return page


def test_arrived_starts_the_clock(enrolled: Run, qtbot: QtBot) -> None:
    page = page_of(enrolled, qtbot)
    QTest.mouseClick(page.rows[0].arrive, Qt.MouseButton.LeftButton)
    assert page.rows[0].row.badge == "Arrived, ready in 20 min"
    assert page.rows[0].arrive.isHidden()


def test_starting_a_visit_goes_to_the_camera(enrolled: Run, qtbot: QtBot) -> None:
    page = page_of(enrolled, qtbot)
    with qtbot.waitSignal(page.goes_to) as going:
        QTest.mouseClick(page.rows[0].open, Qt.MouseButton.LeftButton)
    assert going.args == ["capture"]
    assert enrolled.visit.chosen.visit is not None
    assert enrolled.visit.chosen.visit.week == 0
    assert page.rows[0].row.action == "Resume visit"


def test_another_study_has_another_list(enrolled: Run, qtbot: QtBot) -> None:
    follow_up = next(t for t in enrolled.study.templates if t.kind == "follow-up")
    enrolled.study.create_study("FU", "Routine", follow_up)
    page = page_of(enrolled, qtbot)
    assert page.rows == ()
    page.studies.setFocus()
    QTest.keyClick(page.studies, Qt.Key.Key_Up)
    assert [widget.row.code for widget in page.rows] == ["S-001"]


def test_nobody_expected_leads_to_the_subjects(in_visit: Run, qtbot: QtBot) -> None:
    in_visit.visit.finish_visit()
    page = page_of(in_visit, qtbot)
    assert page.rows == ()
    assert "Nobody" in page.nobody.words


def test_a_scanned_code_arrives(enrolled: Run, qtbot: QtBot) -> None:
    page = page_of(enrolled, qtbot)
    QTest.keyClicks(page.code, "s-001")
    QTest.keyClick(page.code, Qt.Key.Key_Return)
    assert page.rows[0].row.badge == "Arrived, ready in 20 min"
    assert page.code.text() == ""


def test_an_unknown_code_is_said(enrolled: Run, qtbot: QtBot) -> None:
    page = page_of(enrolled, qtbot)
    QTest.keyClicks(page.code, "S-009")
    with qtbot.waitSignal(enrolled.visit.failed) as said:
        QTest.keyClick(page.code, Qt.Key.Key_Return)
    assert "S-009" in said.args[0]
