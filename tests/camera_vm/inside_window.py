"""The whole window on a real UVC webcam. Run inside the guest by test_window.py; not collected elsewhere."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import main
from gui.app import build_window
from gui.main_window import MainWindow
from imaging.archive.store import open_archive as open_again
from imaging.model.arrays import Pixels
from tests.camera_vm.conftest import PROJECT, SIZE, Log, Order, load
from tests.camera_vm.inside_camera import is_set, the_webcam
from tests.e2e.conftest import wait_for
from tests.e2e.exported import check_exported, draw_rectangle, export
from tests.e2e.first_visit import add_subject, create_follow_up_study, open_archive, start_visit
from tests.e2e.real_pictures import (
    choose_site,
    difference,
    original_of,
    press_space,
    red_stops,
    shoot_site,
    wait_for_live_picture,
)

pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints", extend=True), pytest.mark.timeout(240)]
Report = Callable[[str], None]
SHARE = 0.8
"""Of the camera's rate that must reach the screen."""
SPELL_FRAMES = 90
SPELLS = 3
AT_ONCE_S = 1.0
SITE, NEXT_SITE = "Left cheek", "Right cheek"
LOSSY = 4.0
"""Mean grey values by which the webcam's JPEG differs from what it was given."""


def cameras(*arguments: str) -> str:
    """What `main.py cameras` says."""
    command = [sys.executable, str(PROJECT / "main.py"), "cameras", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


class TestCommand:
    def test_says_what_there_is(self, camera_log: Log) -> None:
        info, known = the_webcam(), len(camera_log())
        said = cameras()
        assert not any(event["ev"] == "set" for event in camera_log()[known:]), "looking changes nothing"
        assert said.startswith(f"{info.identity}  {info.name} (1d6b:0102)")
        assert f"MJPG {SIZE[1]}x{SIZE[0]} 30/s" in said
        assert "exposure 156 (" in said

    def test_says_it_to_programs(self) -> None:
        info = the_webcam()
        (found,) = json.loads(cameras("--json"))
        assert (found["id"], found["vendor_product"], found["kind"]) == (info.identity, "1d6b:0102", "usb")
        assert found["problem"] is None
        assert {(mode["rows"], mode["cols"]) for mode in found["modes"]} >= {SIZE, (480, 640)}
        controls = {c["name"]: c for c in found["controls"]}
        assert {"exposure", "white_balance", "gain", "focus"} <= set(controls)
        assert all(c["minimum"] <= c["read_back"] <= c["maximum"] for c in controls.values())


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """The station as `main.py --camera ID` makes it, in an empty home."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    arguments = main._parser(()).parse_args(["--camera", the_webcam().identity])
    window = build_window(qapp, main._station(arguments))
    window.resize(1366, 768)
    window.show()
    QTest.qWaitForWindowExposed(window)
    yield window
    close(window)


def close(window: MainWindow) -> None:
    """As at the end of the program, sounds included."""
    window.close()
    window._run.station.play.close()
    window.deleteLater()


def begin(window: MainWindow, archive: Path) -> None:
    """From nothing to the capture page with a live picture, by mouse and key."""
    open_archive(window, archive)
    create_follow_up_study(window)
    add_subject(window, "U-1")
    start_visit(window)
    wait_for_live_picture(window)


def told(window: MainWindow) -> str:
    """About the place the camera looks at; the bench shows one skin whatever site is chosen."""
    view = window._run.devices.newest()
    return next(reading.instruction for reading in view.guidance.readings if reading.gate == "place")


def uptime_s() -> float:
    """The guest's clock, which its webcam writes into its log."""
    return float(Path("/proc/uptime").read_text().split()[0])


@dataclass(frozen=True)
class Spell:
    """A stretch of live pictures, in frames a second."""

    painted: float
    grabbed: float
    median_age_ms: float


def watch(window: MainWindow) -> Spell:
    """Frames that were painted on the screen and those that came from the camera in the same time."""
    live, devices = window.pages["capture"].stage.live, window._run.devices
    live._ages.clear()
    before = devices.newest().frame
    wait_for(lambda: len(live._ages) >= SPELL_FRAMES)
    after, ages = devices.newest().frame, live.ages
    grabbed = (after.sequence - before.sequence) / (after.time_s - before.time_s)
    return Spell(ages.frames_per_s, grabbed, 1000 * ages.median_s)


class TestWindow:
    def test_live_at_the_cameras_rate(self, window: MainWindow, tmp_path: Path, report: Report) -> None:
        """The best of a few spells: at least 80 % of the camera's rate, and of the frames that come in."""
        begin(window, tmp_path / "archive")
        info, frame = window._run.devices.info, window._run.devices.newest().frame
        assert (frame.shape, frame.transport) == (SIZE, "MJPG")
        rate = max(mode.frames_per_s for mode in info.modes if (mode.rows, mode.cols) == SIZE)
        spells: list[Spell] = []
        while len(spells) < SPELLS and all(spell.painted < SHARE * rate for spell in spells):
            spells.append(watch(window))
        best = max(spells, key=lambda spell: spell.painted)
        report(
            f"live: {best.painted:.1f} frames/s painted, {best.grabbed:.1f} grabbed, of the camera's {rate:g}; "
            f"a painted frame is {best.median_age_ms:.0f} ms old; load of the machine {load():.1f}"
        )
        assert best.painted >= SHARE * best.grabbed
        assert best.painted >= SHARE * rate / max(load(), 1.0), "where others want the processors, a share of them"

    def test_a_picture_the_cable_another_picture_the_export(
        self, window: MainWindow, tmp_path: Path, bench: "Bench"
    ) -> None:
        archive = tmp_path / "archive"
        begin(window, archive)
        identity = window._run.devices.info.identity
        window._run.devices.controls.choose(identity, "sharpness", 2.0)
        first = shoot_site(window, SITE)
        bench.pull_out(window)
        bench.put_back(window)
        assert window._run.devices.info.identity == identity
        wait_for(lambda: red_stops(window) == ["place"])
        assert told(window) == "This looks like the LEFT cheek: go to the subject's RIGHT side."
        second = shoot_site(window, NEXT_SITE)
        for capture, against in ((first, ["calibration"]), (second, ["place", "calibration"])):
            assert capture.facts.camera_identity == identity
            assert capture.transport == "MJPG"
            assert [override.gate for override in capture.facts.overrides] == against
            assert difference(original_of(archive, capture), bench.shown) < LOSSY
        with open_again(archive, "checker") as kept:
            assert {c.identifier for c in kept.captures()} == {first.identifier, second.identifier}
        draw_rectangle(window)
        assert "uncalibrated" in window.pages["review"].badges.words
        assert "relative shading, not depth" in window.pages["review"].numbers.method.text()
        check_exported(export(window, tmp_path / "exported"), SIZE)


@dataclass(frozen=True)
class Bench:
    """The webcam on the table: its cable, its log, and what lies before it."""

    order: Order
    log: Log
    report: Report
    shown: list[Pixels]

    def event(self, name: str) -> dict[str, object]:
        """The newest of its kind."""
        return [event for event in self.log() if event["ev"] == name][-1]

    def pull_out(self, window: MainWindow) -> None:
        """The window says so at once, and takes no picture."""
        choose_site(window, NEXT_SITE)
        self.order.send("unplug")
        wait_for(lambda: window.strip.level == "error" and "was unplugged: plug it in again." in window.strip.text)
        told_s = uptime_s() - float(self.event("unplug")["up"])
        press_space(window)
        wait_for(lambda: window.strip.text.startswith("No picture was taken. "))
        self.report(f"unplugged: told after {told_s:.2f} s")
        assert told_s < AT_ONCE_S

    def put_back(self, window: MainWindow) -> None:
        """Live again by itself, wherever it comes back, with the controls that were asked."""
        devices = window._run.devices
        before, known = devices.info.path, len(self.log())
        self.order.send("plug")
        wait_for(lambda: window.strip.text == "The camera is back.")
        back_s = uptime_s() - float(self.event("plug")["up"])
        self.report(f"plugged in: live again after {back_s:.2f} s, as {devices.info.path} (was {before})")
        assert is_set(lambda: self.log()[known:], "sharpness", 2)
        wait_for(lambda: devices.state.name == "live")


@pytest.fixture
def bench(order: Order, camera_log: Log, report: Report, shown: list[Pixels]) -> Bench:
    return Bench(order, camera_log, report, shown)
