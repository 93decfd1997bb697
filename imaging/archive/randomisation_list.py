"""Randomisation lists: who gets the treatment on which side, as a CSV file from a statistician."""

import csv
from collections.abc import Iterator
from pathlib import Path

from imaging.errors import ArchiveError
from imaging.model.allocation import Treated

COLUMNS = "subject", "treated"


def read_randomisation(path: Path) -> dict[str, Treated]:
    """The treated side by subject code, from a list with the columns "subject" and "treated".

    Columns may be parted by commas, semicolons or tabs; further columns are not looked at.

    Raises
    ------
    ArchiveError
        The file cannot be read, a column is missing, a treated side is not one of left, right, both or neither, or a
        subject stands there twice. Names file and line.
    """
    found: dict[str, Treated] = {}
    for line, code, side in _lines(Path(path)):
        if not code or code in found:
            wrong = f"names {code} a second time" if code else "names no subject"
            raise ArchiveError(f"Line {line} of the list {path} {wrong}: correct the list.")
        if side not in set(Treated):
            sides = ", ".join(Treated)
            raise ArchiveError(f"Line {line} of the list {path} has {side!r} as the treated side: give one of {sides}.")
        found[code] = Treated(side)
    if not found:
        raise ArchiveError(f"The list {path} names no subject: give a line for each.")
    return found


def _lines(path: Path) -> Iterator[tuple[int, str, str]]:
    """Number of the line, code and side of every line that is not empty."""
    try:
        text = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise ArchiveError(f"The list {path} cannot be read ({why}): give a CSV file.") from error
    first = text[0] if text else ""
    parted_by = max(",;\t", key=first.count)
    names = [name.strip().lower() for name in next(csv.reader([first], delimiter=parted_by), [])]
    if not set(COLUMNS) <= set(names):
        raise ArchiveError(f"The list {path} needs a first line that names the columns subject and treated.")
    for number, cells in enumerate(csv.reader(text[1:], delimiter=parted_by), start=2):
        row = dict(zip(names, (cell.strip() for cell in cells), strict=False))
        if any(row.values()):
            yield number, row.get(COLUMNS[0], ""), row.get(COLUMNS[1], "").lower()
