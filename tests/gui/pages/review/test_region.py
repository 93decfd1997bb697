"""The region of a site: accepted on its baseline with one click or drawn, carried to every other picture."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.pages.review.page import ReviewPage
from gui.session.run import Run
from imaging.model.geometry import Roi
from tests.gui.measured import TIMEOUT_MS
from tests.gui.pages.review.conftest import ShowReview

LEFT = Qt.MouseButton.LeftButton


def measured(run: Run, qtbot: QtBot) -> None:
    review = run.review
    qtbot.waitUntil(lambda: review.looking.measured is not None and not review.looking.is_busy, timeout=TIMEOUT_MS)


@pytest.fixture
def page(clinic_run: Run, show_review: ShowReview, qtbot: QtBot) -> ReviewPage:
    """On the first picture of the first visit."""
    made = show_review(clinic_run)
    made.enter()
    first = clinic_run.visit.chosen.history[0]
    clinic_run.review.choose_visit(first.identifier)
    clinic_run.review.choose(clinic_run.review.looking.replicates[0].identifier)
    measured(clinic_run, qtbot)
    return made


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, LEFT)


def test_the_proposed_region_is_accepted_with_one_click_and_carried(
    page: ReviewPage, clinic_run: Run, qtbot: QtBot
) -> None:
    row, view = page.picture.region_row, page.picture.view
    assert row.isVisible() and view.has_frame
    shape = clinic_run.review.looking.measured.surface.shape
    click(row.accept)
    assert not row.isVisible()
    measured(clinic_run, qtbot)
    assert clinic_run.review.looking.measured.measurement.roi == Roi.proposed(shape)
    clinic_run.review.choose_visit(clinic_run.visit.chosen.history[1].identifier)
    measured(clinic_run, qtbot)
    carried = clinic_run.review.looking.measured.measurement.roi
    assert carried not in (Roi.whole(shape), Roi.proposed(shape))
    assert view.has_frame and not row.isVisible() and not page.picture.set_region.isEnabled()
    click(page.picture.region)
    assert not view.has_frame


def test_a_corner_is_dragged(page: ReviewPage, clinic_run: Run, qtbot: QtBot) -> None:
    row, view = page.picture.region_row, page.picture.view
    click(row.change)
    start = Roi.proposed(view.shape)
    at = view.position_of(start.row1 - 0.5, start.col1 - 0.5).toPoint()
    to = view.position_of(start.row1 - 40.5, start.col1 - 60.5).toPoint()
    QTest.mousePress(view.viewport(), LEFT, pos=at)
    QTest.mouseMove(view.viewport(), (at + to) / 2)
    QTest.mouseMove(view.viewport(), to)
    QTest.mouseRelease(view.viewport(), LEFT, pos=to)
    drawn = row.tool.region
    assert (drawn.row0, drawn.col0) == (start.row0, start.col0)
    assert (drawn.row1, drawn.col1) == pytest.approx((start.row1 - 40, start.col1 - 60), abs=1)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert row.tool.region.col0 == start.col0 - 4
    click(row.cancel)
    assert view.tool is page.picture.annotations, "the pencil has its place back"
    click(page.picture.set_region)
    inside = view.position_of(120, 160).toPoint()
    QTest.mousePress(view.viewport(), LEFT, pos=inside)
    QTest.mouseRelease(view.viewport(), LEFT, pos=inside + QPoint(-400, 0))
    click(row.accept)
    measured(clinic_run, qtbot)
    region = clinic_run.review.looking.measured.measurement.roi
    assert region.col0 == 0 and region.shape == start.shape, "it never leaves the picture"


def test_a_comparison_made_before_is_made_anew(page: ReviewPage, clinic_run: Run, qtbot: QtBot) -> None:
    compare = clinic_run.compare
    compare.enter()
    qtbot.waitUntil(lambda: compare.comparing.change is not None, timeout=TIMEOUT_MS)
    before = compare.comparing.change.roi
    compare.leave()
    click(page.picture.region_row.accept)
    compare.enter()
    qtbot.waitUntil(lambda: compare.comparing.change is not None, timeout=TIMEOUT_MS)
    assert compare.comparing.change.roi == Roi.proposed(before.shape) != before
