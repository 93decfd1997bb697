"""The technician's view of a camera's controls: wanted, read back, refused."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.dialogs.camera_controls import CameraControlsDialog
from gui.dialogs.settings import SettingsDialog
from gui.session.capture.controls import control_rows, refused_words
from gui.session.run import Run
from gui.session.station import Station
from imaging.model.frame import ControlReading
from imaging.model.settings import StationSettings
from tests.gui.world import World

SOON_MS = 20_000
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def dialog(run: Run, qtbot: QtBot) -> Iterator[CameraControlsDialog]:
    shown = CameraControlsDialog(run.devices)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: shown.lines["gain"].read_back.text() == "0", timeout=SOON_MS)
    yield shown
    shown.done(0)


def type_into(dialog: CameraControlsDialog, name: str, text: str) -> None:
    field = dialog.lines[name].wanted
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    field.clearFocus()


def test_a_value_that_is_typed_is_set_read_back_and_remembered(
    dialog: CameraControlsDialog, qtbot: QtBot, world: World
) -> None:
    type_into(dialog, "gain", "12")
    qtbot.waitUntil(lambda: dialog.lines["gain"].words.text() == "Held as asked", timeout=SOON_MS)
    assert dialog.lines["gain"].read_back.text() == "12"
    assert world.remembered[-1].controls == {"simulated": {"gain": 12.0}}
    assert dialog.isVisible(), "the return key sets, and does not close"


def test_more_than_the_camera_can_do_is_cut_to_its_limits(dialog: CameraControlsDialog, qtbot: QtBot) -> None:
    type_into(dialog, "gain", "900")
    qtbot.waitUntil(lambda: dialog.lines["gain"].read_back.text() == "100", timeout=SOON_MS)


def test_the_exposure_is_found_and_kept_for_the_station(
    dialog: CameraControlsDialog, qtbot: QtBot, world: World
) -> None:
    dialog.search.click()
    qtbot.waitUntil(lambda: dialog.lines["exposure"].words.text() == "Held as asked", timeout=SOON_MS)
    found = world.remembered[-1].controls["simulated"]["exposure"]
    assert dialog.lines["exposure"].read_back.text() == f"{found:g}"
    dialog.forget.click()
    assert world.remembered[-1].controls == {}


def test_what_the_camera_has_not_is_said(run: Run, dialog: CameraControlsDialog, qtbot: QtBot) -> None:
    assert dialog.lines["gamma"].words.text() == "Not there: nothing to set"
    run.devices.controls.set_now({"gamma": 100})
    qtbot.waitUntil(lambda: "gamma (it has none)" in dialog.problem.text(), timeout=SOON_MS)


def test_it_lets_go_of_the_camera_that_it_opened(run: Run, qtbot: QtBot) -> None:
    dialog = CameraControlsDialog(run.devices)
    qtbot.addWidget(dialog)
    assert run.devices.state.name == "starting"
    dialog.accept()
    assert run.devices.state.name == "off"


def test_settings_lead_to_it(run: Run, qtbot: QtBot) -> None:
    settings = SettingsDialog(run.study, run.devices)
    qtbot.addWidget(settings)
    settings.show()
    qtbot.mouseClick(settings.set_camera, Qt.MouseButton.LeftButton)
    assert settings.controls.isVisible()
    settings.controls.accept()


def test_what_a_technician_set_is_asked_at_every_opening(station: Station, qapp: QApplication, qtbot: QtBot) -> None:
    del qapp
    kept = StationSettings(camera="simulated", controls={"simulated": {"gain": 7.0}, "another": {"gain": 50.0}})
    run = Run(replace(station, settings=kept))
    for _ in range(2):
        run.devices.start()
        qtbot.waitUntil(lambda: gain(run) == 7.0, timeout=SOON_MS)
        run.devices.stop()
    run.close()


def gain(run: Run) -> float | None:
    live = run.devices.newest_picture()
    return next((c.read_back for c in live.frame.controls if c.name == "gain"), None) if live else None


def test_refusals_in_words() -> None:
    readings = (
        ControlReading("exposure", 200.0, 156.0, 1, 5000, is_automatic=True),
        ControlReading("white_balance", 5000.0, 4600.0),
        ControlReading("gamma", 90.0, None),
        ControlReading("gain", 4.0, 4.0),
    )
    words = "exposure (it stays automatic) and white balance (asked 5000, reads 4600) and gamma (it has none)"
    assert refused_words(readings) == f"The camera refuses {words}."
    assert refused_words(readings[3:]) == ""
    tones = {row.name: row.tone for row in control_rows(readings)}
    assert tones == {
        "exposure": "bad", "white_balance": "bad", "gain": "good", "focus": "", "gamma": "bad", "sharpness": ""
    }  # fmt: skip
