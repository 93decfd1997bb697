"""A camera that is chosen, lost and found."""

import pytest
from pytestqt.qtbot import QtBot

from gui.session.devices import DeviceState
from gui.session.run import Run
from gui.session.station import Station
from imaging.camera.simulated.faults import Fault
from imaging.model.settings import StationSettings

SOON_MS = 20_000


def wait_for(run: Run, name: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: run.devices.state.name == name, timeout=SOON_MS)


def test_told_in_words_when_it_goes_and_back_by_itself(run: Run, qtbot: QtBot, clinic: object) -> None:
    states: list[DeviceState] = []
    run.devices.state_changed.connect(states.append)
    run.devices.start()
    wait_for(run, "live", qtbot)
    clinic.faults.begin(Fault.UNPLUG)  # type: ignore[attr-defined]
    wait_for(run, "lost", qtbot)
    assert states[-1].message.endswith(".")
    clinic.faults.end()  # type: ignore[attr-defined]
    wait_for(run, "live", qtbot)
    assert len(clinic.opened) >= 2  # type: ignore[attr-defined]
    run.devices.stop()


def test_a_camera_that_is_not_there_is_found_when_it_comes(run: Run, qtbot: QtBot, clinic: object) -> None:
    clinic.is_plugged_in = False  # type: ignore[attr-defined]
    run.devices.start()
    wait_for(run, "lost", qtbot)
    assert "plug it in" in run.devices.state.message
    clinic.is_plugged_in = True  # type: ignore[attr-defined]
    wait_for(run, "live", qtbot)
    run.devices.stop()


@pytest.mark.usefixtures("qapp")
def test_no_camera_chosen_says_what_to_do(with_settings: object) -> None:
    station: Station = with_settings(StationSettings())  # type: ignore[operator]
    run = Run(station)
    run.devices.start()
    assert "choose" in run.devices.state.message
    assert run.devices.newest() is None
    run.close()


def test_choosing_a_camera_is_remembered_and_takes_effect(run: Run, qtbot: QtBot, clinic: object) -> None:
    run.devices.start()
    wait_for(run, "live", qtbot)
    run.devices.choose("another")
    qtbot.waitUntil(lambda: len(clinic.opened) >= 2, timeout=SOON_MS)  # type: ignore[attr-defined]
    assert clinic.remembered[-1].camera == "another"  # type: ignore[attr-defined]
    run.devices.stop()


def test_cameras_are_found(run: Run, qtbot: QtBot) -> None:
    with qtbot.waitSignal(run.devices.found, timeout=SOON_MS) as found:
        run.devices.find()
    assert [info.identity for info in found.args[0]] == ["simulated"]


def test_the_device_file_belongs_to_the_wanted_camera(run: Run) -> None:
    assert run.devices.calibration is not None
    assert run.devices.calibration.device == "simulated"
