"""The live pose at 1080p: readings a second beside the live picture, their cost on one core, and how true they are."""

import tempfile
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from imaging.camera.lights import NoLights
from imaging.camera.opening import open_camera
from imaging.camera.simulated.grid import Grid
from imaging.guidance.context import GateContext, make_baseline
from imaging.guidance.gates import read_slow
from imaging.model.frame import Frame
from tests.benchmarks.figures import TINY, Figure, Length
from tests.benchmarks.known_poses import pose_errors
from tests.benchmarks.live_feed import _age, _bare_loop, _cpu_ms, _milliseconds, _watch
from tests.benchmarks.skin import FRAMES_PER_S, SITE, hold_still, write_video

FULL_HD = (1080, 1920)


def run(length: Length) -> list[Figure]:
    shape = length.live_shapes[0] if length == TINY else FULL_HD
    frames = hold_still(shape, length.frames)
    baseline = make_baseline(frames[0].pixels)
    context = GateContext(spacing=Grid(shape).spacing, site=SITE, baseline=baseline)
    with tempfile.TemporaryDirectory() as folder:
        video = write_video(Path(folder) / "skin.avi", frames)
        figures = _live(video, context, length.short_s)
    return figures + _costs(frames, context) + _accuracy(shape, 2 if length == TINY else 8)


def _live(video: Path, context: GateContext, seconds: float) -> list[Figure]:
    bare_rate, _ = _bare_loop(video, seconds)
    watched = _watch(lambda: (open_camera(str(video)), NoLights()), context, seconds)
    readings = len(watched.slow_frames) / watched.seconds
    return [
        Figure("pose readings, 1080p MJPG video", readings, "1/s", 15.0, "at least"),
        Figure("live picture meanwhile", float(np.median(watched.rates)), "frames/s", bare_rate, "bare cv2 loop"),
        Figure(
            "decoding, gates and pose together", _cpu_ms(watched), "ms/frame", 2000 / FRAMES_PER_S, "two cores have"
        ),
        Figure("age of a pulled frame, median", _age(watched, 50), "ms", 1000 / FRAMES_PER_S, "one frame"),
    ]


def _costs(frames: list[Frame], context: GateContext) -> list[Figure]:
    """Processor time on one core of place, scale, pose and expression: following, and searching anew each time."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    followed = [_milliseconds(read_slow, frame, context) for _, frame in pairwise(frames)]
    baseline = context.baseline
    assert baseline is not None
    searched = [_milliseconds(lambda f, _: baseline.pose.locate(f.pixels), frame, context) for frame in frames[:10]]
    cv2.setNumThreads(threads)
    return [
        Figure("pose and expression, following, one core", float(np.median(followed)), "ms/frame", 33.0, "one frame"),
        Figure("pose, searching, one core", float(np.median(searched)), "ms/frame", 66.0, "at most"),
    ]


def _accuracy(shape: tuple[int, int], count: int) -> list[Figure]:
    errors = pose_errors(shape, count)
    return [
        Figure("offset, largest error", 1000 * errors.offset_mm, "µm", 100.0, "at most"),
        Figure("rotation, largest error", errors.rotation_deg, "degrees", 0.2, "at most"),
        Figure("scale, largest error", errors.scale_pct, "%", 0.5, "at most"),
        Figure("known places found", float(errors.found), "", float(errors.looked_for), "looked for"),
    ]
