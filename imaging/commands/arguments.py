"""Arguments that several commands share, and how numbers in them are read."""

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imaging.errors import MeasurementError

if TYPE_CHECKING:
    from imaging.model.geometry import Roi, Spacing

_FINEST_UM, _COARSEST_UM = 0.05, 2000.0
"""A microscope, and a picture of the whole person: what lies beyond was given in another unit."""
_NEGATIVE = re.compile(r"-[\d.]")


@dataclass(frozen=True)
class Surroundings:
    """What the station hands to a command.

    Parameters
    ----------
    operator : name of the person at the keyboard, for the audit trail
    resources : folder with protocols and fonts
    """

    operator: str
    resources: Path | None = None

    @property
    def font_folder(self) -> Path | None:
        """Type for pictures."""
        return self.resources / "fonts" if self.resources else None


def joined_negatives(arguments: Sequence[str]) -> list[str]:
    """`--spacing-um -5,-5` as `--spacing-um=-5,-5`: a negative number is a bad value, not an unknown option."""
    joined: list[str] = []
    for argument in arguments:
        if joined and _NEGATIVE.match(argument) and joined[-1].startswith("--") and "=" not in joined[-1]:
            joined[-1] = f"{joined[-1]}={argument}"
        else:
            joined.append(argument)
    return joined


def place(text: str) -> Path:
    """A file or folder, for argparse: an empty name would be this folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the name is empty: give a file or folder")
    return Path(text)


def add_out(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=place, required=True, metavar="DIR", help="folder for the results; made if missing"
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the results as JSON")


def add_archive(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--archive", type=place, required=True, metavar="DIR", help="folder of the archive")


def numbers(text: str) -> tuple[float, ...]:
    """Numbers between commas, for argparse: anything else is wrong usage."""
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a list of numbers such as 25 or 25,24.8") from None


def spacing_numbers(text: str) -> tuple[float, ...]:
    """One number or two, µm per pixel; whether they are a length is asked later."""
    values = numbers(text)
    if len(values) > 2:
        raise argparse.ArgumentTypeError(f"'{text}' has {len(values)} numbers: give UM or ROW,COL")
    return values


def roi_numbers(text: str) -> tuple[float, ...]:
    values = numbers(text)
    if len(values) != 4 or any(value != int(value) for value in values if abs(value) < 1e9):
        raise argparse.ArgumentTypeError(f"'{text}' is not ROW0,COL0,ROW1,COL1 in whole pixels")
    return values


def spacing_of(values: tuple[float, ...] | None) -> "Spacing | None":
    """Spacing from µm per pixel.

    Raises
    ------
    MeasurementError
        zero, negative, not finite, or no spacing of a camera
    """
    from imaging.model.geometry import Spacing

    if values is None:
        return None
    spacing = Spacing(values[0] / 1000, values[-1] / 1000)
    if not all(_FINEST_UM <= value <= _COARSEST_UM for value in values):
        raise MeasurementError(
            f"The pixel spacing {values[0]:g} x {values[-1]:g} µm is not that of a camera over skin ({_FINEST_UM:g} to "
            f"{_COARSEST_UM:g} µm): give micrometres per pixel, not millimetres."
        )
    return spacing


def roi_of(values: tuple[float, ...] | None, shape: tuple[int, ...]) -> "Roi | None":
    """The region, if it lies on a picture of (rows, cols) `shape`.

    Raises
    ------
    MeasurementError
        empty, or partly outside the picture
    """
    from imaging.model.geometry import Roi

    if values is None:
        return None
    listed = ",".join(f"{value:g}" for value in values)
    outside = MeasurementError(
        f"The region {listed} does not lie on the picture of {shape[0]} rows and {shape[1]} columns: "
        "give ROW0,COL0,ROW1,COL1 inside it."
    )
    if not all(abs(value) < 1e9 for value in values) or min(values) < 0:
        raise outside
    roi = Roi(*(int(value) for value in values))
    if roi.row1 > shape[0] or roi.col1 > shape[1]:
        raise outside
    return roi
