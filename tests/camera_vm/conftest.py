"""Running tests inside the guest, and giving its camera orders from there."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from imaging.camera.pace import SteppedClock
from imaging.camera.pictures import read_picture, write_png
from imaging.camera.simulated.device import SimulatedCamera
from imaging.camera.simulated.population import Population
from imaging.model.arrays import Pixels

Log = Callable[[], list[dict[str, object]]]
PROJECT = Path(__file__).resolve().parents[2]
SIZE = (720, 1280)
GUEST_S = 240
TEST_S = 60
REPORT = "report.txt"
GUEST_CRASHED = 125
"""The guest's kernel gave up, as it does now and then on a machine that is far too busy; it may try once more."""
FRAMES = 6


@pytest.fixture(scope="session")
def skin_pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of frames of simulated skin, held calmly, for the guest's webcam to stream.

    It streams them over and over: they go there and back, so that nothing jumps.
    """
    folder, clock = tmp_path_factory.mktemp("frames"), SteppedClock()
    camera = SimulatedCamera(Population(1), shape=SIZE, clock=clock)
    camera.start()
    clock.wait(8.0)
    there = [camera.grab(1.0).pixels for _ in range(FRAMES)]
    for number, pixels in enumerate([*there, *there[-2:0:-1]]):
        write_png(folder / f"{number:03d}.png", pixels)
    return folder


@pytest.fixture
def run_inside(camera_vm: Path, skin_pictures: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Call with test files of this folder: boots the guest, plugs the webcam in, runs them there with pytest.

    Keyword `out`: a folder the guest may write to; `at_most_s`: time for all of its tests; `has_effects`: the pictures
    answer to the controls, some seconds late.
    """

    def run(
        *files: str, out: Path | None = None, at_most_s: int = GUEST_S, has_effects: bool = True
    ) -> subprocess.CompletedProcess[str]:
        shared = out or tmp_path / "out"
        shared.mkdir(exist_ok=True)
        tests = [str(Path("tests/camera_vm") / name) for name in files]
        inside = [sys.executable, "-m", "pytest", "-q", "--durations=12", "--color=no", "-rP", "-p", "no:cacheprovider"]
        inside += ["-p", "tests.camera_vm.one_heap"]
        inside += [f"--timeout={TEST_S}", "--timeout-method=thread", *tests]
        options = ["--python", sys.executable, "--frames", str(skin_pictures), "--size", f"{SIZE[1]}x{SIZE[0]}"]
        options += ["--sizes", f"{SIZE[1]}x{SIZE[0]},640x480", "--project", str(PROJECT), "--rw", str(shared)]
        options += ["--env", f"RHYTID_GUEST_OUT={shared}", "--env", f"RHYTID_GUEST_FRAMES={skin_pictures}"]
        options += ["--env", f"RHYTID_GUEST_LOAD={_load()}", "--timeout", str(at_most_s)]
        options += ["--env", "MALLOC_ARENA_MAX=1", "--env", "PYTHONMALLOC=malloc"]
        options += [] if has_effects else ["--no-effects"]
        command = ["bash", str(camera_vm), "run", *options, "--", *inside]
        done = _run(command, at_most_s)
        has_crashed = done.returncode == GUEST_CRASHED and " passed" not in done.stdout and " failed" not in done.stdout
        return _run(command, at_most_s) if has_crashed else done

    return run


def _load() -> float:
    """How many others want each processor of this machine, on the average of the last minute."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)


def load() -> float:
    """Inside the guest: the load of the machine outside when it was started."""
    return float(os.environ.get("RHYTID_GUEST_LOAD", "0"))


def _run(command: list[str], at_most_s: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=at_most_s + 150, check=False)


@pytest.fixture
def report() -> Callable[[str], None]:
    """Inside the guest: one more line for the person who started it."""
    path = Path(os.environ["RHYTID_GUEST_OUT"]) / REPORT

    def add(line: str) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    return add


@pytest.fixture
def shown() -> list[Pixels]:
    """Inside the guest: the pictures that its webcam streams."""
    return [read_picture(path) for path in sorted(Path(os.environ["RHYTID_GUEST_FRAMES"]).glob("*.png"))]


class Order:
    """Gives the webcam an order: "unplug", "plug", "freeze" ..."""

    def __init__(self) -> None:
        self._folder = Path(os.environ["CAMERA_CTL"]) / "do"

    def __call__(self, what: str) -> None:
        """Wait until it is done."""
        paper = self.send(what)
        wait_for(lambda: not paper.exists(), 10.0)

    def send(self, what: str) -> Path:
        """Do not wait: for a test whose window has to live on meanwhile."""
        paper = self._folder / what
        paper.touch()
        return paper


@pytest.fixture
def order() -> Order:
    """Inside the guest: give the webcam an order."""
    return Order()


@pytest.fixture
def camera_log() -> Log:
    """Inside the guest: what the webcam itself says happened."""
    path = Path(os.environ["CAMERA_CTL"]) / "cam.log"
    return lambda: [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def wait_for(is_so: Callable[[], object], at_most_s: float) -> bool:
    """Poll something outside this process; True as soon as it is so."""
    end = time.monotonic() + at_most_s
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.01)
    return False
