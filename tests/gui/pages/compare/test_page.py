"""The compare page on a real archive: both visits at once, one verdict in words, four ways to look."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.pages.compare.page import ComparePage
from gui.pages.compare.state import NO_CONTROL, read_out, ready, state_of
from gui.session.chosen import Chosen
from gui.session.compare import CompareSession
from gui.session.comparing import Comparing
from gui.session.visit import VisitSession
from gui.widgets.linked_views import Mode

Compared = tuple[VisitSession, CompareSession]
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(compared: Compared, qtbot: QtBot) -> ComparePage:
    made = ComparePage(*compared)
    qtbot.addWidget(made)
    made.resize(1250, 700)
    made.show()
    made.enter()
    return made


def test_opens_on_baseline_and_newest_side_by_side(page: ComparePage, compared: Compared) -> None:
    comparing = compared[1].comparing
    assert comparing.message == ""
    assert page.reference.currentText().startswith("Week 0")
    assert page.moving.currentText().startswith("Week 4")
    assert page.pictures.views.mode is Mode.SIDE_BY_SIDE
    assert page.pictures.views.reference.title == "Baseline, week 0"
    assert page.pictures.views.moving.shape == comparing.change.change.shape


def test_one_verdict_with_its_limit_or_the_reason_why_not(page: ComparePage, compared: Compared) -> None:
    state = state_of(compared[0].chosen, compared[1].comparing)
    assert state.headline.title == "Deepest wrinkle, mean depth"
    assert state.headline.verdict == "Cannot judge"
    assert state.headline.reason
    assert state.headline.reason in page.strip.words
    assert "Minimal detectable change" in page.strip.words
    assert NO_CONTROL in page.strip.words


def test_the_other_endpoints_have_limits_but_no_verdict_words(page: ComparePage) -> None:
    QTest.mouseClick(page.strip.all_numbers, LEFT)
    assert page.others.isVisible()
    table = page.others
    words = {
        table.item(row, col).text()
        for row in range(table.rowCount())
        for col in range(table.columnCount())
        if table.item(row, col)
    }
    assert not words & {"increase", "decrease", "Deeper", "Shallower", "No detectable change", "Cannot judge"}
    assert table.rowCount() > 10


def test_badges_tell_when_and_how_both_were_taken(page: ComparePage) -> None:
    for badges, day in ((page.pictures.reference_badges, "02 Mar"), (page.pictures.moving_badges, "30 Mar")):
        assert badges.words[0].startswith(day)
        assert badges.words[1:] == ("2 replicates", "calibrated")


@pytest.mark.parametrize("mode", [Mode.SWIPE, Mode.BLINK, Mode.CHANGE])
def test_every_way_to_look_is_one_click_away(page: ComparePage, mode: Mode) -> None:
    QTest.mouseClick(page.pictures.modes.button(mode), LEFT)
    assert page.pictures.views.mode is mode
    assert page.pictures.rate.isVisible() == (mode is Mode.BLINK)
    assert page.pictures.colour_bar.isVisible() == (mode is Mode.CHANGE)


def test_leaving_stops_the_blinking(page: ComparePage) -> None:
    page.pictures.set_mode(Mode.BLINK)
    page.leave()
    assert not page.pictures.views.blink.is_running
    page.enter()
    assert page.pictures.views.blink.is_running


def test_the_link_is_loosened_by_a_click(page: ComparePage) -> None:
    QTest.mouseClick(page.pictures.linked, LEFT)
    page.pictures.views.reference.zoom_by(3)
    assert page.pictures.views.moving.look.is_fitted


def test_depth_then_and_now_under_the_pointer(page: ComparePage, compared: Compared) -> None:  # noqa: ARG001
    comparing = compared[1].comparing
    rows, cols = comparing.change.change.shape
    words = read_out(comparing, (rows // 2, cols // 2))
    assert "depth" in words and "height" in words and "µm" in words


def test_the_same_visit_twice_is_refused_in_words(page: ComparePage, compared: Compared) -> None:
    comparing = compared[1].comparing
    same = comparing.reference.visit.identifier
    compared[1].choose(same, same, comparing.site)
    assert page.message.text == "Both sides are the same visit: choose two different ones."
    assert not page.pictures.modes.button(Mode.SWIPE).isEnabled()
    compared[1].comparing = comparing


def test_coming_back_compares_nothing_anew(page: ComparePage, compared: Compared) -> None:
    seen = compared[1].comparing
    page.leave()
    compared[0].refresh()
    page.enter()
    assert compared[1].comparing is seen


def test_nothing_is_cut_off_at_1366(page: ComparePage) -> None:
    assert page.minimumSizeHint().width() <= 1250
    assert page.minimumSizeHint().height() <= 700


def test_all_numbers_fit_beside_the_pictures_at_1366(page: ComparePage) -> None:
    QTest.mouseClick(page.strip.all_numbers, LEFT)
    assert page.others.isVisible()
    assert page.minimumSizeHint().width() <= 1250


def test_with_one_visit_the_page_says_what_to_do(compared: Compared) -> None:
    chosen = compared[0].chosen
    first = Chosen(subject=chosen.subject, history=chosen.history[:1])
    assert ready(first).startswith("There is one visit only")
    state = state_of(first, Comparing(visits=chosen.history[:1]))
    assert state.empty.goes_to == "review"
