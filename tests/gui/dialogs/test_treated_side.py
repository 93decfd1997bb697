"""Which side is treated: said with the subject or later, corrected with a reason, hidden in a blinded study."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.dialogs.new_subject import NewSubjectDialog
from gui.dialogs.treated_side import TreatedSideDialog
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
