"""Each kind of `calibrate verify-…`: compare new pictures of a target with the device file, and keep the result."""

import argparse
import json
from collections.abc import Callable, Mapping
from typing import Any

from imaging.calibration.device_store import OpenDevice
from imaging.calibration.sections import check_to_json
from imaging.calibration.verification import verdict_words, verify_colour, verify_flat_field, verify_scale
from imaging.commands.calibrate_sections import read_cards, read_patches, read_scale
from imaging.commands.measure_inputs import read_alike
from imaging.errors import CalibrationError
from imaging.model.calibration import Check


def check_scale(arguments: argparse.Namespace, device: OpenDevice) -> str:
    """Spacing now against the device file's."""
    scale = _there(device, "scale", device.known.scale)
    return _kept(arguments, device, verify_scale(scale, read_scale(arguments), device.now))


def check_flat_field(arguments: argparse.Namespace, device: OpenDevice) -> str:
    """White fields now against those beside the device file."""
    _there(device, "flat_field", device.known.flat_field)
    known = read_alike(device.flat_field_paths())
    pictures = read_alike(arguments.frames)
    return _kept(arguments, device, verify_flat_field(known, pictures, device.now, arguments.encoding))


def check_colour(arguments: argparse.Namespace, device: OpenDevice) -> str:
    """The card's colours now, under the device file's correction."""
    colour = _there(device, "colour", device.known.colour)
    patches = read_patches(arguments.patches)
    return _kept(arguments, device, verify_colour(colour, read_cards(arguments), device.now, patches))


def _there(device: OpenDevice, section: str, part: Any) -> Any:
    if part is None:
        name = section.replace("_", "-")
        raise CalibrationError(f"{device.path} has no section {section} to check: run calibrate {name} first.")
    return part


def _kept(arguments: argparse.Namespace, device: OpenDevice, check: Check) -> str:
    """Into the drift list; a failed check ends with its sentence as the error."""
    device.record(check)
    words = json.dumps(check_to_json(check), indent=1) if arguments.json else verdict_words(check)
    if check.passed:
        return words
    if arguments.json:
        print(words)
    raise CalibrationError(verdict_words(check))


CHECK: Mapping[str, Callable[[argparse.Namespace, OpenDevice], str]] = {
    "verify-scale": check_scale,
    "verify-flat-field": check_flat_field,
    "verify-colour": check_colour,
}
