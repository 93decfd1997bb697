"""The button on a camera, over a pipe that speaks as the kernel does. The real one is in tests/camera_vm."""

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from imaging.camera.button import CameraButton, event_names

PRESS, RELEASE, OTHER = (1, 212, 1), (1, 212, 0), (1, 30, 1)


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    (tmp_path / "sysfs/video0/device/input/input7/event5").mkdir(parents=True)
    (tmp_path / "sysfs/video2/device").mkdir(parents=True)
    (tmp_path / "nodes").mkdir()
    return tmp_path / "sysfs"


@pytest.fixture
def kernel(tmp_path: Path, sysfs: Path) -> Iterator[int]:
    """The other end of the button."""
    del sysfs
    os.mkfifo(tmp_path / "nodes/event5")
    file = os.open(tmp_path / "nodes/event5", os.O_RDWR)
    yield file
    os.close(file)


def send(kernel: int, *events: tuple[int, int, int]) -> None:
    os.write(kernel, b"".join(struct.pack("llHHi", 0, 0, *event) for event in events))


def test_a_press_is_told_once(sysfs: Path, kernel: int, tmp_path: Path) -> None:
    button = CameraButton("/dev/video0", sysfs, tmp_path / "nodes")
    assert button.is_there
    assert not button.was_pressed()
    send(kernel, PRESS, RELEASE)
    assert button.was_pressed()
    assert not button.was_pressed()
    send(kernel, OTHER, RELEASE)
    assert not button.was_pressed()
    button.close()
    button.close()
    assert not button.was_pressed()


def test_only_the_camera_s_own_inputs_count(sysfs: Path) -> None:
    assert event_names("/dev/video0", sysfs) == ("event5",)
    assert event_names("/dev/video2", sysfs) == ()


def test_without_the_right_to_read_it_is_never_pressed(sysfs: Path, tmp_path: Path) -> None:
    button = CameraButton("/dev/video0", sysfs, tmp_path / "nowhere")
    assert not button.is_there
    assert not button.was_pressed()
