"""Who takes the pictures of a blinded study sees none of its results; others do, and everybody once it is unblinded."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app import build_window
from gui.main_window import MainWindow
from gui.session.blinding import HIDDEN
from gui.session.station import Station
from tests.gui import clinic

SOON_MS = 60_000


@pytest.fixture
def blinded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two visits of one subject, taken by "tester" in a blinded study."""
    read = clinic.read_protocol
    monkeypatch.setattr(clinic, "read_protocol", lambda path: replace(read(path), is_blinded=True))
    folder = tmp_path / "blinded"
    clinic.fill_archive(folder, clinic.Plan(replicates=1))
    return folder


@pytest.fixture
def open_window(qapp: QApplication, station: Station, blinded: Path, qtbot: QtBot) -> Iterator["Opener"]:
    opener = Opener(qapp, replace(station, settings=replace(station.settings, archive=str(blinded))), qtbot)
    yield opener
    opener.close()


class Opener:
    """The window as one person sees it, with the subject chosen."""

    def __init__(self, app: QApplication, station: Station, qtbot: QtBot) -> None:
        self._app, self._station, self._qtbot = app, station, qtbot
        self.window: MainWindow | None = None

    def __call__(self, operator: str) -> MainWindow:
        self.close()
        self.window = build_window(self._app, replace(self._station, operator=operator))
        self.window.show()
        self._qtbot.waitExposed(self.window)
        visit = self.window._run.visit
        visit.choose_subject(visit.subjects()[0])
        return self.window

    def close(self) -> None:
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.window = None


def go_to(window: MainWindow, key: str) -> None:
    """By a click on the step; one that cannot be entered is greyed and says why."""
    QTest.mouseClick(window.rail.button(key), Qt.MouseButton.LeftButton)


def test_who_takes_the_pictures_sees_photographs_and_no_results(open_window: "Opener", qtbot: QtBot) -> None:
    window = open_window("tester")
    go_to(window, "review")
    assert window.current == "review", window.strip.text
    review = window.pages["review"]
    qtbot.waitUntil(lambda: window._run.review.looking.photograph is not None, timeout=SOON_MS)
    assert window.current == "review"
    assert review.message.text == HIDDEN
    assert not review.numbers.isVisible()
    looking = window._run.review.looking
    window._run.review._previewed.emit(looking.capture.identifier, "a map that came late")
    QApplication.processEvents()
    assert window._run.review.looking.measured is None and window._run.review.looking.preview is None
    for key in ("compare", "export"):
        go_to(window, key)
        assert window.current == "review"
        assert window.rail.button(key).toolTip() == HIDDEN
        window.go_to(key)  # as by its key
        assert window.current == "review"
        assert window.strip.text == HIDDEN


def test_others_see_them_and_so_does_everybody_once_it_is_unblinded(open_window: "Opener", qtbot: QtBot) -> None:
    other = open_window("investigator")
    go_to(other, "review")
    qtbot.waitUntil(lambda: other._run.review.looking.measured is not None, timeout=SOON_MS)
    archive, study = other._run.study.archive, other._run.study.study
    assert archive is not None and study is not None
    archive.unblind(study.identifier, "The study is over")
    taker = open_window("tester")
    go_to(taker, "compare")
    assert taker.current == "compare"
