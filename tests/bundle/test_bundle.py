"""The built program does the main job and opens its window, with no Python on the path."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.bundle

PROGRAM = Path(__file__).parents[2] / "dist" / "rhytid" / ("rhytid.exe" if sys.platform == "win32" else "rhytid")


@pytest.fixture
def bare_environment(tmp_path: Path) -> dict[str, str]:
    """No virtual environment, no interpreter on the path, a home of its own."""
    (tmp_path / "home").mkdir()
    (tmp_path / "bin").mkdir()
    kept = {key: os.environ[key] for key in ("DISPLAY", "XAUTHORITY", "SYSTEMROOT") if key in os.environ}
    return kept | {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"}


@pytest.fixture
def window_handler() -> Iterator[None]:
    """Something that draws close buttons."""
    openbox = shutil.which("openbox")
    if openbox is None:
        pytest.fail("openbox is missing: make setup-dev installs it")
    running = subprocess.Popen([openbox], stderr=subprocess.DEVNULL)
    yield
    running.terminate()
    running.wait(10)


@pytest.mark.timeout(600)
def test_demo_writes_its_pictures(bare_environment: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [str(PROGRAM), "demo", "--out", str(out)]
    done = subprocess.run(command, env=bare_environment, capture_output=True, text=True, timeout=540, check=False)
    assert done.returncode == 0, done.stderr
    assert list(out.rglob("*.png"))


@pytest.mark.timeout(180)
@pytest.mark.usefixtures("window_handler")
def test_window_opens_and_its_close_button_ends_it(bare_environment: dict[str, str], tmp_path: Path) -> None:
    command = [str(PROGRAM), "--archive", str(tmp_path / "archive"), "--camera", "simulated"]
    with (tmp_path / "log").open("w") as log:
        running = subprocess.Popen(command, env=bare_environment, stderr=log, stdout=log)
    try:
        _wait_for(lambda: "Rhytid" in _window_titles(), running)
        subprocess.run(["wmctrl", "-c", "Rhytid"], check=True)
        assert running.wait(60) == 0, (tmp_path / "log").read_text()
    finally:
        running.kill()
        running.wait(10)


def _window_titles() -> str:
    return subprocess.run(["wmctrl", "-l"], capture_output=True, text=True, check=False).stdout


def _wait_for(condition: Callable[[], bool], running: "subprocess.Popen[bytes]", seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert running.poll() is None, "the program ended before its window came up"
        if condition():
            return
        time.sleep(0.2)
    pytest.fail("no window came up")
