"""The camera goes away, was never there, or the disk is full: one plain sentence, and nothing lost or half-written."""

import errno
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gui.main_window import MainWindow
from imaging.archive.store import open_archive as open_again
from imaging.camera.device import Camera, LightController
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.faults import Fault, Faults
from imaging.camera.simulated.population import Population
from tests.e2e.conftest import SHAPE, MakeWindow, click, wait_for
from tests.e2e.first_visit import add_subject, create_follow_up_study, open_archive, start_visit
from tests.e2e.real_pictures import choose_site, open_real, press_space, shoot_site, wait_for_live_picture

SITE = "Left crow's feet"
AT_ONCE_S = 1.0
DISK_BYTES = 24 * 1024 * 1024


class Cable:
    """Between the station and a simulated camera."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.opened: list[SimulatedCamera] = []

    def open_camera(self, _identity: str) -> tuple[Camera, LightController]:
        camera = SimulatedCamera(Population(), shape=SHAPE, faults=self.faults)
        self.opened.append(camera)
        return camera, camera.lights

    def pull(self) -> None:
        self.faults.begin(Fault.UNPLUG)

    def plug_in(self) -> None:
        self.faults.end()


@pytest.fixture
def cable() -> Cable:
    return Cable()


def begin(window: MainWindow, archive: Path) -> None:
    """A visit of a new subject, up to the capture page; shutter by hand."""
    open_archive(window, archive)
    create_follow_up_study(window)
    add_subject(window, "L-1")
    start_visit(window)
    wait_for(lambda: window.dialog is None)
    automatic = window.pages["capture"].controls.automatic
    if automatic.isChecked():
        click(automatic)


def files_under(folder: Path) -> set[Path]:
    """All of an archive but the database's own side files."""
    return {path for path in folder.rglob("*") if path.is_file() and "sqlite" not in path.name}


def test_a_pulled_cable_is_told_at_once_and_forgiven(make_window: MakeWindow, cable: Cable, tmp_path: Path) -> None:
    window = make_window(cable.open_camera)
    begin(window, tmp_path / "archive")
    wait_for_live_picture(window)
    window._run.devices._feed.apply({"white_balance": 5000.0}).result(10)
    first = shoot_site(window, SITE)
    choose_site(window, "Right crow's feet")
    wait_for(lambda: not window._run.capture.standing.is_seating)
    started = time.monotonic()
    cable.pull()
    wait_for(lambda: window.strip.level == "error" and "was unplugged: plug it in again" in window.strip.text, 10)
    assert time.monotonic() - started < AT_ONCE_S
    press_space(window)
    wait_for(lambda: window.strip.text.startswith("No picture was taken. "), 10)
    cable.plug_in()
    wait_for(lambda: window.strip.text == "The camera is back.")
    assert {c.name: c.read_back for c in cable.opened[-1].controls}["white_balance"] == 5000.0
    second = shoot_site(window, "Right crow's feet")
    with open_again(tmp_path / "archive", "checker") as archive:
        assert archive.verify().is_sound
        assert {c.identifier for c in archive.captures()} == {first.identifier, second.identifier}


def test_a_cable_pulled_during_the_shot_leaves_nothing_half_taken(
    make_window: MakeWindow, cable: Cable, tmp_path: Path
) -> None:
    window = make_window(cable.open_camera)
    begin(window, tmp_path / "archive")
    wait_for_live_picture(window)
    wait_for(lambda: window.pages["capture"].controls.shutter.isEnabled())
    before = files_under(tmp_path / "archive")
    press_space(window)
    cable.pull()
    wait_for(lambda: "No picture was taken." in window.strip.text or "was unplugged" in window.strip.text, 10)
    wait_for(lambda: window.pages["capture"]._state.mode == "aiming")
    assert window._run.visit.chosen.captures == ()
    assert files_under(tmp_path / "archive") == before
    cable.plug_in()
    wait_for(lambda: window.strip.text == "The camera is back.")
    shoot_site(window, SITE)


def test_no_camera_at_all(make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(open_real, "1d6b:0102@nowhere")
    begin(window, tmp_path / "archive")
    wait_for(lambda: "was not found" in window.strip.text, 10)
    assert '"1d6b:0102@nowhere"' in window.strip.text
    assert window.strip.text.endswith(".")
    press_space(window)
    wait_for(lambda: window.strip.text.startswith("No picture was taken. "), 10)
    assert window._run.visit.chosen.captures == ()


def test_no_camera_chosen(make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(open_real, None)
    begin(window, tmp_path / "archive")
    press_space(window)
    wait_for(lambda: bool(window.strip.text), 10)
    assert window.strip.text == "No picture was taken. No camera is chosen yet: open the settings and choose one."


def test_a_disk_that_fills_up_while_writing(make_window: MakeWindow, cable: Cable, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    window = make_window(cable.open_camera)
    begin(window, folder)
    wait_for_live_picture(window)
    before = files_under(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", _no_room)
        press_space(window)
        wait_for(lambda: "disk is full" in window.strip.text)
    _nothing_was_kept(window, folder, before)
    shoot_site(window, SITE)


def _no_room(_path: Path, _target: Path) -> Path:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of a few megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(disk)]
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_disk_that_is_full(make_window: MakeWindow, cable: Cable, small_disk: Path) -> None:
    folder, ballast = small_disk / "archive", small_disk / "ballast"
    window = make_window(cable.open_camera)
    begin(window, folder)
    wait_for_live_picture(window)
    before = files_under(folder)
    ballast.write_bytes(bytes(DISK_BYTES * 3 // 4))
    press_space(window)
    wait_for(lambda: "disk is full" in window.strip.text)
    _nothing_was_kept(window, folder, before)
    ballast.unlink()
    shoot_site(window, SITE)


def _nothing_was_kept(window: MainWindow, folder: Path, before: set[Path]) -> None:
    """The sentence names the folder and what to do; the archive is as it was."""
    assert str(folder) in window.strip.text
    assert "free" in window.strip.text
    assert window.strip.text.endswith(".")
    wait_for(lambda: window.pages["capture"]._state.mode == "aiming")
    assert window._run.visit.chosen.captures == ()
    assert files_under(folder) == before
    with open_again(folder, "checker") as archive:
        assert archive.captures() == ()
        assert archive.verify().is_sound
