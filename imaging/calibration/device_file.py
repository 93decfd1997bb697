"""The device file: what was calibrated for one camera and its lights, as JSON.

Every section (`scale`, `lights`, `flat_field`, `colour`, `depth`) carries `date`, `valid_until`, `residual` and
`result`. Writing replaces the sections given and keeps every other one, also those this version does not know.
`checks` is the drift list: each time a section was made or verified.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from imaging.calibration.sections import SECTIONS, check_to_json, checks_from_json, text_of
from imaging.errors import CalibrationError
from imaging.files import write_whole
from imaging.model.calibration import DeviceCalibration

FORMAT = "rhytid-device"
VERSION = 1
CHECKS = "checks"
_REPAIR = "put back a copy, or move it away and calibrate again"


class _NewerFormError(CalibrationError):
    """Nothing is wrong with the file."""


def read_device_file(path: Path) -> DeviceCalibration:
    """The sections of a device file; those that were not made are None.

    Raises
    ------
    CalibrationError
        The file cannot be read, is not a device file, or a section is garbage. Names file and section.
    """
    path = Path(path)
    found = _calibration_in(_read_json(path), path)
    if found.flat_field is None:
        return found
    return replace(found, flat_field=replace(found.flat_field, folder=path.parent))


def write_device_file(path: Path, calibration: DeviceCalibration) -> None:
    """Write or replace the sections that `calibration` has; keep all others of the file.

    The file appears whole: a crash leaves the old file or the new one.

    Raises
    ------
    CalibrationError
        The file belongs to another camera, is not a device file, or cannot be written.
    """
    with _alone_with(path):
        _write(Path(path), calibration)


def add_to_device_file(path: Path, calibration: DeviceCalibration) -> None:
    """As `write_device_file`, but the checks of `calibration` come after those that the file has by now.

    Another program may have added its own since this one read the file.
    """
    with _alone_with(path):
        there = read_device_file(path).checks if path.exists() else ()
        _write(path, replace(calibration, checks=(*there, *calibration.checks)))


def _write(path: Path, calibration: DeviceCalibration) -> None:
    kept = _read_json(path) if path.exists() else calibration_to_json(calibration)
    known = _calibration_in(kept, path).device
    if known != calibration.device:
        raise CalibrationError(
            f"Device file {path} belongs to camera {known}, not to {calibration.device}: choose another file name."
        )
    text = json.dumps(kept | calibration_to_json(calibration), indent=2, ensure_ascii=False) + "\n"
    write_whole(path, text.encode(), CalibrationError)


def calibration_to_json(calibration: DeviceCalibration) -> dict[str, Any]:
    """What `calibration_from_json` reads back: plain dictionaries, lists, texts and numbers."""
    values: dict[str, Any] = {"format": FORMAT, "version": VERSION, "device": calibration.device}
    for name, section in SECTIONS.items():
        part = getattr(calibration, name)
        if part is not None:
            values[name] = section.to_json(part)
    if calibration.checks:
        values[CHECKS] = [check_to_json(check) for check in calibration.checks]
    return values


def calibration_from_json(values: object) -> DeviceCalibration:
    """The sections in decoded JSON; unknown sections are passed over.

    Raises
    ------
    CalibrationError
        It is not a device file, or a section is garbage. Names the section and the key.
    """
    if not isinstance(values, Mapping) or values.get("format") != FORMAT:
        raise CalibrationError(f'this is not a device file ("format" is not "{FORMAT}").')
    _refuse_newer(values.get("version"))
    found = {name: section.from_json(values[name]) for name, section in SECTIONS.items() if name in values}
    return DeviceCalibration(device=text_of(values, "device"), checks=checks_from_json(values.get(CHECKS, [])), **found)


def _refuse_newer(version: object) -> None:
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise CalibrationError(f'"version" is {version!r}: it should be {VERSION}.')
    if version > VERSION:
        raise _NewerFormError(f"it was written by a newer program (version {version}): update this program.")


def _calibration_in(values: object, path: Path) -> DeviceCalibration:
    try:
        return calibration_from_json(values)
    except _NewerFormError as error:
        raise CalibrationError(f"Device file {path}: {error}") from error
    except CalibrationError as error:
        raise CalibrationError(f"Device file {path}: {str(error).rstrip('.')}; {_REPAIR}.") from error


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        where = f"in line {error.lineno} ({error.msg})"
        raise CalibrationError(f"Device file {path} is damaged {where}: {_REPAIR}.") from error
    except (ValueError, RecursionError) as error:
        raise CalibrationError(
            f"Device file {path} holds no text: give one that calibrate wrote, or {_REPAIR}."
        ) from error
    except OSError as error:
        raise CalibrationError(f"Device file {path} cannot be read ({error.strerror}): check its name.") from error


@contextmanager
def _alone_with(path: Path) -> Iterator[None]:
    """Wait until no other program writes this device file: what it added is read before it is written again.

    The lock lies on its folder, so that nothing is left behind. Where folders cannot be locked (Windows, some network
    disks) nobody waits.
    """
    folder = path.absolute().parent
    if os.name == "nt" or not folder.is_dir():
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
