"""An hour of a station's life with hundreds of faults, on a clock that only moves when waited on.

Feed, gates, shots and archive are the real ones; the camera is simulated. Run as a program it prints what happened.
"""

import errno
import math
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from imaging.archive.protocols import read_protocol
from imaging.archive.store import Archive, create_archive, open_archive
from imaging.camera.device import Target
from imaging.camera.pace import SteppedClock
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.faults import FaultEvent, Faults, random_script
from imaging.camera.simulated.population import Population
from imaging.capture.feed import Feed, FeedOptions
from imaging.errors import ArchiveError, CameraError
from imaging.guidance.context import CaptureAnswers, GateContext
from imaging.model.light_stack import LightStack
from imaging.model.protocol import Laterality
from imaging.model.visit import CaptureFacts, Consent, ConsentAnswer, ConsentUse, SiteKey

SHAPE = (240, 320)
FRAMES_PER_S = 5.0
SITE = SiteKey("crows-feet", Laterality.LEFT)
PATIENCE_S = 60.0
PROTOCOL = Path(__file__).parents[3] / "resources" / "protocols" / "follow-up.toml"


@dataclass(frozen=True)
class Hour:
    """What is to happen.

    Parameters
    ----------
    shot_every_s : pause between a picture and the next, on the simulated clock
    disk_share : of the pictures whose writing fails
    """

    seed: int = 20
    span_s: float = 3600.0
    faults: int = 220
    shot_every_s: float = 10.0
    disk_share: float = 0.06

    def script(self) -> tuple[FaultEvent, ...]:
        return random_script(self.seed, self.faults, self.span_s)


@dataclass
class Lived:
    """What happened.

    Parameters
    ----------
    done : identifiers of captures that were said to be in the archive
    stacks : a thumbnail of every frame of each, with its light
    """

    done: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    not_kept: int = 0
    frames: int = 0
    rss_mb: list[float] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    took_s: float = 0.0


class LeashedClock(SteppedClock):
    """Whoever waits on it gets no further than it is let: what happens does not depend on how busy the machine is."""

    def __init__(self) -> None:
        super().__init__()
        self._until_s = 0.0
        self._moved = threading.Condition()
        self._is_held = False

    def wait(self, seconds: float) -> None:
        """Time passes; returns once this moment is let come."""
        super().wait(seconds)
        with self._moved:
            self._is_held = self.time_s > self._until_s
            self._moved.notify_all()
            self._moved.wait_for(lambda: self.time_s <= self._until_s)
            self._is_held = False

    def let(self, until_s: float) -> None:
        """Time may pass up to a moment; does not wait for it."""
        with self._moved:
            self._until_s = until_s
            self._moved.notify_all()

    def live_until(self, until_s: float) -> None:
        """Let time pass, and return when somebody wants to wait beyond that moment."""
        self.let(until_s)
        with self._moved:
            if not self._moved.wait_for(lambda: self._is_held and self.time_s > until_s, PATIENCE_S):
                raise TimeoutError(f"Time stands still at {self.time_s:.1f} s.")


class Station:
    """One camera, its feed and an archive with one visit."""

    def __init__(self, hour: Hour, folder: Path) -> None:
        self.hour, self.clock = hour, LeashedClock()
        self.faults = Faults(hour.script())
        self.population = Population(hour.seed, subjects=1)
        self.camera = SimulatedCamera(
            self.population, shape=SHAPE, faults=self.faults, clock=self.clock, frames_per_s=FRAMES_PER_S
        )
        self.camera.aim(Target(self.population.subjects[0].code, SITE, 0, 1))
        options = FeedOptions(clock=self.clock, wait=lambda _stopping, seconds: self.clock.wait(seconds))
        self.feed = Feed(lambda: (self.camera, self.camera.lights), options=options)
        answers = CaptureAnswers(calibration="calibrated", is_skin_clean=True)
        self.feed.set_context(GateContext(answers=answers, site=SITE, spacing=self.camera.calibration().spacing))
        self.archive = create_archive(folder, "tester")
        self.visit_id = _visit_in(self.archive, self.population)

    def shoot(self) -> LightStack:
        """Time passes until the answer is there, and not a frame longer."""
        coming = self.feed.shoot()
        if not coming.done():
            coming.add_done_callback(lambda _: self.clock.let(self.clock()))
            self.clock.let(math.inf)
        return coming.result(PATIENCE_S)

    def keep(self, stack: LightStack, number: int) -> str:
        info = self.camera.info
        facts = CaptureFacts(self.visit_id, SITE, number, datetime.now(UTC), info.identity, info.name)
        return self.archive.add_capture(stack, facts).identifier

    def close(self) -> None:
        self.clock.let(math.inf)
        self.feed.stop(PATIENCE_S)
        self.archive.close()


def _visit_in(archive: Archive, population: Population) -> str:
    study = archive.create_study("FU", "Faults", read_protocol(PROTOCOL))
    today = datetime.now(UTC).date()
    consents = tuple(Consent(use, ConsentAnswer.GIVEN, "2.1", today) for use in ConsentUse)
    subject = archive.add_subject(study.identifier, population.subjects[0].code, 1968, consents)
    return archive.start_visit(subject.identifier, study.identifier, None).identifier


def live(hour: Hour, folder: Path) -> Lived:
    """The whole hour; every error but a plain refusal ends it."""
    lived, started, station = Lived(), time.monotonic(), Station(hour, folder)
    disk = np.random.default_rng((hour.seed, 7))
    station.feed.start()
    station.clock.live_until(station.clock())
    try:
        number = 0
        while station.clock() < hour.span_s:
            number += 1
            _one_picture(station, lived, number, is_full=disk.random() < hour.disk_share)
            station.clock.live_until(station.clock() + hour.shot_every_s)
            _weigh(lived)
    finally:
        station.close()
    view = station.feed.newest()
    lived.frames = view.frame.sequence if view is not None and view.frame is not None else 0
    lived.took_s = time.monotonic() - started
    return lived


def _one_picture(station: Station, lived: Lived, number: int, *, is_full: bool) -> None:
    try:
        stack = station.shoot()
    except CameraError as error:
        lived.refused[_kind(str(error))] += 1
        return
    try:
        with full_disk() if is_full else _room():
            lived.done.append(station.keep(stack, number))
    except ArchiveError:
        lived.not_kept += 1


def _kind(sentence: str) -> str:
    """What a refusal is about, without its numbers."""
    assert sentence.endswith("."), sentence
    words = ("unplugged", "not connected", "black", "instead of", "frozen", "torn", "corrupt", "no picture", "light")
    return next((word for word in words if word in sentence), sentence)


@contextmanager
def full_disk() -> Iterator[None]:
    """Renaming a finished file into its place fails, as on a full disk."""
    replace = Path.replace

    def no_room(_path: Path, _target: Path) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    Path.replace = no_room  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        Path.replace = replace  # type: ignore[method-assign]


@contextmanager
def _room() -> Iterator[None]:
    yield


def _weigh(lived: Lived) -> None:
    lived.threads.append(threading.active_count())
    if sys.platform.startswith("linux"):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        lived.rss_mb.append(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)
        lived.files.append(len(list(Path("/proc/self/fd").iterdir())))


def missing_from(folder: Path, lived: Lived) -> list[str]:
    """Captures that were said to be done and are not there, whole and of the right lights; and what is too much."""
    with open_archive(folder, "checker") as archive:
        kept = {capture.identifier: capture for capture in archive.captures()}
        problems = [f"{name} is missing" for name in lived.done if name not in kept]
        problems += [f"{name} was never said to be done" for name in kept if name not in set(lived.done)]
        problems += [] if archive.verify().is_sound else ["the archive is not sound"]
        for name, capture in kept.items():
            problems += [f"{name}: {fault}" for fault in _faults_of(archive.read_stack(capture))]
    return problems


def _faults_of(stack: LightStack) -> list[str]:
    """Of a stack that was kept: another size, black, the same picture twice, or lights that are not named."""
    frames = [*stack.frames, *([stack.overview] if stack.overview is not None else [])]
    found = ["wrong size" for frame in frames if frame.shape != SHAPE]
    found += ["black" for frame in frames if frame.pixels.max() <= 50]
    found += ["lights" for _ in (0,) if len({frame.light for frame in stack.frames}) != len(stack.frames)]
    pictures = {frame.pixels.tobytes() for frame in frames}
    return found + (["frozen"] if len(pictures) != len(frames) else [])


def growth(values: list[float]) -> float:
    """From the first quarter on to the end: medians of ten, so that a single peak does not count."""
    if len(values) < 20:
        return 0.0
    start = len(values) // 4
    return float(np.median(values[-10:]) - np.median(values[start : start + 10]))


def told(hour: Hour, lived: Lived, problems: list[str]) -> list[tuple[str, str]]:
    """What happened, as rows of a table."""
    return [
        ("faults", f"{hour.faults} in {hour.span_s / 60:g} min simulated ({lived.took_s:.0f} s real)"),
        ("frames", str(lived.frames)),
        ("captures said to be done", str(len(lived.done))),
        ("of these missing, unsound or bad", str(len(problems))),
        ("refused in words", f"{sum(lived.refused.values())} ({_counted(lived.refused)})"),
        ("not kept, and said so, on a full disk", str(lived.not_kept)),
        ("growth of memory after the first quarter", f"{growth(lived.rss_mb):+.1f} MB of {lived.rss_mb[-1]:.0f} MB"),
        ("open files, first and last", f"{lived.files[0]}, {lived.files[-1]}"),
        ("threads, first and last", f"{lived.threads[0]}, {lived.threads[-1]}"),
    ]


def _counted(refused: Counter[str]) -> str:
    return ", ".join(f"{word} {count}" for word, count in refused.most_common())


def main() -> None:
    hour = Hour()
    with tempfile.TemporaryDirectory() as folder:
        lived = live(hour, Path(folder) / "archive")
        problems = missing_from(Path(folder) / "archive", lived)
    for name, value in told(hour, lived, problems):
        print(f"{name}: {value}")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
