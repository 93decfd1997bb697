"""Starts the guest and runs `inside_camera.py` and `inside_controls.py` there, on a real UVC webcam."""

import subprocess
from collections.abc import Callable

import pytest

pytestmark = [pytest.mark.camera_vm, pytest.mark.timeout(2 * (240 + 150))]


def test_a_real_webcam(run_inside: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """Found by identity, live at its rate, controls, faults, unplug and replug: see the files run inside."""
    done = run_inside("inside_camera.py", "inside_controls.py")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "passed" in done.stdout
    print(done.stdout)
