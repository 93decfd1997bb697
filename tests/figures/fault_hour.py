"""An hour of a station's life with hundreds of faults: what was kept, what was refused, what was left behind."""

import tempfile
from pathlib import Path

from tests.figures.study import FigureTable
from tests.imaging.capture.fault_hour import Hour, live, missing_from, told


def fault_hour_study(_data: Path | None) -> FigureTable:
    hour = Hour()
    with tempfile.TemporaryDirectory() as folder:
        lived = live(hour, Path(folder) / "archive")
        problems = missing_from(Path(folder) / "archive", lived)
    return FigureTable(
        "An hour of faults",
        "The simulated camera (320 x 240, 5 frames a second, a clock that only moves when waited on) is unplugged, "
        "stalls, freezes, turns black, sends wrong sizes, torn and corrupt pictures, and the disk fills up; feed, "
        "gates, shots and archive are the real ones. The same is `python -m tests.imaging.capture.fault_hour`.",
        ("what", "figure"),
        tuple(told(hour, lived, problems)),
    )
