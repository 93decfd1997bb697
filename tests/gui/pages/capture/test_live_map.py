"""H on the real page: the map over the live picture of a simulated ring camera, and where it is refused."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.pages.capture.page import CapturePage
from gui.session.capture.live_map import BLINDED, NO_PICTURE, SEVERAL_LIGHTS, why_no_map
from gui.session.run import Run
from gui.widgets.image_view import Layer
from imaging.camera.simulated.faults import Fault
from tests.gui.world import World

SOON_MS = 20_000
OpenPage = Callable[[], CapturePage]


@pytest.fixture
def open_page(in_visit: Run, world: World, qtbot: QtBot) -> Iterator[OpenPage]:
    """The page with its picture live, once the camera is as the test wants it."""
    world.sway = 0.02
    in_visit.capture.set_automatic(False)
    pages = []

    def opened() -> CapturePage:
        page = CapturePage(in_visit.capture, in_visit.devices, in_visit.hands)
        pages.append(page)
        qtbot.addWidget(page)
        page.resize(1100, 700)
        page.show()
        page.activateWindow()
        page.enter()
        qtbot.waitUntil(lambda: page.stage.live.shape is not None, timeout=SOON_MS)
        qtbot.waitUntil(lambda: in_visit.devices.state.name == "live", timeout=SOON_MS)
        return page

    yield opened
    for page in pages:
        page.leave()


@pytest.fixture
def told(in_visit: Run) -> list[str]:
    sentences: list[str] = []
    in_visit.capture.told.connect(sentences.append)
    return sentences


def has_map(page: CapturePage) -> bool:
    return page.stage.live.has_layer(Layer.HEAT_MAP)


def press_h(page: CapturePage) -> None:
    QTest.keyClick(page.stage.live, Qt.Key.Key_H)


def test_h_lays_the_map_over_the_live_picture_and_takes_it_away(
    open_page: OpenPage, world: World, qtbot: QtBot
) -> None:
    world.lighting = "ring"
    page = open_page()
    assert not has_map(page)
    assert not page.controls.live_map.isChecked()
    press_h(page)
    qtbot.waitUntil(lambda: has_map(page), timeout=SOON_MS)
    assert page.controls.live_map.isChecked()
    press_h(page)
    qtbot.waitUntil(lambda: not has_map(page), timeout=SOON_MS)
    assert not page.controls.live_map.isChecked()


def test_the_button_does_the_same_and_the_map_is_off_at_the_next_visit_to_the_page(
    open_page: OpenPage, world: World, qtbot: QtBot
) -> None:
    world.lighting = "ring"
    page = open_page()
    QTest.mouseClick(page.controls.live_map, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: has_map(page), timeout=SOON_MS)
    page.leave()
    assert not has_map(page)
    page.enter()
    assert not page.controls.live_map.isChecked()


def test_the_map_goes_with_the_picture_and_stays_off_until_asked_again(
    open_page: OpenPage, world: World, qtbot: QtBot
) -> None:
    world.lighting = "ring"
    page = open_page()
    press_h(page)
    qtbot.waitUntil(lambda: has_map(page), timeout=SOON_MS)
    world.is_plugged_in = False
    world.faults.begin(Fault.UNPLUG)
    qtbot.waitUntil(lambda: not page.controls.live_map.isChecked(), timeout=SOON_MS)


def test_a_camera_that_switches_its_lights_has_no_live_map(open_page: OpenPage, told: list[str]) -> None:
    page = open_page()
    press_h(page)
    assert told[-1] == SEVERAL_LIGHTS
    assert not page.controls.live_map.isChecked()
    assert page.controls.live_map.toolTip() == SEVERAL_LIGHTS


def test_a_blinded_study_has_no_live_map(
    open_page: OpenPage, in_visit: Run, world: World, told: list[str], qtbot: QtBot
) -> None:
    world.lighting = "ring"
    page = open_page()
    press_h(page)
    qtbot.waitUntil(lambda: has_map(page), timeout=SOON_MS)
    standing = in_visit.capture.standing
    blinded = replace(standing.chosen, is_blinded=True)
    in_visit.visit.changed.emit(blinded)
    qtbot.waitUntil(lambda: not has_map(page), timeout=SOON_MS)
    press_h(page)
    assert told[-1] == BLINDED
    assert not page.controls.live_map.isChecked()


def test_reasons_are_told_in_their_order(in_visit: Run) -> None:
    chosen = in_visit.capture.standing.chosen
    assert why_no_map(chosen, (), True) == ""
    assert why_no_map(replace(chosen, is_blinded=True), ("upper-right",), False) == BLINDED
    assert why_no_map(chosen, ("upper-right",), True) == SEVERAL_LIGHTS
    assert why_no_map(chosen, (), False) == NO_PICTURE
