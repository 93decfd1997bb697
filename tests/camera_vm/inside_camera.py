"""A real UVC webcam at camera level. Run inside the guest by test_real_camera.py; not collected elsewhere."""

import os
import time
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from imaging.camera.device import CameraLostError
from imaging.camera.discovery import SYSFS, find_cameras
from imaging.camera.modes import mode_like
from imaging.camera.opencv import OpenCvCamera
from imaging.camera.opening import open_camera
from imaging.errors import CameraError
from imaging.model.arrays import Pixels
from imaging.model.camera import CameraInfo
from imaging.model.frame import Frame
from tests.camera_vm.conftest import SIZE, Log, Order, wait_for
from tests.imaging.camera.contract import CameraContract

BAD_FRAMES = 5
RATE_FRAMES = 75


def the_webcam() -> CameraInfo:
    assert wait_for(find_cameras, 10.0), "no webcam came up"
    (info,) = find_cameras()
    return info


@pytest.fixture
def camera() -> Iterator[OpenCvCamera]:
    info = the_webcam()
    opened = OpenCvCamera(info, mode_like(info.modes, SIZE))
    yield opened
    opened.close()


def start_up(camera: OpenCvCamera) -> OpenCvCamera:
    """A device that has just come up may be busy for a moment, as the system looks at it too."""

    def starts() -> bool:
        try:
            camera.start()
        except CameraError:
            return False
        return True

    assert wait_for(starts, 5.0)
    return camera


def grab_all(camera: OpenCvCamera, count: int) -> tuple[list[Frame], list[str]]:
    """Good frames, and the sentences said about the bad ones."""
    good: list[Frame] = []
    bad: list[str] = []
    for _ in range(count):
        try:
            good.append(camera.grab(3.0))
        except CameraError as error:
            bad.append(str(error))
    return good, bad


def nearest(part: Pixels, shown: list[Pixels], row: int) -> int:
    """Number of the picture whose rows from `row` on are most alike."""
    apart = [np.abs(part.astype(float) - one[row : row + len(part)]).mean() for one in shown]
    return int(np.argmin(apart))


def difference(part: Pixels, shown: list[Pixels]) -> float:
    """Mean difference to the nearest of some pictures, in grey values."""
    return min(float(np.abs(part.astype(float) - one).mean()) for one in shown)


def is_set(log: Log, control: str, value: float) -> bool:
    return any((e.get("ev"), e.get("control"), e.get("value")) == ("set", control, value) for e in log())


@pytest.fixture
def fresh(order: Order, camera_log: Log) -> None:
    """A webcam just plugged in: all its controls are at their defaults, and it has done what that asks of it."""
    order("unplug")
    assert wait_for(lambda: not list(SYSFS.glob("video*")), 5.0)
    before = done_count(camera_log)
    order("plug")
    assert wait_for(lambda: list(SYSFS.glob("video*")), 10.0)
    wait_for(lambda: done_count(camera_log) > before, 15.0)


def done_count(log: Log) -> int:
    """How often the webcam has finished redrawing its pictures for new controls."""
    return sum(event["ev"] == "effects-done" for event in log())


def bare_rate(path: str) -> float:
    """Frames a second of nothing but `read()` in a loop."""
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "1")  # read once, by the first capture of a process
    capture = cv2.VideoCapture(path, cv2.CAP_V4L2)
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, SIZE[1])
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, SIZE[0])
    assert capture.read()[0]
    started = time.monotonic()
    assert all(capture.read()[0] for _ in range(RATE_FRAMES))
    rate = RATE_FRAMES / (time.monotonic() - started)
    capture.release()
    return rate


@pytest.mark.usefixtures("fresh")
class TestLive:
    def test_at_its_rate(self, camera: OpenCvCamera) -> None:
        """25 of 30 frames a second; on a machine too busy for that, nearly what a bare OpenCV loop gets there."""
        bare = bare_rate(camera.info.path or "")
        camera.start()
        frame = camera.grab(5.0)
        times = [camera.grab(3.0).time_s for _ in range(RATE_FRAMES)]
        rate = (len(times) - 1) / (times[-1] - times[0])
        print(f"{rate:.1f} frames/s at {SIZE[1]} x {SIZE[0]} MJPG; a bare loop {bare:.1f}")
        assert rate >= min(25.0, 0.75 * bare)
        assert frame.shape == SIZE
        assert frame.transport == "MJPG"

    def test_uncompressed(self) -> None:
        info = the_webcam()
        camera = OpenCvCamera(info, mode_like(info.modes, (480, 640), "YUYV"))
        camera.start()
        frame = camera.grab(5.0)
        camera.close()
        assert (frame.shape, frame.transport) == ((480, 640), "YUYV")


class TestDiscovery:
    def test_one_camera_by_identity_with_its_modes(self) -> None:
        info = the_webcam()
        assert info.vendor_product == "1d6b:0102"
        assert info.identity.startswith("1d6b:0102@")
        assert not info.is_builtin
        transports = {(m.rows, m.cols, m.transport) for m in info.modes}
        assert (*SIZE, "MJPG") in transports
        assert (480, 640, "YUYV") in transports
        assert max(m.frames_per_s or 0 for m in info.modes) == 30.0

    def test_opened_by_every_name_it_has(self) -> None:
        info = the_webcam()
        for name in (info.identity, "1d6b:0102", info.path or ""):
            assert open_camera(name).info.identity == info.identity

    def test_the_metadata_node_is_no_camera(self) -> None:
        with pytest.raises(CameraError, match=r"not found.*1d6b:0102@"):
            open_camera("/dev/video1")


@pytest.mark.usefixtures("fresh")
class TestBadFrames:
    @pytest.mark.parametrize(
        ("fault", "words"),
        [
            ("truncate", ("torn picture",)),
            ("corrupt", ("corrupt picture", "torn picture", "unreadable picture")),  # chance decides what breaks
            ("wrongsize", ("instead of 1280 x 720",)),
        ],
    )
    def test_never_handed_on(self, camera: OpenCvCamera, order: Order, fault: str, words: tuple[str, ...]) -> None:
        camera.start()
        camera.grab(5.0)
        order(f"{fault}={BAD_FRAMES}")
        good, bad = grab_all(camera, 25)
        assert 1 <= len(bad) <= BAD_FRAMES, "a busy machine may lose one before anybody sees it"
        assert all(any(word in sentence for word in words) for sentence in bad), bad
        assert {frame.shape for frame in good} == {SIZE}
        assert np.std([frame.pixels.mean() for frame in good]) < 2.0

    @pytest.mark.parametrize("fault", ["truncate", "errbit"])
    def test_of_uncompressed_ones_the_driver_drops_what_is_short_or_marked(
        self, order: Order, shown: list[Pixels], fault: str
    ) -> None:
        """Nothing in the picture itself would tell: the lower half would be another frame's."""
        info = the_webcam()
        camera = OpenCvCamera(info, mode_like(info.modes, (480, 640), "YUYV"))
        camera.start()
        camera.grab(5.0)
        order(f"{fault}={BAD_FRAMES}")
        good, bad = grab_all(camera, 20)
        camera.close()
        assert not bad
        small = [cv2.resize(np.asarray(pixels), (640, 480), interpolation=cv2.INTER_AREA) for pixels in shown]
        assert max(difference(frame.pixels[240:], [one[240:] for one in small]) for frame in good) < 6.0
        numbers = [(nearest(frame.pixels[:120], small, 0), nearest(frame.pixels[360:], small, 360)) for frame in good]
        assert all(abs(top - bottom) <= 1 for top, bottom in numbers), numbers

    def test_a_frozen_stream_is_no_loss(self, camera: OpenCvCamera, order: Order) -> None:
        camera.start()
        camera.grab(5.0)
        order("freeze")
        try:
            with pytest.raises(CameraError, match="sent no picture") as error:
                for _ in range(10):
                    camera.grab(1.0)
        finally:
            order("resume")
        assert not isinstance(error.value, CameraLostError)
        assert camera.grab(5.0).shape == SIZE


class TestUnplug:
    def test_lost_at_once_and_found_again_by_identity(self, camera: OpenCvCamera, order: Order) -> None:
        camera.start()
        camera.grab(5.0)
        identity = camera.info.identity
        started = time.monotonic()
        order("unplug")
        with pytest.raises(CameraLostError, match="was unplugged"):
            for _ in range(200):
                camera.grab(1.0)
        assert time.monotonic() - started < 3.0
        camera.stop()
        assert wait_for(lambda: not find_cameras(), 5.0)
        with pytest.raises(CameraError, match="No camera is connected"):
            open_camera(identity)
        order("plug")
        assert wait_for(find_cameras, 10.0)
        again = start_up(open_camera(identity))
        assert again.grab(5.0).transport is not None
        assert {r.name: r.read_back for r in again.controls}["exposure"] == 156.0
        again.close()

    def test_returns_as_another_node(self, camera: OpenCvCamera, order: Order) -> None:
        camera.start()
        camera.grab(5.0)
        order("unplug")
        assert wait_for(lambda: not find_cameras(), 5.0)
        order("plug")
        assert wait_for(find_cameras, 10.0)
        info = the_webcam()
        assert info.identity == camera.info.identity
        assert info.path != camera.info.path
        again = start_up(OpenCvCamera(info, mode_like(info.modes, SIZE)))
        assert again.grab(5.0).shape == SIZE
        again.close()

    def test_a_lost_handle_stays_lost(self, camera: OpenCvCamera, order: Order) -> None:
        camera.start()
        camera.grab(5.0)
        order("unplug")
        for _ in range(2):
            with pytest.raises(CameraLostError):
                for _ in range(200):
                    camera.grab(1.0)
        camera.stop()
        order("plug")
        assert wait_for(find_cameras, 10.0)


class TestContract(CameraContract):
    """The webcam signs what the simulated camera signs."""
