"""A network camera: its address is typed into the settings, the window shows it, captures from it and exports."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest
from PySide6.QtWidgets import QAbstractButton

from gui.main_window import MainWindow
from imaging.model.arrays import Pixels
from tests.e2e.conftest import SHAPE, MakeWindow, click, type_into, wait_for
from tests.e2e.exported import check_exported, draw_rectangle, export
from tests.e2e.first_visit import add_subject, create_follow_up_study, open_archive, start_visit
from tests.e2e.real_pictures import difference, open_real, original_of, shoot_site, skin_frames, wait_for_live_picture
from tests.imaging.camera.conftest import NetworkCamera, serving

JPEG_QUALITY = 95


@pytest.fixture(scope="module")
def frames() -> list[Pixels]:
    return skin_frames()


@pytest.fixture
def stream(frames: list[Pixels]) -> Iterator[NetworkCamera]:
    quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    encoded = [cv2.imencode(".jpg", cv2.cvtColor(f, cv2.COLOR_RGB2BGR), quality)[1].tobytes() for f in frames]
    with serving(NetworkCamera(encoded)) as camera:
        yield camera


def choose_camera(window: MainWindow, address: str) -> None:
    click(next(b for b in window.rail.findChildren(QAbstractButton) if b.accessibleName() == "Settings"))
    type_into(window.dialog.camera.lineEdit(), address)
    click(window.dialog.action)
    wait_for(lambda: window.dialog is None)


def test_the_window_captures_from_a_network_camera(
    make_window: MakeWindow, stream: NetworkCamera, frames: list[Pixels], tmp_path: Path
) -> None:
    window = make_window(open_real, None, is_calibrated=False)
    open_archive(window, tmp_path / "archive")
    create_follow_up_study(window)
    add_subject(window, "N-1")
    choose_camera(window, stream.url)
    start_visit(window)
    capture = shoot_site(window, "Left cheek")
    assert capture.facts.camera_identity == stream.url
    assert [(o.gate, o.reason) for o in capture.facts.overrides] == [
        ("calibration", "Calibration is not possible today")
    ]
    assert difference(original_of(tmp_path / "archive", capture), frames) < 2.5
    draw_rectangle(window)
    check_exported(export(window, tmp_path / "out"), SHAPE)


def test_a_network_camera_that_falls_silent_comes_back_by_itself(
    make_window: MakeWindow, stream: NetworkCamera, tmp_path: Path
) -> None:
    window = make_window(open_real, stream.url, is_calibrated=False)
    open_archive(window, tmp_path / "archive")
    create_follow_up_study(window)
    add_subject(window, "N-2")
    start_visit(window)
    wait_for_live_picture(window)
    stream.cut.set()
    wait_for(lambda: window.strip.level == "error" and "stopped sending" in window.strip.text, 10)
    stream.cut.clear()
    wait_for(lambda: window.strip.text == "The camera is back.", 20)
    shoot_site(window, "Left cheek")
