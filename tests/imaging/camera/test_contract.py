"""The contract on the cameras that need no device; the real webcam signs it in tests/camera_vm."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from imaging.camera.device import AimableCamera, Camera
from imaging.camera.opening import open_camera
from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.model.frame import ControlReading
from tests.imaging.camera.contract import CameraContract


class TestSimulated(CameraContract):
    @pytest.fixture
    def camera(self) -> Iterator[Camera]:
        camera = SimulatedCamera(Population(1), shape=(240, 320), clock=SteppedClock())
        yield camera
        camera.close()

    def test_can_be_aimed(self, camera: Camera) -> None:
        assert isinstance(camera, AimableCamera)


class TestVideoFile(CameraContract):
    @pytest.fixture
    def camera(self, video_file: Path) -> Iterator[Camera]:
        camera = open_camera(str(video_file), SteppedClock())
        yield camera
        camera.close()


class TestNetworkStream(CameraContract):
    @pytest.fixture
    def camera(self, network_camera) -> Iterator[Camera]:
        camera = open_camera(network_camera.url)
        yield camera
        camera.close()


def test_whether_a_camera_can_be_aimed_is_known_without_asking_the_device() -> None:
    """The window asks it while the feed's thread reads: two threads in one device end the program."""

    class Asked:
        @property
        def controls(self) -> tuple[ControlReading, ...]:
            raise AssertionError("the device was asked")

    assert not isinstance(Asked(), AimableCamera)
