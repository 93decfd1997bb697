"""What is asked of the camera is answered in one way or another, in plain words."""

from concurrent.futures import Future

import pytest

from imaging.camera.lights import NoLights
from imaging.capture.requests import Requests, answer_of
from imaging.errors import CameraError
from tests.imaging.capture.conftest import HandedCamera


def test_an_answer_comes_through_and_so_does_what_went_wrong() -> None:
    requests = Requests()
    asked, failing = requests.add(lambda camera, _: camera.info.identity), requests.add(lambda *_: 1 / 0)
    camera = HandedCamera()
    while requests.serve(camera, NoLights()):
        pass
    assert answer_of(asked) == camera.info.identity
    with pytest.raises(ZeroDivisionError):
        answer_of(failing)


def test_no_camera_to_ask_is_said() -> None:
    with pytest.raises(CameraError, match="The camera is off"):
        answer_of(None)


def test_a_camera_that_hangs_is_told_and_does_nothing_afterwards() -> None:
    requests, done = Requests(), []
    asked: Future[None] = requests.add(lambda *_: done.append(1))
    with pytest.raises(CameraError, match="does not answer"):
        answer_of(asked, timeout_s=0.0)
    assert requests.serve(HandedCamera(), NoLights())
    assert done == []
