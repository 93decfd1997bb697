"""The calibration page on the screen, by mouse and key."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.pages.calibration.page import CalibrationPage
from gui.session.calibration.calibrating import DepthTarget, Phase, StepKey
from gui.session.run import Run
from gui.session.station import Station
from imaging.calibration.device_file import read_device_file, write_device_file
from imaging.calibration.device_store import open_device
from imaging.camera.simulated.device import SimulatedCamera
from imaging.model.calibration import Check, DeviceCalibration
from tests.gui.world import World

SOON_MS = 60_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "devices" / "simulated.json"


@pytest.fixture
def run(qapp: QApplication, station: Station, file: Path) -> Iterator[Run]:  # noqa: ARG001
    """A station that keeps device files; nothing is calibrated yet."""

    def calibration(_identity: str) -> DeviceCalibration | None:
        return read_device_file(file) if file.exists() else None

    sessions = Run(replace(station, device_file=lambda _: file, calibration=calibration))
    sessions.trust.watch()
    yield sessions
    sessions.close()


@pytest.fixture
def page(run: Run, qtbot: QtBot) -> Iterator[CalibrationPage]:
    made = CalibrationPage(run.calibration, run.trust, run.devices)
    qtbot.addWidget(made)
    made.resize(1240, 700)
    made.show()
    made.enter()
    qtbot.waitUntil(lambda: run.devices.state.name == "live", timeout=SOON_MS)
    qtbot.waitUntil(lambda: run.trust.known.state is not None and page_knows(made), timeout=SOON_MS)
    yield made
    made.leave()


def page_knows(page: CalibrationPage) -> bool:
    return page.controls.primary.isEnabled()


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def write_calibration(file: Path, world: World) -> None:
    file.parent.mkdir(parents=True)
    write_device_file(file, SimulatedCamera(world.population, shape=(240, 320)).calibration())


def test_before_the_first_time_it_says_what_is_needed(page: CalibrationPage) -> None:
    assert "a 24-patch colour card" in words(page.overview)
    assert "two feeler-gauge blades" in words(page.overview)


def test_the_step_of_a_feeler_gauge_is_chosen_by_mouse_and_its_depth_typed(
    page: CalibrationPage, run: Run, world: World, file: Path, qtbot: QtBot
) -> None:
    write_calibration(file, world)
    run.trust.refresh()
    click(page.overview.cards[StepKey.DEPTH].button)
    qtbot.waitUntil(page.fields.groove.isVisible, timeout=SOON_MS)
    click(page.fields.shapes.button(1))
    QTest.mouseDClick(page.fields.groove, Qt.MouseButton.LeftButton)
    QTest.keyClicks(page.fields.groove, "150")
    QTest.keyClick(page.fields.groove, Qt.Key.Key_Return)
    assert run.calibration.now.choices.depth == DepthTarget(150.0, "step")
    qtbot.waitUntil(lambda: bool(run.calibration.now.sight.instruction), timeout=SOON_MS)
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: run.calibration.now.phase is Phase.DONE, timeout=SOON_MS)
    qtbot.waitUntil(lambda: "150 µm read as" in words(page.stage.outcome), timeout=SOON_MS)
    assert "One target only" in words(page.stage.outcome)


def test_a_depth_that_is_none_is_refused_in_words(
    page: CalibrationPage, run: Run, world: World, file: Path, qtbot: QtBot
) -> None:
    write_calibration(file, world)
    click(page.overview.cards[StepKey.DEPTH].button)
    qtbot.waitUntil(page.fields.groove.isVisible, timeout=SOON_MS)
    QTest.mouseDClick(page.fields.groove, Qt.MouseButton.LeftButton)
    QTest.keyClicks(page.fields.groove, "0")
    QTest.keyClick(page.fields.groove, Qt.Key.Key_Return)
    assert page.problem.text().startswith("Enter the depth of the target in µm, above zero")
    assert run.calibration.now.choices.depth == DepthTarget()


@pytest.mark.parametrize("is_by_mouse", [True, False])
def test_a_depth_that_was_typed_counts_without_leaving_its_field(
    page: CalibrationPage, run: Run, world: World, file: Path, qtbot: QtBot, is_by_mouse: bool
) -> None:
    write_calibration(file, world)
    run.trust.refresh()
    click(page.overview.cards[StepKey.DEPTH].button)
    qtbot.waitUntil(lambda: bool(run.calibration.now.sight.instruction), timeout=SOON_MS)
    click(page.fields.groove)
    QTest.keyClicks(page.fields.groove, "150")
    if is_by_mouse:
        click(page.controls.primary)
    else:
        QTest.keyClick(page.fields.groove, Qt.Key.Key_Space)
    assert page.fields.groove.text() == "150"
    assert run.calibration.now.choices.depth == DepthTarget(150.0, "groove")
    qtbot.waitUntil(lambda: run.calibration.now.phase is Phase.DONE, timeout=SOON_MS)
    qtbot.waitUntil(lambda: "150 µm read as" in words(page.stage.outcome), timeout=SOON_MS)
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_R)
    assert page.fields.groove.text() == ""


def test_without_a_depth_no_target_is_photographed(
    page: CalibrationPage, run: Run, world: World, file: Path, qtbot: QtBot
) -> None:
    write_calibration(file, world)
    click(page.overview.cards[StepKey.DEPTH].button)
    qtbot.waitUntil(lambda: bool(run.calibration.now.sight.instruction), timeout=SOON_MS)
    click(page.controls.primary)
    assert page.problem.text().startswith("Enter the depth of the target in µm")
    assert run.calibration.now.phase is not Phase.WORKING


def test_a_check_bar_counts_as_soon_as_it_is_typed(page: CalibrationPage, run: Run, qtbot: QtBot) -> None:
    click(page.overview.cards[StepKey.SCALE].button)
    qtbot.waitUntil(page.fields.across.isVisible, timeout=SOON_MS)
    click(page.fields.across)
    QTest.keyClicks(page.fields.across, "99")
    assert run.calibration.now.choices.printed_mm == (99.0, 100.0)


def test_the_current_step_alone_stands_out(page: CalibrationPage, run: Run, qtbot: QtBot) -> None:
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: run.calibration.now.step is StepKey.TARGETS, timeout=SOON_MS)
    QTest.keyClick(page, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: run.calibration.now.step is StepKey.SCALE, timeout=SOON_MS)
    titles = {row.row.key: row.findChildren(QLabel)[1].property("current") for row in page.steps.rows}
    assert [key for key, current in titles.items() if current == "yes"] == [StepKey.SCALE]


def test_the_section_that_failed_shows_its_drift_and_its_last_check(
    page: CalibrationPage, run: Run, world: World, file: Path, qtbot: QtBot
) -> None:
    write_calibration(file, world)
    open_device(file, world.now()).record(Check("lights", world.now(), 4.5, 3.0, "deg", quantity="direction"))
    run.trust.refresh()
    qtbot.waitUntil(lambda: "Lights over time" in words(page.overview), timeout=SOON_MS)
    card = words(page.overview.cards[StepKey.LIGHTS]).replace("\u00a0", " ")
    assert "Checked 02 Mar 2026: direction +4.50°" in card
    click(page.overview.cards[StepKey.SCALE])
    assert "Scale over time" in words(page.overview)
