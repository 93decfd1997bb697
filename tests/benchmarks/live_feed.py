"""The live feed with every gate on: age of a pulled frame, rate, cost of the gates, memory over time."""

import gc
import tempfile
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from imaging.camera.device import Target
from imaging.camera.lights import NoLights
from imaging.camera.opening import open_camera
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.capture.feed import Feed
from imaging.guidance.context import GateContext, make_baseline
from imaging.guidance.gates import read_cheap, read_slow
from imaging.model.frame import Frame
from tests.benchmarks.figures import Figure, Length
from tests.benchmarks.memory import memory_mb
from tests.benchmarks.skin import CODE, FRAMES_PER_S, SITE, write_video

PULLS_PER_S = 60.0


@dataclass
class Watched:
    """What a consumer that pulls like a window sees."""

    ages_ms: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    frames: set[int] = field(default_factory=set)
    slow_frames: set[int] = field(default_factory=set)
    memory_mb: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu_s: float = 0.0


def run(length: Length) -> list[Figure]:
    camera = SimulatedCamera(Population(seed=1, subjects=1), shape=length.live_shapes[0], seed=2)
    frames, context = _prepare(camera, length.frames)
    figures = _gate_costs(frames, context)
    with tempfile.TemporaryDirectory() as folder:
        video = write_video(Path(folder) / "skin.avi", frames)
        figures += _beside_bare_loop(video, context, length.short_s)
    return figures + _over_time(camera, context, length.short_s)


def _prepare(camera: SimulatedCamera, count: int) -> tuple[list[Frame], GateContext]:
    """Frames of a hand-held camera, and a baseline taken by another placement of the same site."""
    camera.aim(Target(CODE, SITE, 0, 1))
    camera.start()
    baseline = make_baseline(camera.grab(1.0).pixels)
    camera.aim(Target(CODE, SITE, 0, 2))
    frames = [camera.grab(1.0) for _ in range(count)]
    camera.stop()
    return frames, GateContext(spacing=camera.calibration().spacing, site=SITE, baseline=baseline)


def _gate_costs(frames: list[Frame], context: GateContext) -> list[Figure]:
    """Processor time on one core."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    cheap, slow = [], []
    for before, frame in pairwise(frames):
        seen = GateContext(context.limits, spacing=context.spacing, baseline=context.baseline, previous=before)
        cheap.append(_milliseconds(read_cheap, frame, seen))
        slow.append(_milliseconds(read_slow, frame, seen))
    cv2.setNumThreads(threads)
    return [
        Figure("cheap gates, one core, median", float(np.median(cheap)), "ms/frame", 8.0, "at most"),
        Figure("pose and place, one core, median", float(np.median(slow)), "ms/frame", 60.0, "at most"),
    ]


def _milliseconds(read, frame: Frame, context: GateContext) -> float:
    """Processor time of this thread: what else the machine does at the moment is not counted."""
    begun_s = time.thread_time()
    read(frame, context)
    return 1000 * (time.thread_time() - begun_s)


def _beside_bare_loop(video: Path, context: GateContext, seconds: float) -> list[Figure]:
    """The same MJPG video: grabbed by a bare OpenCV loop at its rate, and by the feed with all gates."""
    bare_rate, bare_cpu_ms = _bare_loop(video, seconds)
    watched = _watch(lambda: (open_camera(str(video)), NoLights()), context, seconds)
    return [
        Figure("rate, MJPG video", float(np.median(watched.rates)), "frames/s", bare_rate, "bare cv2 loop"),
        Figure("processor time, MJPG video", _cpu_ms(watched), "ms/frame", bare_cpu_ms, "bare cv2 loop"),
        Figure("age of a pulled frame, median", _age(watched, 50), "ms", 1000 / FRAMES_PER_S, "one frame"),
        Figure("age of a pulled frame, 95 %", _age(watched, 95), "ms", 1000 / FRAMES_PER_S, "one frame"),
        Figure("pose readings", len(watched.slow_frames) / watched.seconds, "1/s", 15.0, "at least"),
    ]


def _bare_loop(video: Path, seconds: float) -> tuple[float, float]:
    """(frames a second, processor ms a frame) of reading at the video's rate and doing nothing else."""
    capture = cv2.VideoCapture(str(video), cv2.CAP_FFMPEG)
    begun_s, cpu_s, count = time.perf_counter(), time.process_time(), 0
    while (passed_s := time.perf_counter() - begun_s) < seconds:
        time.sleep(max(0.0, count / FRAMES_PER_S - passed_s))
        if not capture.read()[0]:
            capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            continue
        count += 1
    capture.release()
    return count / passed_s, 1000 * (time.process_time() - cpu_s) / count


def _over_time(camera: SimulatedCamera, context: GateContext, seconds: float) -> list[Figure]:
    """The simulated camera, its own rendering included."""
    watched = _watch(lambda: (camera, camera.lights), context, seconds)
    settled = watched.memory_mb[len(watched.memory_mb) // 4 :]
    growth = (settled[-1] - settled[0]) / (0.75 * seconds / 60) if len(settled) > 1 else float("nan")
    return [
        Figure(
            "rate, simulated camera", len(watched.frames) / watched.seconds, "frames/s", FRAMES_PER_S, "camera's own"
        ),
        Figure("age of a pulled frame, median, simulated", _age(watched, 50), "ms", 1000 / FRAMES_PER_S, "one frame"),
        Figure("age of a pulled frame, 95 %, simulated", _age(watched, 95), "ms", 1000 / FRAMES_PER_S, "one frame"),
        Figure(f"memory growth over {seconds:.0f} s", growth, "MB/min"),
        Figure("memory at the end", watched.memory_mb[-1], "MB"),
    ]


def _watch(opening, context: GateContext, seconds: float) -> Watched:
    """Pull like a window for some seconds, after the first pose reading has come."""
    feed = Feed(opening)
    feed.set_context(context)
    feed.start()
    try:
        while (view := feed.newest()) is None or not view.slow:
            time.sleep(0.02)
        return _pull(feed, seconds)
    finally:
        feed.stop()
        gc.collect()


def _pull(feed: Feed, seconds: float) -> Watched:
    watched = Watched()
    begun_s, cpu_s, next_second = time.perf_counter(), time.process_time(), 0.0
    while (passed_s := time.perf_counter() - begun_s) < seconds:
        view = feed.newest()
        if view is not None and view.frame is not None:
            watched.ages_ms.append(1000 * view.age_s)
            watched.rates.append(view.frames_per_s)
            watched.frames.add(view.frame.sequence)
            watched.slow_frames.update(reading.sequence for reading in view.slow)
        if passed_s >= next_second:
            watched.memory_mb.append(memory_mb())
            next_second += 1.0
        time.sleep(1 / PULLS_PER_S)
    watched.seconds, watched.cpu_s = passed_s, time.process_time() - cpu_s
    return watched


def _age(watched: Watched, percentile: float) -> float:
    return float(np.percentile(watched.ages_ms, percentile))


def _cpu_ms(watched: Watched) -> float:
    return 1000 * watched.cpu_s / max(1, len(watched.frames))
