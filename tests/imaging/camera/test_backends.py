"""The ways of Windows and macOS to a camera, as far as lists and numbers go: no such system ran here."""

from dataclasses import dataclass

import cv2
import pytest

from imaging.camera.backends import backends_of, open_device
from imaging.camera.discovery import cameras_listed
from imaging.model.camera import CameraInfo

DERM = r"\\?\usb#vid_046d&pid_085c&mi_00#7&2c6a9b1&0&0000#{%s}\global"
LAPTOP = r"\\?\usb#vid_04f2&pid_b6dd&mi_00#6&11&0&0000#{%s}\global"
IDENTITY = "046d:085c@7&2c6a9b1&0&0000"


@dataclass
class Line:
    """A camera as a system lists it."""

    index: int
    name: str
    path: str
    vid: int | None = 0x046D
    pid: int | None = 0x085C


def laptop(index: int, way: str) -> Line:
    return Line(index, "Integrated Camera", LAPTOP % way, 0x04F2, 0xB6DD)


class Capture:
    """Opens where it is told to."""

    def __init__(self, is_open: bool) -> None:
        self.is_open, self.is_released = is_open, False

    def isOpened(self) -> bool:
        return self.is_open

    def release(self) -> None:
        self.is_released = True


class Windows:
    """Each way counts anew; Media Foundation refuses when told to."""

    def __init__(self, refuses: int | None = None) -> None:
        self.refuses, self.asked, self.captures = refuses, [], []
        self.lists = {
            cv2.CAP_MSMF: [laptop(0, "msmf"), Line(1, "Derm", DERM % "msmf")],
            cv2.CAP_DSHOW: [Line(0, "Derm", DERM % "dshow"), laptop(1, "dshow")],
        }

    def open(self, index: int, way: int, parameters: list[int]) -> Capture:
        self.asked.append((index, way))
        assert cv2.CAP_PROP_FRAME_WIDTH in parameters
        self.captures.append(Capture(way != self.refuses))
        return self.captures[-1]


def info(index: str = "9") -> CameraInfo:
    return CameraInfo(IDENTITY, "Derm", "usb", "046d:085c", index)


def open_on(system: Windows) -> tuple[Capture, int]:
    return open_device(info(), None, cv2.CAP_MSMF, system.open, system.lists.__getitem__)


def test_media_foundation_first_by_the_number_of_this_moment() -> None:
    system = Windows()
    assert open_on(system)[1] == cv2.CAP_MSMF
    assert system.asked == [(1, cv2.CAP_MSMF)]


def test_direct_show_where_media_foundation_fails_by_its_own_number() -> None:
    system = Windows(refuses=cv2.CAP_MSMF)
    assert open_on(system)[1] == cv2.CAP_DSHOW
    assert system.asked == [(1, cv2.CAP_MSMF), (0, cv2.CAP_DSHOW)]
    assert system.captures[0].is_released


def test_another_camera_on_its_number_is_never_opened() -> None:
    system = Windows()
    system.lists = {way: [laptop(9, "any")] for way in system.lists}
    capture, _ = open_on(system)
    assert not capture.isOpened()
    assert system.asked == []


def test_a_camera_that_both_ways_list_is_one_and_one_that_only_the_second_lists_is_there() -> None:
    system = Windows()
    system.lists[cv2.CAP_MSMF] = [laptop(0, "msmf")]
    found = {camera.identity: camera for camera in cameras_listed(system.lists)}
    assert set(found) == {IDENTITY, "04f2:b6dd@6&11&0&0000"}
    assert found["04f2:b6dd@6&11&0&0000"].is_builtin
    assert not found[IDENTITY].is_builtin


def test_a_mac_knows_its_cameras_by_their_own_id() -> None:
    (camera,) = cameras_listed({cv2.CAP_AVFOUNDATION: [Line(0, "Derm", "0x1420000046d085c")]})
    assert camera.identity == "046d:085c@0x1420000046d085c"


@pytest.mark.parametrize(
    ("first", "ways"),
    [(cv2.CAP_MSMF, (cv2.CAP_MSMF, cv2.CAP_DSHOW)), (cv2.CAP_AVFOUNDATION, (cv2.CAP_AVFOUNDATION,))],
)
def test_the_ways_of_each_system(first: int, ways: tuple[int, ...]) -> None:
    assert backends_of(first) == ways
