"""What one accuracy study hands over."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FigureTable:
    title: str
    subject: str
    """What was measured on what, in a sentence or two."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
