"""Study protocols: read from TOML with every mistake named; to plain values and back without a difference."""

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from imaging.archive.protocol_rules import broken_rule
from imaging.errors import ArchiveError
from imaging.model.protocol import StudyProtocol


def read_protocol(path: Path) -> StudyProtocol:
    """The protocol in a TOML file.

    Raises
    ------
    ArchiveError
        The file cannot be read or something in it is wrong. Names file and key.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ArchiveError(f"The protocol {path} cannot be read ({error}): check the file.") from error
    try:
        return protocol_from_toml(text)
    except ArchiveError as error:
        raise ArchiveError(f"The protocol {path}: {error}") from error


def protocol_from_toml(text: str) -> StudyProtocol:
    """The protocol in a TOML text; ArchiveError names the line or the key."""
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ArchiveError(f"this is not TOML ({error}).") from error
    return protocol_from_values(values)


def protocol_from_values(values: Mapping[str, Any]) -> StudyProtocol:
    """A protocol from plain dictionaries, lists, texts and numbers.

    Raises
    ------
    ArchiveError
        A key is missing, unknown, or its value is not possible. Names the key.
    """
    try:
        protocol = _adapter().validate_json(json.dumps(values, default=str), strict=True)
    except ValidationError as error:
        raise ArchiveError(_first_mistake(error)) from error
    unknown = _unknown_key(values, protocol_to_values(protocol, keep_none=True))
    if unknown:
        raise ArchiveError(f'"{unknown}" is not a key of a protocol: correct its spelling or delete it.')
    mistake = broken_rule(protocol)
    if mistake:
        raise ArchiveError(mistake)
    return protocol


def protocol_to_values(protocol: StudyProtocol, *, keep_none: bool = False) -> dict[str, Any]:
    """Plain dictionaries, lists, texts and numbers."""
    values: dict[str, Any] = _adapter().dump_python(protocol, mode="json", exclude_none=not keep_none)
    return values


@cache
def _adapter() -> TypeAdapter[StudyProtocol]:
    return TypeAdapter(StudyProtocol)


def _first_mistake(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"]) or "the protocol"
    if first["type"] in ("missing", "missing_argument"):
        return f'"{key}" is missing: add it.'
    said = first["msg"][:1].lower() + first["msg"][1:]
    return f'"{key}" is {first["input"]!r}: {said}.'


def _unknown_key(given: Any, known: Any, where: str = "") -> str:
    """The first key that a protocol does not have, with its path; empty when there is none."""
    if isinstance(given, Mapping) and isinstance(known, Mapping):
        strange = next((key for key in given if key not in known), None)
        if strange is not None:
            return f"{where}{strange}"
        return next(filter(None, (_unknown_key(given[key], known[key], f"{where}{key}.") for key in given)), "")
    if isinstance(given, list) and isinstance(known, list):
        pairs = enumerate(zip(given, known, strict=True))
        return next(filter(None, (_unknown_key(one, other, f"{where}{n}.") for n, (one, other) in pairs)), "")
    return ""
