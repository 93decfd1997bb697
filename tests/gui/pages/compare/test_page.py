"""The compare page on a real archive: both visits at once, one verdict in words, four ways to look."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.bridge.arrays import to_array
from gui.bridge.tasks import Tasks
from gui.pages.compare.course_state import NO_STUDY
from gui.pages.compare.page import ComparePage
from gui.pages.compare.state import HOW_TO_JUDGE, NO_CONTROL, read_out, ready, state_of
from gui.session.chosen import Chosen
from gui.session.compare import CompareSession
from gui.session.comparing import Comparing
from gui.session.course import CourseSession
from gui.session.names import visit_badges
from gui.session.visit import VisitSession
from gui.widgets.image_view import ImageView
from gui.widgets.linked_views import Mode
from gui.widgets.profile_plot import ProfilePlot
from imaging.model.visit import Override

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


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.SIDE_BY_SIDE])
def test_every_way_to_look_is_at_most_two_clicks_away(page: ComparePage, mode: Mode) -> None:
    if not page.pictures.switches.button(mode).isVisible():
        QTest.mouseClick(page.pictures.switches.more, LEFT)
    QTest.mouseClick(page.pictures.switches.button(mode), LEFT)
    assert page.pictures.views.mode is mode
    assert page.pictures.switches.rate.isVisible() == (mode is Mode.BLINK)
    assert page.pictures.change_bar.isVisible() == (mode in (Mode.CHANGE, Mode.THREE_UP))
    assert page.pictures.colour_bar.isVisible() == (mode is Mode.LENS)
    assert page.pictures.profile.isVisible() == (mode is Mode.PROFILE)


@pytest.mark.parametrize(
    ("key", "mode"), [("2", Mode.BLINK), ("6", Mode.LENS), ("8", Mode.RELIEF), ("1", Mode.SIDE_BY_SIDE)]
)
def test_every_way_to_look_has_a_key(page: ComparePage, key: str, mode: Mode) -> None:
    QTest.keyClick(page, key)
    assert page.pictures.views.mode is mode


def test_closing_more_views_goes_back_to_side_by_side(page: ComparePage) -> None:
    QTest.mouseClick(page.pictures.switches.more, LEFT)
    QTest.mouseClick(page.pictures.switches.button(Mode.SWIPE), LEFT)
    QTest.mouseClick(page.pictures.switches.more, LEFT)
    assert page.pictures.views.mode is Mode.SIDE_BY_SIDE
    assert not page.pictures.switches.further.isVisible()


def test_depth_and_change_each_have_their_scale_in_three_up(page: ComparePage, compared: Compared) -> None:
    page.pictures.set_mode(Mode.THREE_UP)
    QTest.mouseClick(page.pictures.switches.heat_map, LEFT)
    protocol = compared[0].chosen.protocol
    assert page.pictures.colour_bar.scale.limit == protocol.heat_map_limit_um
    assert page.pictures.change_bar.scale.limit == protocol.change_limit_um
    assert page.pictures.change_bar.scale.values[2] == 0.0


def test_a_profile_is_there_at_once_and_follows_the_line(page: ComparePage) -> None:
    page.pictures.set_mode(Mode.PROFILE)
    panel, views = page.pictures.profile, page.pictures.views
    assert "Then: " in panel.reading.text() and "(95" in panel.reading.text()
    first = views.line.line
    view = views.moving
    ends = [view.position_of(*place).toPoint() for place in ((60, 60), (180, 250))]
    QTest.mousePress(view.viewport(), LEFT, pos=ends[0])
    QTest.mouseMove(view.viewport(), ends[1])
    QTest.mouseRelease(view.viewport(), LEFT, pos=ends[1])
    assert views.line.line != first
    assert panel.plot.profile.distance.size > 200
    assert panel.then._words == "Baseline, week 0"


def is_held_by_the_pointer(plot: ProfilePlot, at: QPoint) -> bool:
    """pyqtgraph looks at the pointer a hundred times a second at most."""
    QTest.mouseMove(plot.plot.viewport(), at + QPoint(1, 0))
    QTest.mouseMove(plot.plot.viewport(), at)
    QApplication.processEvents()
    return bool(plot.markers[1].mouseHovering)


def test_markers_read_the_height_between_them(page: ComparePage, qtbot: QtBot) -> None:
    page.pictures.set_mode(Mode.PROFILE)
    panel = page.pictures.profile
    plot, before = panel.plot, panel.reading.text()
    QApplication.processEvents()
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_A)
    for _ in range(20):
        QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.places[0] == pytest.approx(0.2 * panel.length, rel=0.02)
    assert panel.reading.text() != before
    start, middle = plot.position_of(plot.places[1], 0).toPoint(), plot.plot.viewport().height() // 2
    start.setY(middle)
    end = plot.position_of(0.9 * panel.length, 0).toPoint()
    end.setY(middle)
    qtbot.waitUntil(lambda: is_held_by_the_pointer(plot, start))
    QTest.mousePress(plot.plot.viewport(), LEFT, pos=start)
    wanted = pytest.approx(0.9 * panel.length, rel=0.02)
    qtbot.waitUntil(lambda: is_dragged_to(plot, end) == wanted)
    QTest.mouseRelease(plot.plot.viewport(), LEFT, pos=end)
    assert plot.places[1] == wanted


def is_dragged_to(plot: ProfilePlot, at: QPoint) -> float:
    """Where the marker is after one more move of the mouse."""
    for place in (at - QPoint(12, 0), at):
        QTest.mouseMove(plot.plot.viewport(), place)
        QApplication.processEvents()
    return plot.places[1]


def test_reliefs_are_drawn_and_heights_made_steeper(page: ComparePage, qtbot: QtBot) -> None:
    page.pictures.set_mode(Mode.RELIEF)
    reliefs = page.pictures.views.reliefs
    qtbot.waitUntil(lambda: reliefs.is_at_rest and not reliefs.pictures[1].image.isNull())
    before = to_array(reliefs.pictures[0].image)
    page.pictures.switches.heights.slider.setValue(12)
    assert reliefs.view.exaggeration == 12
    qtbot.waitUntil(lambda: reliefs.is_at_rest)
    assert (to_array(reliefs.pictures[0].image) != before).any()


def test_leaving_stops_the_blinking(page: ComparePage) -> None:
    page.pictures.set_mode(Mode.BLINK)
    page.leave()
    assert not page.pictures.views.blink.is_running
    page.enter()
    assert page.pictures.views.blink.is_running


def test_the_link_is_loosened_by_a_click(page: ComparePage) -> None:
    QTest.mouseClick(page.pictures.switches.linked, LEFT)
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
    assert page.minimumSizeHint().width() <= 1250


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


def mark(view: ImageView, *places: tuple[float, float]) -> None:
    """Real clicks on a picture."""
    for place in places:
        QTest.mouseClick(view.viewport(), LEFT, pos=view.position_of(*place).toPoint())


def test_two_points_are_asked_for_one_after_the_other(page: ComparePage, compared: Compared) -> None:
    QTest.mouseClick(page.pictures.switches.points, LEFT)
    views, panel = page.pictures.views, page.marking
    assert panel.isVisible() and not page.strip.isVisible() and not page.pictures.switches.isVisible()
    assert views.moving.shape == compared[1].comparing.moving.shown.surface.shape
    assert "point 1 on the left picture" in panel.next.text() and not panel.start.isEnabled()
    mark(views.reference, (80, 100))
    assert "the same spot: point 1 on the right picture" in panel.next.text()
    QTest.mouseClick(panel.undo, LEFT)
    assert "point 1 on the left picture" in panel.next.text() and not panel.undo.isEnabled()
    QTest.mouseClick(panel.cancel, LEFT)
    assert not panel.isVisible() and page.strip.isVisible() and views.link.is_linked


def test_leaving_the_page_ends_marking(page: ComparePage) -> None:
    QTest.mouseClick(page.pictures.switches.points, LEFT)
    page.leave()
    assert not page.marking.isVisible()
    page.enter()
    assert page.strip.isVisible()


def test_a_refused_pair_offers_two_points(page: ComparePage, compared: Compared) -> None:
    comparing = compared[1].comparing
    refused = replace(comparing.change.registration, verdict="refused", reason="Only 3 points agree")
    page._refresh(replace(comparing, change=replace(comparing.change, registration=refused)))
    assert "two spots marked by hand" in page.message.text
    action = page.message._action
    assert action.text() == "Set two points"
    QTest.mouseClick(action, LEFT)
    assert page.marking.isVisible() and not page.message.isVisible()
    QTest.keyClick(page.pictures.views.reference, Qt.Key.Key_Escape)
    assert not page.marking.isVisible()


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


def test_another_pair_is_looked_at_in_the_same_way_once_it_is_there(page: ComparePage, compared: Compared) -> None:
    comparing = compared[1].comparing
    QTest.keyClick(page, "7")
    page._refresh(replace(comparing, change=None, is_busy=True))
    assert page.pictures.views.mode is Mode.SIDE_BY_SIDE
    page._refresh(comparing)
    assert page.pictures.views.mode is Mode.PROFILE and page.pictures.profile.isVisible()


def test_long_names_are_not_cut_off_without_a_word(page: ComparePage) -> None:
    name = "Skin of the lateral canthus, upper third, as marked on the overview photograph of the first visit"
    page.sites.show_choices([("a", name)], "a")
    page.moving.show_choices([(("v", "a"), f"Week 12 · 30 Mar 2026 · Right {name.lower()}")], ("v", "a"))
    assert page.minimumSizeHint().width() <= 1250
    assert page.sites.toolTip() == name
    assert page.moving.toolTip().endswith("first visit")
