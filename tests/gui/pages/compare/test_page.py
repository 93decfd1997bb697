"""The compare page on a real archive: both visits at once, one verdict in words, four ways to look."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.pages.compare.course_state import NO_STUDY
from gui.pages.compare.page import ComparePage
from gui.pages.compare.state import HOW_TO_JUDGE, read_out, ready, state_of
from gui.session.arms import NO_CONTROL
from gui.session.chosen import Chosen
from gui.session.compare.comparing import Comparing
from gui.session.compare.session import CompareSession
from gui.session.names import visit_badges
from gui.session.visit import VisitSession
from gui.widgets.linked_views import Mode
from imaging.model.visit import Override

Compared = tuple[VisitSession, CompareSession]
LEFT = Qt.MouseButton.LeftButton


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
        assert badges.words[1:] == ("2 replicates", "calibrated", "photometric stereo")


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
    assert not page.pictures.switches.button(Mode.SWIPE).isEnabled()
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
    for mode in Mode:
        page.pictures.set_mode(mode)
        assert page.minimumSizeHint().width() <= 1240, mode


def test_with_one_visit_the_page_says_what_to_do(compared: Compared) -> None:
    chosen = compared[0].chosen
    first = Chosen(subject=chosen.subject, history=chosen.history[:1])
    assert ready(first).startswith("There is one visit only")
    state = state_of(first, Comparing(visits=chosen.history[:1]))
    assert state.empty.goes_to == "review"


def test_the_course_is_one_click_away_with_the_headline_first(page: ComparePage) -> None:
    QTest.mouseClick(page.pictures.switches.button("course"), LEFT)
    course = page.pictures.course
    assert course.isVisible() and not page.pictures.views.isVisible()
    assert not page.strip.isVisible() and not page.reference.isVisible()
    assert course.endpoints.itemText(0) == "Wrinkles: deepest wrinkle, mean depth"
    (line,) = course.plot.trend.lines
    assert line.name == "Left crow's feet" and len(line.points) == 2
    assert [len(point.replicates) for point in line.points] == [2, 2]
    assert all(min(point.replicates) <= point.mean <= max(point.replicates) for point in line.points)
    assert [point.day for point in line.points] == [0.0, 28.0]
    assert NO_STUDY in course.notes.text()
    QTest.mouseClick(page.pictures.switches.button(Mode.SIDE_BY_SIDE), LEFT)
    assert page.strip.isVisible() and page.pictures.views.isVisible()


def test_the_course_does_not_wait_for_the_comparison(page: ComparePage, compared: Compared) -> None:
    page.pictures.set_mode("course")
    page.show_state(replace(state_of(compared[0].chosen, compared[1].comparing), is_busy=True))
    assert not page.busy.isVisible()
    QTest.mouseClick(page.pictures.switches.button(Mode.SIDE_BY_SIDE), LEFT)
    assert page.busy.isVisible()


def test_another_endpoint_and_a_line_less(page: ComparePage) -> None:
    page.pictures.set_mode("course")
    course = page.pictures.course
    number = course.endpoints.findText("Wrinkles: total length")
    course.endpoints.setCurrentIndex(number)
    course.endpoints.activated.emit(number)
    assert course.plot.trend.title == "Total length (mm)"
    QTest.mouseClick(course.legend[0], LEFT)
    assert course.plot.trend.lines == ()
    assert not course.legend[0].isChecked()
    QTest.mouseClick(course.legend[0], LEFT)
    assert len(course.plot.trend.lines) == 1


def test_without_a_study_the_reason_says_how_to_get_one(page: ComparePage, compared: Compared) -> None:
    comparing = compared[1].comparing
    words = "Same session only: without a day-to-day repeatability study of this device visits are not judged."
    rows = tuple(replace(row, reason=words, mdc95_source="propagated") for row in comparing.change.endpoints)
    page._refresh(replace(comparing, change=replace(comparing.change, endpoints=rows)))
    assert HOW_TO_JUDGE in page.strip.words and "day-to-day" not in page.strip.words


def test_badges_speak_for_all_replicates(compared: Compared) -> None:
    first, second = compared[1].comparing.reference.captures
    facts = replace(second.facts, overrides=(Override("time of day", "morning visit missed"),), calibration=None)
    words = [badge.words for badge in visit_badges((first, replace(second, facts=facts)))]
    assert words[1:] == ["2 replicates", "uncalibrated", "1 gate overridden"]
    assert visit_badges(()) == ()


def test_long_names_are_not_cut_off_without_a_word(page: ComparePage) -> None:
    name = "Skin of the lateral canthus, upper third, as marked on the overview photograph of the first visit"
    page.sites.show_choices([("a", name)], "a")
    page.moving.show_choices([(("v", "a"), f"Week 12 · 30 Mar 2026 · Right {name.lower()}")], ("v", "a"))
    assert page.minimumSizeHint().width() <= 1250
    assert page.sites.toolTip() == name
    assert page.moving.toolTip().endswith("first visit")
