"""Badges: beside each other while there is room, below each other where there is not, never cut."""

import pytest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.badges import Badges

FACTS = (("02 Mar 2026, 09:41", "", ""), ("3 replicates", "", ""), ("calibrated", "good", "until June"))


@pytest.fixture
def box(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(Badges())
    column.addStretch(1)
    return made


@pytest.mark.parametrize(("width", "rows"), [(600, 1), (200, 2), (0, 3)])
def test_no_badge_is_cut_nor_covers_another(box: QWidget, width: int, rows: int) -> None:
    """A width of 0 stands for that of the widest badge."""
    badges = box.findChild(Badges)
    badges.show_badges(FACTS)
    box.resize(width or max(label.sizeHint().width() for label in badges.findChildren(QLabel)), 300)
    box.show()
    labels = [label for label in badges.findChildren(QLabel) if label.isVisible()]
    assert [label.text() for label in labels] == [words for words, *_ in FACTS] == list(badges.words)
    assert all(label.width() >= label.sizeHint().width() for label in labels)
    assert all(badges.rect().contains(label.geometry()) for label in labels)
    places = [label.geometry() for label in labels]
    assert not any(a.intersects(b) for n, a in enumerate(places) for b in places[n + 1 :])
    assert len({place.top() for place in places}) == rows


def test_fewer_badges_leave_no_gap(box: QWidget) -> None:
    badges = box.findChild(Badges)
    badges.show_badges(FACTS)
    box.resize(140, 300)
    box.show()
    tall = badges.height()
    badges.show_badges(FACTS[:1])
    box.layout().activate()
    assert badges.words == (FACTS[0][0],)
    assert badges.height() < tall
