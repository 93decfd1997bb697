"""Every way to look at two visits, and marking two spots, by real events on a real archive."""

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.bridge.arrays import to_array
from gui.pages.compare.page import ComparePage
from gui.session.compare.session import CompareSession
from gui.session.visit import VisitSession
from gui.widgets.image_view import ImageView
from gui.widgets.linked_views import Mode
from gui.widgets.profile_plot import ProfilePlot

Compared = tuple[VisitSession, CompareSession]
LEFT = Qt.MouseButton.LeftButton


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
    bare = mode is Mode.LENS  # no button with a word stands beside the slider
    assert page.pictures.switches.opacity_name.isVisible() == bare


@pytest.mark.parametrize(
    ("key", "mode"), [("2", Mode.BLINK), ("6", Mode.LENS), ("8", Mode.RELIEF), ("1", Mode.SIDE_BY_SIDE)]
)
def test_every_way_to_look_has_a_key(page: ComparePage, key: str, mode: Mode) -> None:
    QTest.keyClick(page, key)
    assert page.pictures.views.mode is mode


def test_visits_of_different_methods_share_no_scale_of_depth(page: ComparePage, compared: Compared) -> None:
    comparing = compared[1].comparing
    shown = comparing.moving.shown
    surface = replace(shown.surface, method="single-light", height_unit="rel")
    moving = replace(comparing.moving, measured=(replace(shown, surface=surface),))
    QTest.mouseClick(page.pictures.switches.heat_map, LEFT)
    assert page.pictures.colour_bar.isVisible()
    page.pictures.set_mode(Mode.PROFILE)
    page._refresh(replace(comparing, moving=moving))
    assert page.pictures.views.mode is Mode.SIDE_BY_SIDE
    assert not page.pictures.colour_bar.isVisible()
    switches = page.pictures.switches
    assert not switches.heat_map.isEnabled() and "different methods" in switches.heat_map.toolTip()
    assert switches.button(Mode.BLINK).isEnabled() and not switches.button(Mode.LENS).isEnabled()
    assert "photometric stereo" in page.pictures.reference_badges.words
    assert "single light" in page.pictures.moving_badges.words


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
    assert re.search(r"Now minus then: .* ±.*\(95", panel.reading.text())
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


def test_another_pair_is_looked_at_in_the_same_way_once_it_is_there(page: ComparePage, compared: Compared) -> None:
    comparing = compared[1].comparing
    QTest.keyClick(page, "7")
    page._refresh(replace(comparing, change=None, is_busy=True))
    assert page.pictures.views.mode is Mode.SIDE_BY_SIDE
    page._refresh(comparing)
    assert page.pictures.views.mode is Mode.PROFILE and page.pictures.profile.isVisible()
