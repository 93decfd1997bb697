"""The worker of the live map with the real feed and the simulated camera."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.capture.feed import Feed
from imaging.capture.live_mapping import LiveMapper
from imaging.model.frame import Frame
from imaging.model.geometry import Spacing

SHAPE = (120, 160)
PATIENCE_S = 20.0


def frame(sequence: int) -> Frame:
    return Frame(np.full((*SHAPE, 3), 90, dtype=np.uint8), float(sequence), sequence)


@pytest.fixture
def feed() -> Iterator[Feed]:
    camera = SimulatedCamera(Population(1, 1), shape=SHAPE, lighting="ring")
    started = Feed(lambda: (camera, camera.lights), lambda *_: (), lambda *_: ())
    started.start()
    yield started
    started.stop()


def until(condition) -> bool:
    """Looks again and again; no clock is judged."""
    waited, step = 0.0, threading.Event()
    while not condition() and waited < PATIENCE_S:
        step.wait(0.01)
        waited += 0.01
    return bool(condition())


def newest_map(feed: Feed):
    view = feed.newest()
    return view.live_map if view is not None else None


def test_no_map_is_drawn_until_it_is_asked_for(feed: Feed) -> None:
    assert until(lambda: (view := feed.newest()) is not None and view.frame is not None and view.frame.sequence > 5)
    assert newest_map(feed) is None


def test_the_map_follows_the_frames_and_goes_when_it_is_switched_off(feed: Feed) -> None:
    feed.show_map(True)
    assert until(lambda: newest_map(feed) is not None)
    first = newest_map(feed)
    assert first.pixels.shape == (*SHAPE, 4)
    assert until(lambda: newest_map(feed).frame.sequence > first.frame.sequence + 3)
    assert newest_map(feed).frame.sequence <= feed.newest().frame.sequence
    feed.show_map(False)
    assert newest_map(feed) is None


def test_the_newest_frame_wins() -> None:
    may_go, drawn = threading.Event(), []

    def draw(pixels, _spacing: Spacing | None):
        may_go.wait(PATIENCE_S)
        drawn.append(pixels)
        return np.zeros((*SHAPE, 4), dtype=np.uint8)

    mapper = LiveMapper(draw)
    mapper.start()
    mapper.switch(True)
    for sequence in range(1, 6):
        mapper.offer((frame(sequence), None))
    may_go.set()
    assert until(lambda: mapper.newest_map is not None and mapper.newest_map.frame.sequence == 5)
    mapper.stop(PATIENCE_S)
    assert len(drawn) <= 2
