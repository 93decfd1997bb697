"""The review page, on the screen."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from gui.pages.review.page import ReviewPage
from gui.session.run import Run

ShowReview = Callable[[Run], ReviewPage]


@pytest.fixture
def show_review(qtbot: QtBot) -> ShowReview:
    def show(run: Run) -> ReviewPage:
        made = ReviewPage(run.visit, run.review)
        qtbot.addWidget(made)
        made.resize(1250, 700)
        made.show()
        return made

    return show
