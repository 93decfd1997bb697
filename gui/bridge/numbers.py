"""Numbers as they stand on the screen. Free of Qt."""

import re
from datetime import date
from math import hypot

from imaging.model.geometry import Spacing

_UNITS = {"um": "µm", "fraction": "%", "deg": "°", "mm2": "mm²", "mm3": "mm³"}
_MISSING = "–"
GAP = "\u00a0"
"""Between number and unit: a line never breaks there."""
_DAY = re.compile(r"(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])")
_SPELLED_DAY = re.compile(r"([Vv]alid until )?\b\d\d [A-Z][a-z]{2} \d{4}")
_MINUS = re.compile(r"(?<![\w-])-(?=\d)")
_DEGREES = re.compile(r"(?<=\d) ?deg\b")
_BARE_PERCENT = re.compile(r"(?<=\d) ?%")


def spelled(words: str) -> str:
    """A sentence of the engine as the window spells it: days with their month, real minus signs, no loose units."""
    words = _DAY.sub(lambda day: _day_text(day[0]), words)
    words = _MINUS.sub("−", _DEGREES.sub("°", words))
    return _BARE_PERCENT.sub(f"{GAP}%", words)


def with_whole_days(words: str) -> str:
    """Days, and what they are the end of, are not broken at the end of a line."""
    return _SPELLED_DAY.sub(lambda found: found[0].replace(" ", GAP), words)


def _day_text(day: str) -> str:
    """ "2026-08-29" as "29 Aug 2026"; what is no day stays."""
    try:
        return f"{date.fromisoformat(day):%d %b %Y}"
    except ValueError:
        return day


def number_text(value: float | None, unit: str = "") -> str:
    """Three significant digits with the unit; a dash when there is no number. Fractions read as percent."""
    if value is None:
        return _MISSING
    if unit == "fraction":
        value *= 100
    sign = _UNITS.get(unit, unit)
    joint = "" if sign in ("°", "") else GAP
    return f"{_digits(value)}{joint}{sign}"


def brief_text(value: float, unit: str) -> str:
    """One decimal below ten, none above: what is read at a glance while it changes."""
    words = f"{value:.0f}" if abs(value) >= 9.95 else f"{value:.1f}"
    return f"{words}{GAP}{_UNITS.get(unit, unit)}".replace("-", "−").replace("−0.0", "0.0")


def signed_text(value: float | None, unit: str = "") -> str:
    """As `number_text`, with a plus sign where it grew."""
    text = number_text(value, unit)
    return f"+{text}" if value is not None and value > 0 else text


def doubt_text(value: float | None, u_value: float | None, unit: str = "") -> str:
    """Value with its 95 % uncertainty (k = 2), for example "214 ± 14 µm (95 %)"; no digit of it is finer than that."""
    if value is None or u_value is None:
        return number_text(value, unit)
    sign = _UNITS.get(unit, unit)
    return f"{with_doubt(value, u_value)}{GAP if sign else ''}{sign} (95{GAP}%)"


def with_doubt(value: float, u_value: float) -> str:
    """As `doubt_text`, bare: "214 ± 14"."""
    doubt = _digits(2 * u_value, 2)
    digits = _digits(value)
    finest = len(doubt.partition(".")[2])
    if doubt != _MISSING and digits != _MISSING and len(digits.partition(".")[2]) > finest:
        digits = f"{value:.{finest}f}".replace("-", "−")
    return f"{digits} ±{GAP}{doubt}"


def signed_doubt_text(value: float, u_value: float | None, unit: str = "") -> str:
    """As `doubt_text`, with a plus sign where it grew."""
    return f"{'+' if value > 0 else ''}{doubt_text(value, u_value, unit)}"


def length_text(rows: float, cols: float, spacing: Spacing | None) -> str:
    """Distance of so many rows and columns: "3.42 mm" when calibrated, else "118 px"."""
    if spacing is None:
        return f"{hypot(rows, cols):.0f}{GAP}px"
    length = hypot(rows * spacing.row_mm, cols * spacing.col_mm)
    return f"{length:.2f}{GAP}mm" if length < 10 else f"{length:.1f}{GAP}mm"


def _digits(value: float, significant: int = 3) -> str:
    """Plain digits, never an exponent; a real minus sign."""
    if value != value or value in (float("inf"), float("-inf")):
        return _MISSING
    size = abs(value)
    if size and size < 0.001:
        return "0.00" if significant > 2 else "0.0"
    whole = len(str(int(size))) if size >= 1 else 0
    places = max(significant - whole, 0) if size else 0
    text = f"{value:.{min(places, 3)}f}"
    if float(value).is_integer() and size < 1000:
        text = f"{value:.0f}"
    return text.replace("-", "−")
