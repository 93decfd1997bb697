"""Pedal, keys and sounds on the real page with the simulated camera."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.dialogs.settings import SettingsDialog
from gui.pages.capture.page import CapturePage
from gui.session.capture.standing import Answers, Phase
from gui.session.run import Run
from imaging.camera.simulated.faults import Fault
from tests.gui.world import World

SOON_MS = 20_000


@pytest.fixture
def page(in_visit: Run, world: World, qtbot: QtBot) -> Iterator[CapturePage]:
    """Open, the shutter by hand, the picture live."""
    world.sway = 0.02
    in_visit.capture.set_automatic(False)
    opened = CapturePage(in_visit.capture, in_visit.devices, in_visit.hands)
    qtbot.addWidget(opened)
    opened.resize(1100, 700)
    opened.show()
    opened.activateWindow()
    opened.enter()

    def can_shoot() -> bool:
        view = in_visit.devices.newest()
        return view is not None and view.state == "live" and view.guidance.may_shoot and bool(view.slow)

    qtbot.waitUntil(can_shoot, timeout=SOON_MS)
    yield opened
    opened.leave()


def phase(run: Run) -> Phase:
    return run.capture.standing.phase


def test_a_pedal_that_was_learnt_takes_the_picture(
    page: CapturePage, in_visit: Run, qtbot: QtBot, world: World
) -> None:
    settings = SettingsDialog(in_visit.study, in_visit.devices)
    qtbot.addWidget(settings)
    settings.show()
    QTest.mouseClick(settings.pedal, Qt.MouseButton.LeftButton)
    assert settings.pedal.text().startswith("Press the pedal now")
    QTest.keyClick(settings.pedal, Qt.Key.Key_F13)
    assert settings.pedal.text() == "Key: F13"
    QTest.mouseClick(settings.action, Qt.MouseButton.LeftButton)
    assert world.remembered[-1].pedal == "F13"
    settings.hide()
    page.activateWindow()
    QTest.keyClick(page.stage.live, Qt.Key.Key_F13)
    qtbot.waitUntil(lambda: phase(in_visit) is Phase.LOOKING, timeout=SOON_MS)


def test_a_pedal_that_sends_space_needs_nothing_more(page: CapturePage, in_visit: Run, qtbot: QtBot) -> None:
    in_visit.study.remember(replace(in_visit.study.settings, pedal="Space"))
    QTest.keyClick(page.stage.live, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: phase(in_visit) is Phase.LOOKING, timeout=SOON_MS)


def test_a_key_that_does_something_else_is_no_pedal(in_visit: Run, qtbot: QtBot, world: World) -> None:
    settings = SettingsDialog(in_visit.study, in_visit.devices)
    qtbot.addWidget(settings)
    settings.show()
    QTest.mouseClick(settings.pedal, Qt.MouseButton.LeftButton)
    QTest.keyClick(settings.pedal, Qt.Key.Key_G)
    before = len(world.remembered)
    QTest.mouseClick(settings.action, Qt.MouseButton.LeftButton)
    assert settings.isVisible()
    assert "does something else" in settings.problem.text()
    assert len(world.remembered) == before
    settings.reject()


def test_the_shutter_is_heard_when_a_picture_is_taken(
    page: CapturePage, in_visit: Run, qtbot: QtBot, world: World
) -> None:
    world.heard.clear()
    QTest.keyClick(page.stage.live, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: phase(in_visit) is Phase.LOOKING, timeout=SOON_MS)
    assert world.heard.count("shutter") == 1
    assert "refusal" not in world.heard


def test_aligned_is_heard_once(page: CapturePage, in_visit: Run, qtbot: QtBot, world: World) -> None:
    qtbot.waitUntil(lambda: "tick" in world.heard, timeout=SOON_MS)
    newest = in_visit.devices.newest()
    assert newest is not None
    for _ in range(5):
        in_visit.hands.look(newest)
    assert world.heard.count("tick") <= 2
    assert page.stage.live.is_running


def test_a_refusal_is_low_and_the_key_m_mutes(page: CapturePage, in_visit: Run, qtbot: QtBot, world: World) -> None:
    in_visit.capture.answer(Answers(False, 30.0, 21.0, 50.0))

    def needs_reason() -> bool:
        view = in_visit.devices.newest()
        return view is not None and view.guidance.needs_reason

    qtbot.waitUntil(needs_reason, timeout=SOON_MS)
    QTest.keyClick(page.stage.live, Qt.Key.Key_Space)
    assert world.heard[-1] == "refusal"
    QTest.keyClick(page.stage.live, Qt.Key.Key_M)
    assert world.remembered[-1].has_sounds is False
    assert "off" in page.controls.sounds.toolTip()
    world.heard.clear()
    QTest.keyClick(page.stage.live, Qt.Key.Key_Space)
    assert world.heard == []
    QTest.mouseClick(page.controls.sounds, Qt.MouseButton.LeftButton)
    assert world.remembered[-1].has_sounds is True


def test_the_lamps_of_a_picture_that_stands_still_go_out(page: CapturePage, qtbot: QtBot, world: World) -> None:
    qtbot.waitUntil(lambda: bool(page.panel.grid._lamps), timeout=SOON_MS)
    world.faults.begin(Fault.STALL)
    qtbot.waitUntil(lambda: not page.panel.grid._lamps, timeout=SOON_MS)
    qtbot.waitUntil(lambda: "sent no picture" in page.stage.live._veil, timeout=SOON_MS)
    world.faults.end()
    qtbot.waitUntil(lambda: bool(page.panel.grid._lamps) and not page.stage.live._veil, timeout=SOON_MS)
