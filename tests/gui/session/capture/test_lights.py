"""The lights of the station: chosen, remembered, watched, lost and found. A real pseudo-terminal is the cable."""

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

if sys.platform == "win32":
    pytest.skip("pseudo-terminals need a POSIX system", allow_module_level=True)

from gui.session.run import Run
from gui.session.station import Station
from imaging.camera.device import LightController
from imaging.camera.light_choice import LightsSetting, find_choices, open_lights
from imaging.camera.serial_lights import SerialLights, SerialTimes
from imaging.camera.serial_ports import SerialPort
from tests.imaging.camera.boards import IDENTITY, NAMES, Board

SOON_MS = 20_000
LINE = f"serial:{IDENTITY}"


class Sockets:
    def __init__(self) -> None:
        self.ports: tuple[SerialPort, ...] = ()

    def __call__(self) -> tuple[SerialPort, ...]:
        return self.ports

    def open(self, line: str, setting: LightsSetting) -> LightController:
        if not line.startswith("serial:"):
            return open_lights(line, setting)
        return SerialLights(line.removeprefix("serial:"), setting.names, SerialTimes(0.4, 1.0), self)


@pytest.fixture
def board() -> Iterator[Board]:
    board = Board()
    yield board
    board.unplug()


@pytest.fixture
def sockets(board: Board) -> Sockets:
    sockets = Sockets()
    sockets.ports = (board.terminal.port,)
    return sockets


@pytest.fixture
def wired(station: Station, sockets: Sockets, qapp: QApplication) -> Iterator[Run]:  # noqa: ARG001
    """A station with the controller chosen; its skin is lit by the simulated lamps, which stay all on."""
    station = replace(
        station,
        settings=replace(station.settings, lights=LINE),
        open_lights=sockets.open,
        find_lights=lambda chosen: find_choices(chosen, sockets),
    )
    run = Run(station)
    yield run
    run.close()


def wait_for(run: Run, qtbot: QtBot, message: str) -> None:
    qtbot.waitUntil(lambda: bool(run.devices.lights.state.names), timeout=SOON_MS)
    qtbot.waitUntil(lambda: message in (run.devices.lights.state.message or "well"), timeout=SOON_MS)


def test_a_controller_is_greeted_with_the_camera(wired: Run, qtbot: QtBot, board: Board) -> None:
    wired.devices.start()
    wait_for(wired, qtbot, "well")
    assert wired.devices.lights.state.kind == "serial"
    assert wired.devices.lights.state.names == NAMES
    assert board.lit == set(NAMES)
    wired.devices.stop()


def test_a_pulled_cable_is_told_and_the_picture_goes_on(
    wired: Run, qtbot: QtBot, board: Board, sockets: Sockets
) -> None:
    wired.devices.start()
    wait_for(wired, qtbot, "well")
    qtbot.waitUntil(lambda: wired.devices.state.name == "live", timeout=SOON_MS)
    sockets.ports = ()
    board.unplug()
    wait_for(wired, qtbot, "plug it in")
    assert wired.devices.state.name == "live"
    again = Board()
    sockets.ports = (replace(again.terminal.port),)
    wait_for(wired, qtbot, "well")
    wired.devices.stop()
    wired.devices.close()
    again.unplug()


def test_a_controller_that_is_missing_does_not_keep_the_picture_away(
    wired: Run, qtbot: QtBot, sockets: Sockets
) -> None:
    sockets.ports = ()
    wired.devices.start()
    qtbot.waitUntil(lambda: wired.devices.state.name == "live", timeout=SOON_MS)
    wait_for(wired, qtbot, "is not connected")
    shot = wired.devices.shoot()
    assert shot is not None
    with pytest.raises(Exception, match="is not connected: plug it in"):
        shot.result(10)
    wired.devices.stop()


def test_a_shot_without_wires_to_the_lamps_is_refused(wired: Run, qtbot: QtBot, board: Board) -> None:
    """The controller says "done", but the picture does not change: these lamps hang on nothing."""
    wired.devices.start()
    wait_for(wired, qtbot, "well")
    qtbot.waitUntil(lambda: wired.devices.state.name == "live", timeout=SOON_MS)
    shot = wired.devices.shoot()
    assert shot is not None
    with pytest.raises(Exception, match='did not change when light "upper-right" was switched on'):
        shot.result(20)
    assert {"ON 1", "ALL"} <= set(board.heard)
    wired.devices.stop()


def test_choosing_is_remembered_and_takes_effect(run: Run, qtbot: QtBot, world) -> None:
    run.devices.start()
    qtbot.waitUntil(lambda: run.devices.state.name == "live", timeout=SOON_MS)
    run.devices.choose_lights("manual")
    assert world.remembered[-1].lights == "manual"
    qtbot.waitUntil(lambda: run.devices.lights.state.is_manual and len(world.opened) == 2, timeout=SOON_MS)
    qtbot.waitUntil(lambda: run.devices.lights.state.names == NAMES, timeout=SOON_MS)
    run.devices.stop()


def test_what_may_be_chosen(wired: Run, qtbot: QtBot) -> None:
    with qtbot.waitSignal(wired.devices.lights.found, timeout=SOON_MS) as found:
        wired.devices.lights.find()
    assert [choice.line for choice in found.args[0]] == ["none", "manual", LINE, "kit"]
