"""Naming a camera: found, not found, more than one."""

import pytest

from imaging.camera.opening import _chosen
from imaging.errors import CameraError
from imaging.model.camera import CameraInfo

LEFT = CameraInfo("046d:085c@0000:00:14.0-1", "Dermatology camera", "usb", "046d:085c", "/dev/video0")
RIGHT = CameraInfo("046d:085c@0000:00:14.0-2", "Dermatology camera", "usb", "046d:085c", "/dev/video2")
WEBCAM = CameraInfo("0408:a061@0000:00:14.0-5", "Integrated Camera", "usb", "0408:a061", "/dev/video4", is_builtin=True)


@pytest.mark.parametrize("wanted", [RIGHT.identity, "/dev/video2", "2"])
def test_by_identity_path_or_index(wanted: str) -> None:
    assert _chosen(wanted, (LEFT, RIGHT, WEBCAM)) is RIGHT


def test_by_vendor_and_product_when_there_is_one() -> None:
    assert _chosen("046d:085c", (LEFT, WEBCAM)) is LEFT


def test_two_of_a_kind_are_not_guessed() -> None:
    with pytest.raises(CameraError, match="more than one") as error:
        _chosen("046d:085c", (LEFT, RIGHT))
    assert LEFT.identity in str(error.value)
    assert RIGHT.identity in str(error.value)


def test_not_found_names_those_that_are() -> None:
    with pytest.raises(CameraError, match=r'"1d6b:0102@x" was not found.*Integrated Camera \(0408:a061@'):
        _chosen("1d6b:0102@x", (WEBCAM,))


def test_no_camera_at_all() -> None:
    with pytest.raises(CameraError, match="No camera is connected"):
        _chosen("0", ())
