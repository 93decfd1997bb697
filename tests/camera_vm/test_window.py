"""Starts the guest and runs the whole station there, on a real UVC webcam: a process for each file run inside."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.camera_vm.conftest import REPORT

GUEST_S = 300
pytestmark = [pytest.mark.camera_vm, pytest.mark.timeout(2 * (GUEST_S + 150))]
RunInside = Callable[..., subprocess.CompletedProcess[str]]


def test_the_station_on_a_real_webcam(run_inside: RunInside, tmp_path: Path) -> None:
    """Found, shown live at its rate, captured from, pulled out and put back, exported: see the file run inside."""
    assert_passes(run_inside, "inside_window.py", tmp_path)
    print((tmp_path / "guest" / REPORT).read_text(encoding="utf-8"))


def test_every_fault_under_the_window(run_inside: RunInside, tmp_path: Path) -> None:
    """Controls, frozen, torn, hung, pulled out at every moment, another node, the button: see the file run inside."""
    assert_passes(run_inside, "inside_faults.py", tmp_path)


def assert_passes(run_inside: RunInside, name: str, folder: Path) -> None:
    done = run_inside(name, out=folder / "guest", at_most_s=GUEST_S, has_effects=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "passed" in done.stdout
