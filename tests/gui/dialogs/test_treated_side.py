"""Which side is treated: said with the subject or later, corrected with a reason, hidden in a blinded study."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.dialogs.new_study import NewStudyDialog
from gui.dialogs.new_subject import NewSubjectDialog
from gui.dialogs.treated_side import TreatedSideDialog
from gui.dialogs.treated_sides import TreatedSidesDialog
from gui.main_window import MainWindow
from gui.session.run import Run
from imaging.model.allocation import Treated

LEFT = Qt.MouseButton.LeftButton


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, LEFT)


@pytest.fixture
def window(enrolled: Run, qtbot: QtBot) -> Iterator[MainWindow]:
    made = MainWindow(enrolled)
    qtbot.addWidget(made)
    made.show()
    made.go_to("subjects")
    yield made


def opened(window: MainWindow) -> TreatedSideDialog:
    click(window.pages["subjects"].details.treat)
    assert isinstance(window.dialog, TreatedSideDialog)
    return window.dialog


def test_it_is_set_on_the_page_of_the_subject_and_corrected_with_a_reason(window: MainWindow) -> None:
    details = window.pages["subjects"].details
    assert details.treatment.text() == "Treated side not recorded"
    dialog = opened(window)
    click(dialog.action)
    assert dialog.problem.text() == "Choose the side that is treated."
    click(dialog.sides.button("left"))
    click(dialog.action)
    assert window.dialog is None
    assert details.treatment.text() == "Left side treated, right side control"

    dialog = opened(window)
    assert dialog.sides.answer == "left"
    click(dialog.sides.button("right"))
    click(dialog.action)
    assert "reason" in dialog.problem.text()
    QTest.keyClicks(dialog.reason, "typing error")
    click(dialog.action)
    assert window._run.visit.chosen.allocation.treated is Treated.RIGHT


def test_it_may_be_said_with_a_new_subject(window: MainWindow) -> None:
    click(window.pages["subjects"].new_subject)
    dialog = window.dialog
    assert isinstance(dialog, NewSubjectDialog)
    QTest.keyClicks(dialog.code, "S-002")
    QTest.keyClicks(dialog.birth_year, "1971")
    click(dialog.treated.button("right"))
    for row in dialog.rows.values():
        click(row.button("given"))
    QTest.keyClicks(dialog.form_version, "2.1")
    click(dialog.action)
    chosen = window._run.visit.chosen
    assert chosen.subject is not None and chosen.subject.code == "S-002"
    assert chosen.allocation.treated is Treated.RIGHT


def test_a_blinded_study_shows_and_asks_nothing(window: MainWindow) -> None:
    run = window._run
    archive, protocol = run.study.archive, run.study.protocol
    assert archive is not None and protocol is not None
    assert run.study.create_study("BLIND", "Blinded", replace(protocol, is_blinded=True))
    study = run.study.study
    assert study is not None
    archive.allocate(study.identifier, {"B-001": Treated.LEFT})
    assert run.visit.add_subject("B-001", 1970, ())
    details = window.pages["subjects"].details
    assert details.treatment.text() == "Recorded; hidden until the study is unblinded"
    assert not details.treat.isVisible()
    click(window.pages["subjects"].new_subject)
    assert isinstance(window.dialog, NewSubjectDialog) and not window.dialog.treated.isVisible()
    window.dialog.reject()
    archive.unblind(study.identifier, "data base locked")
    run.visit.refresh()
    assert details.treatment.text() == "Left side treated, right side control"


def test_a_list_is_read_and_a_blinded_study_unblinded_in_the_window(window: MainWindow, tmp_path: Path) -> None:
    run = window._run
    window.ask("new-study")
    made = window.dialog
    assert isinstance(made, NewStudyDialog)
    QTest.keyClicks(made.code, "BLIND")
    QTest.mouseClick(made.blinded, LEFT, pos=QPoint(12, made.blinded.height() // 2))
    click(made.action)
    assert run.study.protocol is not None and run.study.protocol.is_blinded
    assert run.visit.add_subject("B-001", 1970, ())
    path = tmp_path / "list.csv"
    path.write_text("subject,treated\nB-001,left\nB-002,middle\n", encoding="utf-8")
    page = window.pages["subjects"]
    click(page.treated_sides)
    dialog = window.dialog
    assert isinstance(dialog, TreatedSidesDialog)
    click(dialog.action)
    assert dialog.problem.text() == "Name the file of the list first."
    QTest.keyClicks(dialog.list, str(path))
    click(dialog.action)
    assert "Line 3" in dialog.problem.text(), "all of it or nothing"
    path.write_text("subject,treated\nB-001,left\nB-002,right\n", encoding="utf-8")
    click(dialog.action)
    assert window.dialog is None
    assert page.details.treatment.text() == "Recorded; hidden until the study is unblinded"
    click(page.treated_sides)
    dialog = window.dialog
    assert isinstance(dialog, TreatedSidesDialog)
    click(dialog.unblind)
    assert "reason" in dialog.problem.text()
    QTest.keyClicks(dialog.reason, "data base locked")
    click(dialog.unblind)
    assert window.dialog is None
    assert page.details.treatment.text() == "Left side treated, right side control"
