"""The real window on its capture page: how old painted frames are, how many of the camera's are painted, at what cost.

Beside it, in the same run, a bare loop that grabs and puts the picture into a QLabel of the same size: no gates, no
ghost, no pose, no threads. The window has a baseline to be aligned with, so that all of its live work is done.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from gui.main_window import MainWindow
from gui.session.capture.standing import Answers
from gui.session.devices import LiveFrame
from gui.widgets.live_view import AgeStatistics
from imaging.camera.device import Camera, LightController
from imaging.camera.lights import NoLights
from imaging.camera.opening import open_camera
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.model.light_stack import LightStack
from tests.benchmarks.bare_loop import VideoSource, show_bare
from tests.benchmarks.figures import Figure, Length
from tests.benchmarks.memory import memory_mb
from tests.benchmarks.skin import SITE, hold_still, shoot, write_video
from tests.benchmarks.stopwatch import Spent, now
from tests.benchmarks.window import Scene, archive_visit, open_window, wait_until

_SETTLED_SHARE = 0.25
"""Memory is watched from here on: until then caches fill."""
_BARE = "bare loop into a QLabel"


@dataclass
class Watched:
    """What happened on the capture page while somebody looked at it."""

    sequences: list[int] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    ages: AgeStatistics = field(default_factory=lambda: AgeStatistics(0, None, None, None, None))
    spent: Spent = field(default_factory=Spent)

    @property
    def painted_per_s(self) -> float:
        return len(self.sequences) / self.spent.passed_s

    @property
    def camera_per_s(self) -> float:
        """By the numbers the camera gave its frames."""
        return (self.sequences[-1] - self.sequences[0]) / self.spent.passed_s if self.sequences else float("nan")

    @property
    def cpu_pct(self) -> float:
        return 100 * self.spent.cpu_s / self.spent.passed_s

    @property
    def cpu_ms(self) -> float:
        """Of all threads for each frame the camera gave, painted or not."""
        return 10 * self.cpu_pct / max(self.camera_per_s, 1 / self.spent.passed_s)  # one frame at least

    @property
    def growth_mb_per_min(self) -> float:
        settled = self.memory_mb[int(_SETTLED_SHARE * len(self.memory_mb)) :]
        if len(settled) < 3:
            return float("nan")
        return float(np.polyfit(np.arange(len(settled)), settled, 1)[0] * 60 / self.seconds_per_look)

    @property
    def seconds_per_look(self) -> float:
        return self.spent.passed_s / max(1, len(self.memory_mb))


def run(length: Length) -> list[Figure]:
    app = QApplication.instance() or QApplication(["benchmark"])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        video = write_video(Path(folder) / "skin.avi", hold_still(length.live_shapes[1], length.frames))
        bare = show_bare(app, VideoSource(video), length.short_s)
        filmed = _watch_window(app, _video_scene(Path(folder), video, length.live_shapes[1]), length.short_s)
    figures = _beside("MJPG video", filmed, bare)
    simulated = SimulatedCamera(Population(seed=1, subjects=1), shape=length.live_shapes[0], seed=2)
    bare = show_bare(app, simulated, length.short_s)
    with tempfile.TemporaryDirectory() as folder:
        watched = _watch_window(app, _simulated_scene(Path(folder), length.live_shapes[0]), length.live_s)
    return [*figures, *_beside("simulated", watched, bare), *_over_time(watched, length.live_s)]


def _beside(name: str, watched: Watched, bare: Any) -> list[Figure]:
    ages = watched.ages
    return [
        Figure(f"{name}: age when painted, median", _ms(ages.median_s), "ms", _ms(bare.ages.median_s), _BARE),
        Figure(f"{name}: age when painted, 95 %", _ms(ages.p95_s), "ms", _ms(bare.ages.p95_s), _BARE),
        Figure(f"{name}: frames painted", watched.painted_per_s, "1/s", watched.camera_per_s, "camera's own"),
        Figure("  the same", watched.painted_per_s, "1/s", bare.painted_per_s, _BARE),
        Figure(f"{name}: processor time", watched.cpu_ms, "ms/frame", bare.cpu_pct * 10 / bare.painted_per_s, _BARE),
        Figure(f"{name}: processors busy", watched.cpu_pct, "% of one", bare.cpu_pct, _BARE),
    ]


def _over_time(watched: Watched, seconds: float) -> list[Figure]:
    return [
        Figure("simulated: age against the clock, median", _ms(watched.ages.median_s), "ms", 100.0, "at most"),
        Figure(f"memory growth over {seconds:.0f} s", watched.growth_mb_per_min, "MB/min", beside_name="flat is 0"),
        Figure("memory at the end", watched.memory_mb[-1] if watched.memory_mb else float("nan"), "MB"),
    ]


def _ms(seconds: float | None) -> float:
    return float("nan") if seconds is None else 1000 * seconds


# -- a clinic with a baseline ----------------------------------------------------------------------


def _simulated_scene(folder: Path, shape: tuple[int, int]) -> Scene:
    def open_simulated(_identity: str) -> tuple[Camera, LightController]:
        camera = SimulatedCamera(Population(seed=1, subjects=1), shape=shape, seed=3)
        return camera, camera.lights

    archive = folder / "archive"
    archive_visit(archive, {SITE: shoot(shape)[0].stack}, "simulated")
    return Scene("simulated", archive, open_simulated, is_calibrated=True)


def _video_scene(folder: Path, video: Path, shape: tuple[int, int]) -> Scene:
    archive = folder / "archive"
    archive_visit(archive, {SITE: LightStack((hold_still(shape, 1)[0],))}, str(video))
    return Scene(str(video), archive, lambda identity: (open_camera(identity), NoLights()), is_calibrated=False)


# -- the window ------------------------------------------------------------------------------------


def _watch_window(app: QApplication, scene: Scene, seconds: float) -> Watched:
    with open_window(app, scene) as window:
        session, page = window._run, window.pages["capture"]
        session.visit.choose_subject(session.visit.subjects()[0])
        session.visit.start_visit(2)
        session.capture.set_automatic(False)
        session.capture.answer(Answers(True, 30.0, 21.0, 50.0))
        window.go_to("capture")
        session.capture.choose_site(SITE)
        wait_until(partial(_is_all_at_work, window))
        watched = Watched()
        live = page.stage.live

        def count(shown: LiveFrame) -> None:
            watched.sequences.append(shown.frame.sequence)

        live.painted.connect(count)
        begun = now()
        _live_for(seconds, lambda: watched.memory_mb.append(memory_mb()))
        watched.spent, watched.ages = now() - begun, live.ages
        live.painted.disconnect(count)
        return watched


def _is_all_at_work(window: MainWindow) -> bool:
    """Live, painted, the ghost of the baseline found, and its first pose read."""
    session = window._run
    view = session.devices.newest()
    has_ghost = session.capture.standing.pictures.baseline is not None
    return has_ghost and view is not None and bool(view.slow) and window.pages["capture"].stage.live.ages.count > 0


def _live_for(seconds: float, look: Callable[[], object]) -> None:
    """Let the window live, looking about once a second."""
    loop, looking = QEventLoop(), QTimer(interval=round(1000 * min(1.0, seconds / 4)))
    looking.timeout.connect(look)
    looking.start()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()
    looking.stop()
