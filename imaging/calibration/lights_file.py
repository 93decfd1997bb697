"""Lights files: RTI `.lp`, a bare list, or JSON. Order counts, names do not.

`.lp` and the bare list start with the number of lights; then one line a light: `name x y z` or `x y z`, a direction
from the skin to the light. JSON says whether lights are near (positions in mm) or distant (directions).
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from imaging.errors import CalibrationError
from imaging.model.arrays import Points
from imaging.model.lights import Lights

_VECTORS_KEY = {"near": "positions", "distant": "directions"}
_FARTHEST = 1e9
"""No light is a thousand kilometres away; the bound also refuses NaN and infinity."""


def read_lights(path: Path) -> Lights:
    """The lights in a file, in its order.

    Parameters
    ----------
    path : an `.lp` file, a bare list of directions, JSON, or a device file with lights; told apart by content

    Raises
    ------
    CalibrationError
        The file cannot be read, or a line is not a light. Names file and line.
    """
    path = Path(path)
    text = _read_text(path)
    try:
        if text.lstrip()[:1] in ("{", "["):
            return lights_from_json(_lights_part(_parse_json(text)))
        return _lights_from_lines(text.splitlines())
    except CalibrationError as error:
        raise CalibrationError(f"Lights file {path}: {error}") from error


def lights_from_json(values: object) -> Lights:
    """Lights from the decoded JSON of a lights file or of the `lights` section of a device file.

    Raises
    ------
    CalibrationError
        A key is missing or no number. Names the key, not the file.
    """
    if not isinstance(values, Mapping):
        raise CalibrationError('expected an object such as {"model": "near", "positions": [[x, y, z], ...]}.')
    model = values.get("model")
    if model != "near" and model != "distant":
        raise CalibrationError(f'"model" is {model!r}: write "near" or "distant".')
    _refuse_other_units(values)
    vectors = _vectors(values, _VECTORS_KEY[model])
    axes, exponent = _beam(values, len(vectors))
    return Lights(model, vectors, _intensities(values, len(vectors)), axes, exponent, _names(values, len(vectors)))


def lights_to_json(lights: Lights) -> dict[str, Any]:
    """What `lights_from_json` reads back. Positions are mm; directions are unit vectors."""
    values: dict[str, Any] = {"model": lights.model}
    if lights.model == "near":
        values["unit"] = "mm"
    values[_VECTORS_KEY[lights.model]] = lights.vectors.tolist()
    values["intensities"] = lights.intensities.tolist()
    if lights.axes is not None:
        values["axes"] = np.asarray(lights.axes).tolist()
        values["beam_exponent"] = lights.beam_exponent
    if lights.names:
        values["names"] = list(lights.names)
    return values


def _read_text(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CalibrationError(f"Lights file {path} is not text: give an .lp file, a list or JSON.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CalibrationError(f"Lights file {path} cannot be read ({reason}): check its name.") from error
    if not text.strip():
        raise CalibrationError(f"Lights file {path} is empty: it needs the number of lights, then one line for each.")
    return text


def _parse_json(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise CalibrationError(f"line {error.lineno} is not JSON ({error.msg}).") from error
    except (RecursionError, ValueError) as error:
        raise CalibrationError("line 1 is not a list of lights.") from error


def _lights_part(values: object) -> object:
    """The lights section where the JSON is a device file, else all of it."""
    if not isinstance(values, Mapping) or values.get("format") != "rhytid-device":
        return values
    if "lights" not in values:
        raise CalibrationError("it is a device file without lights: run calibrate lights first.")
    return values["lights"]


def _lights_from_lines(lines: Sequence[str]) -> Lights:
    numbered = [(number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip()]
    count = _light_count(*numbered[0])
    rows = [_direction(number, line) for number, line in numbered[1:]]
    if len(rows) != count:
        raise CalibrationError(
            f"line {numbered[0][0]} announces {count} lights, but {len(rows)} follow: correct the number or the list."
        )
    names = tuple(name for name, _ in rows)
    return Lights("distant", np.array([row for _, row in rows]), names=names if any(names) else ())


def _light_count(number: int, line: str) -> int:
    if not line.isascii() or not line.isdigit():
        raise CalibrationError(f'line {number} is "{_shortened(line)}": it should be the number of lights.')
    if not line.strip("0"):
        raise CalibrationError(f"line {number} announces 0 lights: list at least one.")
    return int(line[:18])


def _direction(number: int, line: str) -> tuple[str, list[float]]:
    parts = line.rsplit(maxsplit=3)
    row = [_finite(part) for part in parts[-3:]]
    if len(parts) < 3 or None in row:
        raise CalibrationError(f'line {number} is "{_shortened(line)}": it should end in three finite numbers x y z.')
    x, y, z = (value for value in row if value is not None)
    _refuse_unlit(f"line {number}", x, y, z)
    return (parts[0] if len(parts) == 4 else ""), [x, y, z]


def _finite(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if _is_number(value) and "_" not in text else None


def _refuse_unlit(where: str, x: float, y: float, z: float) -> None:
    if x == y == z == 0:
        raise CalibrationError(f"{where} is 0 0 0, which points nowhere: give x y z from the skin to the light.")
    if z <= 0:
        raise CalibrationError(f"{where} lies behind the skin (z = {z:g}): z points towards the camera.")


def _refuse_other_units(values: Mapping[str, Any]) -> None:
    unit = values.get("unit", "mm")
    if values["model"] == "near" and unit != "mm":
        raise CalibrationError(f'"unit" is {unit!r}: positions are in "mm".')


def _vectors(values: Mapping[str, Any], key: str) -> Points:
    vectors = _triples(values, key)
    for number, (x, y, z) in enumerate(vectors, start=1):
        _refuse_unlit(f'light {number} of "{key}"', x, y, z)
    return vectors


def _triples(values: Mapping[str, Any], key: str) -> Points:
    rows = values.get(key)
    if not isinstance(rows, list) or not rows:
        raise CalibrationError(f'"{key}" is missing: give one [x, y, z] for each light.')
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != 3 or not all(_is_number(value) for value in row):
            raise CalibrationError(f'light {number} of "{key}" is not [x, y, z] with three finite numbers.')
    return np.array(rows, dtype=np.float64)


def _intensities(values: Mapping[str, Any], count: int) -> Points:
    strengths = values.get("intensities")
    if strengths is None:
        return np.ones(count)
    if not isinstance(strengths, list) or len(strengths) != count:
        raise CalibrationError(f'"intensities" needs {count} numbers, one for each light.')
    for number, value in enumerate(strengths, start=1):
        if not _is_number(value) or value <= 0:
            raise CalibrationError(f'"intensities" of light {number} is {value!r}: give a number above zero.')
    return np.array(strengths, dtype=np.float64)


def _beam(values: Mapping[str, Any], count: int) -> tuple[Points | None, float]:
    given = [key for key in ("axes", "beam_exponent") if values.get(key) is not None]
    if not given:
        return None, 0.0
    if len(given) == 1:
        raise CalibrationError(f'"{given[0]}" alone says too little: give "axes" and "beam_exponent", or neither.')
    exponent = values["beam_exponent"]
    if not _is_number(exponent) or exponent < 0:
        raise CalibrationError(f'"beam_exponent" is {exponent!r}: give a number of at least zero.')
    axes = _triples(values, "axes")
    lengths = np.linalg.norm(axes, axis=1, keepdims=True)
    if len(axes) != count or (lengths == 0).any():
        raise CalibrationError(f'"axes" needs {count} directions, one for each light, none of them 0 0 0.')
    return axes / lengths, float(exponent)


def _names(values: Mapping[str, Any], count: int) -> tuple[str, ...]:
    names = values.get("names") or []
    if not isinstance(names, list) or len(names) not in (0, count):
        raise CalibrationError(f'"names" needs {count} texts, one for each light, or none.')
    return tuple(str(name) for name in names)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _FARTHEST


def _shortened(line: str) -> str:
    return line if len(line) <= 40 else f"{line[:40]}…"
