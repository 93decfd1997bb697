"""Skin as a video file and as a network camera."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest

from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population

SHAPE = (240, 320)
FILE_FRAMES = 6


@pytest.fixture(scope="session")
def skin_frames() -> list[np.ndarray]:
    """Six neighbouring RGB frames."""
    clock = SteppedClock()
    camera = SimulatedCamera(Population(1), shape=SHAPE, clock=clock)
    camera.start()
    clock.wait(8.0)
    return [camera.grab(1.0).pixels for _ in range(FILE_FRAMES)]


@pytest.fixture(scope="session")
def video_file(skin_frames: list[np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lossless-looking video at 20 frames a second."""
    path = tmp_path_factory.mktemp("video") / "skin.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, SHAPE[::-1])
    for frame in skin_frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


class NetworkCamera:
    """An MJPEG camera on loopback; `cut` ends the stream as a pulled plug does."""

    def __init__(self, jpegs: list[bytes]) -> None:
        self.jpegs, self.cut = jpegs, threading.Event()
        camera = self

        class Pages(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                camera.send(self)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/video.mjpg"

    def send(self, page: http.server.BaseHTTPRequestHandler) -> None:
        number = 0
        while not self.cut.wait(0.02):
            jpeg = self.jpegs[number % len(self.jpegs)]
            number += 1
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            try:
                page.wfile.write(head.encode() + jpeg + b"\r\n")
            except OSError:
                return


@contextmanager
def serving(camera: NetworkCamera) -> Iterator[NetworkCamera]:
    thread = threading.Thread(target=camera.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield camera
    finally:
        camera.cut.set()
        camera.server.shutdown()
        thread.join()
        camera.server.server_close()


@pytest.fixture
def network_camera(skin_frames: list[np.ndarray]) -> Iterator[NetworkCamera]:
    encoded = [cv2.imencode(".jpg", cv2.cvtColor(f, cv2.COLOR_RGB2BGR))[1].tobytes() for f in skin_frames]
    with serving(NetworkCamera(encoded)) as camera:
        yield camera
