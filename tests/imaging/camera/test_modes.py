"""Which mode is chosen."""

from imaging.camera.modes import UNKNOWN, best_mode, mode_like
from imaging.model.camera import CameraMode


def test_the_largest_fluent_one() -> None:
    modes = (
        CameraMode(480, 640, 30.0, "YUYV"),
        CameraMode(1080, 1920, 30.0, "MJPG"),
        CameraMode(1080, 1920, 5.0, "YUYV"),
    )
    assert best_mode(modes) == modes[1]


def test_uncompressed_at_the_same_size() -> None:
    modes = (CameraMode(480, 640, 30.0, "MJPG"), CameraMode(480, 640, 30.0, "YUYV"))
    assert best_mode(modes).transport == "YUYV"


def test_never_beyond_what_can_be_guided_live() -> None:
    modes = (CameraMode(2160, 3840, 30.0, "MJPG"), CameraMode(720, 1280, 30.0, "MJPG"))
    assert best_mode(modes).rows == 720


def test_slow_only_or_unknown() -> None:
    slow = (CameraMode(720, 1280, 10.0, "MJPG"), CameraMode(720, 1280, 5.0, "YUYV"))
    assert best_mode(slow).rows == 720
    assert best_mode(()) == UNKNOWN
    assert mode_like(slow, (720, 1280)) == slow[0]
    assert mode_like((), (480, 640)).cols == 640
