"""The look is put on once, and again only for another theme."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import gui.app
from gui.bridge.theme import DARK, LIGHT, Theme
from gui.session.run import Run
from gui.session.station import Station


def test_the_look_is_put_on_once_for_each_theme(
    qapp: QApplication, station: Station, enrolled: Run, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    worn: list[Theme] = []
    put_on = gui.app.apply_theme
    monkeypatch.setattr(
        gui.app, "apply_theme", lambda app, theme, sheet: (worn.append(theme), put_on(app, theme, sheet))
    )
    settings = replace(station.settings, archive=str(enrolled.study.archive.path), theme="light")
    enrolled.study.close()
    window = gui.app.build_window(qapp, replace(station, settings=settings))
    qtbot.addWidget(window)
    assert worn == [LIGHT]
    study = window._run.study
    study.remember(replace(study.settings, theme="dark"))
    study.remember(replace(study.settings, theme="light"))
    study.remember(replace(study.settings, theme="light"))
    assert worn == [LIGHT, DARK, LIGHT]
    window.close()
