"""Calibrating by mouse and key until the banner goes; a lamp that weakens is found the next morning."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.main_window import MainWindow
from gui.session.calibration.calibrating import Mode, Phase, StepKey
from imaging.calibration.device_file import read_device_file
from imaging.camera.device import Camera, LightController
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.grid import Grid
from imaging.camera.simulated.optics import Optics
from imaging.camera.simulated.population import Population
from imaging.model.calibration import DeviceCalibration
from tests.e2e.conftest import SHAPE, MakeWindow, click, type_into, wait_for
from tests.e2e.first_visit import first_picture

WEAK = Optics(strengths=(0.7, 0.96, 1.03, 0.99))


@dataclass
class Bench:
    """A station that keeps device files, the lamps of its camera, and the clock on the wall."""

    folder: Path
    optics: Optics = field(default_factory=Optics)
    ahead: timedelta = timedelta()

    @property
    def file(self) -> Path:
        return self.folder / "devices" / "simulated.json"

    def open_camera(self, _identity: str) -> tuple[Camera, LightController]:
        camera = SimulatedCamera(Population(), shape=SHAPE, optics=self.optics)
        return camera, camera.lights

    def calibration(self, _identity: str) -> DeviceCalibration | None:
        return read_device_file(self.file) if self.file.exists() else None

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def window(self, make: MakeWindow) -> MainWindow:
        window = make(
            open_camera=self.open_camera, calibration=self.calibration, device_file=lambda _: self.file, now=self.now,
            proposed_archive=self.folder / "archive",
        )  # fmt: skip
        window.activateWindow()
        wait_for(window.isActiveWindow)
        return window


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def press(window: MainWindow, key: Qt.Key = Qt.Key.Key_Space) -> None:
    QTest.keyClick(window.pages["calibration"], key)


def wait_for_step(window: MainWindow, key: StepKey, phase: Phase) -> None:
    def is_there() -> bool:
        now = window._run.calibration.now
        assert phase is Phase.LOOKING or not now.problem, now.problem
        return now.step is key and now.phase is phase

    wait_for(is_there)


def wait_for_live(window: MainWindow) -> None:
    wait_for(lambda: window._run.devices.state.name == "live")


def calibrate(window: MainWindow, sheets: Path) -> None:
    """Every step but the depth target; only the white field has to be asked for, all else is taken by itself."""
    click(window.rail.button("calibration"))
    wait_for_live(window)
    press(window)
    page = window.pages["calibration"]
    type_into(page.fields.folder, str(sheets))
    click(page.controls.primary)
    wait_for_step(window, StepKey.TARGETS, Phase.DONE)
    press(window)
    for key in (StepKey.SCALE, StepKey.WHITE, StepKey.COLOUR, StepKey.LIGHTS):
        if key is StepKey.WHITE:
            wait_for(lambda: bool(window._run.calibration.now.sight.instruction))
            press(window)
        wait_for_step(window, key, Phase.DONE)
        press(window)
    wait_for_step(window, StepKey.DEPTH, Phase.LOOKING)
    press(window, Qt.Key.Key_S)
    wait_for(lambda: window._run.calibration.now.mode is Mode.OVERVIEW)


@pytest.mark.timeout(300)
def test_calibrating_takes_the_banner_away(make_window: MakeWindow, bench: Bench) -> None:
    window = bench.window(make_window)
    wait_for(lambda: window.banner.isVisible())
    assert "ncalibrated" in window.banner.text
    calibrate(window, bench.folder / "sheets")
    wait_for(lambda: not window.banner.isVisible())
    made = read_device_file(bench.file)
    assert made.scale is not None
    assert made.scale.spacing.col_mm == pytest.approx(Grid(SHAPE).spacing_mm, rel=2e-3)
    assert made.lights is not None
    assert len(made.lights.lights) == 4
    assert made.flat_field is not None
    assert made.colour is not None
    assert made.depth is None
    assert len(list((bench.folder / "sheets").glob("*.pdf"))) == 5
    click(window.pages["calibration"].controls.back)
    assert window.current == "today"


@pytest.mark.timeout(300)
def test_a_lamp_that_weakened_is_found_the_next_morning(make_window: MakeWindow, bench: Bench) -> None:
    window = bench.window(make_window)
    calibrate(window, bench.folder / "sheets")
    click(window.pages["calibration"].controls.back)
    first_picture(window, bench.folder / "archive")
    click(window.rail.button("today"))
    bench.ahead, bench.optics = timedelta(days=1), WEAK
    window._run.trust.refresh()
    wait_for(lambda: window._run.trust.asks_today)
    click(window.rail.button("capture"))
    click(window.dialog.check)
    check_white_field(window)
    outcome = window.pages["calibration"].stage.outcome
    assert "beyond its limit" in outcome.sentence.text()
    wait_for(lambda: outcome.captures.count() == 1)
    assert "P-7" in outcome.captures.item(0).text()
    click(window.rail.button("review"))
    assert window.banner.tone == "bad"
    assert "white field" in window.banner.text
    bench.optics = Optics()
    click(window.banner.button)
    wait_for_live(window)
    press(window)
    check_white_field(window)
    press(window)
    wait_for_step(window, StepKey.SCALE, Phase.DONE)
    press(window)
    wait_for(lambda: not window.banner.isVisible())
    assert window.current == "review"
    assert len(window._run.trust.known.doubtful) == 1


def check_white_field(window: MainWindow) -> None:
    wait_for_live(window)
    wait_for_step(window, StepKey.WHITE, Phase.LOOKING)
    wait_for(lambda: bool(window._run.calibration.now.sight.instruction))
    press(window)
    wait_for_step(window, StepKey.WHITE, Phase.DONE)
    wait_for(lambda: bool(window._run.trust.known.state))
