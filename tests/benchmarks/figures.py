"""What a benchmark tells, and the table it is printed in."""

import os
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Length:
    """How long and how large benchmarks may be."""

    live_s: float = 20.0
    """For what has to stay flat over time."""
    short_s: float = 6.0
    """For a rate or an age."""
    repetitions: int = 3
    shapes: tuple[tuple[int, int], ...] = ((960, 1280), (1936, 2592))
    """Rows and columns of still pictures: 1.2 and 5 megapixels."""
    growing_shapes: tuple[tuple[int, int], ...] = ((1936, 2592), (2736, 3664), (3872, 5184))
    """Of stills that show how time and memory grow: 5, 10 and 20 megapixels."""
    preview_shape: tuple[int, int] = (1936, 2592)
    """Of a capture whose quick map is waited for."""
    live_shapes: tuple[tuple[int, int], ...] = ((960, 1280), (720, 1280))
    """Of the simulated camera and of the video file."""
    frames: int = 45
    """Of a video, or looked at one by one."""


TINY = Length(
    live_s=0.8,
    short_s=0.5,
    repetitions=1,
    shapes=((240, 320),),
    growing_shapes=((240, 320), (340, 452)),
    preview_shape=(768, 1024),
    live_shapes=((240, 320), (180, 320)),
    frames=5,
)
"""Only shows that everything still runs; its numbers mean nothing."""


@dataclass(frozen=True)
class Figure:
    """One line: what, how much, and beside what."""

    name: str
    value: float
    unit: str
    beside: float | None = None
    """The same of the peer or the bare loop, or the value aimed at."""
    beside_name: str = ""
    cpu: float | None = None
    """Processor time of all threads where `value` is a time that passed, in the same unit."""
    beside_cpu: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.beside if self.beside else None

    @property
    def cpu_ratio(self) -> float | None:
        return self.cpu / self.beside_cpu if self.cpu is not None and self.beside_cpu else None


def print_figures(title: str, figures: Sequence[Figure]) -> None:
    """A table; cpu: processor time of all threads, less moved than the clock by what else the machine does."""
    print(f"\n{title}")
    print(f"  {'':46} {'here':>8} {'cpu':>8} {'unit':9} {'beside':>8} {'cpu':>8}  {'ratio':>6} {'of cpu':>6}")
    for figure in figures:
        here = f"{_number(figure.value)} {_number(figure.cpu)} {figure.unit:9}"
        beside = f"{_number(figure.beside)} {_number(figure.beside_cpu)}"
        ratios = f"{_number(figure.ratio, 6)} {_number(figure.cpu_ratio, 6)}"
        print(f"  {figure.name:46} {here} {beside}  {ratios}  {figure.beside_name}".rstrip(), flush=True)


def _number(value: float | None, width: int = 8) -> str:
    if value is None:
        return " " * width
    return f"{value:{width}.{0 if abs(value) >= 1000 else 2}f}"


def load_sentence() -> str:
    """How busy the machine is with other things too: times then mean less than ratios."""
    count = os.cpu_count() or 1
    if not hasattr(os, "getloadavg"):
        return f"{count} processors"
    minute, five, _ = os.getloadavg()
    busy = "idle" if minute < 0.3 * count else "busy" if minute <= 1.2 * count else "overloaded: trust the ratios only"
    return f"{count} processors, load {minute:.1f} over one minute, {five:.1f} over five ({busy})"
