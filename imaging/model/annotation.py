"""What a person draws on a picture. An edit is a new value."""

from dataclasses import dataclass, replace
from enum import StrEnum


class Shape(StrEnum):
    ARROW = "arrow"
    LINE = "line"
    """Carries its length in mm when the picture is calibrated."""
    TEXT = "text"
    RECTANGLE = "rectangle"


@dataclass(frozen=True)
class Annotation:
    """One shape between two points (row, col) in full-size pixels; a text stands at `start`."""

    shape: Shape
    start: tuple[float, float]
    end: tuple[float, float]
    text: str = ""
    colour: str = "#ffd400"
    identifier: str = ""

    def moved(self, rows: float, cols: float) -> "Annotation":
        return replace(
            self,
            start=(self.start[0] + rows, self.start[1] + cols),
            end=(self.end[0] + rows, self.end[1] + cols),
        )
