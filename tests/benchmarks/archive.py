"""Archiving a shot: four frames and the overview, packed, written, flushed, read back, entered and audited.

Beside it the same frames through plain `cv2.imwrite` with an `fsync` of each file: no checksum, no reading back, no
index, no trail. Noise of a sensor is packed, so the packing itself takes most of the time.
"""

import os
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import cv2
import numpy as np

from imaging.archive.protocols import read_protocol
from imaging.archive.store import Archive, create_archive
from imaging.model.frame import Frame
from imaging.model.light_stack import LightStack
from imaging.model.visit import Capture, CaptureFacts, Consent, ConsentAnswer, ConsentUse, Visit
from tests.benchmarks.figures import Figure, Length
from tests.benchmarks.skin import CODE, SITE, Shot, shoot
from tests.benchmarks.stopwatch import Spent, median, now, time_call

_PROTOCOL = Path(__file__).parents[2] / "resources" / "protocols" / "four-week.toml"
_TAKEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_MORE = 2
"""Archiving is quick and its disk moody: so many times more repetitions."""


def run(length: Length) -> list[Figure]:
    shot = shoot(length.shapes[0])[0]
    frames = [*shot.stack.frames, *([shot.stack.overview] if shot.stack.overview else [])]
    repetitions = _MORE * length.repetitions
    with tempfile.TemporaryDirectory() as folder:
        archive = create_archive(Path(folder) / "archive", "benchmark", clock=lambda: _TAKEN)
        visit = _begin_visit(archive)
        added, captures = _add(archive, visit, shot, repetitions)
        read = time_call(lambda: archive.read_stack(captures[0]), repetitions)
        archive.close()
        plain = Path(folder) / "plain"
        plain.mkdir()
        written = time_call(lambda: _write_plainly(plain, frames), repetitions)
        fetched = time_call(lambda: _read_plainly(plain, len(frames)), repetitions)
    rows, cols = frames[0].shape
    what = f"{len(frames)} frames {cols} x {rows}"
    return [
        _figure(f"add_capture, {what}", added, written, "cv2.imwrite and fsync"),
        _figure("read_stack, the same, checksums verified", read, fetched, "cv2.imread"),
    ]


def _begin_visit(archive: Archive) -> Visit:
    study = archive.create_study("BENCH", "Benchmark", read_protocol(_PROTOCOL))
    consents = tuple(Consent(use, ConsentAnswer.GIVEN, "1", date(2026, 1, 1)) for use in ConsentUse)
    subject = archive.add_subject(study.identifier, CODE, 1970, consents)
    return archive.start_visit(subject.identifier, study.identifier, 0)


def _add(archive: Archive, visit: Visit, shot: Shot, repetitions: int) -> tuple[Spent, list[Capture]]:
    """Every time another replicate with another pixel: the same originals would be kept only once."""
    spent, captures = [], []
    for replicate in range(1, repetitions + 1):
        stack = _marked(shot, replicate)
        facts = CaptureFacts(visit.identifier, SITE, replicate, _TAKEN, "benchmark", "Benchmark",
                             calibration=shot.calibration)  # fmt: skip
        begun = now()
        captures.append(archive.add_capture(stack, facts))
        spent.append(now() - begun)
    return median(spent), captures


def _marked(shot: Shot, mark: int) -> LightStack:
    def marked(frame: Frame) -> Frame:
        pixels = np.array(frame.pixels)
        pixels[0, 0] = mark
        return replace(frame, pixels=pixels)

    stack = shot.stack
    overview = marked(stack.overview) if stack.overview else None
    return replace(stack, frames=tuple(marked(frame) for frame in stack.frames), overview=overview)


def _write_plainly(folder: Path, frames: list[Frame]) -> None:
    for number, frame in enumerate(frames):
        path = folder / f"{number}.png"
        cv2.imwrite(str(path), cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2BGR))
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _read_plainly(folder: Path, count: int) -> None:
    for number in range(count):
        cv2.cvtColor(cv2.imread(str(folder / f"{number}.png")), cv2.COLOR_BGR2RGB)


def _figure(name: str, ours: Spent, peers: Spent, peer_name: str) -> Figure:
    return Figure(name, ours.passed_s, "s", peers.passed_s, peer_name, ours.cpu_s, peers.cpu_s)
