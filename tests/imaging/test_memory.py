"""Freed memory is kept where the C library can."""

import subprocess
import sys

import pytest

PROGRAM = """
import resource
import numpy as np
from imaging.memory import keep_freed_memory
{settle}

def come_and_go():
    for _ in range(10):
        maps = [np.ones(5_000_000, dtype=np.float32) for _ in range(4)]
        del maps

come_and_go()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
come_and_go()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc is told so")
def test_freed_maps_are_used_again() -> None:
    kept, given_back = (
        int(subprocess.run([sys.executable, "-c", PROGRAM.format(settle=settle)], stdout=-1, check=True).stdout)
        for settle in ("assert keep_freed_memory()", "")
    )
    assert kept < 0.1 * given_back
