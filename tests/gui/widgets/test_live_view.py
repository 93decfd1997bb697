"""The live picture: the newest frame is painted, its age is known, ghost, cue and veil lie over it."""

from dataclasses import dataclass

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.bridge.arrays import to_array
from gui.widgets.cue import Cue
from gui.widgets.live_view import LiveView
from imaging.model.frame import Frame


@dataclass(frozen=True)
class Shown:
    frame: Frame


class Source:
    """Hands out whatever lies in its slot, and keeps the time."""

    def __init__(self) -> None:
        self.view: Shown | None = None
        self.now = 10.0

    def put(self, sequence: int, grey: int, taken_at: float) -> None:
        self.view = Shown(Frame(np.full((30, 40, 3), grey, dtype=np.uint8), sequence, taken_at))

    def newest(self) -> Shown | None:
        return self.view


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def live(source: Source, qtbot: QtBot) -> LiveView:
    made = LiveView(source.newest, clock=lambda: source.now)
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def colour(live: LiveView, row: int, col: int) -> list[int]:
    place = live.position_of(row, col).toPoint()
    return [int(value) for value in to_array(live.viewport().grab().toImage())[place.y(), place.x()]]


def test_nothing_yet_shows_nothing(live: LiveView) -> None:
    live.pull()
    assert live.shape is None
    assert live.ages.count == 0


def test_the_newest_frame_is_painted_and_said(live: LiveView, source: Source) -> None:
    painted: list[object] = []
    live.painted.connect(painted.append)
    source.put(1, 50, 9.9)
    live.pull()
    live.pull()
    source.put(2, 120, 9.95)
    live.pull()
    assert [view.frame.sequence for view in painted] == [1, 2]
    assert colour(live, 2, 2) == [120, 120, 120]


def test_the_timer_pulls_by_itself(live: LiveView, source: Source, qtbot: QtBot) -> None:
    source.put(1, 50, 9.9)
    live.start()
    qtbot.waitUntil(lambda: live.shape == (30, 40))
    live.stop()
    assert not live.is_running


def test_age_is_taken_when_a_frame_reaches_the_screen(live: LiveView, source: Source) -> None:
    for number in range(1, 5):
        source.put(number, number, source.now - 0.05)
        live.pull()
        live.viewport().grab()
        source.now += 0.02
        live.viewport().grab()
    ages = live.ages
    assert ages.count == 4
    assert ages.median_s == pytest.approx(0.05, abs=0.03)
    assert ages.frames_per_s == pytest.approx(50, rel=0.01)


def test_the_ghost_lies_over_the_picture(live: LiveView, source: Source) -> None:
    source.put(1, 0, 9.9)
    live.pull()
    live.set_ghost(np.full((30, 40, 3), 200, dtype=np.uint8))
    live.set_ghost_opacity(0.5)
    assert colour(live, 2, 2)[0] == pytest.approx(100, abs=2)
    live.set_ghost(None)
    assert colour(live, 2, 2) == [0, 0, 0]


def test_the_cue_draws_ring_arrow_and_words(live: LiveView, source: Source) -> None:
    source.put(1, 0, 9.9)
    live.pull()
    plain = to_array(live.viewport().grab().toImage())
    live.set_cue(Cue("Move towards the ear", move=(0.0, 0.3)))
    led = to_array(live.viewport().grab().toImage())
    changed = (led != plain).any(axis=2)
    assert changed[140:160, 230:260].any()
    assert changed[250:295, 100:300].any()
    live.set_cue(Cue("Hold still", is_ready=True, progress=0.5))
    ready = to_array(live.viewport().grab().toImage())
    assert (ready[..., 1].astype(int) > ready[..., 0].astype(int) + 60).any()


def test_the_arrow_points_where_to_move(live: LiveView, source: Source) -> None:
    source.put(1, 0, 9.9)
    live.pull()
    for move, part in (((0.0, 0.4), np.s_[140:160, 245:280]), ((0.4, 0.0), np.s_[195:225, 190:210])):
        live.set_cue(Cue(move=move))
        shown = to_array(live.viewport().grab().toImage())
        assert (shown[part].max(axis=2) > 150).any()


def test_the_veil_says_why_the_picture_stands_still(live: LiveView, source: Source) -> None:
    live.set_veil("The camera was unplugged")
    words = to_array(live.viewport().grab().toImage())
    assert words.max() > 200
    source.put(1, 200, 9.9)
    live.pull()
    assert max(colour(live, 1, 1)) < 100
    live.set_veil("")
    assert colour(live, 1, 1) == [200, 200, 200]


def test_another_size_is_shown_too(live: LiveView, source: Source) -> None:
    source.put(1, 10, 9.9)
    live.pull()
    source.view = Shown(Frame(np.full((60, 60, 3), 90, dtype=np.uint8), 2, 9.9))
    live.pull()
    assert live.shape == (60, 60)
