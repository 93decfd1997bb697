"""How soon a capture that is chosen on the review page is seen with the quick map of its depths, in the real window.

All that happens then counts: its originals are read for the picture and for the map, the map is coloured and painted.
"""

import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication

from gui.main_window import MainWindow
from gui.session.looking import Looking
from imaging.camera.device import Camera, LightController
from imaging.model.light_stack import LightStack
from imaging.model.protocol import Laterality
from imaging.model.visit import Capture, SiteKey
from imaging.previewing import preview_of
from tests.benchmarks.figures import Figure, Length
from tests.benchmarks.skin import megapixels, shoot
from tests.benchmarks.stopwatch import Spent, median, now, time_call
from tests.benchmarks.window import Scene, archive_visit, open_window, wait_until

_GOAL_S = 1.0
_SIDES = Laterality.LEFT, Laterality.RIGHT
_SITES = tuple(SiteKey(code, side) for code in ("crows-feet", "cheek") for side in _SIDES)
"""One capture each: no picture of it was read before it is chosen."""


class _Watch:
    """When the page was painted with the picture of a capture and with its quick map, counted from its choice."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._session = window, window._run.review
        self._begun = now()
        self.picture: Spent | None = None
        self.quick_map: Spent | None = None
        self._session.changed.connect(self._look)

    def choose(self, capture: Capture) -> None:
        """Look at a capture until its measurement is there."""
        self._begun, self.picture, self.quick_map = now(), None, None
        self._session.choose(capture.identifier)
        wait_until(lambda: _is_measured(self._session.looking))

    def _look(self, looking: Looking) -> None:
        self._window.repaint()
        if looking.photograph is not None:
            self.picture = self.picture or now() - self._begun
        if looking.preview is not None:
            self.quick_map = self.quick_map or now() - self._begun


def run(length: Length) -> list[Figure]:
    app = QApplication.instance() or QApplication(["benchmark"])
    assert isinstance(app, QApplication)
    shape = length.preview_shape
    with tempfile.TemporaryDirectory() as folder:
        archive, shot = Path(folder) / "archive", shoot(shape)[0]
        sites = _SITES[: length.repetitions + 1]
        archive_visit(archive, dict.fromkeys(sites, shot.stack), "simulated", shot.calibration)
        with open_window(app, Scene("simulated", archive, _no_camera, is_calibrated=True)) as window:
            return _figures(window, megapixels(shape))


def _no_camera(_identity: str) -> tuple[Camera, LightController]:
    raise RuntimeError("The review page needs no camera.")


def _figures(window: MainWindow, size: str) -> list[Figure]:
    """The first capture that is measured warms the process up."""
    session = window._run
    session.visit.choose_subject(session.visit.subjects()[0])
    window.go_to("review")
    wait_until(lambda: _is_measured(session.review.looking))
    watch, seen = _Watch(window), []
    first = session.review.looking.capture
    for capture in [capture for capture in session.review.looking.captures if capture is not first]:
        watch.choose(capture)
        assert watch.picture is not None and watch.quick_map is not None
        seen.append((watch.picture, watch.quick_map))
    picture, quick_map = (median(one) for one in zip(*seen, strict=True))
    archive, capture = session.visit.archive, session.review.looking.capture
    assert archive is not None and capture is not None
    reading = time_call(lambda: archive.read_stack(capture), len(seen))
    stack = archive.read_stack(capture)
    return [
        _figure(f"{size}, picture seen after its capture is chosen", picture),
        _figure(f"{size}, quick map seen after its capture is chosen", quick_map),
        _figure("  of that reading the originals, alone", reading),
        _figure("  of that the map, alone", time_call(lambda: _quick(stack, capture), len(seen))),
        Figure("  seen after the frames were read", quick_map.passed_s - reading.passed_s, "s", _GOAL_S, "at most"),
    ]


def _quick(stack: LightStack, capture: Capture) -> object:
    return preview_of(stack, capture)


def _figure(name: str, spent: Spent) -> Figure:
    return Figure(name, spent.passed_s, "s", cpu=spent.cpu_s)


def _is_measured(looking: Looking) -> bool:
    return looking.measured is not None and not looking.is_busy
