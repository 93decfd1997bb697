"""The station's settings as a TOML file: read, and written beside and renamed."""

import dataclasses
import tomllib
from pathlib import Path

import tomli_w
from pydantic import TypeAdapter, ValidationError

from imaging.errors import ArchiveError
from imaging.model.settings import StationSettings


def read_settings(path: Path) -> StationSettings:
    """The settings in `path`; the defaults when there is no such file.

    Raises
    ------
    ArchiveError
        when the file is not TOML or a value is of the wrong kind
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return TypeAdapter(StationSettings).validate_python(values)
    except FileNotFoundError:
        return StationSettings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ArchiveError(f"The settings file {path} cannot be read ({error}): correct or delete it.") from error
    except ValidationError as error:
        key = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ArchiveError(
            f"The settings file {path} has an unusable value for {key}: correct or delete it."
        ) from error


def write_settings(path: Path, settings: StationSettings) -> None:
    """Write beside and rename, so that an interrupted write leaves the old settings."""
    values = {key: value for key, value in dataclasses.asdict(settings).items() if value is not None}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(tomli_w.dumps(values), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise ArchiveError(f"The settings could not be written to {path} ({error.strerror}).") from error
