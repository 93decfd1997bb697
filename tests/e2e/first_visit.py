"""From a start with nothing to the first accepted picture, by mouse and key."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.main_window import MainWindow
from imaging.model.visit import ConsentUse
from tests.e2e.conftest import click, type_into, wait_for


def next_step(window: MainWindow) -> None:
    """Press the one button of the first steps."""
    steps = window.pages["today"].first_steps
    wait_for(lambda: window.dialog is None and steps.button is not None and steps.button.isVisible(), 10)
    click(steps.button)


def open_archive(window: MainWindow, folder: Path) -> None:
    next_step(window)
    type_into(window.dialog.folder, str(folder))
    click(window.dialog.action)


def create_follow_up_study(window: MainWindow) -> None:
    next_step(window)
    card = next(b for b in window.dialog.templates.buttons() if b.text().startswith("Follow-up"))
    click(card)
    type_into(window.dialog.code, "FU")
    click(window.dialog.action)


def add_subject(window: MainWindow, code: str) -> None:
    next_step(window)
    dialog = window.dialog
    type_into(dialog.code, code)
    type_into(dialog.birth_year, "1968")
    for use in ConsentUse:
        click(dialog.rows[use].button("given"))
    type_into(dialog.form_version, "2.1")
    click(dialog.action)


def start_visit(window: MainWindow) -> None:
    """From the subject's page to the capture page, skin asked."""
    click(window.rail.button("subjects"))
    click(window.pages["subjects"].details.start)
    dialog = window.dialog
    click(dialog.skin.button("clean"))
    click(dialog.washed.button("30"))
    click(dialog.action)


def take_picture(window: MainWindow, site: str) -> None:
    """Choose the site, wait for the live picture, press Space until a picture is in the archive."""
    page = window.pages["capture"]
    click(next(tile for tile in page.panel.sites.tiles if tile.text() == site))
    visit = window._run.visit
    wait_for(lambda: page.stage.live.shape is not None and page.controls.shutter.isEnabled())
    before = len(visit.chosen.captures)
    if page.controls.automatic.isChecked():
        click(page.controls.automatic)
    QTest.keyClick(page, Qt.Key.Key_Space)
    wait_for(lambda: len(visit.chosen.captures) > before)


def first_picture(window: MainWindow, archive: Path) -> None:
    """All of it, with subject P-7 and the left crow's feet."""
    open_archive(window, archive)
    create_follow_up_study(window)
    add_subject(window, "P-7")
    start_visit(window)
    take_picture(window, "Left crow's feet")
