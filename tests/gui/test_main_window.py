"""The whole window, driven by mouse and keys from an empty archive to an archived picture."""

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog
from pytestqt.qtbot import QtBot

from gui.app import build_window
from gui.dialogs.replace_camera import ReplaceCameraDialog
from gui.main_window import PAGES, MainWindow
from gui.session.run import Run
from gui.session.station import Station
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.faults import Fault
from imaging.camera.simulated.population import Population
from imaging.errors import ArchiveError
from imaging.model.frame import Frame
from imaging.model.visit import ConsentUse
from tests.gui.world import World

SOON_MS = 20_000


@pytest.fixture
def window(qapp: QApplication, station: Station, qtbot: QtBot) -> Iterator[MainWindow]:
    window = build_window(qapp, station)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # a look put on later would reach it too


def test_an_archive_of_the_settings_shows_its_list_at_once(
    qapp: QApplication, station: Station, enrolled: Run, qtbot: QtBot
) -> None:
    settings = replace(station.settings, archive=str(enrolled.study.archive.path))
    enrolled.study.close()
    window = build_window(qapp, replace(station, settings=settings))
    qtbot.addWidget(window)
    window.show()
    assert [row.row.code for row in window.pages["today"].rows] == ["S-001"]
    assert not window.pages["today"].first_steps.isVisible()
    window.close()


def click(button: QAbstractButton) -> None:
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def asked(window: MainWindow) -> QDialog:
    assert window.dialog is not None
    return window.dialog


def make_archive(window: MainWindow) -> None:
    click(window.pages["today"].first_steps.button)
    click(asked(window).action)


def make_study(window: MainWindow, kind: str = "study") -> None:
    click(window.pages["today"].first_steps.button)
    dialog = asked(window)
    kinds = [template.kind for template in dialog._study.templates]
    click(dialog.templates.button(kinds.index(kind)))
    QTest.keyClicks(dialog.code, "SC-01")
    click(dialog.action)


def add_subject(window: MainWindow, code: str = "S-001") -> None:
    click(window.pages["today"].first_steps.button)
    dialog = asked(window)
    QTest.keyClicks(dialog.code, code)
    QTest.keyClicks(dialog.birth_year, "1968")
    for use in ConsentUse:
        click(dialog.rows[use].button("given"))
    QTest.keyClicks(dialog.form_version, "2.1")
    click(dialog.action)


def begin_visit(window: MainWindow, qtbot: QtBot) -> None:
    """Start the visit of the only subject, answer what is asked, wait for the live picture; shutter by hand."""
    window._run.capture.set_automatic(False)
    click(window.pages["today"].rows[0].open)
    assert window.current == "capture"
    dialog = asked(window)
    click(dialog.skin.button("clean"))
    click(dialog.washed.button("30"))
    if not dialog.temperature.isHidden():
        QTest.keyClicks(dialog.temperature, "21")
        QTest.keyClicks(dialog.humidity, "50")
    click(dialog.action)
    qtbot.waitUntil(lambda: window.dialog is None, timeout=SOON_MS)
    wait_for_picture(window, qtbot)


def wait_for_picture(window: MainWindow, qtbot: QtBot) -> None:
    def can_shoot() -> bool:
        view = window._run.devices.newest()
        is_answered = view is not None and all(r.gate != "skin" or r.state == "green" for r in view.cheap)
        return view is not None and view.state == "live" and view.guidance.may_shoot and bool(view.slow) and is_answered

    qtbot.waitUntil(can_shoot, timeout=SOON_MS)


def mode(window: MainWindow) -> str:
    return str(window.pages["capture"]._state.mode)


def press(window: MainWindow, key: Qt.Key) -> None:
    QTest.keyClick(window.pages["capture"].stage.live, key)


def test_from_nothing_to_an_archived_picture(window: MainWindow, qtbot: QtBot, world: World) -> None:
    make_archive(window)
    make_study(window)
    add_subject(window)
    click(window.pages["today"].rows[0].arrive)
    world.pass_time(minutes=21)
    begin_visit(window, qtbot)
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: mode(window) == "looking", timeout=SOON_MS)
    assert "Backspace" in window.pages["capture"].stage.banner.text()
    chosen = window._run.visit.chosen
    assert [str(capture.site) for capture in chosen.captures] == ["crows-feet/left"]
    assert window.strip.text == ""


def test_too_early_asks_for_a_reason_by_key(window: MainWindow, qtbot: QtBot) -> None:
    make_archive(window)
    make_study(window)
    add_subject(window)
    begin_visit(window, qtbot)
    press(window, Qt.Key.Key_Space)
    assert "settle" in " ".join(reading.instruction for reading in window._run.capture.open_questions)
    QTest.keyPress(asked(window), Qt.Key.Key_1)
    qtbot.waitUntil(lambda: mode(window) == "looking", timeout=SOON_MS)
    capture = window._run.visit.chosen.captures[0]
    assert [override.gate for override in capture.facts.overrides] == ["acclimatisation"]
    assert capture.is_accepted


def test_a_follow_up_is_one_picture_away(window: MainWindow, qtbot: QtBot) -> None:
    make_archive(window)
    make_study(window, "follow-up")
    add_subject(window)
    begin_visit(window, qtbot)
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: mode(window) == "complete", timeout=SOON_MS)
    click(window.pages["capture"].panel.sites.tiles[1])
    assert mode(window) == "aiming"
    click(window.pages["capture"].identity.finish)
    click(asked(window).action)
    qtbot.waitUntil(lambda: window.current == "today", timeout=SOON_MS)
    assert window._run.visit.chosen.visit.finished_at is not None


def test_backspace_retakes_s_leaves_out_g_unfolds(window: MainWindow, qtbot: QtBot, world: World) -> None:
    make_archive(window)
    make_study(window)
    add_subject(window)
    click(window.pages["today"].rows[0].arrive)
    world.pass_time(minutes=21)
    begin_visit(window, qtbot)
    page = window.pages["capture"]
    press(window, Qt.Key.Key_G)
    assert page.panel.is_unfolded
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: mode(window) == "looking", timeout=SOON_MS)
    QTest.keyClick(page.stage.taken, Qt.Key.Key_Backspace)
    assert mode(window) == "aiming"
    assert [c.excluded_reason for c in window._run.visit.chosen.captures] == ["retaken"]
    press(window, Qt.Key.Key_S)
    QTest.keyPress(asked(window), Qt.Key.Key_4)
    qtbot.waitUntil(lambda: window.dialog is None, timeout=SOON_MS)
    assert page._state.side == "SUBJECT'S RIGHT"
    assert [n.reason for n in window._run.visit.chosen.not_done] == ["No time left"]


def test_unplugging_is_told_in_words_and_over_by_itself(window: MainWindow, qtbot: QtBot, world: World) -> None:
    make_archive(window)
    make_study(window)
    add_subject(window)
    begin_visit(window, qtbot)
    world.faults.begin(Fault.UNPLUG)
    qtbot.waitUntil(lambda: window.strip.level == "error" and bool(window.strip.text), timeout=SOON_MS)
    assert window.strip.text.endswith(".")
    press(window, Qt.Key.Key_Space)
    assert window.strip.text.startswith("No picture was taken.")
    window._tell_device(window._run.devices.state)
    assert window.strip.text.startswith("No picture was taken.")
    world.faults.end()
    qtbot.waitUntil(lambda: window.strip.text == "The camera is back.", timeout=SOON_MS)


def test_a_picture_answers_the_message_before_it(window: MainWindow, qtbot: QtBot) -> None:
    make_archive(window)
    make_study(window, "follow-up")
    add_subject(window)
    begin_visit(window, qtbot)
    window.fail("The disk is full: free some space, then take the picture again.")
    window.rail.button("capture").setFocus()
    QTest.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(window._run.visit.chosen.captures), timeout=SOON_MS)
    assert window.strip.text == ""


def test_steps_that_cannot_be_entered_say_why(window: MainWindow) -> None:
    assert not window.rail.button("capture").isEnabled()
    assert window.rail.button("capture").toolTip()
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.current == "today"
    assert "visit" in window.strip.text


def test_the_title_names_codes_only(window: MainWindow) -> None:
    make_archive(window)
    make_study(window)
    add_subject(window)
    assert window.windowTitle() == "Rhytid – SC-01 – S-001"


def test_a_folder_that_is_no_archive_is_said_in_the_dialog(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("x")
    click(window.pages["today"].first_steps.button)
    dialog = asked(window)
    dialog.folder.selectAll()
    QTest.keyClicks(dialog.folder, str(tmp_path))
    click(dialog.action)
    assert dialog.isVisible()
    assert str(tmp_path) in dialog.problem.text()
    click(dialog.cancel)


def test_a_subject_needs_an_answer_for_every_use(window: MainWindow) -> None:
    make_archive(window)
    make_study(window)
    click(window.pages["today"].first_steps.button)
    dialog = asked(window)
    QTest.keyClicks(dialog.code, "S-001")
    QTest.keyClicks(dialog.birth_year, "1968")
    click(dialog.rows[ConsentUse.TRIAL].button("refused"))
    click(dialog.action)
    assert "own treatment" in dialog.problem.text()
    assert "clinical study" not in dialog.problem.text()
    click(dialog.cancel)


def test_the_look_changes_at_once(window: MainWindow, world: World) -> None:
    before = window.palette().window().color()
    click(next(b for b in window.rail.findChildren(QAbstractButton) if b.accessibleName() == "Settings"))
    dialog = asked(window)
    click(dialog.theme.button("dark"))
    click(dialog.action)
    assert window.palette().window().color() != before
    assert world.remembered[-1].theme == "dark"


def test_every_page_fits_a_small_screen(window: MainWindow) -> None:
    for row in PAGES:
        hint = window.pages[row.step.key].minimumSizeHint()
        assert hint.width() <= 1366 - window.rail.sizeHint().width(), row.step.key
        assert hint.height() <= 720, row.step.key


def test_an_unforeseen_error_becomes_a_message(window: MainWindow) -> None:
    from gui.app import message_instead_of_crash

    hook = message_instead_of_crash(window)
    hook(ZeroDivisionError, ZeroDivisionError("x"), None)
    assert "ZeroDivisionError" in window.strip.text
    hook(ArchiveError, ArchiveError("The disk is full: free some space."), None)
    assert window.strip.text == "The disk is full: free some space."
    assert sys.excepthook is not hook


def test_the_settings_lead_on_to_replacing_the_camera(window: MainWindow, world: World) -> None:
    window.ask("settings")
    assert not asked(window).replace_camera.isEnabled(), "without an archive there is nothing to replace it in"
    asked(window).reject()
    make_archive(window)
    window.ask("settings")
    dialog = asked(window)
    click(dialog.theme.button("dark"))
    click(dialog.replace_camera)
    assert isinstance(window.dialog, ReplaceCameraDialog)
    assert world.remembered[-1].theme == "dark", "what was set is kept"
    asked(window).reject()


class Hanging(SimulatedCamera):
    """From some moment on it answers no more, until it is let go."""

    hangs = False

    def __init__(self, let_go: threading.Event) -> None:
        super().__init__(Population(seed=7, subjects=2), shape=(240, 320))
        self._let_go = let_go

    def grab(self, timeout_s: float) -> Frame:
        if self.hangs:
            self._let_go.wait(SOON_MS / 1000)
        return super().grab(timeout_s)


def test_a_hung_camera_does_not_keep_the_window_on_the_screen(
    qapp: QApplication, station: Station, qtbot: QtBot, tmp_path: Path
) -> None:
    """The camera answers again only after the window has gone; it would stay for ever if it waited."""
    let_go = threading.Event()
    camera = Hanging(let_go)
    settings = replace(station.settings, archive=str(tmp_path / "archive"))
    window = build_window(
        qapp, replace(station, settings=settings, open_camera=lambda _identity: (camera, camera.lights))
    )
    window.show()
    qtbot.waitExposed(window)
    window._run.devices.start()
    qtbot.waitUntil(lambda: window._run.devices.newest_picture() is not None, timeout=SOON_MS)
    camera.hangs = True
    gone: list[bool] = []

    class Watch(QObject):
        def eventFilter(self, seen: QObject, event: QEvent) -> bool:
            if seen is window and event.type() is QEvent.Type.Hide:
                gone.append(not let_go.is_set())
                let_go.set()
            return False

    watch = Watch()
    window.installEventFilter(watch)
    window.close()
    assert gone == [True]
    assert not window.isVisible()
    window.removeEventFilter(watch)
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
