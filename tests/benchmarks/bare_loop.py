"""What a live picture costs at least: grab, put it into a QLabel, again."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from PySide6.QtGui import QImage, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QLabel

from gui.widgets.live_view import AgeStatistics
from imaging.model.frame import Frame
from tests.benchmarks.skin import FRAMES_PER_S
from tests.benchmarks.stopwatch import Spent, now

_SIZE = (960, 600)
"""About what the capture page leaves for the picture in a window of 1366 x 768."""


class Source(Protocol):
    """A camera as far as this loop needs one."""

    def start(self) -> None: ...
    def grab(self, timeout_s: float) -> Frame: ...
    def close(self) -> None: ...


class VideoSource:
    """A video file through `cv2.VideoCapture`, over and over at its own rate."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def start(self) -> None:
        self._capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        self._begun_s, self._count = time.monotonic(), 0

    def grab(self, timeout_s: float) -> Frame:  # noqa: ARG002
        time.sleep(max(0.0, self._begun_s + self._count / FRAMES_PER_S - time.monotonic()))
        is_good, picture = self._capture.read()
        if not is_good:
            self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            _, picture = self._capture.read()
        self._count += 1
        return Frame(np.asarray(picture), self._count, time.monotonic())

    def close(self) -> None:
        self._capture.release()


@dataclass
class BareRun:
    """What the bare loop reached."""

    ages: AgeStatistics
    painted_per_s: float
    cpu_pct: float


@dataclass(eq=False)
class _Ages:
    times_s: list[float] = field(default_factory=list)
    ages_s: list[float] = field(default_factory=list)

    def statistics(self) -> AgeStatistics:
        ages = np.array(self.ages_s)
        rate = (len(ages) - 1) / (self.times_s[-1] - self.times_s[0]) if len(ages) > 1 else None
        return AgeStatistics(len(ages), float(np.median(ages)), float(np.percentile(ages, 95)), float(ages.max()), rate)


class _Label(QLabel):
    """Notes how old the picture is when it is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: Frame | None = None
        self.seen = _Ages()
        self.setScaledContents(True)
        self.resize(*_SIZE)

    def show_frame(self, frame: Frame, order: QImage.Format) -> None:
        rows, cols = frame.shape
        self.setPixmap(QPixmap.fromImage(QImage(frame.pixels.data, cols, rows, 3 * cols, order)))
        self.shown = frame

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.shown is not None:
            moment = time.monotonic()
            self.seen.times_s.append(moment)
            self.seen.ages_s.append(moment - self.shown.time_s)
            self.shown = None


def show_bare(app: QApplication, source: Source, seconds: float) -> BareRun:
    """Grab and show for some seconds in one thread."""
    label = _Label()
    label.show()
    order = QImage.Format.Format_BGR888 if isinstance(source, VideoSource) else QImage.Format.Format_RGB888
    source.start()
    begun, spent = now(), Spent()
    while (spent := now() - begun).passed_s < seconds:
        label.show_frame(source.grab(1.0), order)
        app.processEvents()
    source.close()
    label.close()
    ages = label.seen.statistics()
    return BareRun(ages, ages.count / spent.passed_s, 100 * spent.cpu_s / spent.passed_s)
