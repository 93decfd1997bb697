"""What a benchmark tells, and the table it is printed in."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Length:
    """How long benchmarks over time may take."""

    live_s: float


@dataclass(frozen=True)
class Figure:
    """One line: what, how much, and beside what."""

    name: str
    value: float
    unit: str
    beside: float | None = None
    """The same of the bare loop or the value aimed at."""
    beside_name: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.beside if self.beside else None


def print_figures(title: str, figures: Sequence[Figure]) -> None:
    print(f"\n{title}")
    print(f"  {'':44} {'here':>9} {'unit':12} {'beside':>9}  {'ratio':>6}")
    for figure in figures:
        beside = "" if figure.beside is None else f"{figure.beside:9.2f}"
        ratio = "" if figure.ratio is None else f"{figure.ratio:6.2f}"
        print(f"  {figure.name:44} {figure.value:9.2f} {figure.unit:12} {beside:>9}  {ratio:>6}  {figure.beside_name}")
