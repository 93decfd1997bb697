"""What goes wrong with a real UVC webcam under the whole window. Run inside the guest by test_window.py."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import main
from gui.app import build_window
from gui.main_window import MainWindow
from imaging.archive.store import Archive
from imaging.archive.store import open_archive as open_again
from imaging.model.arrays import Pixels
from imaging.model.visit import Capture
from tests.camera_vm.conftest import Log, Order
from tests.camera_vm.inside_camera import is_set, the_webcam
from tests.camera_vm.inside_window import LOSSY, NEXT_SITE, SITE, begin, close
from tests.e2e.conftest import click, live_for, wait_for
from tests.e2e.real_pictures import choose_site, difference, original_of, press_space, shoot_site

pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints", extend=True), pytest.mark.timeout(120)]
BAD_FRAMES = 25
HUNG_S = 7.0
"""Long enough for the feed to give the camera up and to try to open it anew, which hangs as well."""
LONGEST_BLOCK_S = 0.5
"""The window may not stand still for longer, whatever the camera does."""


@dataclass
class Desk:
    """The window at the capture page, its archive, the webcam, and a clock that notices a window that stands still."""

    window: MainWindow
    archive: Path
    order: Order
    longest_s: float = 0.0
    _last_s: float = field(default_factory=time.monotonic)

    def tick(self) -> None:
        now = time.monotonic()
        self.longest_s, self._last_s = max(self.longest_s, now - self._last_s), now

    def is_live(self) -> bool:
        return self.window._run.devices.state.name == "live"

    def wait_until_live(self) -> None:
        wait_for(self.is_live)

    def captures(self) -> tuple[Capture, ...]:
        with open_again(self.archive, "checker") as kept:
            assert kept.verify().is_sound
            return kept.captures()

    def is_refused(self) -> bool:
        return self.window.strip.text.startswith("No picture was taken.")

    def aim(self, site: str) -> None:
        choose_site(self.window, site)
        wait_for(lambda: self.window._run.capture.standing.phase == "aiming")


@pytest.fixture(scope="module")
def desk(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One window for all; every test leaves it live at the capture page."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(home / "config"))
        patch.setenv("XDG_DATA_HOME", str(home / "data"))
        window = build_window(qapp, main._station(main._parser(()).parse_args(["--camera", the_webcam().identity])))
        window.resize(1366, 768)
        window.show()
        QTest.qWaitForWindowExposed(window)
        desk = Desk(window, home / "archive", Order())
        begin(window, desk.archive)
        click(window.pages["capture"].controls.automatic)
        beat = QTimer(window, interval=20)
        beat.timeout.connect(desk.tick)
        beat.start()
        yield desk
        close(window)


def test_the_settings_name_the_camera_and_lead_to_its_controls(desk: Desk, camera_log: Log) -> None:
    """Set in the window, heard by the camera, read back beside it."""
    window, info = desk.window, the_webcam()
    window.ask("settings")
    settings = window.dialog
    wait_for(lambda: info.identity in settings.camera.currentText())
    click(settings.set_camera)
    dialog = settings.controls
    wait_for(lambda: "exposure" in dialog.lines and bool(dialog.lines["exposure"].wanted.text()))
    assert info.identity in dialog.camera.text()
    assert "MJPG" in dialog.camera.text()
    QTest.keyClicks(dialog.lines["gain"].wanted, "\b\b\b6")
    QTest.keyClick(dialog.lines["gain"].wanted, "\r")
    wait_for(lambda: is_set(camera_log, "gain", 6))
    dialog.lines["gain"].wanted.clearFocus()
    wait_for(
        lambda: dialog.lines["gain"].read_back.text() == "6" and dialog.lines["gain"].words.text() == "Held as asked"
    )
    dialog.accept()
    settings.reject()
    wait_for(lambda: window.dialog is None)
    assert desk.is_live(), "the page kept its camera"


def test_a_frozen_camera_is_told_refused_and_forgiven(desk: Desk) -> None:
    desk.order.send("freeze")
    started = time.monotonic()
    wait_for(lambda: desk.window._run.devices.state.name == "stalled")
    assert time.monotonic() - started < 4
    before = desk.captures()
    press_space(desk.window)
    wait_for(desk.is_refused)
    desk.order.send("resume")
    desk.wait_until_live()
    assert desk.captures() == before
    shoot_site(desk.window, SITE)


@pytest.mark.parametrize("fault", ["truncate", "corrupt", "wrongsize"])
def test_bad_frames_never_reach_the_archive(desk: Desk, shown: list[Pixels], fault: str) -> None:
    desk.aim(NEXT_SITE)
    desk.order.send(f"{fault}={BAD_FRAMES}")
    capture = shoot_site(desk.window, NEXT_SITE)
    assert difference(original_of(desk.archive, capture), shown) < LOSSY
    desk.wait_until_live()


def test_the_camera_s_own_button_is_the_shutter(desk: Desk, camera_log: Log) -> None:
    desk.aim(SITE)
    before = len(desk.captures())

    def is_taken() -> bool:
        return desk.window._run.capture.standing.phase == "looking"

    desk.order.send("button")
    wait_for(is_taken)
    assert len(desk.captures()) == before + 1
    assert not any(event["ev"] == "button-unheard" for event in camera_log())


def test_a_cable_pulled_during_the_shot(desk: Desk) -> None:
    """The picture is whole in the archive, or it is said that none was taken."""
    desk.aim(NEXT_SITE)
    before = len(desk.captures())
    press_space(desk.window)
    desk.order.send("unplug")
    wait_for(lambda: "was unplugged" in desk.window.strip.text or desk.is_refused())
    wait_for(lambda: desk.window._run.capture.standing.phase != "shooting")
    assert len(desk.captures()) == before + len(_new(desk, before))
    desk.order.send("plug")
    desk.wait_until_live()


def _new(desk: Desk, before: int) -> tuple[Capture, ...]:
    """What the window says was taken since."""
    return desk.window._run.visit.chosen.captures[before:]


def test_a_cable_pulled_while_the_picture_is_being_archived(
    desk: Desk, shown: list[Pixels], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = Archive.add_capture

    def pull_then_keep(archive: Archive, stack: object, facts: object) -> Capture:
        desk.order("unplug")
        return keep(archive, stack, facts)  # type: ignore[arg-type]

    monkeypatch.setattr(Archive, "add_capture", pull_then_keep)
    capture = shoot_site(desk.window, SITE)
    assert difference(original_of(desk.archive, capture), shown) < LOSSY
    wait_for(lambda: desk.window._run.devices.state.name == "lost")
    desk.order.send("plug")
    desk.wait_until_live()


def test_it_comes_back_as_another_node_with_its_controls(desk: Desk, camera_log: Log) -> None:
    """Another program holds the old node, so that the system gives the camera a new one."""
    devices = desk.window._run.devices
    before = devices.info.path
    held = os.open(before, os.O_RDWR | os.O_NONBLOCK)
    desk.order.send("unplug")
    wait_for(lambda: devices.state.name == "lost")
    known = len(camera_log())
    desk.order.send("plug")
    desk.wait_until_live()
    os.close(held)
    assert devices.info.path != before
    assert is_set(lambda: camera_log()[known:], "gain", 6), "what the technician set is asked again"
    shoot_site(desk.window, NEXT_SITE)


def test_a_hung_camera_leaves_the_window_alive(desk: Desk) -> None:
    """It answers nothing, to no read and no opening anew. The window goes on, refuses, and is live again by itself."""
    desk.aim(SITE)
    desk.longest_s = 0.0
    started = time.monotonic()
    desk.order.send("dead")
    try:
        wait_for(lambda: desk.window._run.devices.state.name in ("stalled", "lost"))
        press_space(desk.window)
        wait_for(desk.is_refused)
        while time.monotonic() < started + HUNG_S:
            live_for(100)
        assert desk.longest_s < LONGEST_BLOCK_S
    finally:
        desk.order.send("undead")
    wait_for(desk.is_live, 120)


def test_closing_the_window_leaves_the_camera_as_it_was_found(desk: Desk, camera_log: Log) -> None:
    """Last: the automatics are on again."""
    known = len(camera_log())
    desk.window.close()
    wait_for(lambda: is_set(lambda: camera_log()[known:], "ae_mode", 8))
    assert is_set(lambda: camera_log()[known:], "gain", 0)
