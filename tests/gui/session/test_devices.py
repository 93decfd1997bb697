"""A camera that is chosen, lost and found."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.session.devices import DeviceState
from gui.session.run import Run
from gui.session.station import Station
from imaging.camera.simulated.faults import Fault
from imaging.model.camera import CameraInfo
from imaging.model.frame import ControlReading
from imaging.model.settings import StationSettings
from tests.gui.world import World

SOON_MS = 20_000


def wait_for(run: Run, name: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: run.devices.state.name == name, timeout=SOON_MS)


def test_told_in_words_when_it_goes_and_back_by_itself(run: Run, qtbot: QtBot, world: World) -> None:
    states: list[DeviceState] = []
    run.devices.state_changed.connect(states.append)
    run.devices.start()
    wait_for(run, "live", qtbot)
    world.faults.begin(Fault.UNPLUG)
    wait_for(run, "lost", qtbot)
    assert states[-1].message.endswith(".")
    world.faults.end()
    wait_for(run, "live", qtbot)
    assert len(world.opened) >= 2
    run.devices.stop()


def test_a_camera_that_is_not_there_is_found_when_it_comes(run: Run, qtbot: QtBot, world: World) -> None:
    world.is_plugged_in = False
    run.devices.start()
    wait_for(run, "lost", qtbot)
    assert "plug it in" in run.devices.state.message
    world.is_plugged_in = True
    wait_for(run, "live", qtbot)
    run.devices.stop()


def reads(run: Run, name: str) -> float | None:
    view = run.devices.newest()
    controls = view.frame.controls if view is not None and view.frame is not None else ()
    return next((control.read_back for control in controls if control.name == name), None)


def test_settings_of_a_baseline_are_replayed_and_again_after_the_camera_was_lost(
    run: Run, qtbot: QtBot, world: World
) -> None:
    run.devices.controls.replay("simulated", (ControlReading("gain", None, 2.0), ControlReading("focus", None, None)))
    run.devices.start()
    qtbot.waitUntil(lambda: reads(run, "gain") == 2.0, timeout=SOON_MS)
    world.faults.begin(Fault.UNPLUG)
    wait_for(run, "lost", qtbot)
    run.devices.controls.replay("simulated", (ControlReading("gain", None, 3.0),))
    world.faults.end()
    qtbot.waitUntil(lambda: reads(run, "gain") == 3.0, timeout=SOON_MS)
    run.devices.stop()


def test_settings_of_another_camera_are_left_alone(run: Run, qtbot: QtBot) -> None:
    run.devices.start()
    wait_for(run, "live", qtbot)
    before = reads(run, "gain")
    run.devices.controls.replay("another", (ControlReading("gain", None, 4.0),))
    run.devices.controls.replay("simulated", (ControlReading("white_balance", None, 5000.0),))
    qtbot.waitUntil(lambda: reads(run, "white_balance") == 5000.0, timeout=SOON_MS)
    assert reads(run, "gain") == before
    run.devices.stop()


WEBCAM = CameraInfo("04f2:b6dd@1-6", "Integrated camera", "usb", is_builtin=True)
SECOND = CameraInfo("a168:0960@1-2", "Dermatology camera", "usb")


@pytest.fixture
def undecided(station: Station, qapp: QApplication) -> Iterator[Run]:  # noqa: ARG001
    """A station that does not know its camera yet."""
    run = Run(replace(station, settings=StationSettings()))
    yield run
    run.close()


def test_the_only_camera_is_taken_a_built_in_one_does_not_count(undecided: Run, qtbot: QtBot, world: World) -> None:
    world.further = (WEBCAM,)
    undecided.devices.start()
    wait_for(undecided, "live", qtbot)
    assert undecided.devices.identity == "simulated"


@pytest.mark.parametrize(("is_plugged_in", "further"), [(True, (SECOND,)), (False, (WEBCAM,)), (False, ())])
def test_otherwise_it_says_what_to_do(
    undecided: Run, qtbot: QtBot, world: World, is_plugged_in: bool, further: tuple[CameraInfo, ...]
) -> None:
    world.is_plugged_in, world.further = is_plugged_in, further
    undecided.devices.start()
    with qtbot.waitSignal(undecided.devices.found, timeout=SOON_MS):
        undecided.devices.find()
    assert "choose" in undecided.devices.state.message
    assert undecided.devices.identity is None
    assert undecided.devices.newest() is None


def test_choosing_a_camera_is_remembered_and_takes_effect(run: Run, qtbot: QtBot, world: World) -> None:
    run.devices.start()
    wait_for(run, "live", qtbot)
    run.devices.choose("another")
    qtbot.waitUntil(lambda: len(world.opened) >= 2, timeout=SOON_MS)
    assert world.remembered[-1].camera == "another"
    run.devices.stop()


def test_cameras_are_found(run: Run, qtbot: QtBot) -> None:
    with qtbot.waitSignal(run.devices.found, timeout=SOON_MS) as found:
        run.devices.find()
    assert [info.identity for info in found.args[0]] == ["simulated"]


def test_the_device_file_belongs_to_the_wanted_camera(run: Run) -> None:
    assert run.devices.calibration is not None
    assert run.devices.calibration.device == "simulated"
