"""Long codes and long words of other languages never push a button or a progress dot out of sight."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from gui.bridge.theme import current_theme
from gui.pages.capture.identity import IdentityBar
from gui.pages.capture.sites import SiteList
from gui.pages.capture.state import State, Tile
from gui.pages.subjects.page import SubjectsPage
from gui.pages.today.page import TodayPage
from gui.session.run import Run
from gui.widgets.short_label import ShortLabel
from gui.widgets.thumbnails import Thumbnail, ThumbnailStrip
from imaging.model.protocol import Laterality
from imaging.model.visit import Consent, ConsentAnswer, ConsentUse, SiteKey

LONG = "W" * 24
EYE = SiteKey("lower-eyelid", Laterality.LEFT)
SITE_NAME = "Linke Unterlidregion unterhalb der Wimpernlinie"


@pytest.fixture
def long_code(enrolled: Run) -> Run:
    consents = tuple(Consent(use, ConsentAnswer.GIVEN, "2.1", enrolled.visit.now.date()) for use in ConsentUse)
    assert enrolled.visit.add_subject(LONG, 1944, consents)
    return enrolled


def is_in_sight(widget: QWidget, frame: QWidget) -> bool:
    corner = widget.mapTo(frame, QPoint(0, 0))
    return corner.x() >= 0 and corner.x() + widget.width() <= frame.width()


def test_a_label_is_shortened_and_its_tip_has_all_of_it(qtbot: QtBot) -> None:
    label = ShortLabel()
    qtbot.addWidget(label)
    label.setText(LONG)
    label.resize(90, 30)
    label.show()
    assert label.shown.endswith("…")
    assert label.toolTip() == LONG
    label.resize(900, 30)
    assert (label.shown, label.toolTip()) == (LONG, "")


def test_the_day_keeps_its_buttons_in_sight(long_code: Run, qtbot: QtBot) -> None:
    page = TodayPage(long_code.study, long_code.visit)
    qtbot.addWidget(page)
    page.resize(1240, 700)
    page.show()
    page.enter()
    (area,) = page.findChildren(QScrollArea)
    assert {row.row.code for row in page.rows} == {"S-001", LONG}
    assert all(is_in_sight(row.open, area.viewport()) for row in page.rows)


def test_the_list_of_subjects_is_not_scrolled_sideways(long_code: Run, qtbot: QtBot) -> None:
    page = SubjectsPage(long_code.visit)
    qtbot.addWidget(page)
    page.resize(1240, 700)
    page.show()
    page.enter()
    assert page.subjects.horizontalScrollBar().maximum() == 0
    (item,) = page.subjects.findItems(LONG, Qt.MatchFlag.MatchStartsWith)
    assert LONG in item.toolTip()


def test_how_many_pictures_a_site_has_is_seen_beside_its_name(qtbot: QtBot) -> None:
    area, sites = QScrollArea(), SiteList()
    area.setWidgetResizable(True)
    area.setWidget(sites)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    qtbot.addWidget(area)
    sites.show_tiles((Tile(EYE, SITE_NAME, done=3, wanted=3, is_current=False),))
    area.resize(304, 100)
    area.show()
    (tile,) = sites.tiles
    assert is_in_sight(tile, area.viewport())
    assert tile.shown != SITE_NAME and tile.toolTip() == SITE_NAME
    painted = tile.grab().toImage()
    assert painted.pixelColor(tile.width() - 20, tile.height() // 2) == QColor(current_theme().good)


def test_which_picture_is_next_is_read_after_a_long_site(qtbot: QtBot) -> None:
    bar = IdentityBar()
    qtbot.addWidget(bar)
    bar.show_state(
        State(mode="aiming", code=LONG, site=EYE, side="SUBJECT'S LEFT", site_name=3 * SITE_NAME, shot="2 of 3")
    )
    bar.resize(1240, 72)
    bar.show()
    assert bar.minimumSizeHint().width() <= 1240
    assert bar._site.shown.endswith("2 of 3")


def test_many_replicates_lie_beside_each_other_and_the_one_looked_at_is_in_sight(qtbot: QtBot) -> None:
    strip = ThumbnailStrip()
    qtbot.addWidget(strip)
    strip.setFixedWidth(424)
    strip.show()
    keys = [str(number) for number in range(1, 8)]
    strip.show_thumbnails([Thumbnail(key, key) for key in keys], "7")
    first, second, last = (strip.button(key).geometry() for key in ("1", "2", "7"))
    assert not first.intersects(second)
    assert is_in_sight(strip.button("7"), strip.viewport())
    assert strip.viewport().height() >= last.height()
    strip.show_thumbnails([Thumbnail(key, key) for key in keys[:2]], "1")
    assert strip.horizontalScrollBar().maximum() == 0


def test_scrolling_past_a_choice_does_not_change_it(enrolled: Run, qtbot: QtBot, tmp_path: Path) -> None:  # noqa: ARG001
    follow_up = next(t for t in enrolled.study.templates if t.kind == "follow-up")
    enrolled.study.create_study("FU", "Routine", follow_up)
    page = TodayPage(enrolled.study, enrolled.visit)
    qtbot.addWidget(page)
    page.show()
    page.enter()
    middle = page.studies.rect().center().toPointF()
    turned = QWheelEvent(
        middle, page.studies.mapToGlobal(middle), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(page.studies, turned)
    assert enrolled.study.study.code == "FU"
