"""The sections of a device file: one pair of functions each, values to JSON and back."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, TypeGuard

from imaging.calibration.lights_file import lights_from_json, lights_to_json
from imaging.errors import CalibrationError, MeasurementError
from imaging.model.calibration import (
    Check,
    ColourCalibration,
    DepthCalibration,
    FlatFieldCalibration,
    LightsCalibration,
    ScaleCalibration,
    Validity,
)
from imaging.model.geometry import Spacing

_FINEST_UM = 6
"""Decimals of a spacing in µm: a picometre, so that reading and writing again changes nothing."""


class Section(NamedTuple):
    """How one section is written and read."""

    to_json: Callable[[Any], dict[str, Any]]
    from_json: Callable[[object], Any]


def text_of(values: Mapping[str, Any], key: str) -> str:
    """The text under a key; CalibrationError when it is none."""
    text = values.get(key)
    if not isinstance(text, str) or not text:
        raise CalibrationError(f'"{key}" is {text!r}: it should be a text.')
    return text


def number_of(values: Mapping[str, Any], key: str, *, minimum: float | None = None) -> float:
    """The finite number under a key, above `minimum` if one is given; CalibrationError otherwise."""
    number = values.get(key)
    if not _is_number(number):
        raise CalibrationError(f'"{key}" is {number!r}: it should be a finite number.')
    if minimum is not None and number <= minimum:
        raise CalibrationError(f'"{key}" is {number!r}: it should be above {minimum:g}.')
    return float(number)


def numbers_of(values: Mapping[str, Any], key: str, count: int) -> list[float]:
    """The list of `count` finite numbers under a key; CalibrationError otherwise."""
    numbers = values.get(key)
    if not isinstance(numbers, list) or len(numbers) != count or not all(_is_number(number) for number in numbers):
        raise CalibrationError(f'"{key}" is {numbers!r}: it should be a list of {count} finite numbers.')
    return numbers


def _optional(values: Mapping[str, Any], key: str) -> float | None:
    return number_of(values, key) if values.get(key) is not None else None


def _list_of(values: Mapping[str, Any], key: str) -> tuple[float, ...]:
    """Any number of finite numbers; none when the key is missing."""
    listed = values.get(key) or []
    return (
        tuple(float(n) for n in numbers_of(values, key, len(listed) if isinstance(listed, list) else -1))
        if listed
        else ()
    )


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def _validity_to_json(validity: Validity) -> dict[str, Any]:
    return {
        "date": validity.made_on.isoformat(),
        "valid_until": validity.valid_until.isoformat() if validity.valid_until else None,
        "residual": validity.residual,
        "result": "passed" if validity.passed else "failed",
    }


def _validity_from_json(values: Mapping[str, Any]) -> Validity:
    result = values.get("result")
    if result not in ("passed", "failed"):
        raise CalibrationError(f'"result" is {result!r}: it should be "passed" or "failed".')
    return Validity(
        made_on=_day_of(values, "date"),
        valid_until=_day_of(values, "valid_until") if values.get("valid_until") is not None else None,
        residual=number_of(values, "residual") if values.get("residual") is not None else None,
        passed=result == "passed",
    )


def _day_of(values: Mapping[str, Any], key: str) -> date:
    try:
        return date.fromisoformat(text_of(values, key))
    except ValueError as error:
        raise CalibrationError(f'"{key}" is {values[key]!r}: it should be a day such as 2026-01-31.') from error


def _scale_to_json(scale: ScaleCalibration) -> dict[str, Any]:
    spacing_um = [round(mm * 1000, _FINEST_UM) for mm in (scale.spacing.row_mm, scale.spacing.col_mm)]
    more = {"u_share": scale.u_share} if scale.u_share is not None else {}
    bent = {"distortion": list(scale.distortion)} if scale.distortion else {}
    printed = {"printed_mm": list(scale.printed_mm)} if scale.printed_mm else {}
    board = {"chessboard": list(scale.chessboard)} if scale.chessboard else {}
    return {"spacing_um": spacing_um, "frame_shape": list(scale.frame_shape)} | more | bent | printed | board


def _scale_from_json(values: Mapping[str, Any], validity: Validity) -> ScaleCalibration:
    row_um, col_um = numbers_of(values, "spacing_um", 2)
    rows, cols = numbers_of(values, "frame_shape", 2)
    if rows < 1 or cols < 1:
        raise CalibrationError(f'"frame_shape" is {values["frame_shape"]!r}: it should be [rows, cols].')
    share, distortion = _optional(values, "u_share"), _list_of(values, "distortion")
    try:
        spacing = Spacing(row_um / 1000, col_um / 1000)
        target = _printed_of(values), _chessboard_of(values)
        return ScaleCalibration(spacing, (int(rows), int(cols)), validity, share, distortion, *target)
    except MeasurementError as error:
        raise CalibrationError(f'"spacing_um": {error}') from error


def _printed_of(values: Mapping[str, Any]) -> tuple[float, float] | None:
    if values.get("printed_mm") is None:
        return None
    across, down = numbers_of(values, "printed_mm", 2)
    return float(across), float(down)


def _chessboard_of(values: Mapping[str, Any]) -> tuple[int, int, float] | None:
    if values.get("chessboard") is None:
        return None
    across, down, square_mm = numbers_of(values, "chessboard", 3)
    return int(across), int(down), float(square_mm)


def _lights_to_json(lights: LightsCalibration) -> dict[str, Any]:
    return lights_to_json(lights.lights) | ({"u_deg": lights.u_deg} if lights.u_deg is not None else {})


def _lights_from_json(values: Mapping[str, Any], validity: Validity) -> LightsCalibration:
    return LightsCalibration(lights_from_json(values), validity, _optional(values, "u_deg"))


def _flat_field_to_json(flat_field: FlatFieldCalibration) -> dict[str, Any]:
    controls = {"controls": dict(flat_field.controls)} if flat_field.controls else {}
    return (
        {"files": list(flat_field.files)}
        | ({"levels": list(flat_field.levels)} if flat_field.levels else {})
        | controls
    )


def _flat_field_from_json(values: Mapping[str, Any], validity: Validity) -> FlatFieldCalibration:
    files = values.get("files")
    if not isinstance(files, list) or not files or not all(isinstance(name, str) and name for name in files):
        raise CalibrationError('"files" should list the flat-field pictures, one for each light.')
    return FlatFieldCalibration(tuple(files), validity, _list_of(values, "levels"), _controls_of(values))


def _controls_of(values: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    controls = values.get("controls", {})
    if not isinstance(controls, Mapping):
        raise CalibrationError('"controls" should be an object of numbers.')
    return tuple((str(name), number_of(controls, name)) for name in controls)


def _colour_to_json(colour: ColourCalibration) -> dict[str, Any]:
    worst = {"worst": colour.worst} if colour.worst is not None else {}
    return {"matrix": [list(row) for row in colour.matrix]} | worst


def _colour_from_json(values: Mapping[str, Any], validity: Validity) -> ColourCalibration:
    rows = values.get("matrix")
    if not isinstance(rows, list) or len(rows) != 3:
        raise CalibrationError('"matrix" should be three rows of three numbers.')
    first, second, third = (numbers_of({"matrix": row}, "matrix", 3) for row in rows)
    matrix = (_triple(first), _triple(second), _triple(third))
    return ColourCalibration(matrix, validity, _optional(values, "worst"))


def _triple(row: list[float]) -> tuple[float, float, float]:
    return float(row[0]), float(row[1]), float(row[2])


def _depth_to_json(depth: DepthCalibration) -> dict[str, Any]:
    return {"um_per_rel": depth.um_per_rel, "u_um_per_rel": depth.u_um_per_rel, "method": depth.method}


def _depth_from_json(values: Mapping[str, Any], validity: Validity) -> DepthCalibration:
    method = values.get("method", "single-light")
    if method != "single-light" and method != "photometric":
        raise CalibrationError(f'"method" is {method!r}: it should be "single-light" or "photometric".')
    factor, doubt = number_of(values, "um_per_rel", minimum=0), number_of(values, "u_um_per_rel")
    return DepthCalibration(factor, doubt, validity, method)


def check_to_json(check: Check) -> dict[str, Any]:
    """One entry of the drift list."""
    return {
        "section": check.section,
        "quantity": check.quantity,
        "checked_at": check.checked_at.isoformat(),
        "deviation": check.deviation,
        "limit": check.limit,
        "unit": check.unit,
        "is_new": check.is_new,
        "result": "passed" if check.passed else "failed",
    }


def checks_from_json(values: object) -> tuple[Check, ...]:
    """The drift list; CalibrationError when an entry is garbage."""
    if not isinstance(values, list):
        raise CalibrationError('"checks" should be a list.')
    return tuple(_check_from_json(entry, number) for number, entry in enumerate(values, start=1))


def _check_from_json(values: object, number: int) -> Check:
    try:
        if not isinstance(values, Mapping):
            raise CalibrationError("it is not an object.")
        moment = datetime.fromisoformat(text_of(values, "checked_at"))
        if moment.tzinfo is None:
            raise ValueError("no time zone")
        sizes = number_of(values, "deviation"), number_of(values, "limit")
        unit, quantity = str(values.get("unit", "")), str(values.get("quantity", ""))
        return Check(text_of(values, "section"), moment, *sizes, unit, bool(values.get("is_new")), quantity)
    except (CalibrationError, ValueError) as error:
        raise CalibrationError(f'entry {number} of "checks": {error}') from error


def _section(
    name: str,
    own_to_json: Callable[[Any], dict[str, Any]],
    own_from_json: Callable[[Mapping[str, Any], Validity], Any],
) -> Section:
    """A section's own keys with the validity that every section carries; errors name the section."""

    def to_json(part: Any) -> dict[str, Any]:
        return _validity_to_json(part.validity) | own_to_json(part)

    def from_json(values: object) -> Any:
        if not isinstance(values, Mapping):
            raise CalibrationError(f'section "{name}" is not an object.')
        try:
            return own_from_json(values, _validity_from_json(values))
        except CalibrationError as error:
            raise CalibrationError(f'section "{name}": {error}') from error

    return Section(to_json, from_json)


SECTIONS: Mapping[str, Section] = {
    "scale": _section("scale", _scale_to_json, _scale_from_json),
    "lights": _section("lights", _lights_to_json, _lights_from_json),
    "flat_field": _section("flat_field", _flat_field_to_json, _flat_field_from_json),
    "colour": _section("colour", _colour_to_json, _colour_from_json),
    "depth": _section("depth", _depth_to_json, _depth_from_json),
}
