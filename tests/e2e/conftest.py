"""The station as a clinic starts it: real window, real archive, simulated skin; only the clock on the wall is ours."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from gui.app import Station, build_window
from gui.main_window import MainWindow
from imaging.camera.device import Camera, LightController
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.model.settings import StationSettings

RESOURCES = Path(__file__).parents[2] / "resources"
SHAPE = (480, 640)
OpenCamera = Callable[[str], tuple[Camera, LightController]]
MakeWindow = Callable[..., MainWindow]


def simulated_camera() -> SimulatedCamera:
    return SimulatedCamera(Population(), shape=SHAPE)


def open_simulated(_identity: str) -> tuple[Camera, LightController]:
    camera = simulated_camera()
    return camera, camera.lights


@pytest.fixture
def make_window(qapp: QApplication, tmp_path: Path) -> Iterator[MakeWindow]:
    """Open the station with a camera; every window is closed at the end."""
    windows: list[MainWindow] = []

    def make(
        open_camera: OpenCamera = open_simulated, camera: str = "simulated", is_calibrated: bool = True, **more: object
    ) -> MainWindow:
        """`more` replaces what the station is told otherwise."""
        station = Station(
            operator="tester",
            resources=RESOURCES,
            protocols=RESOURCES / "protocols",
            find_cameras=lambda: (simulated_camera().info,),
            open_camera=open_camera,
            calibration=lambda _identity: simulated_camera().calibration() if is_calibrated else None,
            settings=StationSettings(camera=camera, theme="light"),
            proposed_archive=tmp_path / "proposed",
            now=lambda: datetime.now(UTC),
        )
        window = build_window(qapp, replace(station, **more))  # type: ignore[arg-type]
        windows.append(window)
        window.resize(1366, 768)
        window.show()
        QTest.qWaitForWindowExposed(window)
        return window

    yield make
    for window in windows:
        window.close()
        window.deleteLater()


def live_for(milliseconds: int) -> None:
    """Let events and the other threads run; `QTest.qWait` would hold back threads that run Python."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Let the window live until `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        live_for(20)


def click(widget: QWidget, at: QPoint | None = None) -> None:
    """A real press and release of the left button, once the widget is on the screen."""
    wait_for(lambda: widget.isVisible() and widget.isEnabled(), 10)
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at or widget.rect().center())


def type_into(field: QLineEdit, text: str) -> None:
    """Click into the field and replace what stands there, key by key."""
    click(field)
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)
