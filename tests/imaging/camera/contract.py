"""What every camera must do. One class, run on each kind of camera by a fixture `camera` (not started)."""

import numpy as np
import pytest

from imaging.camera.device import Camera
from imaging.errors import CameraError

PATIENCE_S = 5.0


class CameraContract:
    """Collected through its subclasses only."""

    def test_is_a_camera(self, camera: Camera) -> None:
        assert isinstance(camera, Camera)
        assert camera.info.identity
        assert camera.info.name
        assert camera.info.kind in ("usb", "file", "stream", "simulated")

    def test_frames_are_rgb_of_one_shape_numbered_and_timed(self, camera: Camera) -> None:
        camera.start()
        frames = [camera.grab(PATIENCE_S) for _ in range(4)]
        assert len({frame.pixels.shape for frame in frames}) == 1
        assert frames[0].pixels.ndim == 3
        assert frames[0].pixels.shape[2] == 3
        assert frames[0].pixels.dtype == np.uint8
        assert np.diff([frame.sequence for frame in frames]).min() > 0
        assert np.diff([frame.time_s for frame in frames]).min() >= 0

    def test_skin_is_redder_than_blue(self, camera: Camera) -> None:
        camera.start()
        red, green, blue = camera.grab(PATIENCE_S).pixels.reshape(-1, 3).mean(axis=0)
        assert red > green > blue

    def test_frames_are_read_only_and_keep_their_pixels(self, camera: Camera) -> None:
        camera.start()
        first = camera.grab(PATIENCE_S)
        kept = first.pixels.copy()
        camera.grab(PATIENCE_S)
        assert not first.pixels.flags.writeable
        assert np.array_equal(first.pixels, kept)

    def test_says_plainly_when_not_started(self, camera: Camera) -> None:
        with pytest.raises(CameraError, match="not started"):
            camera.grab(PATIENCE_S)

    def test_starts_again_after_stop(self, camera: Camera) -> None:
        camera.start()
        shape = camera.grab(PATIENCE_S).shape
        camera.stop()
        with pytest.raises(CameraError):
            camera.grab(PATIENCE_S)
        camera.start()
        assert camera.grab(PATIENCE_S).shape == shape

    def test_closes_twice(self, camera: Camera) -> None:
        camera.start()
        camera.close()
        camera.close()

    def test_every_control_answers_what_was_asked(self, camera: Camera) -> None:
        camera.start()
        held = {reading.name: reading for reading in camera.controls}
        wanted = {name: float(reading.read_back or 0) for name, reading in held.items()}
        for reading in camera.apply(wanted):
            assert reading.is_held
            assert reading.minimum is not None
            assert reading.maximum is not None

    def test_a_control_it_has_not_comes_back_unread(self, camera: Camera) -> None:
        camera.start()
        (reading,) = camera.apply({"warp drive": 9.0})
        assert reading.read_back is None
        assert not reading.is_held
