"""What one accuracy study hands over."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FigureTable:
    title: str
    subject: str
    """What was measured on what, in a sentence or two."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def judged(is_met: bool) -> str:
    """How a figure stands to its goal."""
    return "met" if is_met else "**missed**"
