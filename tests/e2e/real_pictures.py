"""A camera that is neither simulated nor calibrated: its pictures are known, and a person shoots all the same."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.main_window import MainWindow
from imaging.archive.store import open_archive
from imaging.camera.device import Camera, LightController
from imaging.camera.lights import NoLights
from imaging.camera.opening import open_camera
from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.model.arrays import Pixels
from imaging.model.reading import GateKind, GateState
from imaging.model.visit import Capture
from tests.e2e.conftest import SHAPE, click, wait_for

NOT_TODAY = Qt.Key.Key_4
"""Answers why a picture is taken without calibration."""


def skin_frames(count: int = 8, shape: tuple[int, int] = SHAPE) -> list[Pixels]:
    """Frames of simulated skin, held calmly, there and back: played over and over, nothing jumps."""
    clock = SteppedClock()
    camera = SimulatedCamera(Population(1), shape=shape, clock=clock)
    camera.start()
    clock.wait(8.0)
    there = [camera.grab(1.0).pixels for _ in range(count)]
    return [*there, *there[-2:0:-1]]


def open_real(identity: str) -> tuple[Camera, LightController]:
    """As the program opens whatever is not simulated."""
    return open_camera(identity), NoLights()


def wait_for_live_picture(window: MainWindow) -> None:
    page = window.pages["capture"]
    wait_for(lambda: window._run.devices.state.name == "live" and page.stage.live.shape is not None)


def shoot(window: MainWindow) -> Capture:
    """Space; asked why without calibration, "4"; the picture that is then in the archive."""
    visit, automatic = window._run.visit, window.pages["capture"].controls.automatic
    wait_for_live_picture(window)
    if automatic.isChecked():
        click(automatic)
    before = len(visit.chosen.captures)
    refusals: list[str] = []
    window._run.capture.failed.connect(refusals.append)

    def is_taken() -> bool:
        assert not refusals, refusals
        return len(visit.chosen.captures) > before

    press_space(window)
    wait_for(lambda: window.dialog is not None or is_taken())
    if window.dialog is not None:
        QTest.keyClick(window.dialog, NOT_TODAY)
    wait_for(is_taken)
    window._run.capture.failed.disconnect(refusals.append)
    return visit.chosen.captures[-1]


def red_stops(window: MainWindow) -> list[str]:
    """Gates that keep a picture out of the study until an investigator accepts it: a person waits for them."""
    view = window._run.devices.newest()
    readings = view.guidance.readings if view is not None else ()
    return [r.gate for r in readings if r.kind is GateKind.STOP and r.state is GateState.RED]


def shoot_site(window: MainWindow, site: str) -> Capture:
    """Choose the site in the list, then shoot."""
    choose_site(window, site)
    return shoot(window)


def choose_site(window: MainWindow, site: str) -> None:
    click(next(tile for tile in window.pages["capture"].panel.sites.tiles if tile.text() == site))


def press_space(window: MainWindow) -> None:
    QTest.keyClick(window.pages["capture"].stage.live, Qt.Key.Key_Space)


def finish_visit(window: MainWindow) -> None:
    click(window.pages["capture"].identity.finish)
    click(window.dialog.action)
    wait_for(lambda: window.current == "today")


def original_of(folder: Path, capture: Capture) -> Pixels:
    """The one frame of a fixed ring, as the archive keeps it."""
    with open_archive(folder, "checker") as archive:
        assert archive.verify().is_sound
        stack = archive.read_stack(capture)
    assert len(stack.frames) == 1
    assert stack.overview is None
    return stack.frames[0].pixels


def difference(pixels: Pixels, shown: Sequence[Pixels]) -> float:
    """Mean difference of a picture to the nearest of those the camera was shown, in grey values."""
    return min(float(np.abs(pixels.astype(np.float32) - known).mean()) for known in shown)
