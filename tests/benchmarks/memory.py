"""Resident memory of this process, now and at its peak."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")
_LOOK_EVERY_S = 0.02


def memory_mb() -> float:
    """Resident memory now, where the system tells; NaN elsewhere."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return float(line.split()[1]) / 1024


def with_peak_mb(call: Callable[[], Answer]) -> tuple[Answer, float, float]:
    """What a call answers, resident memory at its peak, and how far that lies above what was there before."""
    before = peak = memory_mb()
    ended = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(_LOOK_EVERY_S):
            peak = max(peak, memory_mb())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        answer = call()
    finally:
        ended.set()
        watcher.join()
    return answer, peak, peak - before
