"""The map over the live picture: what a frame of it costs, and the window with map and all gates on.

The camera plays a MJPG video of 1920 x 1080 and has a baseline to be aligned with. Beside each figure with the map
the same window without it, in the same run. `--long` watches ten minutes.
"""

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.main_window import MainWindow
from gui.session.capture.standing import Answers
from gui.session.devices import LiveFrame
from imaging.model.frame import Frame
from imaging.model.geometry import Spacing
from imaging.surface.live_map import draw_live_map
from tests.benchmarks.figures import Figure, Length
from tests.benchmarks.live_window import Watched, _is_all_at_work, _live_for, _video_scene
from tests.benchmarks.memory import memory_mb
from tests.benchmarks.skin import SITE, hold_still, write_video
from tests.benchmarks.stopwatch import now
from tests.benchmarks.window import open_window, wait_until

LEAST_PER_S, MOST_AGE_MS = 15.0, 100.0
_WITHOUT = "without the map"


class MapWatched(Watched):
    """As `Watched`, with the frames that the painted maps were made of, and how old those were."""

    def __init__(self) -> None:
        super().__init__()
        self.mapped: list[int] = []
        self.map_ages_s: list[float] = []

    @property
    def maps_per_s(self) -> float:
        return len(set(self.mapped)) / self.spent.passed_s

    @property
    def map_age_ms(self) -> float:
        return 1000 * float(np.median(self.map_ages_s)) if self.map_ages_s else float("nan")


def run(length: Length) -> list[Figure]:
    app = QApplication.instance() or QApplication(["benchmark"])
    assert isinstance(app, QApplication)
    shape = (1080, 1920) if length.live_shapes[1][0] >= 720 else length.live_shapes[1]
    with tempfile.TemporaryDirectory() as folder:
        frames = hold_still(shape, length.frames)
        scene = _video_scene(Path(folder), write_video(Path(folder) / "skin.avi", frames), shape)
        with open_window(app, scene) as window:
            _under_way(window)
            without = _watch(window, length.short_s)
            _press_h(window)
            watched = _watch(window, length.live_s)
    return [_cost(frames[0]), *_figures(watched, without, length.live_s)]


def _cost(frame: Frame) -> Figure:
    """Processor time on one core."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    spacing, spent = Spacing.square(0.012), []
    for _ in range(20):
        begun_s = time.thread_time()
        draw_live_map(frame.pixels, spacing)
        spent.append(1000 * (time.thread_time() - begun_s))
    cv2.setNumThreads(threads)
    return Figure("one map, one core, median", float(np.median(spent)), "ms/frame")


def _figures(watched: MapWatched, without: MapWatched, seconds: float) -> list[Figure]:
    ages, bare = watched.ages, without.ages
    return [
        Figure("maps painted", watched.maps_per_s, "1/s", LEAST_PER_S, "at least"),
        Figure("frames painted with the map", watched.painted_per_s, "1/s", without.painted_per_s, _WITHOUT),
        Figure("age when painted, median", _ms(ages.median_s), "ms", MOST_AGE_MS, "at most"),
        Figure("  the same", _ms(ages.median_s), "ms", _ms(bare.median_s), _WITHOUT),
        Figure("age of the map's own frame, median", watched.map_age_ms, "ms", MOST_AGE_MS, "at most"),
        Figure("processors busy", watched.cpu_pct, "% of one", without.cpu_pct, _WITHOUT),
        Figure(f"memory growth over {seconds:.0f} s", watched.growth_mb_per_min, "MB/min", beside_name="flat is 0"),
        Figure("memory at the end", watched.memory_mb[-1] if watched.memory_mb else float("nan"), "MB"),
    ]


def _ms(seconds: float | None) -> float:
    return float("nan") if seconds is None else 1000 * seconds


def _under_way(window: MainWindow) -> None:
    session = window._run
    session.visit.choose_subject(session.visit.subjects()[0])
    session.visit.start_visit(2)
    session.capture.set_automatic(False)
    session.capture.answer(Answers(True, 30.0, 21.0, 50.0))
    window.go_to("capture")
    session.capture.choose_site(SITE)
    wait_until(partial(_is_all_at_work, window))


def _press_h(window: MainWindow) -> None:
    live = window.pages["capture"].stage.live
    window.activateWindow()
    QTest.keyClick(live, Qt.Key.Key_H)
    wait_until(lambda: live.has_map)


def _watch(window: MainWindow, seconds: float) -> MapWatched:
    watched, live = MapWatched(), window.pages["capture"].stage.live
    live.forget_ages()
    stop = _listen(live, watched)
    begun = now()
    _live_for(seconds, lambda: watched.memory_mb.append(memory_mb()))
    watched.spent, watched.ages = now() - begun, live.ages
    stop()
    return watched


def _listen(live: object, watched: MapWatched) -> Callable[[], object]:
    def count(shown: LiveFrame) -> None:
        watched.sequences.append(shown.frame.sequence)
        drawn = shown.view.live_map
        if drawn is not None:
            watched.mapped.append(drawn.frame.sequence)
            watched.map_ages_s.append(time.monotonic() - drawn.frame.time_s)

    live.painted.connect(count)  # type: ignore[attr-defined]
    return lambda: live.painted.disconnect(count)  # type: ignore[attr-defined]
