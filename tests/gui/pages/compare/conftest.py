"""The compare page on a real archive."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.bridge.tasks import Tasks
from gui.pages.compare.page import ComparePage
from gui.session.compare.course import CourseSession
from gui.session.compare.session import CompareSession
from gui.session.visit import VisitSession

Compared = tuple[VisitSession, CompareSession]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(compared: Compared, qtbot: QtBot) -> Iterator[ComparePage]:
    tasks = Tasks()
    course = CourseSession(compared[0], tasks)
    made = ComparePage(*compared, course)
    qtbot.addWidget(made)
    made.resize(1250, 700)
    made.show()
    made.enter()
    yield made
    made.leave()
    tasks.close()
