"""The camera's button, from events as the kernel writes them; the real one is pressed in tests/camera_vm."""

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from imaging.camera.button import CameraButton, find_button
from imaging.model.camera import CameraInfo

CAMERA = CameraInfo("1234:5678@usb-1", "Dermatology camera", "usb", "1234:5678", "/dev/video2")
PRESS, RELEASE, OTHER = (1, 212, 1), (1, 212, 0), (1, 28, 1)


def event(kind: int, code: int, value: int) -> bytes:
    return struct.pack("llHHi", 7, 9, kind, code, value)


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[tuple[Path, Path, int]]:
    """(sysfs, /dev/input, a descriptor to write events to): the camera is video2, its button event5."""
    sysfs, devices = tmp_path / "sys", tmp_path / "input"
    (sysfs / "video2" / "device" / "input" / "input7" / "event5").mkdir(parents=True)
    devices.mkdir()
    os.mkfifo(devices / "event5")
    reader = os.open(devices / "event5", os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(devices / "event5", os.O_WRONLY)
    yield sysfs, devices, writer
    os.close(writer)
    os.close(reader)


def button_of(computer: tuple[Path, Path, int]) -> CameraButton:
    button = find_button(CAMERA, computer[0], computer[1])
    assert button is not None
    return button


def test_presses_are_counted_once(computer: tuple[Path, Path, int]) -> None:
    button = button_of(computer)
    assert button.presses() == 0
    os.write(computer[2], event(*PRESS) + event(0, 0, 0) + event(*RELEASE) + event(*OTHER) + event(*PRESS))
    assert button.presses() == 2
    assert button.presses() == 0
    button.close()


def test_a_camera_that_is_gone_is_silent(computer: tuple[Path, Path, int]) -> None:
    button = button_of(computer)
    button.close()
    assert button.presses() == 0
    assert not button.is_open


@pytest.mark.parametrize(
    "camera",
    [
        CameraInfo("1234:5678@usb-2", "No button", "usb", path="/dev/video9"),
        CameraInfo("simulated", "Simulated", "simulated"),
        CameraInfo("/films/skin.avi", "File", "file", path="/films/skin.avi"),
    ],
)
def test_most_cameras_have_none(camera: CameraInfo, computer: tuple[Path, Path, int]) -> None:
    assert find_button(camera, computer[0], computer[1]) is None


def test_a_button_that_may_not_be_heard_is_none(computer: tuple[Path, Path, int]) -> None:
    (computer[1] / "event5").unlink()
    assert find_button(CAMERA, computer[0], computer[1]) is None
