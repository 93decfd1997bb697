"""Starts the guest and runs `inside_window.py` there: the whole station on a real UVC webcam."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.camera_vm.conftest import REPORT

GUEST_S = 300
pytestmark = [pytest.mark.camera_vm, pytest.mark.timeout(2 * (GUEST_S + 150))]


def test_the_station_on_a_real_webcam(
    run_inside: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """Found, shown live at its rate, captured from, every fault, pulled out and put back, exported: see the files."""
    done = run_inside(
        "inside_window.py", "inside_faults.py", out=tmp_path / "guest", at_most_s=GUEST_S, has_effects=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "passed" in done.stdout
    print((tmp_path / "guest" / REPORT).read_text(encoding="utf-8"))
