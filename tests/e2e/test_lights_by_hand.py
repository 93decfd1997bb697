"""Lights switched by hand, by mouse and key: chosen in the settings, ticked, asked for, refused, and at last kept.

The person at the switches is the test: it puts the simulated lamps where the page asks, or where it does not.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.main_window import MainWindow
from gui.pages.capture.state import light_title
from imaging.archive.store import open_archive as open_again
from imaging.camera.device import Camera, LightController
from imaging.camera.lights import NoLights
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from tests.e2e.conftest import SHAPE, MakeWindow, click, wait_for
from tests.e2e.first_visit import add_subject, create_follow_up_study, open_archive, start_visit
from tests.e2e.real_pictures import choose_site, press_space, wait_for_live_picture

LIGHTS = ("upper-right", "upper-left", "lower-left", "lower-right")


class Bench:
    """A camera on its stand whose lamps have switches of their own."""

    def __init__(self) -> None:
        self.opened: list[SimulatedCamera] = []

    def open_camera(self, _identity: str) -> tuple[Camera, LightController]:
        camera = SimulatedCamera(Population(), shape=SHAPE, sway=0.02)
        camera.lights.tells = False
        self.opened.append(camera)
        return camera, NoLights()

    def switch(self, light: str | None) -> None:
        self.opened[-1].lights.select(light)

    def move(self, by_mm: float) -> None:
        """The subject slides aside and stays there."""
        camera = self.opened[-1]
        hand = camera._aimed.hand
        rest = replace(hand.rest, x_mm=hand.rest.x_mm + by_mm)
        camera._aimed = replace(camera._aimed, hand=replace(hand, rest=rest))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def choose_by_hand(window: MainWindow) -> None:
    """In the settings, by key."""
    window.ask("settings")
    wait_for(lambda: window.dialog is not None and window.dialog.lights.count() >= 3)
    window.dialog.lights.setFocus()
    QTest.keyClick(window.dialog.lights, Qt.Key.Key_Down)
    assert window.dialog.lights.currentText() == "Switched by hand"
    click(window.dialog.action)
    wait_for(lambda: window.dialog is None)
    assert window._run.study.settings.lights == "manual"


def begin(window: MainWindow, archive: Path) -> None:
    open_archive(window, archive)
    create_follow_up_study(window)
    add_subject(window, "H-1")
    choose_by_hand(window)
    start_visit(window)
    wait_for(lambda: window.dialog is None)
    page = window.pages["capture"]
    if page.controls.automatic.isChecked():
        click(page.controls.automatic)
    choose_site(window, "Left crow's feet")
    wait_for_live_picture(window)
    wait_for(lambda: page.lights.isVisible() and page.lights.stand.isVisible())
    wait_for(lambda: not window._run.capture.standing.is_seating)


def asked(window: MainWindow) -> str:
    return window.pages["capture"]._state.ask


def take(window: MainWindow, bench: Bench, light: str) -> None:
    """Switch what is asked for, then Space."""
    words = f"switch on only {light_title(light)}", f'switch on light "{light}"'
    wait_for(lambda: any(one in asked(window) for one in words))
    bench.switch(light)
    newest = window._run.devices.newest().frame.sequence
    wait_for(lambda: window._run.devices.newest().frame.sequence > newest + 2)
    press_space(window)


def take_all(window: MainWindow, bench: Bench, lights: tuple[str, ...] = LIGHTS) -> None:
    for light in lights:
        take(window, bench, light)


def test_a_stack_by_hand(make_window: MakeWindow, bench: Bench, tmp_path: Path) -> None:
    window = make_window(bench.open_camera)
    begin(window, tmp_path / "archive")
    page = window.pages["capture"]

    press_space(window)
    wait_for(lambda: "tick both when they are" in window.strip.text, 10)
    click(page.lights.stand)
    click(page.lights.chin)
    assert page.lights.words.text() == "Lights by hand: 4, asked for one after the other."

    press_space(window)
    wait_for(lambda: page._state.mode == "lighting" and asked(window).startswith("Light 1 of 4"))
    bench.switch("lower-left")
    wait_for(lambda: 'That is light "lower-left": switch on light "upper-right" alone.' in asked(window))
    take_all(window, bench)
    wait_for(lambda: page._state.mode == "looking")
    assert "Switch all lights on again." in page.stage.banner.text()
    bench.switch(None)
    (capture,) = window._run.visit.chosen.captures
    with open_again(tmp_path / "archive", "checker") as archive:
        stack = archive.read_stack(capture)
        assert [frame.light for frame in stack.frames] == list(LIGHTS)
        assert stack.overview is not None
        assert archive.verify().is_sound


def test_a_subject_who_moves_is_asked_again(make_window: MakeWindow, bench: Bench, tmp_path: Path) -> None:
    window = make_window(bench.open_camera)
    begin(window, tmp_path / "archive")
    page = window.pages["capture"]
    click(page.lights.stand)
    click(page.lights.chin)
    press_space(window)
    take_all(window, bench, LIGHTS[:3])
    wait_for(lambda: asked(window).startswith("Light 4 of 4"))
    bench.move(1.0)
    take(window, bench, LIGHTS[3])
    wait_for(lambda: "between the lights, more than 0.3 mm: rest head and camera" in window.strip.text)
    assert page._state.mode == "aiming"
    assert window._run.visit.chosen.captures == ()

    bench.switch(None)
    wait_for_live_picture(window)
    press_space(window)
    take_all(window, bench, LIGHTS[:1])
    wait_for(lambda: asked(window).startswith("Light 2 of 4"))
    QTest.keyClick(page, Qt.Key.Key_Backspace)
    wait_for(lambda: page._state.mode == "aiming")
