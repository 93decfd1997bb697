"""From a line of the settings to what switches the lights."""

from pathlib import Path

import pytest

from imaging.camera.light_choice import CheckedLights, KitLights, LightsSetting, find_choices, kind_of, open_lights
from imaging.camera.lights import QUADRANTS, ManualLights, NoLights
from imaging.camera.serial_lights import SerialLights
from imaging.camera.serial_ports import SerialPort
from imaging.camera.simulated.lamps import SimulatedLights
from imaging.errors import CameraError

PORT = SerialPort("2341:0043:A1", "/dev/ttyACM0", "Four lights")


@pytest.mark.parametrize("line", ["", "ring", "serial", "serial:", "NONE"])
def test_a_line_that_means_nothing(line: str) -> None:
    with pytest.raises(CameraError, match="There are no lights called"):
        kind_of(line)


def test_what_can_be_chosen() -> None:
    lines = [choice.line for choice in find_choices("none", lambda: (PORT,))]
    assert lines == ["none", "manual", "serial:2341:0043:A1", "kit"]


@pytest.mark.parametrize("chosen", ["serial:1a86:7523@1-2", "kit:C:/kit/DNX64.dll"])
def test_what_is_chosen_stays_in_the_list_while_it_is_away(chosen: str) -> None:
    last = find_choices(chosen, lambda: ())[-1]
    assert last.line == chosen
    assert chosen.partition(":")[2] in last.title


def test_a_fixed_ring_is_what_the_camera_brings() -> None:
    own = NoLights()
    assert open_lights("none", LightsSetting(own)) is own


def test_by_hand_the_names_are_those_of_the_device_file() -> None:
    assert open_lights("manual", LightsSetting(NoLights())).lights == QUADRANTS
    lights = open_lights("manual", LightsSetting(NoLights(), ("left", "right")))
    assert isinstance(lights, ManualLights)
    assert lights.lights == ("left", "right")


def test_by_hand_a_simulated_person_switches_the_simulated_lamps() -> None:
    own = SimulatedLights(QUADRANTS)
    open_lights("manual", LightsSetting(own)).select("upper-left")
    assert own.shining() == {"upper-left"}


def test_serial_lights_are_not_looked_for_before_they_are_used() -> None:
    lights = open_lights("serial:/dev/there-is-none", LightsSetting(NoLights(), ("left", "right")))
    assert isinstance(lights, SerialLights)
    assert isinstance(lights, CheckedLights)
    assert lights.lights == ("left", "right")
    assert "cannot be opened" in lights.check()


def test_a_kit_that_is_missing_says_so_when_it_is_used(tmp_path: Path) -> None:
    lights = open_lights(f"kit:{tmp_path / 'DNX64.dll'}", LightsSetting(NoLights()))
    assert isinstance(lights, KitLights)
    assert lights.check() == ""
    with pytest.raises(CameraError, match="is not there: install DNX64"):
        lights.select(None)
    assert "is not there" in lights.check()
    lights.close()
