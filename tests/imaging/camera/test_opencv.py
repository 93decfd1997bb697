"""Files and streams through OpenCV: pace, looping, loss. The real webcam is in tests/camera_vm."""

from pathlib import Path

import numpy as np
import pytest

from imaging.camera.device import CameraLostError
from imaging.camera.opencv import OpenCvCamera
from imaging.camera.opening import file_info, open_camera, stream_info
from imaging.camera.pace import SteppedClock
from imaging.errors import CameraError
from tests.imaging.camera.conftest import FILE_FRAMES


def test_a_file_plays_at_its_own_rate_and_starts_over(video_file: Path) -> None:
    clock = SteppedClock()
    camera = OpenCvCamera(file_info(video_file), clock=clock)
    camera.start()
    frames = [camera.grab(1.0) for _ in range(2 * FILE_FRAMES)]
    camera.close()
    assert np.allclose(np.diff([frame.time_s for frame in frames]), 1 / 20, atol=1e-6)
    assert np.array_equal(frames[0].pixels, frames[FILE_FRAMES].pixels)
    assert not np.array_equal(frames[0].pixels, frames[1].pixels)
    assert [frame.sequence for frame in frames] == list(range(1, 2 * FILE_FRAMES + 1))


def test_a_file_keeps_the_colours(video_file: Path, skin_frames: list[np.ndarray]) -> None:
    camera = OpenCvCamera(file_info(video_file), clock=SteppedClock())
    camera.start()
    seen = camera.grab(1.0).pixels.astype(float)
    camera.close()
    assert np.abs(seen.mean(axis=(0, 1)) - skin_frames[0].mean(axis=(0, 1))).max() < 3


def test_a_file_that_is_no_video_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.avi"
    path.write_text("not a video")
    with pytest.raises(CameraError, match=r"notes\.avi cannot be played"):
        open_camera(str(path)).start()


def test_a_stream_that_ends_is_lost(network_camera) -> None:
    camera = open_camera(network_camera.url)
    camera.start()
    camera.grab(5.0)
    network_camera.cut.set()
    with pytest.raises(CameraLostError, match="stopped sending"):
        for _ in range(100):
            camera.grab(5.0)
    camera.close()


def test_nobody_at_the_address() -> None:
    with pytest.raises(CameraError, match="does not answer"):
        open_camera("http://127.0.0.1:9/video.mjpg").start()


def test_a_password_is_no_part_of_the_identity() -> None:
    info = stream_info("http://nurse:secret@cam.local:8080/video?token=abc")
    assert info.identity == "http://cam.local:8080/video"
    assert "secret" not in info.name
    assert info.path == "http://nurse:secret@cam.local:8080/video?token=abc"


def test_a_file_has_no_controls(video_file: Path) -> None:
    camera = open_camera(str(video_file), SteppedClock())
    camera.start()
    assert camera.controls == ()
    assert not camera.apply({"exposure": 100.0})[0].is_held
    camera.close()
