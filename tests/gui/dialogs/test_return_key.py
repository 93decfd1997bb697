"""Return in a field of a dialog does what its default button does, wherever the focus was before."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.dialogs.archive import ArchiveDialog
from gui.dialogs.reason import NOT_DONE_REASONS, ReasonDialog
from gui.dialogs.start_of_day import StartOfDayDialog
from gui.session.run import Run


@pytest.fixture
def reasons(qtbot: QtBot) -> ReasonDialog:
    dialog = ReasonDialog("Leave out", "The reason stays.", NOT_DONE_REASONS)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def test_return_after_the_words_of_another_reason_uses_them(reasons: ReasonDialog) -> None:
    QTest.keyClick(reasons, Qt.Key.Key_6)
    QTest.keyClicks(reasons.words, "dressing after 2 operations")
    QTest.keyClick(reasons.words, Qt.Key.Key_Return)
    assert not reasons.isVisible()
    assert reasons.reason == "dressing after 2 operations"


def test_return_without_words_says_what_is_missing(reasons: ReasonDialog) -> None:
    QTest.keyClick(reasons, Qt.Key.Key_6)
    QTest.keyClick(reasons.words, Qt.Key.Key_Return)
    assert reasons.isVisible()
    assert reasons.problem.text() == "Write the reason in a few words."


def test_return_after_words_leaves_the_check_of_the_day_out_and_does_not_begin_it(run: Run, qtbot: QtBot) -> None:
    dialog = StartOfDayDialog(run.trust)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_6)
    QTest.keyClicks(dialog.words, "card is lent out")
    QTest.keyClick(dialog.words, Qt.Key.Key_Return)
    assert dialog.result() == StartOfDayDialog.DialogCode.Accepted
    assert run.trust.why_left_out == "card is lent out"


def test_return_in_a_field_after_a_tour_by_tab(run: Run, qtbot: QtBot) -> None:
    dialog = ArchiveDialog(run.study)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.action.setFocus()
    dialog.folder.setFocus()
    dialog.folder.clear()
    QTest.keyClick(dialog.folder, Qt.Key.Key_Return)
    assert dialog.problem.text() == "Name a folder first."
