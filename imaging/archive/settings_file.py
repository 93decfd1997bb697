"""The station's settings as a TOML file."""

import dataclasses
import tomllib
from pathlib import Path

import tomli_w
from pydantic import TypeAdapter, ValidationError

from imaging.errors import ArchiveError
from imaging.files import write_whole
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
    """Keep the settings in `path`; an interrupted write leaves the old ones.

    Raises
    ------
    ArchiveError
        when the file may not be written or the disk is full
    """
    values = {key: value for key, value in dataclasses.asdict(settings).items() if value is not None}
    write_whole(path, tomli_w.dumps(values).encode(), ArchiveError)
